//! Request bodies of the user `me`, and input lines made of them.

/// `ContactItem` of a one-to-one conversation.
pub fn contact(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}"}}"#)
}

/// Conversations with u0, u1, and so on.
pub fn contacts(count: usize) -> String {
    (0..count).map(|number| contact(&format!("u{number}"))).collect::<Vec<_>>().join(",")
}

pub fn create_body(name: &str, contacts: &str) -> String {
    format!(
        r#"{{"From_Account":"me","GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{contacts}]}}]}}"#
    )
}

/// Sets these mark bits of the conversation with that user.
pub fn set_body(id: &str, bits: &str) -> String {
    let contact = contact(id);
    format!(
        r#"{{"From_Account":"me","MarkItem":[{{"OptType":1,"ContactItem":{contact},"SetMark":[{bits}]}}]}}"#
    )
}

pub fn get_body(start: u64) -> String {
    format!(r#"{{"From_Account":"me","StartIndex":{start}}}"#)
}

pub fn search_body(contacts: &str) -> String {
    format!(r#"{{"From_Account":"me","ContactItem":[{contacts}]}}"#)
}

/// The input line of a command with that body, given as JSON.
pub fn line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"body\":{body}}}\n")
}

/// The input line of a command with exactly that body, given as a string.
pub fn raw_line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"raw\":{}}}\n", quote(body))
}

/// A request of which the answer is `EMPTY_PAGE`.
pub fn get_line() -> String {
    line("get_contact_group", &get_body(0))
}

pub const EMPTY_PAGE: &str = r#"{"ContactItem":[],"GroupItem":[],"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}
