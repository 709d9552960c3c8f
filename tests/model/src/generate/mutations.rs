//! Mutations of valid bodies: single deviations from the right shape, and damage to the text.

use super::json::{Json, Name, number, object, text};
use super::{ByteSource, limits, requests, texts};
use convmark::{Command, Policy};

/// Every documented name, and some that clients use by mistake.
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

/// Texts that are not JSON.
const NONSENSE: [&str; 16] = [
    "",
    "01",
    "+1",
    "1.",
    ".5",
    "1e",
    "nul",
    "True",
    "'x'",
    "\"",
    "\"\\x\"",
    "\"\\ud80\"",
    "\"\t\"",
    "[1,]",
    "{\"a\":1,}",
    "-",
];

/// Bodies that clients may send: about half of them valid, the others wrong in a few places.
pub fn near_valid_body(source: &mut ByteSource, command: Command, policy: &Policy) -> Vec<u8> {
    let mut body = requests::mostly_valid_body(source, command, policy);
    let count = source.pick(&[0, 1, 0, 1, 0, 2, 0, 3]);
    for _ in 0..count {
        mutate(source, &mut body, policy);
    }
    let mut bytes = body.spelled(source);
    if source.one_in(24) {
        damage(source, &mut bytes);
    }
    bytes
}

/// Changes one value or member at any depth.
pub fn mutate(source: &mut ByteSource, body: &mut Json, policy: &Policy) {
    let count = body.count();
    let place = source.below(count);
    let Some(value) = body.nth(place) else { return };
    match value {
        Json::Object(members) if !source.one_in(5) => mutate_object(source, members),
        Json::List(list) if !source.one_in(5) => mutate_list(source, list, policy),
        Json::Text(text) if !source.one_in(3) => *text = texts::unusual(source, policy),
        // Most such numbers are selectors. Another selector makes other fields relevant.
        Json::Raw(raw) if raw.len() == 1 && !source.one_in(3) => {
            *raw = source.pick(&["1", "2", "3", "0", "4"]).into()
        }
        other => *other = unusual_value(source, policy),
    }
}

fn mutate_object(source: &mut ByteSource, members: &mut Vec<(Name, Json)>) {
    if members.is_empty() || source.one_in(4) {
        let value = source.pick(&[
            number(1),
            text("x"),
            number("null"),
            Json::List(vec![]),
            object(vec![]),
        ]);
        let name = unknown_name(source);
        let place = source.below(members.len() + 1);
        members.insert(place, (name, value));
        return;
    }
    let place = source.below(members.len());
    match source.below(8) {
        0 => drop(members.remove(place)),
        1 => members[place].1 = number("null"),
        2 | 3 => {
            let (name, value) = members[place].clone();
            let value = source.pick(&[value, number("null"), number(7), text("x")]);
            let at = source.below(members.len() + 1);
            members.insert(at, (name, value));
        }
        4 => members[place].0 = unknown_name(source),
        5 => {
            if let Name::Plain(name) = &members[place].0 {
                members[place].0 = Name::Plain(misspelled(source, name));
            }
        }
        6 => members[place].1 = Json::List(vec![members[place].1.clone()]),
        _ => {
            let other = source.below(members.len());
            members.swap(place, other);
        }
    }
}

fn mutate_list(source: &mut ByteSource, list: &mut Vec<Json>, policy: &Policy) {
    let last = list.last().cloned().unwrap_or_else(|| number(1));
    match source.below(8) {
        0 => list.clear(),
        1 | 2 => {
            // At a limit or one above it. Limits that are too high to reach quickly are left out.
            let limit = source.pick(&[
                limits::count(policy.mark_items_max()),
                limits::count(policy.search_max()),
                policy.conversations_max().map_or(4, limits::count),
                1,
            ]);
            let wanted = limit.min(301) + source.below(2);
            list.resize(wanted, last);
        }
        3 => list.push(last),
        4 => list.push(number("null")),
        5 => list.push(unusual_value(source, policy)),
        6 => list.insert(0, requests::contact(source)),
        _ => drop(list.pop()),
    }
}

/// A value that is wrong for most fields.
pub fn unusual_value(source: &mut ByteSource, policy: &Policy) -> Json {
    match source.below(24) {
        0..=6 => number(source.pick(&NUMBERS)),
        7..=11 => text(texts::unusual(source, policy)),
        12 => number("null"),
        13 => number(source.pick(&["true", "false"])),
        14 => Json::List(vec![]),
        15 => object(vec![]),
        16 => Json::List(vec![object(vec![])]),
        17 => number(source.pick(&[
            "\"\\ud800\"",
            "\"x\\udfff\"",
            "\"\\ud83d\\ude00\"",
            "\"\\udc00\\ud800\"",
            "\"\\u0000\"",
        ])),
        18 => number("[ \n]"),
        19 => deep(source),
        20 => number("\"\\u0061\""),
        21 => number(source.pick(&NONSENSE)),
        22 => number("1".repeat(source.pick(&[400, 40, 4000]))),
        _ => requests::contact(source),
    }
}

/// Deep nesting that would overflow the stack of a recursive reader.
fn deep(source: &mut ByteSource) -> Json {
    let depth = source.pick(&[130_usize, 3, 5000]);
    let (open, close) = source.pick(&[("[", "]"), ("{\"a\":", "}")]);
    let inner = source.pick(&["1", "[]", "\"\\ud800\""]);
    // Sometimes it is not closed.
    let close = if source.one_in(8) { "" } else { close };
    number(format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)))
}

fn unknown_name(source: &mut ByteSource) -> Name {
    match source.below(12) {
        0..=4 => Name::Plain(source.pick(&NAMES).into()),
        5 | 6 => {
            let name = source.pick(&NAMES);
            Name::Plain(misspelled(source, name))
        }
        7 => Name::Plain("a/b~c\"".into()),
        8 => Name::Plain("名前😀".repeat(source.pick(&[1, 8]))),
        9 => Name::Plain(String::new()),
        10 => Name::Plain("x".repeat(source.pick(&[63, 64, 65, 2000]))),
        _ => Name::Raw(
            source
                .pick(&[
                    "\"\\ud800\"",
                    "\"\\u0054ype\"",
                    "\"Ty\\udc00pe\"",
                    "\"\\ud83d\\ude00\"",
                    "Type",
                    "1",
                ])
                .into(),
        ),
    }
}

fn misspelled(source: &mut ByteSource, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.is_empty() {
        return "x".into();
    }
    let place = source.below(letters.len());
    match source.below(5) {
        0 => return name.to_lowercase(),
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, 'x'),
        3 => return name.replace('_', ""),
        _ => return format!("{name}s"),
    }
    letters.into_iter().collect()
}

/// Damages the bytes of the text.
pub fn damage(source: &mut ByteSource, bytes: &mut Vec<u8>) {
    let place = source.below(bytes.len() + 1);
    match source.below(8) {
        0 => bytes.truncate(place),
        1 => bytes.extend_from_slice(source.pick(&["x", " \n", "}", "{}", ",", "\0"]).as_bytes()),
        2 => bytes.insert(place, source.pick(&[0xff, 0x80, 0xc0, 0xed])),
        3 => bytes.insert(
            place,
            source.pick(&[
                b'"', b',', b':', b'{', b'}', b'[', b']', b'\\', b'0', b'-', b'e', b'.', 0, b'n',
            ]),
        ),
        4 if place < bytes.len() => drop(bytes.remove(place)),
        5 if place < bytes.len() => bytes[place] = source.byte(),
        6 => drop(bytes.splice(0..0, [0xef, 0xbb, 0xbf])),
        _ => {
            let other = source.below(bytes.len() + 1);
            let (from, to) = (place.min(other), place.max(other));
            drop(bytes.drain(from..to));
        }
    }
}
