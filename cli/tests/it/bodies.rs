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
    format!(r#"{{"From_Account":"me","GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{contacts}]}}]}}"#)
}

/// Sets these mark bits of the conversation with that user.
pub fn set_body(id: &str, bits: &str) -> String {
    let contact = contact(id);
    format!(r#"{{"From_Account":"me","MarkItem":[{{"OptType":1,"ContactItem":{contact},"SetMark":[{bits}]}}]}}"#)
}

pub fn get_body(start: u64) -> String {
    format!(r#"{{"From_Account":"me","StartIndex":{start}}}"#)
}

pub fn search_body(contacts: &str) -> String {
    format!(r#"{{"From_Account":"me","ContactItem":[{contacts}]}}"#)
}
