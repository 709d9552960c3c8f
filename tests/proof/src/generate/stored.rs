//! Stored data: snapshots and changes, sound and damaged.

use super::json::{Json, Name, number, object, text};
use super::{Draw, mutations, texts};
use crate::twin::account::GROUP_ID_MOST;
use convmark::Revision;

/// A sound snapshot.
pub fn snapshot(draw: &mut Draw) -> Json {
    let names = ["n", "m", "k", "é\"\n", "long name of more than thirty-two bytes"];
    let wanted = draw.below(names.len() + 1);
    let mut ids = Vec::new();
    let mut last: u32 = 0;
    let mut groups = Vec::new();
    for name in &names[..wanted] {
        last += u32::from(draw.byte() % 3) + 1;
        ids.push(last);
        groups.push(object(vec![("group_id", number(last)), ("name", text(*name))]));
    }
    let counter = if draw.once_in(8) { GROUP_ID_MOST } else { last + u32::from(draw.byte() % 3) };
    let mut rows = Vec::new();
    let most = draw.below(6);
    for index in 0..most {
        let conversation = match draw.once_in(2) {
            true => object(vec![("Type", number(2)), ("ToGroupId", text(texts::CHATS[index % 4]))]),
            false => object(vec![("Type", number(1)), ("To_Account", text(texts::USERS[index % 4]))]),
        };
        // Conversations do not repeat: a user and a chat of the same number differ, and so do the first four.
        if index >= 4 {
            break;
        }
        let member_of = draw.byte();
        let group_ids: Vec<Json> =
            ids.iter().enumerate().filter(|(place, _)| member_of >> place & 1 == 1).map(|(_, id)| number(id)).collect();
        let mark = draw.pick(&["1", "", "101", "1000000000000000000000000000000000000000000000000000000000000000"]);
        let custom = draw.pick(&["", "c", "组\t"]);
        let mark = if group_ids.is_empty() && custom.is_empty() && mark.is_empty() { "1" } else { mark };
        rows.push(object(vec![
            ("conversation", conversation),
            ("standard_mark", text(mark)),
            ("custom_mark", text(custom)),
            ("group_ids", Json::List(group_ids)),
            ("timestamp", number(draw.pick(&[0_u64, 1, 1_700_000_000, u64::MAX]))),
        ]));
    }
    object(vec![
        ("version", number(1)),
        ("last_group_id", number(counter)),
        ("groups", Json::List(groups)),
        ("rows", Json::List(rows)),
    ])
}

/// Breaks a sound snapshot in a way that must not be loaded; says how. `None` where that way needs what the snapshot lacks.
pub fn broken_snapshot(draw: &mut Draw, snapshot: &Json) -> Option<(Vec<u8>, &'static str)> {
    let mut broken = snapshot.clone();
    let how = break_snapshot(draw, &mut broken)?;
    let mut bytes = broken.plain();
    match how {
        "cut short" => {
            let keep = draw.below(bytes.len());
            bytes.truncate(keep);
        }
        "more after the end" => bytes.extend_from_slice(b"{}"),
        _ => {}
    }
    Some((bytes, how))
}

fn break_snapshot(draw: &mut Draw, snapshot: &mut Json) -> Option<&'static str> {
    let kind = draw.below(24);
    match kind {
        0 => return Some("cut short"),
        1 => return Some("more after the end"),
        2 => *snapshot.member("version")? = number(draw.pick(&["2", "0", "null", "\"1\"", "1.0", "-1", "18446744073709551616"])),
        3 => *snapshot.member("last_group_id")? = number(draw.pick(&["2147483648", "-1", "null", "\"1\"", "4294967296"])),
        4 => *snapshot.member(draw.pick(&["groups", "rows"]))? = draw.pick(&[number("null"), object(vec![]), text("x")]),
        5..=8 => {
            let which = draw.below(64);
            let members = some_object(snapshot, which)?;
            let place = draw.below(members.len());
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
                _ => members[place].1 = number(draw.pick(&["null", "true", "-1", "1.5"])),
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
            *groups.first_mut()?.member("group_id")? = number(draw.pick(&["0", "2147483648", "-1"]));
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
            *groups.first_mut()?.member("name")? = draw.pick(&[text(""), text("x".repeat(65_537)), number(1)]);
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
            let twice = rows.first()?.clone();
            rows.push(twice);
        }
        15 => {
            let row = first_row(snapshot)?;
            *row.member("standard_mark")? = text("");
            *row.member("custom_mark")? = text("");
            *row.member("group_ids")? = Json::List(vec![]);
        }
        16 => {
            let marks = ["0", "01", "2", "1 ", "11111111111111111111111111111111111111111111111111111111111111111"];
            *first_row(snapshot)?.member("standard_mark")? = text(draw.pick(&marks));
        }
        17 => *first_row(snapshot)?.member("custom_mark")? = text("x".repeat(65_537)),
        18 => {
            *first_row(snapshot)?.member("group_ids")? = Json::List(vec![number(draw.pick(&["0", "2147483647", "-1", "null"]))])
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
                object(vec![("Type", number(1)), ("To_Account", text("x")), ("ToGroupId", text(""))]),
                object(vec![("To_Account", text("x"))]),
                text("x"),
            ];
            *first_row(snapshot)?.member("conversation")? = draw.pick(&conversations);
        }
        22 => *first_row(snapshot)?.member("timestamp")? = number(draw.pick(&["-1", "18446744073709551616", "null", "1.0"])),
        _ => {
            // One below the highest group.
            let Json::List(groups) = snapshot.member("groups")? else { return None };
            let Json::Raw(highest) = groups.last_mut()?.member("group_id")?.clone() else { return None };
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

/// One of the objects of the snapshot, at any depth.
fn some_object(snapshot: &mut Json, which: usize) -> Option<&mut Vec<(Name, Json)>> {
    let count = snapshot.count();
    let is_object = |snapshot: &mut Json, index| matches!(snapshot.nth(index), Some(Json::Object(_)));
    let places: Vec<usize> = (0..count).filter(|index| is_object(snapshot, *index)).collect();
    match snapshot.nth(places[which % places.len()]) {
        Some(Json::Object(members)) => Some(members),
        _ => None,
    }
}

/// A change in its JSON form; most of them fit no account, some are no changes.
pub fn change(draw: &mut Draw) -> Vec<u8> {
    let conversation = |draw: &mut Draw| match draw.once_in(3) {
        true => object(vec![("Type", number(2)), ("ToGroupId", text(draw.pick(&texts::CHATS)))]),
        false => object(vec![("Type", number(1)), ("To_Account", text(draw.pick(&texts::USERS)))]),
    };
    let kind = draw.below(8);
    let group_id = ("group_id", number(draw.pick(&["1", "2", "3", "4", "0", "2147483647", "2147483648", "4294967296"])));
    let names = ["n", "m", "", "k"];
    let (name, other) = (draw.pick(&names), draw.pick(&["m", "n", "k", ""]));
    let mut members = match kind {
        0 | 7 => vec![("type", text("group_created")), group_id, ("name", text(name))],
        1 => vec![("type", text("group_renamed")), group_id, ("old_name", text(name)), ("name", text(other))],
        2 => vec![("type", text("group_deleted")), group_id, ("name", text(name))],
        3 => vec![("type", text("conversation_added")), group_id, ("conversation", conversation(draw))],
        4 => vec![("type", text("conversation_removed")), group_id, ("conversation", conversation(draw))],
        5 => {
            let mut members = vec![("type", text("conversation_marked")), ("conversation", conversation(draw))];
            if !draw.once_in(3) {
                members.push(("standard_mark", text(draw.pick(&["1", "11", "", "01", "102"]))));
            }
            if draw.once_in(2) {
                members.push(("custom_mark", text(draw.pick(&["c", "", "d"]))));
            }
            members
        }
        _ => vec![("type", text("conversation_forgotten")), ("conversation", conversation(draw))],
    };
    members.insert(1, ("at", number(draw.pick(&["5", "0", "6", "18446744073709551615"]))));
    let mut change = object(members);
    if draw.once_in(6) {
        mutations::mutate(draw, &mut change, &Revision::V2026_04.policy());
    }
    let mut bytes = change.spelled(draw);
    if draw.once_in(24) {
        mutations::damage(draw, &mut bytes);
    }
    bytes
}
