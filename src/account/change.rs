//! What changed in an account: the unit that hosts store or push.

use alloc::borrow::Cow;
use alloc::string::ToString;
use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::conversation::Conversation;
use crate::marks::StandardMarks;
use crate::read::{TextSeed, refuse_scalars};

/// One change and its time. Replaying an account's changes on an empty account gives the same
/// account.
///
/// The JSON form (version 1, stable) is that of the variants of [`ChangeKind`], for example
/// `{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}`. Reading it is strict: an
/// unknown, repeated, missing or `null` member is an error.
///
/// ```
/// use convmark::{Account, Change};
///
/// let json = r#"{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}"#;
/// let change: Change<'_> = serde_json::from_str(json).unwrap();
/// assert_eq!(serde_json::to_string(&change).unwrap(), json);
/// let mut account = Account::new();
/// account.replay(&change).unwrap();
/// assert!(account.group("a").is_some());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Change<'a> {
    at: u64,
    kind: ChangeKind<'a>,
}

/// What changed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind<'a> {
    /// A group was created, without members:
    /// `{"type":"group_created","at":..,"group_id":1,"name":"a"}`.
    GroupCreated {
        /// Its ID: one more than the highest ever used.
        group_id: u32,
        /// Its name.
        name: Cow<'a, str>,
    },
    /// A group got another name:
    /// `{"type":"group_renamed","at":..,"group_id":1,"old_name":"a","name":"b"}`.
    GroupRenamed {
        /// Its ID.
        group_id: u32,
        /// The name before.
        old_name: Cow<'a, str>,
        /// The name from now on.
        name: Cow<'a, str>,
    },
    /// A group was deleted and left every row:
    /// `{"type":"group_deleted","at":..,"group_id":1,"name":"a"}`.
    GroupDeleted {
        /// Its ID.
        group_id: u32,
        /// Its name.
        name: Cow<'a, str>,
    },
    /// A conversation joined a group:
    /// `{"type":"conversation_added","at":..,"group_id":1,"conversation":{..}}`.
    ConversationAdded {
        /// The group's ID.
        group_id: u32,
        /// The conversation.
        conversation: Conversation<'a>,
    },
    /// A conversation left a group:
    /// `{"type":"conversation_removed","at":..,"group_id":1,"conversation":{..}}`.
    ConversationRemoved {
        /// The group's ID.
        group_id: u32,
        /// The conversation.
        conversation: Conversation<'a>,
    },
    /// A conversation's marks changed to these values:
    /// `{"type":"conversation_marked","at":..,"conversation":{..},"standard_mark":"111","custom_mark":"abcd"}`.
    /// At least one of the two is there.
    ConversationMarked {
        /// The conversation.
        conversation: Conversation<'a>,
        /// All standard marks, if they changed.
        standard_mark: Option<StandardMarks>,
        /// The custom mark, if it changed; empty when it was removed.
        custom_mark: Option<Cow<'a, str>>,
    },
    /// The host dropped a conversation's row:
    /// `{"type":"conversation_forgotten","at":..,"conversation":{..}}`.
    ConversationForgotten {
        /// The conversation.
        conversation: Conversation<'a>,
    },
}

impl<'a> Change<'a> {
    /// A change at that time, in Unix seconds.
    #[must_use]
    pub const fn new(at_seconds: u64, kind: ChangeKind<'a>) -> Self {
        Self { at: at_seconds, kind }
    }

    /// The time of the change, in Unix seconds.
    #[must_use]
    pub const fn at_seconds(&self) -> u64 {
        self.at
    }

    /// What changed, with the new values.
    #[must_use]
    pub const fn kind(&self) -> &ChangeKind<'a> {
        &self.kind
    }

    /// The same change with its own texts, to be queued.
    #[must_use]
    pub fn into_owned(self) -> Change<'static> {
        fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        let kind = match self.kind {
            ChangeKind::GroupCreated { group_id, name } => {
                ChangeKind::GroupCreated { group_id, name: owned(name) }
            }
            ChangeKind::GroupRenamed { group_id, old_name, name } => {
                ChangeKind::GroupRenamed { group_id, old_name: owned(old_name), name: owned(name) }
            }
            ChangeKind::GroupDeleted { group_id, name } => {
                ChangeKind::GroupDeleted { group_id, name: owned(name) }
            }
            ChangeKind::ConversationAdded { group_id, conversation } => {
                ChangeKind::ConversationAdded { group_id, conversation: conversation.into_owned() }
            }
            ChangeKind::ConversationRemoved { group_id, conversation } => {
                ChangeKind::ConversationRemoved {
                    group_id,
                    conversation: conversation.into_owned(),
                }
            }
            ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
                ChangeKind::ConversationMarked {
                    conversation: conversation.into_owned(),
                    standard_mark,
                    custom_mark: custom_mark.map(owned),
                }
            }
            ChangeKind::ConversationForgotten { conversation } => {
                ChangeKind::ConversationForgotten { conversation: conversation.into_owned() }
            }
        };
        Change { at: self.at, kind }
    }
}

impl ChangeKind<'_> {
    /// The `type` of the JSON form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::GroupCreated { .. } => "group_created",
            Self::GroupRenamed { .. } => "group_renamed",
            Self::GroupDeleted { .. } => "group_deleted",
            Self::ConversationAdded { .. } => "conversation_added",
            Self::ConversationRemoved { .. } => "conversation_removed",
            Self::ConversationMarked { .. } => "conversation_marked",
            Self::ConversationForgotten { .. } => "conversation_forgotten",
        }
    }
}

/// Shows the kind of change, never a name, an ID or a mark.
impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({} at {})", self.kind.name(), self.at)
    }
}

impl fmt::Debug for ChangeKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Change<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind.name())?;
        map.serialize_entry("at", &self.at)?;
        match &self.kind {
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
}

impl<'de: 'a, 'a> Deserialize<'de> for Change<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChangeVisitor)
    }
}

struct ChangeVisitor;

impl<'de> Visitor<'de> for ChangeVisitor {
    type Value = Change<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change: an object with `type`, `at` and the members of that type")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = ChangeMembers::default();
        while let Some(field) = map.next_key_seed(FieldName)? {
            match field {
                "type" => {
                    put(&mut members.name, scalar(map.next_value_seed(TextSeed), field)?, field)?
                }
                "at" => put(&mut members.at, scalar(map.next_value(), field)?, field)?,
                "group_id" => put(&mut members.group_id, scalar(map.next_value(), field)?, field)?,
                "old_name" => put(
                    &mut members.old_name,
                    scalar(map.next_value_seed(TextSeed), field)?,
                    field,
                )?,
                "conversation" => put(&mut members.conversation, map.next_value()?, field)?,
                "standard_mark" => put(
                    &mut members.standard_mark,
                    scalar(map.next_value_seed(TextSeed), field)?,
                    field,
                )?,
                "custom_mark" => put(
                    &mut members.custom_mark,
                    scalar(map.next_value_seed(TextSeed), field)?,
                    field,
                )?,
                _ => put(
                    &mut members.new_name,
                    scalar(map.next_value_seed(TextSeed), field)?,
                    field,
                )?,
            }
        }
        members.assemble()
    }
}

/// The members of all kinds of change.
const FIELDS: &[&str] =
    &["type", "at", "group_id", "old_name", "name", "conversation", "standard_mark", "custom_mark"];

#[derive(Default)]
struct ChangeMembers<'a> {
    name: Option<Cow<'a, str>>,
    at: Option<u64>,
    group_id: Option<u32>,
    old_name: Option<Cow<'a, str>>,
    new_name: Option<Cow<'a, str>>,
    conversation: Option<Conversation<'a>>,
    standard_mark: Option<Cow<'a, str>>,
    custom_mark: Option<Cow<'a, str>>,
}

impl<'a> ChangeMembers<'a> {
    fn assemble<E: de::Error>(mut self) -> Result<Change<'a>, E> {
        let name = need(&mut self.name, "type")?;
        let at = need(&mut self.at, "at")?;
        let kind = match &*name {
            "group_created" => {
                ChangeKind::GroupCreated { group_id: self.group_id()?, name: self.new_name()? }
            }
            "group_renamed" => ChangeKind::GroupRenamed {
                group_id: self.group_id()?,
                old_name: need(&mut self.old_name, "old_name")?,
                name: self.new_name()?,
            },
            "group_deleted" => {
                ChangeKind::GroupDeleted { group_id: self.group_id()?, name: self.new_name()? }
            }
            "conversation_added" => ChangeKind::ConversationAdded {
                group_id: self.group_id()?,
                conversation: self.conversation()?,
            },
            "conversation_removed" => ChangeKind::ConversationRemoved {
                group_id: self.group_id()?,
                conversation: self.conversation()?,
            },
            "conversation_marked" if self.standard_mark.is_none() && self.custom_mark.is_none() => {
                return Err(E::custom(
                    "a change of marks needs `standard_mark`, `custom_mark` or both",
                ));
            }
            "conversation_marked" => ChangeKind::ConversationMarked {
                conversation: self.conversation()?,
                standard_mark: self
                    .standard_mark
                    .take()
                    .map(|marks| marks.parse().map_err(E::custom))
                    .transpose()?,
                custom_mark: self.custom_mark.take(),
            },
            "conversation_forgotten" => {
                ChangeKind::ConversationForgotten { conversation: self.conversation()? }
            }
            _ => return Err(E::custom("unknown type of change")),
        };
        self.nothing_left()?;
        Ok(Change { at, kind })
    }

    fn group_id<E: de::Error>(&mut self) -> Result<u32, E> {
        need(&mut self.group_id, "group_id")
    }

    fn new_name<E: de::Error>(&mut self) -> Result<Cow<'a, str>, E> {
        need(&mut self.new_name, "name")
    }

    fn conversation<E: de::Error>(&mut self) -> Result<Conversation<'a>, E> {
        need(&mut self.conversation, "conversation")
    }

    /// Refuses members of other kinds of change: the text is not what its author meant.
    fn nothing_left<E: de::Error>(&self) -> Result<(), E> {
        let texts = [&self.old_name, &self.new_name, &self.standard_mark, &self.custom_mark];
        let left = self.group_id.is_some()
            || self.conversation.is_some()
            || texts.iter().any(|text| text.is_some());
        if left {
            Err(E::custom("a member that this type of change does not have"))
        } else {
            Ok(())
        }
    }
}

/// A member's value; the format's own error would quote what it is instead.
fn scalar<T, E: de::Error>(read: Result<T, E>, field: &'static str) -> Result<T, E> {
    read.map_err(|_| E::custom(format_args!("the member `{field}` of a change is of another type")))
}

fn put<T, E: de::Error>(place: &mut Option<T>, value: T, field: &'static str) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(field)),
    }
}

fn need<T, E: de::Error>(place: &mut Option<T>, field: &'static str) -> Result<T, E> {
    place.take().ok_or_else(|| E::missing_field(field))
}

struct FieldName;

impl<'de> de::DeserializeSeed<'de> for FieldName {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldName {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name of a change")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        // The error does not quote the name, which is data.
        FIELDS
            .iter()
            .find(|known| **known == name)
            .copied()
            .ok_or_else(|| E::custom("unknown member of a change"))
    }
}
