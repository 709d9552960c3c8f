//! A valid request.

use super::conversation::Conversation;
use super::json::Document;
use super::policy::Policy;

/// The content of a valid body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Create a group with these conversations.
    Create(String, Vec<Conversation>),
    /// Rename a group: old name, new name.
    Rename(String, String),
    /// Add (1) conversations to a group or remove (2) them.
    Members(String, Vec<(u64, Conversation)>),
    /// Delete a group.
    Delete(String),
    /// Mark conversations.
    Mark(Vec<MarkItem>),
    /// Get the page that starts with this 0-based row.
    Get(u64),
    /// Get the rows of these conversations.
    Search(Vec<Conversation>),
}

/// One item of a mark request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkItem {
    /// 1, 2 or 3.
    pub operation: u64,
    /// The marked conversation.
    pub conversation: Conversation,
    /// Bits to clear: 0 if the operation clears none.
    pub clear: u64,
    /// Bits to set: 0 if the operation sets none.
    pub set: u64,
    /// The new custom mark, if there is one and the operation sets it.
    pub custom: Option<String>,
}

/// The account and the request. `None` only for bodies with errors.
pub fn read(command: &str, document: &Document, policy: &Policy) -> Option<(String, Request)> {
    let account = text(document, 0, "From_Account")?;
    let request = match command {
        "create_contact_group" => {
            let group = *document.elements(document.get(0, "GroupContactItem")?).first()?;
            let contacts = elements(document, group, "ContactItem");
            Request::Create(
                text(document, group, "GroupName")?,
                contacts.iter().map(|node| contact(document, *node)).collect::<Option<_>>()?,
            )
        }
        "update_contact_group" => {
            let group = document.get(0, "UpdateGroup")?;
            let old = text(document, group, "OldGroupName")?;
            if number(document, group, "UpdateGroupType")? == 1 {
                Request::Rename(old, text(document, group, "NewGroupName")?)
            } else {
                let mut items = Vec::new();
                for item in elements(document, group, "ContactUpdateItem") {
                    let operation = number(document, *item, "ContactOptType")?;
                    items
                        .push((operation, contact(document, document.get(*item, "ContactItem")?)?));
                }
                Request::Members(old, items)
            }
        }
        "del_contact_group" => {
            let name = elements(document, 0, "GroupName").first()?;
            Request::Delete(document.string(*name)?.to_string())
        }
        "mark_contact" => {
            let mut items = Vec::new();
            for item in elements(document, 0, "MarkItem") {
                items.push(mark_item(document, *item, policy)?);
            }
            Request::Mark(items)
        }
        "get_contact_group" => Request::Get(number(document, 0, "StartIndex")?),
        "search_contact_group" => {
            let contacts = elements(document, 0, "ContactItem");
            Request::Search(
                contacts.iter().map(|node| contact(document, *node)).collect::<Option<_>>()?,
            )
        }
        _ => return None,
    };
    Some((account, request))
}

fn mark_item(document: &Document, item: usize, policy: &Policy) -> Option<MarkItem> {
    let operation = number(document, item, "OptType")?;
    let bits = |name: &str| {
        let mut bits = 0_u64;
        for element in elements(document, item, name) {
            let index = document.unsigned(*element)?.checked_sub(u64::from(policy.mark_base))?;
            bits |= 1_u64.checked_shl(u32::try_from(index).ok()?)?;
        }
        Some(bits)
    };
    Some(MarkItem {
        operation,
        conversation: contact(document, document.get(item, "ContactItem")?)?,
        clear: if operation == 2 { 0 } else { bits("ClearMark")? },
        set: if operation == 2 { 0 } else { bits("SetMark")? },
        custom: if operation == 1 { None } else { text(document, item, "CustomMark") },
    })
}

fn contact(document: &Document, node: usize) -> Option<Conversation> {
    match number(document, node, "Type")? {
        1 => text(document, node, "To_Account").map(Conversation::OneToOne),
        _ => text(document, node, "ToGroupId").map(Conversation::GroupChat),
    }
}

fn text(document: &Document, node: usize, name: &str) -> Option<String> {
    document.string(document.get(node, name)?).map(str::to_string)
}

fn number(document: &Document, node: usize, name: &str) -> Option<u64> {
    document.unsigned(document.get(node, name)?)
}

fn elements<'a>(document: &'a Document, node: usize, name: &str) -> &'a [usize] {
    document.get(node, name).map_or(&[], |list| document.elements(list))
}
