//! IDs, names and marks: from a small pool, so that cases meet each other, or right at a limit.

use super::Draw;
use super::limits::count;
use convmark::Policy;

/// Users of the small pool.
pub const USERS: [&str; 4] = ["u", "v", "w", "a"];
/// Group chats of the small pool; one needs escapes, in JSON and in JSON Pointers.
pub const CHATS: [&str; 4] = ["g", "h", "@TGS#1", "q\"\\/~1"];

/// A text of exactly so many bytes; the drawn character is repeated and the rest filled up.
pub fn of_bytes(draw: &mut Draw, bytes: usize) -> String {
    let character = draw.pick(&['x', 'é', '组', '😀', '"']);
    let mut text: String = std::iter::repeat_n(character, bytes / character.len_utf8()).collect();
    text.extend(std::iter::repeat_n('y', bytes - text.len()));
    text
}

/// A good user ID.
pub fn user(draw: &mut Draw) -> String {
    match draw.below(24) {
        22 => "L".repeat(32),
        23 => " ~".into(),
        _ => draw.pick(&USERS).into(),
    }
}

/// A good group chat ID.
pub fn chat(draw: &mut Draw) -> String {
    match draw.below(24) {
        21 => "K".repeat(48),
        22 => format!("@TOPIC#_{}", "t".repeat(draw.pick(&[41, 88, 1]))),
        23 => "~ ".into(),
        _ => draw.pick(&CHATS).into(),
    }
}

/// A group name that the policy allows.
pub fn group_name(draw: &mut Draw, policy: &Policy) -> String {
    let most = count(policy.group_name_max_bytes());
    match draw.below(16) {
        14 => of_bytes(draw, most.min(70)),
        15 => of_bytes(draw, most.min(33)),
        _ => draw.pick(&["n", "m", "k"]).into(),
    }
}

/// A custom mark that the policy allows.
pub fn custom_mark(draw: &mut Draw, policy: &Policy) -> String {
    let most = count(policy.custom_mark_max_bytes());
    match draw.below(8) {
        0 | 1 if most > 0 => "c".into(),
        2 if most > 0 => "d".into(),
        7 => of_bytes(draw, most.min(300)),
        6 => of_bytes(draw, most.min(30)),
        _ => String::new(),
    }
}

/// A text that breaks some rule, or only just does not.
pub fn odd(draw: &mut Draw, policy: &Policy) -> String {
    let name = count(policy.group_name_max_bytes());
    let custom = count(policy.custom_mark_max_bytes());
    match draw.below(14) {
        0 => String::new(),
        1 => of_bytes(draw, name + 1),
        2 => of_bytes(draw, name),
        3 => of_bytes(draw, custom + 1),
        4 => of_bytes(draw, custom),
        5 => "x".repeat(draw.pick(&[32, 33, 31])),
        6 => "x".repeat(draw.pick(&[48, 49, 47])),
        7 => format!("@TOPIC#_{}", "x".repeat(draw.pick(&[88, 89, 87, 40]))),
        8 => "tab\t".into(),
        9 => "\u{7f}".into(),
        10 => "é".into(),
        11 => "组".repeat(16),
        12 => "\0".into(),
        _ => "@TOPIC#".repeat(8),
    }
}
