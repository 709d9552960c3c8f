//! The compact form of a change: tuples of fixed lengths, without names.
//!
//! ```text
//! change = (version: u8, type: u8, at: u64, body)
//! ```
//!
//! `docs/formats.md` in the repository lists the types and their bodies.

use alloc::borrow::Cow;

use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{Change, ChangeKind};
use crate::marks::StandardMarks;
use crate::read::tuple::TupleError;
use crate::read::{LongTextSeed, unexplained};

/// The version that is written, and the only one that is read.
const VERSION: u8 = 1;

// The types.
const GROUP_CREATED: u8 = 1;
const GROUP_RENAMED: u8 = 2;
const GROUP_DELETED: u8 = 3;
const CONVERSATION_ADDED: u8 = 4;
const CONVERSATION_REMOVED: u8 = 5;
const CONVERSATION_MARKED: u8 = 6;
const CONVERSATION_FORGOTTEN: u8 = 7;

pub(super) fn write<S: Serializer>(change: &Change<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match &change.kind {
        ChangeKind::GroupCreated { group_id, name } => {
            (VERSION, GROUP_CREATED, change.at, (group_id, name)).serialize(serializer)
        }
        ChangeKind::GroupRenamed { group_id, old_name, name } => {
            (VERSION, GROUP_RENAMED, change.at, (group_id, old_name, name)).serialize(serializer)
        }
        ChangeKind::GroupDeleted { group_id, name } => {
            (VERSION, GROUP_DELETED, change.at, (group_id, name)).serialize(serializer)
        }
        ChangeKind::ConversationAdded { group_id, conversation } => {
            (VERSION, CONVERSATION_ADDED, change.at, (group_id, conversation)).serialize(serializer)
        }
        ChangeKind::ConversationRemoved { group_id, conversation } => {
            (VERSION, CONVERSATION_REMOVED, change.at, (group_id, conversation))
                .serialize(serializer)
        }
        ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
            let marks = standard_mark.map(|marks| marks.bits());
            (VERSION, CONVERSATION_MARKED, change.at, (conversation, marks, custom_mark))
                .serialize(serializer)
        }
        ChangeKind::ConversationForgotten { conversation } => {
            (VERSION, CONVERSATION_FORGOTTEN, change.at, (conversation,)).serialize(serializer)
        }
    }
}

pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<'de>, D::Error> {
    let found = Found::new();
    deserializer.deserialize_tuple(4, ChangeVisitor(&found)).map_err(|_| match found.first() {
        Some(error) => de::Error::custom(error),
        None => de::Error::custom("this is not a change, or it is damaged"),
    })
}

/// What can be wrong with the compact form of a change.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum ChangeError {
    #[error(
        "version {found} of changes is unknown, only version {VERSION} can be read; a newer convmark may read it"
    )]
    Version { found: u8 },
    #[error("{}", super::UNKNOWN_TYPE)]
    UnknownType,
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("the member `{0}` of a change is of another type, out of range, or damaged")]
    Unreadable(&'static str),
    #[error("a member that this type of change does not have")]
    Unknown,
    #[error("{}", super::NO_MARKS)]
    NoMarks,
}

impl TupleError for ChangeError {
    type Place = ();

    fn missing((): (), member: &'static str) -> Self {
        Self::Missing(member)
    }

    fn unreadable((): (), member: &'static str) -> Self {
        Self::Unreadable(member)
    }

    fn unknown((): ()) -> Self {
        Self::Unknown
    }
}

type Found = crate::read::tuple::Found<ChangeError>;

struct ChangeVisitor<'f>(&'f Found);

impl<'de> Visitor<'de> for ChangeVisitor<'_> {
    type Value = Change<'de>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Change<'de>, A::Error> {
        let found = self.0;
        let version: u8 = found.value(&mut tuple, (), "version")?;
        if version != VERSION {
            return Err(found.error(ChangeError::Version { found: version }));
        }
        let number = found.value(&mut tuple, (), "type")?;
        let at = found.value(&mut tuple, (), "at")?;
        let kind = found.element(&mut tuple, Body { found, number }, (), "body")?;
        found.end(&mut tuple, ())?;
        Ok(Change { at, kind })
    }
}

/// Reads the body of a change of that type.
struct Body<'f> {
    found: &'f Found,
    number: u8,
}

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = ChangeKind<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        let length = match self.number {
            GROUP_CREATED | GROUP_DELETED | CONVERSATION_ADDED | CONVERSATION_REMOVED => 2,
            GROUP_RENAMED | CONVERSATION_MARKED => 3,
            CONVERSATION_FORGOTTEN => 1,
            _ => return Err(self.found.error(ChangeError::UnknownType)),
        };
        reader.deserialize_tuple(length, self)
    }
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ChangeKind<'de>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Self::Value, A::Error> {
        let (found, tuple) = (self.found, &mut tuple);
        let kind = match self.number {
            GROUP_CREATED => ChangeKind::GroupCreated {
                group_id: found.value(tuple, (), "group_id")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            GROUP_RENAMED => ChangeKind::GroupRenamed {
                group_id: found.value(tuple, (), "group_id")?,
                old_name: found.element(tuple, LongTextSeed, (), "old_name")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            GROUP_DELETED => ChangeKind::GroupDeleted {
                group_id: found.value(tuple, (), "group_id")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            CONVERSATION_ADDED => ChangeKind::ConversationAdded {
                group_id: found.value(tuple, (), "group_id")?,
                conversation: found.value(tuple, (), "conversation")?,
            },
            CONVERSATION_REMOVED => ChangeKind::ConversationRemoved {
                group_id: found.value(tuple, (), "group_id")?,
                conversation: found.value(tuple, (), "conversation")?,
            },
            CONVERSATION_MARKED => {
                let conversation = found.value(tuple, (), "conversation")?;
                let marks: Option<u64> = found.value(tuple, (), "standard_mark")?;
                let standard_mark = marks.map(StandardMarks::from_bits_retain);
                let custom_mark = found.element(tuple, OptionalText, (), "custom_mark")?;
                if standard_mark.is_none() && custom_mark.is_none() {
                    return Err(found.error(ChangeError::NoMarks));
                }
                ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark }
            }
            CONVERSATION_FORGOTTEN => ChangeKind::ConversationForgotten {
                conversation: found.value(tuple, (), "conversation")?,
            },
            _ => return Err(found.error(ChangeError::UnknownType)),
        };
        found.end(tuple, ())?;
        Ok(kind)
    }
}

/// Reads a text or nothing.
struct OptionalText;

impl<'de> DeserializeSeed<'de> for OptionalText {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for OptionalText {
    type Value = Option<Cow<'de, str>>;

    unexplained!();

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        LongTextSeed.deserialize(reader).map(Some)
    }
}
