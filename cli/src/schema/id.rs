//! The IDs of users and group chats as JSON Schema.

use convmark::Policy;
use convmark::schema::{Object, Shape};

use crate::json::{Json, object};

/// The component of a user ID.
pub const USER: &str = "UserId";
/// The component of a group chat ID.
pub const GROUP_CHAT: &str = "GroupChatId";

/// From the space to the tilde.
const PRINTABLE_ASCII: &str = "[ -~]";

/// Both components.
pub fn components() -> Vec<(String, Json)> {
    let fields = Object::all().into_iter().flat_map(|object| object.fields(&Policy::default()));
    let mut user = None;
    let mut group_chat = None;
    for field in fields {
        match field.shape() {
            Shape::UserId { max_bytes } => user = Some(user_id(max_bytes)),
            Shape::GroupChatId { max_bytes, topic_sign, topic_max_bytes } => {
                group_chat = Some(group_chat_id(max_bytes, topic_sign, topic_max_bytes));
            }
            _ => {}
        }
    }
    let named = |name: &str, schema: Option<Json>| schema.map(|schema| (name.to_string(), schema));
    [named(USER, user), named(GROUP_CHAT, group_chat)].into_iter().flatten().collect()
}

fn user_id(max_bytes: usize) -> Json {
    object! {
        "type": "string",
        "minLength": 1_u32,
        "maxLength": max_bytes,
        "pattern": format!("^{PRINTABLE_ASCII}*$"),
        "description": "A user ID: printable ASCII.",
    }
}

/// One pattern and not `anyOf`, of which generators make a type of its own.
fn group_chat_id(max_bytes: usize, topic_sign: &str, topic_max_bytes: usize) -> Json {
    let short = format!("{PRINTABLE_ASCII}{{1,{max_bytes}}}");
    let topic = format!("{PRINTABLE_ASCII}*{topic_sign}{PRINTABLE_ASCII}*");
    object! {
        "type": "string",
        "minLength": 1_u32,
        "maxLength": topic_max_bytes,
        "pattern": format!("^({short}|{topic})$"),
        "description": format!("A group chat ID: printable ASCII, longer than {max_bytes} only if it contains {topic_sign}."),
    }
}
