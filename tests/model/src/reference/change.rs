//! Changes and their JSON form.

use super::account::bits_of;
use super::conversation::Conversation;
use super::json::{self, Document, Kind, quote};

/// The maximum bytes of a custom mark under any policy.
const CUSTOM_MARK_MAX: usize = 65536;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A group was created: ID, name.
    GroupCreated(u32, String),
    /// A group was renamed: ID, old name, new name.
    GroupRenamed(u32, String, String),
    /// A group was deleted: ID, name.
    GroupDeleted(u32, String),
    /// A conversation was added to a group.
    Added(u32, Conversation),
    /// A conversation was removed from a group.
    Removed(u32, Conversation),
    /// The new standard marks, the new custom mark, or both.
    Marked(Conversation, Option<u64>, Option<String>),
    /// A row was dropped.
    Forgotten(Conversation),
}

/// What changed and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The time in seconds.
    pub at: u64,
    /// What changed.
    pub what: What,
}

impl Change {
    /// The documented form, compact.
    pub fn to_json(&self) -> String {
        let head = |name: &str| format!("{{\"type\":\"{name}\",\"at\":{}", self.at);
        match &self.what {
            What::GroupCreated(id, name) => {
                format!("{},\"group_id\":{id},\"name\":{}}}", head("group_created"), quote(name))
            }
            What::GroupRenamed(id, old, new) => {
                format!(
                    "{},\"group_id\":{id},\"old_name\":{},\"name\":{}}}",
                    head("group_renamed"),
                    quote(old),
                    quote(new)
                )
            }
            What::GroupDeleted(id, name) => {
                format!("{},\"group_id\":{id},\"name\":{}}}", head("group_deleted"), quote(name))
            }
            What::Added(id, conversation) => {
                format!(
                    "{},\"group_id\":{id},\"conversation\":{}}}",
                    head("conversation_added"),
                    conversation.to_json()
                )
            }
            What::Removed(id, conversation) => {
                format!(
                    "{},\"group_id\":{id},\"conversation\":{}}}",
                    head("conversation_removed"),
                    conversation.to_json()
                )
            }
            What::Marked(conversation, standard, custom) => {
                let mut out = format!(
                    "{},\"conversation\":{}",
                    head("conversation_marked"),
                    conversation.to_json()
                );
                if let Some(bits) = standard {
                    out.push_str(&format!(",\"standard_mark\":\"{}\"", bits_of(*bits)));
                }
                if let Some(custom) = custom {
                    out.push_str(&format!(",\"custom_mark\":{}", quote(custom)));
                }
                out + "}"
            }
            What::Forgotten(conversation) => {
                format!(
                    "{},\"conversation\":{}}}",
                    head("conversation_forgotten"),
                    conversation.to_json()
                )
            }
        }
    }

    /// Reads that form: these members, in any order, and no others.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let document = json::parse(text.as_bytes()).ok_or("not JSON")?;
        let members = Members { document: &document };
        let kind = members.text("type")?;
        let at = members.number("at")?;
        let what = match kind.as_str() {
            "group_created" => {
                members.only(&["type", "at", "group_id", "name"])?;
                What::GroupCreated(members.group_id()?, members.text("name")?)
            }
            "group_renamed" => {
                members.only(&["type", "at", "group_id", "old_name", "name"])?;
                What::GroupRenamed(
                    members.group_id()?,
                    members.text("old_name")?,
                    members.text("name")?,
                )
            }
            "group_deleted" => {
                members.only(&["type", "at", "group_id", "name"])?;
                What::GroupDeleted(members.group_id()?, members.text("name")?)
            }
            "conversation_added" => {
                members.only(&["type", "at", "group_id", "conversation"])?;
                What::Added(members.group_id()?, members.conversation()?)
            }
            "conversation_removed" => {
                members.only(&["type", "at", "group_id", "conversation"])?;
                What::Removed(members.group_id()?, members.conversation()?)
            }
            "conversation_marked" => {
                members.only(&["type", "at", "conversation", "standard_mark", "custom_mark"])?;
                let standard = match members.has("standard_mark") {
                    true => Some(
                        bits_from(&members.text("standard_mark")?).ok_or("not a standard mark")?,
                    ),
                    false => None,
                };
                let custom = match members.has("custom_mark") {
                    true => Some(members.text("custom_mark")?),
                    false => None,
                };
                if custom.as_ref().is_some_and(|custom| custom.len() > CUSTOM_MARK_MAX) {
                    return Err("custom mark too long".into());
                }
                What::Marked(members.conversation()?, standard, custom)
            }
            "conversation_forgotten" => {
                members.only(&["type", "at", "conversation"])?;
                What::Forgotten(members.conversation()?)
            }
            _ => return Err("no such change".into()),
        };
        Ok(Self { at, what })
    }
}

/// A binary number without leading zeros, or nothing for zero.
fn bits_from(text: &str) -> Option<u64> {
    if text.is_empty() {
        return Some(0);
    }
    let good = text.len() <= 64
        && text.starts_with('1')
        && text.bytes().all(|byte| matches!(byte, b'0' | b'1'));
    if good { u64::from_str_radix(text, 2).ok() } else { None }
}

struct Members<'a> {
    document: &'a Document,
}

impl Members<'_> {
    /// Refuses other names and repeated names.
    fn only(&self, names: &[&str]) -> Result<(), String> {
        let members = self.document.members(0);
        let known = members
            .iter()
            .all(|(name, _)| !name.has_unpaired_surrogate && names.contains(&name.text.as_str()));
        let once = names
            .iter()
            .all(|name| members.iter().filter(|(key, _)| key.text == *name).count() <= 1);
        if known && once { Ok(()) } else { Err("unknown or repeated member".into()) }
    }

    fn has(&self, name: &str) -> bool {
        self.document.members(0).iter().any(|(key, _)| key.text == name)
    }

    fn text(&self, name: &str) -> Result<String, String> {
        match self.document.get(0, name).map(|node| self.document.kind(node)) {
            Some(Kind::String(text)) if !text.has_unpaired_surrogate => Ok(text.text.clone()),
            _ => Err(format!("{name} is not a string")),
        }
    }

    fn number(&self, name: &str) -> Result<u64, String> {
        let number = self.document.get(0, name).and_then(|node| self.document.unsigned(node));
        number.ok_or_else(|| format!("{name} is not a number"))
    }

    fn group_id(&self) -> Result<u32, String> {
        u32::try_from(self.number("group_id")?).map_err(|error| error.to_string())
    }

    fn conversation(&self) -> Result<Conversation, String> {
        let node = self.document.get(0, "conversation");
        let conversation = node.and_then(|node| Conversation::from_strict(self.document, node));
        conversation.ok_or_else(|| "not a conversation".into())
    }
}
