//! Conversations in changes and snapshots: `{"Type":1,"To_Account":"u"}`, read strictly.

use alloc::borrow::Cow;
use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Conversation, GROUP, USER};
use crate::read::{TextSeed, refuse_scalars};

impl Serialize for Conversation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
        deserializer.deserialize_any(ConversationVisitor)
    }
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
        while let Some(name) = map.next_key_seed(TextSeed)? {
            // The format's own errors would quote the values.
            let unreadable = |_| {
                de::Error::custom(
                    "the `Type` of a conversation must be an integer, and its ID a string",
                )
            };
            let again = match &*name {
                "Type" => kind.replace(map.next_value().map_err(unreadable)?).is_some(),
                "To_Account" => {
                    id.replace((USER, map.next_value_seed(TextSeed).map_err(unreadable)?)).is_some()
                }
                "ToGroupId" => id
                    .replace((GROUP, map.next_value_seed(TextSeed).map_err(unreadable)?))
                    .is_some(),
                _ => true,
            };
            if again {
                return Err(de::Error::custom(
                    "a conversation has `Type` and its own ID, each once, and nothing else",
                ));
            }
        }
        match (kind, id) {
            (Some(USER), Some((USER, id))) => Conversation::user(id).map_err(de::Error::custom),
            (Some(GROUP), Some((GROUP, id))) => Conversation::group(id).map_err(de::Error::custom),
            _ => Err(de::Error::custom(
                "a conversation needs `Type` 1 with `To_Account`, or `Type` 2 with `ToGroupId`",
            )),
        }
    }
}
