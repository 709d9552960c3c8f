//! Tests that the fast path decides what it can, so that full validation is not needed. That both
//! agree is tested elsewhere.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::contact::ContactFields;
use super::full::{self, accept_alone};
use super::mark::MarkItemFields;
use super::repeats::Repeats;
use super::search::SearchFields;
use super::table::Table;
use super::update::MembershipFields;
use super::validator::validate;
use super::{CheckedRequest, Validator};
use crate::command::Command;
use crate::json::Scanner;
use crate::policy::Policy;
use crate::report::Report;
use crate::revision::revision;

use Command::{
    CreateContactGroup as CREATE, DelContactGroup as DELETE, GetContactGroup as GET,
    MarkContact as MARK, SearchContactGroup as SEARCH, UpdateContactGroup as UPDATE,
};

/// The fast path alone: whether a warning may be due.
fn accept(command: Command, body: &str, policy: &Policy) -> Option<bool> {
    Validator::new(policy)
        .accept(command, body.as_bytes())
        .ok()
        .map(|(_, has_warnings)| has_warnings)
}

fn decode(command: Command, body: &str) -> CheckedRequest<'_> {
    Validator::default().decode(command, body.as_bytes()).unwrap()
}

fn peer(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}"}}"#)
}

fn body(rest: &str) -> String {
    format!(r#"{{"From_Account":"me",{rest}}}"#)
}

fn create(name: &str, ids: &[&str]) -> String {
    let contacts: Vec<String> = ids.iter().map(|id| peer(id)).collect();
    body(&format!(
        r#""GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{}]}}]"#,
        contacts.join(",")
    ))
}

fn rename(name: &str) -> String {
    body(&format!(
        r#""UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"g","NewGroupName":"{name}"}}"#
    ))
}

fn membership(id: &str) -> String {
    format!(r#"{{"ContactOptType":1,"ContactItem":{}}}"#, peer(id))
}

fn update(ids: &[&str]) -> String {
    let items: Vec<String> = ids.iter().map(|id| membership(id)).collect();
    let group = format!(
        r#"{{"UpdateGroupType":2,"OldGroupName":"g","ContactUpdateItem":[{}]}}"#,
        items.join(",")
    );
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
fn what_draws_no_warning_needs_no_full_validation() {
    let ids: &[&str] = &["a", "b"];
    let mut plain: Vec<(Command, String)> =
        lists(ids).into_iter().chain([get(), delete()]).collect();
    plain.extend([
        (CREATE, create(&"n".repeat(32), &[])),
        (CREATE, body(r#""GroupContactItem":[{"GroupName":"g"}]"#)),
        (UPDATE, rename(&"n".repeat(32))),
        (UPDATE, rename("h").replacen("}}", r#","ContactUpdateItem":[]}}"#, 1)),
        (
            UPDATE,
            update(ids).replacen(r#""OldGroupName""#, r#""NewGroupName":"","OldGroupName""#, 1),
        ),
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
        assert_eq!(accept(command, &body, &Policy::default()), Some(false), "{body}");
        assert_eq!(
            Validator::default().report(command, body.as_bytes()),
            Report::default(),
            "{body}"
        );
    }
    // Where a group needs its list of conversations, an empty one will do.
    let needs = create("g", &[]);
    assert!(accept(CREATE, &needs, &revision!("2023-03").policy()).is_some());
}

#[test]
fn the_fast_path_and_full_validation_find_the_same_first_error_in_damaged_bodies() {
    let bodies = lists(&["a", "标"]).into_iter().chain([get(), delete()]);
    for (command, body) in bodies {
        let spaced = body.replace(':', " : ").replace(',', "\n , ");
        for body in [body, spaced] {
            for (place, _) in body.char_indices() {
                let (before, after) = body.split_at(place);
                let rest = after.get(after.chars().next().map_or(0, char::len_utf8)..).unwrap();
                let mut damaged = vec![String::from(before), format!("{before}{rest}")];
                for other in
                    ["\"", "\\", "\\ud800", "{", "]", ",", ":", "0", "-", ".", "e", "\u{1}", "n"]
                {
                    damaged.push(format!("{before}{other}{rest}"));
                    damaged.push(format!("{before}{other}{after}"));
                }
                for damaged in damaged {
                    let full = validate(command, damaged.as_bytes(), &Policy::default(), 9);
                    let full = full.map_or_else(|report| report, |(_, report)| report);
                    let report = Validator::default()
                        .with_max_findings(9)
                        .report(command, damaged.as_bytes());
                    assert_eq!(report, full, "{damaged}");
                }
            }
        }
    }
}

#[test]
fn findings_that_are_not_kept_are_counted() {
    let elements = ["0", "7", "12", "-1", "{}", " 3", "4 ", "null", "[5,6]", "\"8\""];
    for start in 0..elements.len() {
        for length in 1..40 {
            let list: Vec<&str> =
                elements.iter().cycle().skip(start).step_by(3).take(length).copied().collect();
            let ones = vec!["1"; length];
            for list in
                [list.join(","), ones.join(","), format!("{},{}", ones.join(","), list.join(","))]
            {
                let body = mark(&[list]);
                let report =
                    |max| Validator::default().with_max_findings(max).report(MARK, body.as_bytes());
                let all = report(1000);
                assert_eq!(all.more(), 0);
                for max in [1, 2, 5] {
                    let few = report(max);
                    assert_eq!(
                        few.findings(),
                        all.findings().get(..max.min(all.findings().len())).unwrap(),
                        "{body}"
                    );
                    assert_eq!(few.findings().len() + few.more(), all.findings().len(), "{body}");
                }
            }
        }
    }
}

#[test]
fn elements_are_read_alone() {
    fn accepts<T: Table>(text: &str) -> bool {
        accept_alone::<T>(&mut Scanner::new(text), &Policy::default()).is_some()
    }
    assert!(accepts::<ContactFields>(&peer("a")));
    assert!(accepts::<MembershipFields>(&membership("a")));
    assert!(accepts::<MarkItemFields>(&mark_item(1, "a", r#","SetMark":[1]"#)));
    assert!(!accepts::<MarkItemFields>(&mark_item(1, "a", "")));
}

#[test]
fn repeats_are_found_without_full_validation() {
    let ids: &[&str] = &["a", "b", "a", "c", "b", "a"];
    for (command, body) in lists(ids) {
        let request = decode(command, &body);
        let found = Repeats::default()
            .report(request.request(), body.as_bytes(), Report::MAX_FINDINGS)
            .unwrap();
        let (_, full) =
            validate(command, body.as_bytes(), &Policy::default(), Report::MAX_FINDINGS).unwrap();
        assert_eq!(found, full);
        let places: Vec<String> = found
            .warnings()
            .map(|finding| finding.path().rsplit('/').next().unwrap_or_default().to_string())
            .collect();
        assert_eq!(places, ["2", "4", "5"]);
        for finding in found.findings() {
            assert!(body[finding.span().unwrap()].starts_with('"'), "{finding:?}");
        }
    }
    // An ID that was not borrowed from the body has no place in it.
    let body = search(&["a", r"\u0061"]);
    let request = decode(SEARCH, &body);
    assert_eq!(
        Repeats::default().report(request.request(), body.as_bytes(), Report::MAX_FINDINGS),
        None
    );
    let report = full::validate::<SearchFields>(body.as_bytes(), &Policy::default(), 9).unwrap().1;
    assert_eq!(report.findings().len(), 1);
}

#[test]
fn memory_survives_requests_of_all_commands() {
    let mut validator = Validator::default();
    let many: Vec<String> = (0..50).map(|number| format!("user_{number}")).collect();
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    let (long, short): (&[&str], &[&str]) = (&ids, &["a"]);
    let rest = [get(), delete(), (UPDATE, rename("h"))];
    let declined = lists(long).map(|(command, body)| (command, body.replacen("user_49", "", 1)));
    let bodies = lists(long).into_iter().chain(rest).chain(lists(short)).chain(declined);
    for (nth, (command, body)) in bodies.enumerate() {
        if let Ok(request) = validator.decode(command, body.as_bytes()) {
            validator.reclaim(request);
        }
        let _ = validator.report(command, body.as_bytes());
        if nth >= 3 {
            let room = validator.items.capacities();
            assert!(room.iter().all(|room| *room >= 50), "{body}: {room:?}");
            assert!(validator.items.is_empty());
        }
    }
}
