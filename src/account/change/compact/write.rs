//! Writing the compact form of a change.

use serde::ser::{Serialize, Serializer};

use super::{Type, VERSION};
use crate::account::change::{Change, ChangeKind};

pub(in crate::account::change) fn write<S: Serializer>(
    change: &Change<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    fn tuple<S: Serializer>(
        kind: Type,
        at: u64,
        body: impl Serialize,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (VERSION, kind.number(), at, body).serialize(serializer)
    }
    let at = change.at;
    match &change.kind {
        ChangeKind::GroupCreated { group_id, name } => {
            tuple(Type::GroupCreated, at, (group_id, name), serializer)
        }
        ChangeKind::GroupRenamed { group_id, old_name, name } => {
            tuple(Type::GroupRenamed, at, (group_id, old_name, name), serializer)
        }
        ChangeKind::GroupDeleted { group_id, name } => {
            tuple(Type::GroupDeleted, at, (group_id, name), serializer)
        }
        ChangeKind::ConversationAdded { group_id, conversation } => {
            tuple(Type::ConversationAdded, at, (group_id, conversation), serializer)
        }
        ChangeKind::ConversationRemoved { group_id, conversation } => {
            tuple(Type::ConversationRemoved, at, (group_id, conversation), serializer)
        }
        ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
            let marks = standard_mark.map(|marks| marks.bits());
            tuple(Type::ConversationMarked, at, (conversation, marks, custom_mark), serializer)
        }
        ChangeKind::ConversationForgotten { conversation } => {
            tuple(Type::ConversationForgotten, at, (conversation,), serializer)
        }
    }
}
