//! What can be wrong with a body: single deviations from the right shape, and damage to the text.

use super::json::{Json, Name, number, object, text};
use super::{Draw, limits, requests, texts};
use convmark::{Command, Policy};

/// Every documented name, and names that clients invented.
const NAMES: [&str; 22] = [
    "From_Account",
    "GroupContactItem",
    "GroupName",
    "ContactItem",
    "Type",
    "To_Account",
    "ToGroupId",
    "UpdateType",
    "UpdateGroup",
    "UpdateGroupType",
    "OldGroupName",
    "NewGroupName",
    "ContactUpdateItem",
    "ContactOptType",
    "MarkItem",
    "OptType",
    "ClearMark",
    "SetMark",
    "CustomMark",
    "StartIndex",
    "Timestamp",
    "UserId",
];

const NUMBERS: [&str; 30] = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "-0",
    "-1",
    "1.0",
    "1e0",
    "2E0",
    "0.0",
    "-0.0",
    "63",
    "64",
    "65",
    "255",
    "256",
    "257",
    "4294967297",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551617",
    "-9223372036854775809",
    "1e400",
    "-1e400",
    "1e-400",
    "340282366920938463463374607431768211457",
    "1.8446744073709551615e19",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000",
];

/// No JSON at all.
const NONSENSE: [&str; 16] =
    ["", "01", "+1", "1.", ".5", "1e", "nul", "True", "'x'", "\"", "\"\\x\"", "\"\\ud80\"", "\"\t\"", "[1,]", "{\"a\":1,}", "-"];

/// Bodies as clients may send them: half of them right, the others wrong in a few places.
pub fn near_valid_body(draw: &mut Draw, command: Command, policy: &Policy) -> Vec<u8> {
    let mut body = requests::right_body(draw, command, policy);
    let count = draw.pick(&[0, 1, 0, 1, 0, 2, 0, 3]);
    for _ in 0..count {
        mutate(draw, &mut body, policy);
    }
    let mut bytes = body.spelled(draw);
    if draw.once_in(24) {
        damage(draw, &mut bytes);
    }
    bytes
}

/// Changes one thing somewhere in the value.
pub fn mutate(draw: &mut Draw, body: &mut Json, policy: &Policy) {
    let count = body.count();
    let place = draw.below(count);
    let Some(value) = body.nth(place) else { return };
    match value {
        Json::Object(members) if !draw.once_in(5) => mutate_object(draw, members),
        Json::List(list) if !draw.once_in(5) => mutate_list(draw, list, policy),
        Json::Text(text) if !draw.once_in(3) => *text = texts::odd(draw, policy),
        // Selectors are such small numbers: another one makes other fields count.
        Json::Raw(raw) if raw.len() == 1 && !draw.once_in(3) => *raw = draw.pick(&["1", "2", "3", "0", "4"]).into(),
        other => *other = odd_value(draw, policy),
    }
}

fn mutate_object(draw: &mut Draw, members: &mut Vec<(Name, Json)>) {
    if members.is_empty() || draw.once_in(4) {
        let value = draw.pick(&[number(1), text("x"), number("null"), Json::List(vec![]), object(vec![])]);
        let name = unknown_name(draw);
        let place = draw.below(members.len() + 1);
        members.insert(place, (name, value));
        return;
    }
    let place = draw.below(members.len());
    match draw.below(8) {
        0 => drop(members.remove(place)),
        1 => members[place].1 = number("null"),
        2 | 3 => {
            let (name, value) = members[place].clone();
            let value = draw.pick(&[value, number("null"), number(7), text("x")]);
            let at = draw.below(members.len() + 1);
            members.insert(at, (name, value));
        }
        4 => members[place].0 = unknown_name(draw),
        5 => {
            if let Name::Plain(name) = &members[place].0 {
                members[place].0 = Name::Plain(misspelled(draw, name));
            }
        }
        6 => members[place].1 = Json::List(vec![members[place].1.clone()]),
        _ => {
            let other = draw.below(members.len());
            members.swap(place, other);
        }
    }
}

fn mutate_list(draw: &mut Draw, list: &mut Vec<Json>, policy: &Policy) {
    let last = list.last().cloned().unwrap_or_else(|| number(1));
    match draw.below(8) {
        0 => list.clear(),
        1 | 2 => {
            // Just at a limit or just above it; limits too high to be met cheaply stay out of reach.
            let limit = draw.pick(&[
                limits::count(policy.mark_items_max()),
                limits::count(policy.search_max()),
                policy.conversations_max().map_or(4, limits::count),
                1,
            ]);
            let wanted = limit.min(301) + draw.below(2);
            list.resize(wanted, last);
        }
        3 => list.push(last),
        4 => list.push(number("null")),
        5 => list.push(odd_value(draw, policy)),
        6 => list.insert(0, requests::contact(draw)),
        _ => drop(list.pop()),
    }
}

/// A value that hardly any field wants.
pub fn odd_value(draw: &mut Draw, policy: &Policy) -> Json {
    match draw.below(24) {
        0..=6 => number(draw.pick(&NUMBERS)),
        7..=11 => text(texts::odd(draw, policy)),
        12 => number("null"),
        13 => number(draw.pick(&["true", "false"])),
        14 => Json::List(vec![]),
        15 => object(vec![]),
        16 => Json::List(vec![object(vec![])]),
        17 => number(draw.pick(&["\"\\ud800\"", "\"x\\udfff\"", "\"\\ud83d\\ude00\"", "\"\\udc00\\ud800\"", "\"\\u0000\""])),
        18 => number("[ \n]"),
        19 => deep(draw),
        20 => number("\"\\u0061\""),
        21 => number(draw.pick(&NONSENSE)),
        22 => number("1".repeat(draw.pick(&[400, 40, 4000]))),
        _ => requests::contact(draw),
    }
}

/// Nesting that recursion would not survive.
fn deep(draw: &mut Draw) -> Json {
    let depth = draw.pick(&[130_usize, 3, 5000]);
    let (open, close) = draw.pick(&[("[", "]"), ("{\"a\":", "}")]);
    let inner = draw.pick(&["1", "[]", "\"\\ud800\""]);
    // Now and then it is not closed.
    let close = if draw.once_in(8) { "" } else { close };
    number(format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)))
}

fn unknown_name(draw: &mut Draw) -> Name {
    match draw.below(12) {
        0..=4 => Name::Plain(draw.pick(&NAMES).into()),
        5 | 6 => {
            let name = draw.pick(&NAMES);
            Name::Plain(misspelled(draw, name))
        }
        7 => Name::Plain("a/b~c\"".into()),
        8 => Name::Plain("名前😀".repeat(draw.pick(&[1, 8]))),
        9 => Name::Plain(String::new()),
        10 => Name::Plain("x".repeat(draw.pick(&[63, 64, 65, 2000]))),
        _ => {
            Name::Raw(draw.pick(&["\"\\ud800\"", "\"\\u0054ype\"", "\"Ty\\udc00pe\"", "\"\\ud83d\\ude00\"", "Type", "1"]).into())
        }
    }
}

fn misspelled(draw: &mut Draw, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.is_empty() {
        return "x".into();
    }
    let place = draw.below(letters.len());
    match draw.below(5) {
        0 => return name.to_lowercase(),
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, 'x'),
        3 => return name.replace('_', ""),
        _ => return format!("{name}s"),
    }
    letters.into_iter().collect()
}

/// Damages the text itself.
pub fn damage(draw: &mut Draw, bytes: &mut Vec<u8>) {
    let place = draw.below(bytes.len() + 1);
    match draw.below(8) {
        0 => bytes.truncate(place),
        1 => bytes.extend_from_slice(draw.pick(&["x", " \n", "}", "{}", ",", "\0"]).as_bytes()),
        2 => bytes.insert(place, draw.pick(&[0xff, 0x80, 0xc0, 0xed])),
        3 => bytes.insert(place, draw.pick(&[b'"', b',', b':', b'{', b'}', b'[', b']', b'\\', b'0', b'-', b'e', b'.', 0, b'n'])),
        4 if place < bytes.len() => drop(bytes.remove(place)),
        5 if place < bytes.len() => bytes[place] = draw.byte(),
        6 => drop(bytes.splice(0..0, [0xef, 0xbb, 0xbf])),
        _ => {
            let other = draw.below(bytes.len() + 1);
            let (from, to) = (place.min(other), place.max(other));
            drop(bytes.drain(from..to));
        }
    }
}
