//! Each command, done as asked.

use tencent_im_rs::api::v4::common::{ContactOptType, MarkOptType, UpdateGroupType, UpdateType};
use tencent_im_rs::api::v4::recent_contact::create_contact_group::{self, *};
use tencent_im_rs::api::v4::recent_contact::{
    del_contact_group as del, get_contact_group as get, mark_contact as mark,
    search_contact_group as search, update_contact_group as update,
};

use crate::server::Server;
use crate::{assert_ok, group_chat, user};

#[tokio::test]
async fn all_six_commands_succeed() {
    let server = Server::start();
    let client = &mut server.client();

    let group = GroupContactItem::new("friends", vec![user("peer1"), group_chat("@TGS#1")]);
    let request = CreateContactGroupRequest::new("user0", vec![group]);
    let answer = create_contact_group::api_create_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let [group] = &answer.group_result_item.unwrap()[..] else { panic!("one group") };
    assert_eq!((group.group_item.group_name(), group.group_item.group_id()), ("friends", 1));
    let codes: Vec<_> = group.result_item.iter().map(|item| item.result_code).collect();
    assert_eq!(codes, [0, 0]);
    assert_eq!(group.result_item[0].contact_item.to_account(), Some("peer1"));
    assert_eq!(group.result_item[1].contact_item.to_group_id(), Some("@TGS#1"));

    let mut item = mark::MarkItem::new(MarkOptType::StandardAndCustom, user("peer2"));
    item.set_set_mark(Some(vec![1, 3])).set_custom_mark(Some("later"));
    let request = mark::MarkContactRequest::new("user0", vec![item]);
    let answer = mark::api_mark_contact(client, request).await.unwrap();
    assert_ok!(answer);
    let [item] = &answer.result_item.unwrap()[..] else { panic!("one item") };
    assert_eq!((item.result_code, item.contact_item.to_account()), (0, Some("peer2")));
    assert_eq!(item.mark_opt_type, MarkOptType::StandardAndCustom);

    let moves = vec![
        update::ContactUpdateItem::new(ContactOptType::Add, user("peer2")),
        update::ContactUpdateItem::new(ContactOptType::Delete, group_chat("@TGS#1")),
    ];
    let mut change = update::UpdateGroup::new(UpdateGroupType::Conversation, moves);
    change.set_old_group_name(Some("friends"));
    let request = update::UpdateContactGroupRequest::new("user0", UpdateType::AddOrDelete, change);
    let answer = update::api_update_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let result = answer.update_group_result.unwrap();
    assert_eq!((result.group_name.as_str(), result.group_id), ("friends", 1));
    let codes: Vec<_> = result.contact_result_item.iter().map(|item| item.result_code).collect();
    assert_eq!(codes, [0, 0]);

    // The client's type for the answer needs `ContactResultItem` here too.
    let mut change = update::UpdateGroup::new(UpdateGroupType::GroupName, Vec::new());
    change.set_old_group_name(Some("friends")).set_new_group_name(Some("family"));
    let request = update::UpdateContactGroupRequest::new("user0", UpdateType::AddOrDelete, change);
    let answer = update::api_update_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let result = answer.update_group_result.unwrap();
    assert_eq!(result.update_group_type, UpdateGroupType::GroupName);
    assert_eq!((result.group_name.as_str(), result.group_id), ("family", 1));
    assert_eq!(result.old_group_name.as_deref(), Some("friends"));
    assert!(result.contact_result_item.is_empty());

    let request = get::GetContactGroupRequest::new("user0", 0);
    let answer = get::api_get_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    assert_eq!((answer.complete_flag, answer.next_start_index), (Some(1), Some(0)));
    let groups = answer.group_item.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].group_name(), groups[0].group_id()), ("family", 1));
    let rows = answer.contact_item.unwrap();
    assert_eq!(rows.len(), 2);
    let row = rows.iter().find(|row| row.to_account() == Some("peer2")).unwrap();
    assert_eq!(row.custom_mark(), Some("later"));
    assert_eq!(row.contact_group_id(), Some(&vec![1]));
    assert!(
        row.standard_mark()
            .is_some_and(|mark| mark.bytes().filter(|bit| *bit == b'1').count() == 2)
    );
    assert!(row.timestamp().is_some_and(|time| time > 1_700_000_000));

    let request =
        search::SearchContactGroupRequest::new("user0", vec![user("peer1"), user("nobody")]);
    let answer = search::api_search_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let found = answer.contact_result_item.unwrap();
    assert!(
        found.iter().any(
            |row| row.to_account() == Some("peer1") && row.contact_group_id() == Some(&vec![1])
        )
    );
    assert_eq!(answer.group_item.unwrap()[0].group_name(), "family");

    let request = del::DelContactGroupRequest::new("user0", vec!["family"]);
    let answer = del::api_del_contact_group(client, request).await.unwrap();
    assert_ok!(answer);
    let groups = answer.group_item.unwrap();
    assert_eq!((groups[0].group_name(), groups[0].group_id()), ("family", 1));
}
