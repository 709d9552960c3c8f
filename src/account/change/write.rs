//! Writing a change in its form for people, an object with named members.

use alloc::string::ToString;

use serde::ser::{SerializeMap, Serializer};

use super::{Change, ChangeKind};

pub(super) fn write<S: Serializer>(change: &Change<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("type", change.kind.name())?;
    map.serialize_entry("at", &change.at)?;
    match &change.kind {
        ChangeKind::GroupCreated { group_id, name }
        | ChangeKind::GroupDeleted { group_id, name } => {
            map.serialize_entry("group_id", group_id)?;
            map.serialize_entry("name", name)?;
        }
        ChangeKind::GroupRenamed { group_id, old_name, name } => {
            map.serialize_entry("group_id", group_id)?;
            map.serialize_entry("old_name", old_name)?;
            map.serialize_entry("name", name)?;
        }
        ChangeKind::ConversationAdded { group_id, conversation }
        | ChangeKind::ConversationRemoved { group_id, conversation } => {
            map.serialize_entry("group_id", group_id)?;
            map.serialize_entry("conversation", conversation)?;
        }
        ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
            map.serialize_entry("conversation", conversation)?;
            if let Some(marks) = standard_mark {
                map.serialize_entry("standard_mark", &marks.to_string())?;
            }
            if let Some(custom) = custom_mark {
                map.serialize_entry("custom_mark", custom)?;
            }
        }
        ChangeKind::ConversationForgotten { conversation } => {
            map.serialize_entry("conversation", conversation)?
        }
    }
    map.end()
}
