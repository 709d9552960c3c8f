//! Stored data: snapshots and changes, valid and damaged.

use super::json::{Json, Name, number, object, text};
use super::{ByteSource, mutations, texts};
use crate::reference::account::GROUP_ID_MAX;
use convmark::Revision;

/// How a snapshot is damaged whose last row is of the conversation of another row.
pub const A_ROW_TWICE: &str = "a row is there twice";

/// A valid snapshot.
pub fn snapshot(source: &mut ByteSource) -> Json {
    let names = ["n", "m", "k", "é\"\n", "long name of more than thirty-two bytes"];
    let wanted = source.below(names.len() + 1);
    let mut ids = Vec::new();
    let mut last: u32 = 0;
    let mut groups = Vec::new();
    for name in &names[..wanted] {
        last += u32::from(source.byte() % 3) + 1;
        ids.push(last);
        groups.push(object(vec![("group_id", number(last)), ("name", text(*name))]));
    }
    let counter = if source.one_in(8) { GROUP_ID_MAX } else { last + u32::from(source.byte() % 3) };
    let rows = (0..row_count(source)).map(|place| row(source, place, &ids)).collect();
    object(vec![
        ("version", number(1)),
        ("last_group_id", number(counter)),
        ("groups", Json::List(groups)),
        ("rows", Json::List(rows)),
    ])
}

/// Half of the snapshots have few rows, the others up to 40, so that an index is made.
fn row_count(source: &mut ByteSource) -> usize {
    let maximum = source.pick(&[5, 40]);
    source.in_range(0, maximum)
}

/// A row for that place, with a conversation of its own, in some of the groups.
fn row(source: &mut ByteSource, place: usize, groups: &[u32]) -> Json {
    let (member_of, choices) = (source.byte(), usize::from(source.byte()));
    // Requests name the conversations of the small pools often.
    let (kind, id) = match (place, choices / 64 % 2) {
        (0..4, 0) => (1, texts::USERS[place].into()),
        (0..4, _) => (2, texts::CHATS[place].into()),
        _ => texts::of_pool(place),
    };
    let own = if kind == 1 { "To_Account" } else { "ToGroupId" };
    let conversation = object(vec![("Type", number(kind)), (own, text(id))]);
    let group_ids: Vec<Json> = groups
        .iter()
        .enumerate()
        .filter(|(bit, _)| member_of >> bit & 1 == 1)
        .map(|(_, id)| number(id))
        .collect();
    let all = "1".repeat(64);
    let mark = ["1", "", "101", &all][choices % 4];
    let custom = ["", "c", "组\t", ""][choices / 4 % 4];
    let mark =
        if group_ids.is_empty() && custom.is_empty() && mark.is_empty() { "1" } else { mark };
    let timestamp = [0, 1, 1_700_000_000, u64::MAX][choices / 16 % 4];
    object(vec![
        ("conversation", conversation),
        ("standard_mark", text(mark)),
        ("custom_mark", text(custom)),
        ("group_ids", Json::List(group_ids)),
        ("timestamp", number(timestamp)),
    ])
}

/// Damages a valid snapshot so that it must be refused, and says how. `None` if the snapshot lacks
/// what that way changes.
pub fn broken_snapshot(
    source: &mut ByteSource,
    snapshot: &Json,
) -> Option<(Vec<u8>, &'static str)> {
    let mut broken = snapshot.clone();
    let how = break_snapshot(source, &mut broken)?;
    let mut bytes = broken.plain();
    match how {
        "cut short" => {
            let keep = source.below(bytes.len());
            bytes.truncate(keep);
        }
        "more after the end" => bytes.extend_from_slice(b"{}"),
        _ => {}
    }
    Some((bytes, how))
}

fn break_snapshot(source: &mut ByteSource, snapshot: &mut Json) -> Option<&'static str> {
    let kind = source.below(24);
    match kind {
        0 => return Some("cut short"),
        1 => return Some("more after the end"),
        2 => {
            *snapshot.member("version")? = number(source.pick(&[
                "2",
                "0",
                "null",
                "\"1\"",
                "1.0",
                "-1",
                "18446744073709551616",
            ]))
        }
        3 => {
            *snapshot.member("last_group_id")? =
                number(source.pick(&["2147483648", "-1", "null", "\"1\"", "4294967296"]))
        }
        4 => {
            *snapshot.member(source.pick(&["groups", "rows"]))? =
                source.pick(&[number("null"), object(vec![]), text("x")])
        }
        5..=8 => {
            let which = source.below(64);
            let members = some_object(snapshot, which)?;
            let place = source.below(members.len());
            match kind {
                5 => {
                    members.remove(place);
                    return Some("a member is missing");
                }
                6 => {
                    let twice = members[place].clone();
                    members.push(twice);
                    return Some("a member is there twice");
                }
                7 => members.push((Name::Plain("more".into()), number(1))),
                _ => members[place].1 = number(source.pick(&["null", "true", "-1", "1.5"])),
            }
        }
        9 => {
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            let twice = groups.first()?.clone();
            groups.push(twice);
            return Some("a group is there twice");
        }
        10 => {
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            *groups.first_mut()?.member("group_id")? =
                number(source.pick(&["0", "2147483648", "-1"]));
        }
        11 => {
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            if groups.len() < 2 {
                return None;
            }
            let name = groups[0].member("name")?.clone();
            *groups[1].member("name")? = name;
        }
        12 => {
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            *groups.first_mut()?.member("name")? =
                source.pick(&[text(""), text("x".repeat(65_537)), number(1)]);
        }
        13 => {
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            if groups.len() < 2 {
                return None;
            }
            groups.swap(0, 1);
        }
        14 => {
            let Json::List(rows) = snapshot.member("rows")? else { return None };
            let which = source.below(rows.len().max(1));
            let twice = rows.get(which)?.clone();
            rows.push(twice);
            return Some(A_ROW_TWICE);
        }
        15 => {
            let row = first_row(snapshot)?;
            *row.member("standard_mark")? = text("");
            *row.member("custom_mark")? = text("");
            *row.member("group_ids")? = Json::List(vec![]);
        }
        16 => {
            let marks = [
                "0",
                "01",
                "2",
                "1 ",
                "11111111111111111111111111111111111111111111111111111111111111111",
            ];
            *first_row(snapshot)?.member("standard_mark")? = text(source.pick(&marks));
        }
        17 => *first_row(snapshot)?.member("custom_mark")? = text("x".repeat(65_537)),
        18 => {
            *first_row(snapshot)?.member("group_ids")? =
                Json::List(vec![number(source.pick(&["0", "2147483647", "-1", "null"]))])
        }
        19 => {
            let Json::List(ids) = first_row(snapshot)?.member("group_ids")? else { return None };
            let twice = ids.first()?.clone();
            ids.push(twice);
        }
        20 => {
            let Json::List(ids) = first_row(snapshot)?.member("group_ids")? else { return None };
            if ids.len() < 2 {
                return None;
            }
            ids.reverse();
        }
        21 => {
            let conversations = [
                object(vec![("Type", number(1)), ("To_Account", text(""))]),
                object(vec![("Type", number(1)), ("To_Account", text("x".repeat(33)))]),
                object(vec![("Type", number(2)), ("To_Account", text("x"))]),
                object(vec![("Type", number(3)), ("To_Account", text("x"))]),
                object(vec![("Type", number(2)), ("ToGroupId", text("é"))]),
                object(vec![
                    ("Type", number(1)),
                    ("To_Account", text("x")),
                    ("ToGroupId", text("")),
                ]),
                object(vec![("To_Account", text("x"))]),
                text("x"),
            ];
            *first_row(snapshot)?.member("conversation")? = source.pick(&conversations);
        }
        22 => {
            *first_row(snapshot)?.member("timestamp")? =
                number(source.pick(&["-1", "18446744073709551616", "null", "1.0"]))
        }
        _ => {
            // One below the highest group ID.
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            let Json::Raw(highest) = groups.last_mut()?.member("group_id")?.clone() else {
                return None;
            };
            let counter = highest.parse::<u32>().ok()?.checked_sub(1)?;
            *snapshot.member("last_group_id")? = number(counter);
            return Some("a group above the counter");
        }
    }
    Some("a value that does not fit")
}

fn first_row(snapshot: &mut Json) -> Option<&mut Json> {
    match snapshot.member("rows")? {
        Json::List(rows) => rows.first_mut(),
        _ => None,
    }
}

/// One of the snapshot's objects at any depth.
fn some_object(snapshot: &mut Json, which: usize) -> Option<&mut Vec<(Name, Json)>> {
    let count = snapshot.count();
    let is_object =
        |snapshot: &mut Json, index| matches!(snapshot.nth(index), Some(Json::Object(_)));
    let places: Vec<usize> = (0..count).filter(|index| is_object(snapshot, *index)).collect();
    match snapshot.nth(places[which % places.len()]) {
        Some(Json::Object(members)) => Some(members),
        _ => None,
    }
}

/// A change in JSON form. Most do not fit any account, and some are invalid.
pub fn change(source: &mut ByteSource) -> Vec<u8> {
    let conversation = |source: &mut ByteSource| match source.one_in(3) {
        true => object(vec![("Type", number(2)), ("ToGroupId", text(source.pick(&texts::CHATS)))]),
        false => {
            object(vec![("Type", number(1)), ("To_Account", text(source.pick(&texts::USERS)))])
        }
    };
    let kind = source.below(8);
    let group_id = (
        "group_id",
        number(source.pick(&["1", "2", "3", "4", "0", "2147483647", "2147483648", "4294967296"])),
    );
    let names = ["n", "m", "", "k"];
    let (name, other) = (source.pick(&names), source.pick(&["m", "n", "k", ""]));
    let mut members = match kind {
        0 | 7 => vec![("type", text("group_created")), group_id, ("name", text(name))],
        1 => vec![
            ("type", text("group_renamed")),
            group_id,
            ("old_name", text(name)),
            ("name", text(other)),
        ],
        2 => vec![("type", text("group_deleted")), group_id, ("name", text(name))],
        3 => vec![
            ("type", text("conversation_added")),
            group_id,
            ("conversation", conversation(source)),
        ],
        4 => vec![
            ("type", text("conversation_removed")),
            group_id,
            ("conversation", conversation(source)),
        ],
        5 => {
            let mut members =
                vec![("type", text("conversation_marked")), ("conversation", conversation(source))];
            if !source.one_in(3) {
                members.push(("standard_mark", text(source.pick(&["1", "11", "", "01", "102"]))));
            }
            if source.one_in(2) {
                members.push(("custom_mark", text(source.pick(&["c", "", "d"]))));
            }
            members
        }
        _ => vec![("type", text("conversation_forgotten")), ("conversation", conversation(source))],
    };
    members.insert(1, ("at", number(source.pick(&["5", "0", "6", "18446744073709551615"]))));
    let mut change = object(members);
    if source.one_in(6) {
        mutations::mutate(source, &mut change, &Revision::V2026_04.policy());
    }
    let mut bytes = change.spelled(source);
    if source.one_in(24) {
        mutations::damage(source, &mut bytes);
    }
    bytes
}
