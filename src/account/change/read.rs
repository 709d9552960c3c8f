//! Reading a change in its form for people, an object with named members.

use alloc::borrow::Cow;
use core::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::{Change, ChangeKind};
use crate::conversation::Conversation;
use crate::read::{TextSeed, refuse_scalars};

pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<'de>, D::Error> {
    deserializer.deserialize_any(ChangeVisitor)
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
                return Err(E::custom(super::NO_MARKS));
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
            _ => return Err(E::custom(super::UNKNOWN_TYPE)),
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
