//! Requests about many conversations of the large pool, so that accounts grow beyond the 16 rows
//! that are found without an index, lose them again, and have gaps.

use super::json::{Json, number, object, text};
use super::{ByteSource, texts};
use crate::reference::account::Facts;
use convmark::{Command, Policy};
use std::ops::Range;

use super::operations::Call;

/// The groups that these requests name. Other requests name them often.
const GROUPS: [&str; 2] = ["n", "m"];

/// Two groups and marks, on 15 to 40 rows in all. The group conversations may overlap. The policy
/// must have [room](super::policies::roomy).
pub fn opening(source: &mut ByteSource, policy: &Policy) -> impl Iterator<Item = Call> + use<> {
    let start = source.below(texts::POOL);
    let end = start + source.in_range(15, 40);
    let first = source.in_range(start, end);
    let second = source.in_range(first, end);
    let overlap = source.below(4).min(first - start);
    [
        create(GROUPS[0], start..first),
        create(GROUPS[1], first - overlap..second),
        mark(policy, second..end, Marking::Set),
    ]
    .into_iter()
    .map(|(command, body)| admin_call(command, &body, 0))
}

/// A request about up to 30 conversations.
pub fn call(source: &mut ByteSource, policy: &Policy, now: u64) -> Call {
    let kind = source.below(8);
    let group = source.pick(&GROUPS);
    let start = source.below(texts::POOL);
    let numbers = start..start + source.in_range(1, 30);
    let (command, body) = match kind {
        0 => create(group, numbers),
        1 | 2 => update(group, numbers, 1),
        3 => update(group, numbers, 2),
        4 => mark(policy, numbers, Marking::Set),
        5 | 6 => mark(policy, numbers, Marking::Clear),
        _ => delete(group),
    };
    admin_call(command, &body, now)
}

fn admin_call(command: Command, body: &Json, now: u64) -> Call {
    Call { command, body: body.plain(), admin: true, facts: Facts::default(), now }
}

fn body(members: Vec<(&str, Json)>) -> Json {
    let requester = vec![("From_Account", text("a"))];
    object(requester.into_iter().chain(members).collect())
}

fn contact(pool_number: usize) -> Json {
    let (kind, id) = texts::of_pool(pool_number);
    let own = if kind == 1 { "To_Account" } else { "ToGroupId" };
    object(vec![("Type", number(kind)), (own, text(id))])
}

fn create(group: &str, numbers: Range<usize>) -> (Command, Json) {
    let contacts = Json::List(numbers.map(contact).collect());
    let group = object(vec![("GroupName", text(group)), ("ContactItem", contacts)]);
    (Command::CreateContactGroup, body(vec![("GroupContactItem", Json::List(vec![group]))]))
}

/// Adds conversations (1) or removes them (2).
fn update(group: &str, numbers: Range<usize>, change: u8) -> (Command, Json) {
    let item = |pool_number| {
        object(vec![("ContactOptType", number(change)), ("ContactItem", contact(pool_number))])
    };
    let update = object(vec![
        ("UpdateGroupType", number(2)),
        ("OldGroupName", text(group)),
        ("ContactUpdateItem", Json::List(numbers.map(item).collect())),
    ]);
    let members = vec![("UpdateType", number(1)), ("UpdateGroup", update)];
    (Command::UpdateContactGroup, body(members))
}

fn delete(group: &str) -> (Command, Json) {
    (Command::DelContactGroup, body(vec![("GroupName", Json::List(vec![text(group)]))]))
}

#[derive(Clone, Copy)]
enum Marking {
    Set,
    Clear,
}

/// Sets the lowest standard mark, or clears it and the custom mark.
fn mark(policy: &Policy, numbers: Range<usize>, marking: Marking) -> (Command, Json) {
    let lowest = || Json::List(vec![number(policy.mark_base().first())]);
    let item = |pool_number| {
        let conversation = ("ContactItem", contact(pool_number));
        object(match marking {
            Marking::Set => vec![("OptType", number(1)), conversation, ("SetMark", lowest())],
            Marking::Clear => vec![
                ("OptType", number(3)),
                conversation,
                ("ClearMark", lowest()),
                ("CustomMark", text("")),
            ],
        })
    };
    (Command::MarkContact, body(vec![("MarkItem", Json::List(numbers.map(item).collect()))]))
}
