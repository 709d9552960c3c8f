//! The `ContactItem` object: one conversation on the wire.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::fields::{Fields, fields};
use super::seed::{Context, IntegerSeed, Item, TextSeed, declined, once, read_members, required};
use super::walk::{Broken, Members, Walk};
use crate::conversation::{Conversation, GROUP, GroupChatId, USER, UserId};
use crate::read::unexplained;
use crate::rule::Warning;
use crate::write;

fields! {
    enum ContactField {
        Type = "Type": Integer,
        ToGroupId = "ToGroupId": Name,
        ToAccount = "To_Account": Account,
    }
    inventions {
        "ContactType" => "Type",
        "ContactId" => "To_Account",
        "UserId" => "To_Account",
        "UserID" => "To_Account",
        "PeerAccount" => "To_Account",
        "GroupId" => "ToGroupId",
    }
}

/// The fast door.
#[derive(Clone, Copy)]
pub(crate) struct ContactSeed<'c>(pub(crate) &'c Context<'c>);

impl<'de> DeserializeSeed<'de> for ContactSeed<'_> {
    type Value = Conversation<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContactSeed<'_> {
    type Value = Conversation<'de>;

    unexplained!();

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut kind, mut user, mut group) = (None, None, None);
        read_members!(map, self.0, {
            ContactField::Type => once(&mut kind, map.next_value_seed(IntegerSeed)?)?,
            ContactField::ToGroupId => once(&mut group, map.next_value_seed(TextSeed)?)?,
            ContactField::ToAccount => once(&mut user, map.next_value_seed(TextSeed)?)?,
        });
        let not_empty = |id: Option<Cow<'_, str>>| id.is_some_and(|id| !id.is_empty());
        match required(kind)? {
            1 => {
                self.0.note_if(not_empty(group));
                UserId::new(required(user)?).map(Conversation::User).map_err(|_| declined())
            }
            2 => {
                self.0.note_if(not_empty(user));
                GroupChatId::new(required(group)?).map(Conversation::Group).map_err(|_| declined())
            }
            _ => Err(declined()),
        }
    }
}

impl<'de> Item<'de> for Conversation<'de> {
    fn accept<D: Deserializer<'de>>(reader: D, context: &Context<'_>) -> Option<Self> {
        ContactSeed(context).deserialize(reader).ok()
    }

    fn conversation(&self) -> &Conversation<'de> {
        self
    }
}

/// The slow door, for the object at the walk's path.
pub(crate) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<Conversation<'b>>, Broken> {
    let kind = walk.selector(members, ContactField::Type, 2);
    let unused = |kind| Some((Warning::IrrelevantId, "Type", kind));
    match kind {
        Some(USER) => {
            walk.unused(members, ContactField::ToGroupId, unused(USER));
            Ok(walk.id(members, ContactField::ToAccount, UserId::new)?.map(Conversation::User))
        }
        Some(_) => {
            let id = walk.id(members, ContactField::ToGroupId, GroupChatId::new)?;
            walk.unused(members, ContactField::ToAccount, unused(GROUP));
            Ok(id.map(Conversation::Group))
        }
        None => {
            walk.unused(members, ContactField::ToGroupId, None);
            walk.unused(members, ContactField::ToAccount, None);
            Ok(None)
        }
    }
}

/// An element that is a `ContactItem` itself, as in create and search.
pub(crate) fn judge_element<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<Conversation<'b>>, Broken> {
    let conversation = judge(walk, members)?;
    if let Some(conversation) = &conversation {
        walk.meet(conversation, members.whole);
    }
    Ok(conversation)
}

/// The member `ContactItem` of an item, as in update and mark.
pub(crate) fn judge_member<'b>(
    walk: &mut Walk<'_, 'b>,
    item: &Members<'b>,
    field: impl Fields,
) -> Result<Option<Conversation<'b>>, Broken> {
    let conversation = walk.object::<_, ContactField, _>(item, field, judge)?;
    if let Some(conversation) = &conversation {
        walk.meet(conversation, item.whole);
    }
    Ok(conversation)
}

/// Writes the object with only its own ID.
#[inline]
pub(crate) fn write(kind: u8, id: &[u8], out: &mut Vec<u8>) {
    write_open(kind, id, out);
    out.push(b'}');
}

/// Writes the same without its closing brace, for rows, which have more members.
#[inline]
pub(crate) fn write_open(kind: u8, id: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(if kind == USER { br#"{"Type":1,"To_Account":"# } else { br#"{"Type":2,"ToGroupId":"# });
    write::string(id, out);
}

/// Writes an array of the objects.
pub(crate) fn write_all(conversations: &[Conversation<'_>], out: &mut Vec<u8>) {
    write::array(conversations, out, |conversation, out| write(conversation.kind(), conversation.id().as_bytes(), out));
}
