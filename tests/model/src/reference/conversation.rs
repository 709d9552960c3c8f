//! Conversations and the shape of their IDs.

use super::json::{Document, quote};

/// One conversation of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conversation {
    /// With one peer: wire `Type` 1.
    OneToOne(String),
    /// A group chat: wire `Type` 2.
    GroupChat(String),
}

impl Conversation {
    /// The wire form, with its own ID only.
    pub fn to_json(&self) -> String {
        format!("{{{}}}", self.members())
    }

    /// The same without the braces, because a row has more members.
    pub fn members(&self) -> String {
        match self {
            Self::OneToOne(id) => format!("\"Type\":1,\"To_Account\":{}", quote(id)),
            Self::GroupChat(id) => format!("\"Type\":2,\"ToGroupId\":{}", quote(id)),
        }
    }

    /// Reads exactly what `to_json` writes, in any member order. Stored data has no other members.
    pub fn from_strict(document: &Document, index: usize) -> Option<Self> {
        let members = document.members(index);
        if members.len() != 2 {
            return None;
        }
        let text = |name: &str| match document.kind(document.get(index, name)?) {
            super::json::Kind::String(text) if !text.has_unpaired_surrogate => {
                Some(text.text.clone())
            }
            _ => None,
        };
        match document.unsigned(document.get(index, "Type")?)? {
            1 => text("To_Account").filter(|id| is_user_id(id)).map(Self::OneToOne),
            2 => text("ToGroupId").filter(|id| is_group_id(id)).map(Self::GroupChat),
            _ => None,
        }
    }
}

fn printable(id: &str) -> bool {
    id.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// 1 to 32 bytes of printable ASCII.
pub fn is_user_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 32 && printable(id)
}

/// 1 to 48 bytes of printable ASCII, or to 96 for a topic.
pub fn is_group_id(id: &str) -> bool {
    let maximum = if id.contains("@TOPIC#_") { 96 } else { 48 };
    !id.is_empty() && id.len() <= maximum && printable(id)
}
