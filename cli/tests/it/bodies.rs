//! Request bodies of the user `me`, and input lines made of them.

pub use support::bodies::{Requester, chat_contact, mark_item, user_contact, user_contacts};

/// The requester of most bodies.
pub const ME: Requester<'_> = Requester("me");

/// The input line of a command with that body, given as JSON.
pub fn line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"body\":{body}}}\n")
}

/// The input line of a command with exactly that body, given as a string.
pub fn raw_line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"raw\":{}}}\n", quote(body))
}

/// A request that is answered with `EMPTY_PAGE`.
pub fn get_line() -> String {
    line("get_contact_group", &ME.get(0))
}

pub const EMPTY_PAGE: &str = r#"{"ContactItem":[],"GroupItem":[],"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}
