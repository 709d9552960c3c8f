//! IDs, names and marks: from a small pool, so that requests name the same ones, or exactly at a
//! limit.

use super::ByteSource;
use super::limits::count;
use convmark::Policy;

/// Users of the small pool.
pub const USERS: [&str; 4] = ["u", "v", "w", "a"];
/// Group chats of the small pool. One of them needs escapes in JSON and in JSON Pointers.
pub const CHATS: [&str; 4] = ["g", "h", "@TGS#1", "q\"\\/~1"];

/// A text of exactly `bytes` bytes: one character repeated, then padding.
pub fn of_bytes(source: &mut ByteSource, bytes: usize) -> String {
    let character = source.pick(&['x', 'é', '组', '😀', '"']);
    let mut text: String = std::iter::repeat_n(character, bytes / character.len_utf8()).collect();
    text.extend(std::iter::repeat_n('y', bytes - text.len()));
    text
}

/// How many conversations the large pool has: more than an account finds without an index.
pub const POOL: usize = 60;

/// A conversation of the large pool: its wire `Type` and its ID. The IDs have 1 to 96 bytes. A user
/// and a group chat can have the same.
pub fn of_pool(number: usize) -> (u8, String) {
    let number = number % POOL;
    match number % 8 {
        0 | 1 => (1, char::from(b'!' + u8::try_from(number).expect("small")).into()),
        2 => (2, format!("p{}", number + 1)),
        3 => (1, format!("p{number}")),
        4 => (1, format!("{number} \\")),
        5 => (1, format!("{number:x<32}")),
        6 if number < 16 => (2, format!("@TOPIC#_{number:t<88}")),
        6 => (2, format!("{number:x<48}")),
        _ => (1, format!("long {number:0>12}")),
    }
}

fn pool_id(source: &mut ByteSource, wanted: u8) -> String {
    let start = source.below(POOL);
    let ids = (start..start + POOL).map(of_pool);
    ids.filter(|(kind, _)| *kind == wanted).map(|(_, id)| id).next().expect("both kinds are there")
}

/// A valid user ID.
pub fn user(source: &mut ByteSource) -> String {
    match source.below(24) {
        18..=21 => pool_id(source, 1),
        22 => "L".repeat(32),
        23 => " ~".into(),
        _ => source.pick(&USERS).into(),
    }
}

/// A valid group chat ID.
pub fn chat(source: &mut ByteSource) -> String {
    match source.below(24) {
        17..=20 => pool_id(source, 2),
        21 => "K".repeat(48),
        22 => format!("@TOPIC#_{}", "t".repeat(source.pick(&[41, 88, 1]))),
        23 => "~ ".into(),
        _ => source.pick(&CHATS).into(),
    }
}

/// A group name that the policy allows.
pub fn group_name(source: &mut ByteSource, policy: &Policy) -> String {
    let maximum = count(policy.group_name_max_bytes());
    match source.below(16) {
        14 => of_bytes(source, maximum.min(70)),
        15 => of_bytes(source, maximum.min(33)),
        _ => source.pick(&["n", "m", "k"]).into(),
    }
}

/// A custom mark that the policy allows.
pub fn custom_mark(source: &mut ByteSource, policy: &Policy) -> String {
    let maximum = count(policy.custom_mark_max_bytes());
    match source.below(8) {
        0 | 1 if maximum > 0 => "c".into(),
        2 if maximum > 0 => "d".into(),
        7 => of_bytes(source, maximum.min(300)),
        6 => of_bytes(source, maximum.min(30)),
        _ => String::new(),
    }
}

/// A text that breaks a rule or is exactly at a limit.
pub fn unusual(source: &mut ByteSource, policy: &Policy) -> String {
    let name = count(policy.group_name_max_bytes());
    let custom = count(policy.custom_mark_max_bytes());
    match source.below(14) {
        0 => String::new(),
        1 => of_bytes(source, name + 1),
        2 => of_bytes(source, name),
        3 => of_bytes(source, custom + 1),
        4 => of_bytes(source, custom),
        5 => "x".repeat(source.pick(&[32, 33, 31])),
        6 => "x".repeat(source.pick(&[48, 49, 47])),
        7 => format!("@TOPIC#_{}", "x".repeat(source.pick(&[88, 89, 87, 40]))),
        8 => "tab\t".into(),
        9 => "\u{7f}".into(),
        10 => "é".into(),
        11 => "组".repeat(16),
        12 => "\0".into(),
        _ => "@TOPIC#".repeat(8),
    }
}
