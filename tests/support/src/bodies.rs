//! Valid request bodies as compact JSON.
//!
//! Names, IDs and elements of lists are inserted as they are, so that tests can pass escapes and
//! also make invalid bodies.

use std::fmt::Display;
use std::ops::Range;

/// Makes the bodies of one requester, whose user ID is `From_Account`.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'a>(pub &'a str);

impl Requester<'_> {
    /// A body with these members after `From_Account`.
    pub fn body(&self, members: &str) -> String {
        format!(r#"{{"From_Account":"{}",{members}}}"#, self.0)
    }

    /// The body that creates a group with these conversations.
    pub fn create(&self, name: &str, contacts: &(impl Elements + ?Sized)) -> String {
        let contacts = contacts.json();
        self.body(&format!(
            r#""GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{contacts}]}}]"#
        ))
    }

    /// The body that renames a group.
    pub fn rename(&self, old: &str, new: &str) -> String {
        self.update(&format!(
            r#""UpdateGroupType":1,"OldGroupName":"{old}","NewGroupName":"{new}""#
        ))
    }

    /// The body that adds conversations to a group.
    pub fn add(&self, name: &str, contacts: &[impl AsRef<str>]) -> String {
        self.change(
            name,
            &contacts.iter().map(|contact| addition(contact.as_ref())).collect::<Vec<_>>(),
        )
    }

    /// The body that removes conversations from a group.
    pub fn remove(&self, name: &str, contacts: &[impl AsRef<str>]) -> String {
        self.change(
            name,
            &contacts.iter().map(|contact| removal(contact.as_ref())).collect::<Vec<_>>(),
        )
    }

    /// The body that changes the conversations of a group: see [`addition`] and [`removal`].
    pub fn change(&self, name: &str, items: &(impl Elements + ?Sized)) -> String {
        let items = items.json();
        self.update(&format!(
            r#""UpdateGroupType":2,"OldGroupName":"{name}","ContactUpdateItem":[{items}]"#
        ))
    }

    /// The body of an update whose `UpdateGroup` has these members.
    pub fn update(&self, members: &str) -> String {
        self.body(&format!(r#""UpdateType":1,"UpdateGroup":{{{members}}}"#))
    }

    /// The body that deletes a group.
    pub fn delete(&self, name: &str) -> String {
        self.body(&format!(r#""GroupName":["{name}"]"#))
    }

    /// The body that marks conversations: see [`mark_item`].
    pub fn mark(&self, items: &(impl Elements + ?Sized)) -> String {
        self.body(&format!(r#""MarkItem":[{}]"#, items.json()))
    }

    /// The body that sets standard marks of one user's conversation. The indexes are separated by
    /// commas.
    pub fn set_marks(&self, id: &str, indexes: &str) -> String {
        self.mark(&mark_item(1, &user_contact(id), &format!(r#","SetMark":[{indexes}]"#)))
    }

    /// The body that sets the custom mark of one user's conversation.
    pub fn set_custom_mark(&self, id: &str, mark: &str) -> String {
        self.mark(&mark_item(2, &user_contact(id), &format!(r#","CustomMark":"{mark}""#)))
    }

    /// The body that gets the page from this 0-based row on.
    pub fn get(&self, start: impl Display) -> String {
        self.body(&format!(r#""StartIndex":{start}"#))
    }

    /// The body that searches these conversations.
    pub fn search(&self, contacts: &(impl Elements + ?Sized)) -> String {
        self.body(&format!(r#""ContactItem":[{}]"#, contacts.json()))
    }
}

/// The `ContactItem` of the conversation with that user.
pub fn user_contact(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}"}}"#)
}

/// The `ContactItem` of that group chat.
pub fn chat_contact(id: &str) -> String {
    format!(r#"{{"Type":2,"ToGroupId":"{id}"}}"#)
}

/// The `ContactItem`s of the users `u0`, `u1` and so on.
pub fn user_contacts(numbers: Range<usize>) -> Vec<String> {
    numbers.map(|number| user_contact(&format!("u{number}"))).collect()
}

/// An element of `ContactUpdateItem` that adds a conversation.
pub fn addition(contact: &str) -> String {
    format!(r#"{{"ContactOptType":1,"ContactItem":{contact}}}"#)
}

/// An element of `ContactUpdateItem` that removes a conversation.
pub fn removal(contact: &str) -> String {
    format!(r#"{{"ContactOptType":2,"ContactItem":{contact}}}"#)
}

/// An element of `MarkItem`. The further members start with a comma; they may be empty.
pub fn mark_item(operation: u8, contact: &str, members: &str) -> String {
    format!(r#"{{"OptType":{operation},"ContactItem":{contact}{members}}}"#)
}

/// The elements of a JSON array.
pub trait Elements {
    /// Their JSON, separated by commas.
    fn json(&self) -> String;
}

impl Elements for str {
    fn json(&self) -> String {
        self.into()
    }
}

impl Elements for String {
    fn json(&self) -> String {
        self.clone()
    }
}

impl<S: AsRef<str>> Elements for [S] {
    fn json(&self) -> String {
        self.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",")
    }
}

impl<S: AsRef<str>, const N: usize> Elements for [S; N] {
    fn json(&self) -> String {
        self.as_slice().json()
    }
}

impl<S: AsRef<str>> Elements for Vec<S> {
    fn json(&self) -> String {
        self.as_slice().json()
    }
}
