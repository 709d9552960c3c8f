//! The fake service as one value: time, equality, copies, several users.

use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Account, Facts, UserId};
use support::bodies::{Requester, mark_item, user_contact};

use crate::helpers::*;

fn user(id: &str) -> UserId<'_> {
    UserId::new(id).unwrap()
}

/// Marks the conversation with `peer` as the user, and returns the code of the answer.
fn mark(service: &mut Service, user: &str, peer: &str, seconds: u64) -> i64 {
    let body = Requester(user).set_marks(peer, "1");
    let call = Incoming::new(MARK, body.as_bytes());
    let time = Time::from_seconds(seconds);
    service.serve(&call, &Facts::vouched(), time).unwrap().code().get()
}

#[test]
fn a_time_is_in_seconds_and_in_milliseconds() {
    assert_eq!(Time::from_seconds(7), Time { seconds: 7, milliseconds: 7000 });
    assert_eq!(Time::from_milliseconds(7999), Time { seconds: 7, milliseconds: 7999 });
    assert_eq!(Time::from_seconds(u64::MAX).milliseconds, u64::MAX);
    assert_eq!(Time::default(), Time::from_seconds(0));
}

#[test]
fn seconds_stamp_rows_and_milliseconds_measure_the_call_frequency() {
    let mut service = Service::new(&POLICY).with_calls_per_second(1);
    let body = ME.set_marks("a", "1");
    let call = Incoming::new(MARK, body.as_bytes());
    let mut at = |seconds, milliseconds| {
        let time = Time { seconds, milliseconds };
        service.serve(&call, &Facts::vouched(), time).unwrap().code().get()
    };
    assert_eq!(at(50, 0), 0);
    assert_eq!(at(99, 999), 60007);
    assert_eq!(at(99, 1000), 0);
    let account = service.account(&user("me")).unwrap();
    assert_eq!(
        account.rows().next().unwrap().timestamp_seconds(),
        50,
        "the second changes nothing"
    );
}

#[test]
fn services_are_equal_if_they_answer_alike() {
    let new = || Service::new(&POLICY);
    let mut marked = new();
    assert_eq!(marked, new());
    assert_eq!(mark(&mut marked, "me", "a", 1), 0);
    assert_ne!(marked, new());
    let mut alike = new();
    assert_eq!(mark(&mut alike, "me", "a", 1), 0);
    assert_eq!(marked, alike);
    assert_ne!(new(), new().with_calls_per_second(1));
    let other_policy = POLICY.to_builder().page_size(1).build().unwrap();
    assert_ne!(new(), Service::new(&other_policy));
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut service = Service::new(&POLICY);
    assert_eq!(mark(&mut service, "me", "a", 1), 0);
    let mut copy = service.clone();
    assert_eq!(copy, service);
    assert_eq!(copy.policy(), &POLICY);
    assert_eq!(mark(&mut copy, "me", "b", 2), 0);
    let rows = |service: &Service| service.account(&user("me")).unwrap().rows().count();
    assert_eq!((rows(&service), rows(&copy)), (1, 2));
}

#[test]
fn users_whose_ids_are_much_alike_have_accounts_of_their_own() {
    let ids = ["me", "Me", "me ", " me", "m", "mee"];
    let mut service = Service::new(&POLICY);
    for (number, id) in ids.iter().enumerate() {
        for peer in 0..=number {
            assert_eq!(mark(&mut service, id, &format!("peer{peer}"), 1), 0);
        }
    }
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(
            service.account(&user(id)).unwrap().usage().marked as usize,
            number + 1,
            "{id:?}"
        );
    }
    assert_eq!(service.accounts().count(), ids.len());
    service.insert(user("me"), Account::new());
    assert_eq!(service.account(&user("me")), None, "no data");
}

#[test]
fn a_request_that_leaves_no_data_leaves_no_account() {
    let mut service = Service::new(&POLICY);
    let body = ME.get(0);
    let call = Incoming::new(GET, body.as_bytes());
    let time = Time::from_seconds(1);
    assert!(service.serve(&call, &Facts::vouched(), time).unwrap().code().is_ok());
    assert_eq!(service.account(&user("me")), None);
}

#[test]
fn an_account_that_loses_its_last_data_is_not_kept() {
    let mut service = Service::new(&POLICY);
    assert_eq!(mark(&mut service, "me", "a", 1), 0);
    let body = ME.mark(&[mark_item(1, &user_contact("a"), r#","ClearMark":[1]"#)]);
    let call = Incoming::new(MARK, body.as_bytes());
    let outcome = service.serve(&call, &Facts::vouched(), Time::from_seconds(2)).unwrap();
    assert_eq!(outcome.changes().len(), 1);
    assert_eq!(service.account(&user("me")), None);
    assert_eq!(service, Service::new(&POLICY));
    // An account that has used a group ID has data: the ID must not be used again.
    for body in [(CREATE, ME.create("g", "")), (DELETE, ME.delete("g"))] {
        let call = Incoming::new(body.0, body.1.as_bytes());
        assert!(
            service.serve(&call, &Facts::vouched(), Time::from_seconds(3)).unwrap().code().is_ok()
        );
    }
    assert_eq!(service.account(&user("me")).unwrap().last_group_id(), 1);
}
