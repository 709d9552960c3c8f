//! The shortcuts: what need not take the long way does not. That the ways agree is for others to test.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::decode::accept;
use super::repeats::Repeats;
use super::seed::{Item, Parts};
use super::{Buffers, MarkItem, Membership};
use crate::command::Command;
use crate::conversation::Conversation;
use crate::policy::Policy;
use crate::report::Report;
use crate::revision::revision;

use Command::{
    CreateContactGroup as CREATE, DelContactGroup as DELETE, GetContactGroup as GET, MarkContact as MARK,
    SearchContactGroup as SEARCH, UpdateContactGroup as UPDATE,
};

const POLICY: Policy = revision!("2026-04").policy();

fn peer(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}"}}"#)
}

fn body(rest: &str) -> String {
    format!(r#"{{"From_Account":"me",{rest}}}"#)
}

fn create(name: &str, ids: &[&str]) -> String {
    let contacts: Vec<String> = ids.iter().map(|id| peer(id)).collect();
    body(&format!(r#""GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{}]}}]"#, contacts.join(",")))
}

fn rename(name: &str) -> String {
    body(&format!(r#""UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"g","NewGroupName":"{name}"}}"#))
}

fn membership(id: &str) -> String {
    format!(r#"{{"ContactOptType":1,"ContactItem":{}}}"#, peer(id))
}

fn update(ids: &[&str]) -> String {
    let items: Vec<String> = ids.iter().map(|id| membership(id)).collect();
    let group = format!(r#"{{"UpdateGroupType":2,"OldGroupName":"g","ContactUpdateItem":[{}]}}"#, items.join(","));
    body(&format!(r#""UpdateType":1,"UpdateGroup":{group}"#))
}

fn mark_item(operation: u8, id: &str, rest: &str) -> String {
    format!(r#"{{"OptType":{operation},"ContactItem":{}{rest}}}"#, peer(id))
}

fn mark(items: &[String]) -> String {
    body(&format!(r#""MarkItem":[{}]"#, items.join(",")))
}

fn set(ids: &[&str]) -> String {
    let items: Vec<String> = ids.iter().map(|id| mark_item(1, id, r#","SetMark":[1]"#)).collect();
    mark(&items)
}

fn search(ids: &[&str]) -> String {
    let contacts: Vec<String> = ids.iter().map(|id| peer(id)).collect();
    body(&format!(r#""ContactItem":[{}]"#, contacts.join(",")))
}

fn get() -> (Command, String) {
    (GET, body(r#""StartIndex":0"#))
}

fn delete() -> (Command, String) {
    (DELETE, body(r#""GroupName":["g"]"#))
}

/// A request of each command that has a list, naming these conversations.
fn lists(ids: &[&str]) -> [(Command, String); 4] {
    [(CREATE, create("g", ids)), (UPDATE, update(ids)), (MARK, set(ids)), (SEARCH, search(ids))]
}

#[test]
fn what_draws_no_warning_needs_no_walk() {
    let ids: &[&str] = &["a", "b"];
    let mut plain: Vec<(Command, String)> = lists(ids).into_iter().chain([get(), delete()]).collect();
    plain.extend([
        (CREATE, create(&"n".repeat(32), &[])),
        (CREATE, body(r#""GroupContactItem":[{"GroupName":"g"}]"#)),
        (UPDATE, rename(&"n".repeat(32))),
        (UPDATE, rename("h").replacen("}}", r#","ContactUpdateItem":[]}}"#, 1)),
        (UPDATE, update(ids).replacen(r#""OldGroupName""#, r#""NewGroupName":"","OldGroupName""#, 1)),
        (SEARCH, search(ids).replacen(r#""Type":1"#, r#""Type":1,"ToGroupId":"""#, 1)),
        (SEARCH, body(r#""ContactItem":[{"Type":2,"ToGroupId":"c","To_Account":""}]"#)),
    ]);
    for (operation, rest) in [
        (1, r#","ClearMark":[1],"SetMark":[2]"#),
        (1, r#","ClearMark":[64]"#),
        (1, r#","SetMark":[1],"CustomMark":"""#),
        (2, r#","CustomMark":"c""#),
        (2, r#","CustomMark":"","SetMark":[],"ClearMark":[]"#),
        (3, r#","ClearMark":[1],"SetMark":[2],"CustomMark":"c""#),
        (3, r#","SetMark":[1]"#),
        (3, r#","CustomMark":"c""#),
    ] {
        plain.push((MARK, mark(&[mark_item(operation, "a", rest)])));
    }
    for (command, body) in plain {
        let accepted = accept(command, body.as_bytes(), &POLICY, &mut Parts::default());
        assert_eq!(accepted.map(|(_, odd)| odd), Some(false), "{body}");
        assert_eq!(super::report(command, body.as_bytes(), &POLICY), Report::default(), "{body}");
    }
    // Where a group needs its list of conversations, an empty one will do.
    let needs = create("g", &[]);
    assert!(accept(CREATE, needs.as_bytes(), &revision!("2023-03").policy(), &mut Parts::default()).is_some());
}

#[test]
fn elements_are_read_alone() {
    assert!(Conversation::accept_alone(&peer("a"), &POLICY).is_some());
    assert!(Membership::accept_alone(&membership("a"), &POLICY).is_some());
    assert!(MarkItem::accept_alone(&mark_item(1, "a", r#","SetMark":[1]"#), &POLICY).is_some());
    assert!(MarkItem::accept_alone(&mark_item(1, "a", ""), &POLICY).is_none());
}

#[test]
fn repeats_are_found_without_a_walk() {
    let ids: &[&str] = &["a", "b", "a", "c", "b", "a"];
    for (command, body) in lists(ids) {
        let request = super::decode(command, body.as_bytes(), &POLICY).unwrap();
        let found = Repeats::default().report(request.request(), body.as_bytes()).unwrap();
        assert_eq!(found, super::report_up_to(command, body.as_bytes(), &POLICY, Report::MAX_FINDINGS));
        let places: Vec<String> =
            found.warnings().map(|finding| finding.path().rsplit('/').next().unwrap_or_default().to_string()).collect();
        assert_eq!(places, ["2", "4", "5"]);
        for finding in found.findings() {
            assert!(body[finding.span().unwrap()].starts_with('"'), "{finding:?}");
        }
    }
    // An ID that was not borrowed from the body has no place in it.
    let body = search(&["a", r"\u0061"]);
    let request = super::decode(SEARCH, body.as_bytes(), &POLICY).unwrap();
    assert_eq!(Repeats::default().report(request.request(), body.as_bytes()), None);
}

#[test]
fn memory_survives_requests_of_all_commands() {
    let mut buffers = Buffers::new();
    let many: Vec<String> = (0..50).map(|number| format!("user_{number}")).collect();
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    let (long, short): (&[&str], &[&str]) = (&ids, &["a"]);
    let rest = [get(), delete(), (UPDATE, rename("h"))];
    let declined = lists(short).map(|(command, body)| (command, format!(r#"{},"From_Account":1}}"#, &body[..body.len() - 1])));
    let bodies = lists(long).into_iter().chain(rest).chain(lists(short)).chain(declined);
    for (nth, (command, body)) in bodies.enumerate() {
        if let Ok(request) = buffers.decode(command, body.as_bytes(), &POLICY) {
            buffers.reclaim(request);
        }
        buffers.report(command, body.as_bytes(), &POLICY);
        if nth >= 3 {
            let Parts { conversations, memberships, marks } = &buffers.parts;
            let room = [conversations.capacity(), memberships.capacity(), marks.capacity()];
            assert!(room.iter().all(|room| *room >= 50), "{body}: {room:?}");
            assert!(conversations.is_empty() && memberships.is_empty() && marks.is_empty());
        }
    }
    buffers.keep_results(Vec::with_capacity(50));
    assert!(buffers.take_results().capacity() >= 50);
}
