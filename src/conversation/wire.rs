//! Conversations in changes and snapshots: `{"Type":1,"To_Account":"u"}` in formats for people, and
//! the tuple of `Type` and ID in all others. Both are read strictly.

use alloc::borrow::Cow;
use core::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Conversation, GROUP, USER};
use crate::read::tuple::NoElement;
use crate::read::{NameSeed, TextSeed, refuse_scalars};

impl Serialize for Conversation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (self.kind(), self.id()).serialize(serializer);
        }
        let mut object = serializer.serialize_struct("ContactItem", 2)?;
        object.serialize_field("Type", &self.kind())?;
        match self {
            Self::User(id) => object.serialize_field("To_Account", id.as_str())?,
            Self::Group(id) => object.serialize_field("ToGroupId", id.as_str())?,
        }
        object.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Conversation<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(ConversationVisitor)
        } else {
            let (kind, id) = KindAndId.deserialize(deserializer)?;
            let conversation = Conversation::of_kind(kind, id)
                .ok_or_else(|| de::Error::custom("the `Type` of a conversation is 1 or 2"))?;
            conversation.map_err(de::Error::custom)
        }
    }
}

/// A member of a conversation's object.
enum Member {
    Type,
    /// The ID of a conversation of that `Type`.
    Id(u8),
}

struct ConversationVisitor;

impl<'de> Visitor<'de> for ConversationVisitor {
    type Value = Conversation<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a conversation: `Type` with its own ID and nothing else")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut kind, mut id): (Option<u8>, Option<(u8, Cow<'de, str>)>) = (None, None);
        let known = |name: &str| match name {
            "Type" => Some(Member::Type),
            "To_Account" => Some(Member::Id(USER)),
            "ToGroupId" => Some(Member::Id(GROUP)),
            _ => None,
        };
        while let Some(name) = map.next_key_seed(NameSeed(known))? {
            // The format's own errors would quote the values.
            let unreadable = |_| {
                de::Error::custom(
                    "the `Type` of a conversation must be an integer, and its ID a string",
                )
            };
            let again = match name {
                Some(Member::Type) => kind.replace(map.next_value().map_err(unreadable)?).is_some(),
                Some(Member::Id(of)) => {
                    id.replace((of, map.next_value_seed(TextSeed).map_err(unreadable)?)).is_some()
                }
                None => true,
            };
            if again {
                return Err(de::Error::custom(
                    "a conversation has `Type` and its own ID, each once, and nothing else",
                ));
            }
        }
        let conversation = match (kind, id) {
            (Some(kind), Some((of, id))) if kind == of => Conversation::of_kind(kind, id),
            _ => None,
        };
        let needs = "a conversation needs `Type` 1 with `To_Account`, or `Type` 2 with `ToGroupId`";
        conversation.ok_or_else(|| de::Error::custom(needs))?.map_err(de::Error::custom)
    }
}

/// Reads the tuple of `Type` and ID, both unchecked.
pub(crate) struct KindAndId;

impl<'de> DeserializeSeed<'de> for KindAndId {
    type Value = (u8, Cow<'de, str>);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for KindAndId {
    type Value = (u8, Cow<'de, str>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a conversation: a tuple of `Type` and ID")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Self::Value, A::Error> {
        // The format's own errors would quote the values.
        let unreadable = || {
            de::Error::custom(
                "a conversation must be a tuple of `Type`, an integer, and the ID, a string",
            )
        };
        let kind = tuple.next_element().ok().flatten().ok_or_else(unreadable)?;
        // Far shorter than the buffers of formats that lend texts from one.
        let id = tuple.next_element_seed(TextSeed).ok().flatten().ok_or_else(unreadable)?;
        if !matches!(tuple.next_element_seed(NoElement), Ok(None)) {
            return Err(unreadable());
        }
        Ok((kind, id))
    }
}
