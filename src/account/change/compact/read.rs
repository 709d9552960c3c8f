//! Reading the compact form of a change.

use alloc::borrow::Cow;

use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::{Type, VERSION};
use crate::account::change::{Change, ChangeKind, NO_MARKS, UNKNOWN_TYPE};
use crate::conversation::{Conversation, IdError, KindAndId};
use crate::marks::StandardMarks;
use crate::read::tuple::TupleError;
use crate::read::{LongTextSeed, unexplained};

pub(in crate::account::change) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Change<'de>, D::Error> {
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
    #[error("{}", UNKNOWN_TYPE)]
    UnknownType,
    #[error("missing element `{0}`")]
    Missing(&'static str),
    #[error("the element `{0}` of a change is of another type, out of range, or damaged")]
    Unreadable(&'static str),
    #[error("one element more than this type of change has")]
    Unknown,
    #[error("the `Type` of a conversation is 1 or 2")]
    ConversationType,
    #[error("{0}")]
    Id(IdError),
    #[error("{}", NO_MARKS)]
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
        let kind = found.check(Type::of_number(number).ok_or(ChangeError::UnknownType))?;
        let at = found.value(&mut tuple, (), "at")?;
        let kind = found.element(&mut tuple, Body { found, kind }, (), "body")?;
        found.end(&mut tuple, ())?;
        Ok(Change { at, kind })
    }
}

/// Reads the body of a change of that type.
struct Body<'f> {
    found: &'f Found,
    kind: Type,
}

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = ChangeKind<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_tuple(self.kind.body_len(), self)
    }
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ChangeKind<'de>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Self::Value, A::Error> {
        let (found, tuple) = (self.found, &mut tuple);
        let kind = match self.kind {
            Type::GroupCreated => ChangeKind::GroupCreated {
                group_id: found.value(tuple, (), "group_id")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            Type::GroupRenamed => ChangeKind::GroupRenamed {
                group_id: found.value(tuple, (), "group_id")?,
                old_name: found.element(tuple, LongTextSeed, (), "old_name")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            Type::GroupDeleted => ChangeKind::GroupDeleted {
                group_id: found.value(tuple, (), "group_id")?,
                name: found.element(tuple, LongTextSeed, (), "name")?,
            },
            Type::ConversationAdded => ChangeKind::ConversationAdded {
                group_id: found.value(tuple, (), "group_id")?,
                conversation: conversation(found, tuple)?,
            },
            Type::ConversationRemoved => ChangeKind::ConversationRemoved {
                group_id: found.value(tuple, (), "group_id")?,
                conversation: conversation(found, tuple)?,
            },
            Type::ConversationMarked => {
                let conversation = conversation(found, tuple)?;
                let marks: Option<u64> = found.value(tuple, (), "standard_mark")?;
                let standard_mark = marks.map(StandardMarks::from_bits_retain);
                let custom_mark = found.element(tuple, OptionalText, (), "custom_mark")?;
                if standard_mark.is_none() && custom_mark.is_none() {
                    return Err(found.error(ChangeError::NoMarks));
                }
                ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark }
            }
            Type::ConversationForgotten => {
                ChangeKind::ConversationForgotten { conversation: conversation(found, tuple)? }
            }
        };
        found.end(tuple, ())?;
        Ok(kind)
    }
}

fn conversation<'de, A: SeqAccess<'de>>(
    found: &Found,
    tuple: &mut A,
) -> Result<Conversation<'de>, A::Error> {
    let (kind, id) = found.element(tuple, KindAndId, (), "conversation")?;
    let conversation = Conversation::of_kind(kind, id).ok_or(ChangeError::ConversationType);
    found.check(conversation.and_then(|made| made.map_err(ChangeError::Id)))
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
