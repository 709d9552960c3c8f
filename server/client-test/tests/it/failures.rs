//! Each command refused, and calls that are refused before their command is looked at.

use tencent_im_rs::api::v4::common::{ContactOptType, MarkOptType, UpdateGroupType, UpdateType};
use tencent_im_rs::api::v4::recent_contact::{
    create_contact_group as create, del_contact_group as del, get_contact_group as get,
    mark_contact as mark, search_contact_group as search, update_contact_group as update,
};

use crate::server::Server;
use crate::{assert_fails, assert_ok, user};

#[tokio::test]
async fn all_six_commands_fail() {
    let server = Server::start();
    let client = &mut server.client();

    let request = |name| {
        let group = create::GroupContactItem::new(name, vec![user("peer1")]);
        create::CreateContactGroupRequest::new("user0", vec![group])
    };
    assert_ok!(create::api_create_contact_group(client, request("friends")).await.unwrap());
    let answer = create::api_create_contact_group(client, request("friends")).await.unwrap();
    assert_fails!(answer, 50002);
    assert!(answer.group_result_item.is_none());

    let change = update::ContactUpdateItem::new(ContactOptType::Add, user("peer1"));
    let mut change = update::UpdateGroup::new(UpdateGroupType::Conversation, vec![change]);
    change.set_old_group_name(Some("missing"));
    let request = update::UpdateContactGroupRequest::new("user0", UpdateType::AddOrDelete, change);
    let answer = update::api_update_contact_group(client, request).await.unwrap();
    assert_fails!(answer, 51009);

    let request = del::DelContactGroupRequest::new("user0", vec!["missing"]);
    assert_fails!(del::api_del_contact_group(client, request).await.unwrap(), 51009);

    let request = mark::MarkContactRequest::new("user0", Vec::new());
    assert_fails!(mark::api_mark_contact(client, request).await.unwrap(), 51006);

    let request = search::SearchContactGroupRequest::new("user0", Vec::new());
    assert_fails!(search::api_search_contact_group(client, request).await.unwrap(), 50002);

    let request = get::GetContactGroupRequest::new("", 0);
    assert_fails!(get::api_get_contact_group(client, request).await.unwrap(), 50002);
}

#[tokio::test]
async fn one_item_of_a_successful_call_fails() {
    let server = Server::start();
    let client = &mut server.client();
    let group = |number: u32| {
        let items = (0..100).map(|peer| user(&format!("peer{}", number * 100 + peer))).collect();
        let group = create::GroupContactItem::new(format!("group{number}"), items);
        create::CreateContactGroupRequest::new("user0", vec![group])
    };
    for number in 0..10 {
        let answer = create::api_create_contact_group(client, group(number)).await.unwrap();
        assert_ok!(answer);
    }
    // The account is full: 1000 conversations in groups.
    let change = update::ContactUpdateItem::new(ContactOptType::Add, user("one too many"));
    let mut change = update::UpdateGroup::new(UpdateGroupType::Conversation, vec![change]);
    change.set_old_group_name(Some("group0"));
    let request = update::UpdateContactGroupRequest::new("user0", UpdateType::AddOrDelete, change);
    let answer = update::api_update_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let result = answer.update_group_result.unwrap();
    assert_eq!(result.contact_result_item[0].result_code, 51008);
    assert!(!result.contact_result_item[0].result_info.is_empty());
}

#[tokio::test]
async fn a_user_sig_is_verified() {
    let server = Server::start();
    let request = || get::GetContactGroupRequest::new("user0", 0);
    let answer = get::api_get_contact_group(&mut server.client(), request()).await.unwrap();
    assert_ok!(answer);
    let client = &mut server.client_with_another_key();
    assert_fails!(get::api_get_contact_group(client, request()).await.unwrap(), 70009);
    let item = || mark::MarkItem::new(MarkOptType::Standard, user("peer1"));
    let request = mark::MarkContactRequest::new("user0", vec![item()]);
    assert_fails!(mark::api_mark_contact(client, request).await.unwrap(), 70009);
    // Of an end user, who is not an admin.
    let client = &mut server.client_of_a_user();
    let request = get::GetContactGroupRequest::new("user0", 0);
    assert_fails!(get::api_get_contact_group(client, request).await.unwrap(), 50003);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_refused_by_the_client() {
    let server = Server::start();
    let other = Server::start();
    let client = &mut server.client_trusting(&other);
    let request = get::GetContactGroupRequest::new("user0", 0);
    let error = get::api_get_contact_group(client, request).await.unwrap_err().to_string();
    assert!(error.contains("certificate verify failed"), "{error}");
}
