//! `update_contact_group`: rename a group, or add and remove conversations.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::contact::{self, ContactSeed};
use super::create::{LONG_NAME_BYTES, judge_name, too_many_conversations};
use super::fields::fields;
use super::seed::{
    Context, ElementsSeed, IntegerSeed, Item, Parts, TextSeed, declined, once, read_members, required, required_name,
};
use super::walk::{Broken, Members, Need, Walk};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::rule::Warning;
use crate::write;

/// Rename a conversation group, or add and remove conversations (pages 1047/53439, 269/85793).
#[derive(Clone, PartialEq, Eq)]
pub struct UpdateGroup<'a> {
    account: UserId<'a>,
    group: Cow<'a, str>,
    kind: UpdateKind<'a>,
}

/// What to do to the group: `UpdateGroupType`.
#[derive(Clone, PartialEq, Eq)]
pub enum UpdateKind<'a> {
    /// 1: give it this new name.
    Rename(Cow<'a, str>),
    /// 2: add and remove conversations, in this order.
    Conversations(Vec<Membership<'a>>),
}

/// One element of `ContactUpdateItem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership<'a> {
    /// `ContactOptType`.
    pub change: MembershipChange,
    /// `ContactItem`.
    pub conversation: Conversation<'a>,
}

/// What to do with a conversation: `ContactOptType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MembershipChange {
    /// 1: add it to the group.
    Add,
    /// 2: remove it from the group.
    Remove,
}

impl MembershipChange {
    /// The value of `ContactOptType`.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Add => 1,
            Self::Remove => 2,
        }
    }

    const fn of_value(value: u64) -> Option<Self> {
        match value {
            1 => Some(Self::Add),
            2 => Some(Self::Remove),
            _ => None,
        }
    }
}

impl<'a> UpdateGroup<'a> {
    /// A request to rename the group; the limits are checked by [`CheckedRequest::new`](super::CheckedRequest::new).
    pub fn rename(account: UserId<'a>, group: impl Into<Cow<'a, str>>, new_name: impl Into<Cow<'a, str>>) -> Self {
        Self { account, group: group.into(), kind: UpdateKind::Rename(new_name.into()) }
    }

    /// A request to add and remove conversations; the limits are checked by [`CheckedRequest::new`](super::CheckedRequest::new).
    pub fn conversations(account: UserId<'a>, group: impl Into<Cow<'a, str>>, memberships: Vec<Membership<'a>>) -> Self {
        Self { account, group: group.into(), kind: UpdateKind::Conversations(memberships) }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `OldGroupName`: the name of the group to change.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// What to do to the group.
    #[must_use]
    pub const fn kind(&self) -> &UpdateKind<'a> {
        &self.kind
    }

    pub(super) fn take_memberships(self) -> Vec<Membership<'a>> {
        match self.kind {
            UpdateKind::Rename(_) => Vec::new(),
            UpdateKind::Conversations(memberships) => memberships,
        }
    }

    pub(super) fn into_owned(self) -> UpdateGroup<'static> {
        let owned = |membership: Membership<'_>| Membership {
            change: membership.change,
            conversation: membership.conversation.into_owned(),
        };
        UpdateGroup {
            account: self.account.into_owned(),
            group: Cow::Owned(self.group.into_owned()),
            kind: match self.kind {
                UpdateKind::Rename(name) => UpdateKind::Rename(Cow::Owned(name.into_owned())),
                UpdateKind::Conversations(memberships) => UpdateKind::Conversations(memberships.into_iter().map(owned).collect()),
            },
        }
    }

    pub(super) fn is_within(&self, policy: &Policy) -> bool {
        let kind = match &self.kind {
            UpdateKind::Rename(name) => !name.is_empty() && policy.allows_group_name(name),
            UpdateKind::Conversations(memberships) => policy.allows_conversations(memberships.len()),
        };
        kind && !self.group.is_empty()
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","UpdateType":1,"UpdateGroup":{"UpdateGroupType":"#);
        out.push(match self.kind {
            UpdateKind::Rename(_) => b'1',
            UpdateKind::Conversations(_) => b'2',
        });
        out.extend_from_slice(br#","OldGroupName":"#);
        write::string(self.group.as_bytes(), out);
        match &self.kind {
            UpdateKind::Rename(name) => {
                out.extend_from_slice(br#","NewGroupName":"#);
                write::string(name.as_bytes(), out);
            }
            UpdateKind::Conversations(memberships) => {
                out.extend_from_slice(br#","ContactUpdateItem":"#);
                write::array(memberships, out, |membership, out| {
                    out.extend_from_slice(br#"{"ContactOptType":"#);
                    write::integer(membership.change.value(), out);
                    out.extend_from_slice(br#","ContactItem":"#);
                    contact::write(membership.conversation.kind(), membership.conversation.id().as_bytes(), out);
                    out.push(b'}');
                });
            }
        }
        out.extend_from_slice(b"}}");
    }
}

impl fmt::Debug for UpdateGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpdateGroup({} bytes, {:?})", self.group.len(), self.kind)
    }
}

impl fmt::Debug for UpdateKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename(name) => write!(f, "Rename({} bytes)", name.len()),
            Self::Conversations(memberships) => write!(f, "Conversations({})", memberships.len()),
        }
    }
}

fields! {
    enum UpdateField {
        FromAccount = "From_Account": Account,
        UpdateType = "UpdateType": Integer,
        UpdateGroup = "UpdateGroup": Object,
    }
    inventions {
        "GroupName" => "UpdateGroup",
        "OldName" => "UpdateGroup",
        "OldGroupName" => "UpdateGroup",
        "NewName" => "UpdateGroup",
        "NewGroupName" => "UpdateGroup",
        "ContactId" => "UpdateGroup",
        "ContactIds" => "UpdateGroup",
        "ContactUpdateItem" => "UpdateGroup",
        "UpdateGroupType" => "UpdateGroup",
        "UserId" => "From_Account",
    }
}

fields! {
    enum GroupField {
        UpdateGroupType = "UpdateGroupType": Integer,
        OldGroupName = "OldGroupName": Name,
        NewGroupName = "NewGroupName": Name,
        ContactUpdateItem = "ContactUpdateItem": Array,
    }
    inventions {
        "UpdateType" => "UpdateGroupType",
        "GroupName" => "OldGroupName",
        "GroupNames" => "OldGroupName",
        "OldName" => "OldGroupName",
        "NewName" => "NewGroupName",
        "ContactId" => "ContactUpdateItem",
        "ContactIds" => "ContactUpdateItem",
        "ContactItem" => "ContactUpdateItem",
    }
}

fields! {
    enum MembershipField {
        ContactOptType = "ContactOptType": Integer,
        ContactItem = "ContactItem": Object,
    }
    inventions {
        "OptType" => "ContactOptType",
        "ContactId" => "ContactItem",
        "ContactIds" => "ContactItem",
        "Contact" => "ContactItem",
    }
}

/// The fast door.
pub(super) struct UpdateSeed<'c, 'v, 'de> {
    pub(super) context: &'c Context<'c>,
    pub(super) parts: &'v mut Parts<'de>,
}

impl<'de> Visitor<'de> for UpdateSeed<'_, '_, 'de> {
    type Value = UpdateGroup<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut update_type, mut group) = (None, None, None);
        read_members!(map, self.context, {
            UpdateField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            UpdateField::UpdateType => once(&mut update_type, map.next_value_seed(IntegerSeed)?)?,
            UpdateField::UpdateGroup => {
                once(&mut group, map.next_value_seed(GroupSeed { context: self.context, parts: self.parts })?)?;
            },
        });
        if update_type != Some(1) {
            return Err(declined());
        }
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        let (group, new_name) = required(group)?;
        let kind = match new_name {
            Some(name) => {
                self.context.note_if(name.len() > LONG_NAME_BYTES || name == group);
                UpdateKind::Rename(name)
            }
            None => {
                self.context.note_if(self.parts.memberships.is_empty());
                UpdateKind::Conversations(core::mem::take(&mut self.parts.memberships))
            }
        };
        Ok(UpdateGroup { account, group, kind })
    }
}

/// `UpdateGroup`. Yields the group's name, and its new one for a rename.
struct GroupSeed<'c, 'v, 'de> {
    context: &'c Context<'c>,
    parts: &'v mut Parts<'de>,
}

impl<'de> DeserializeSeed<'de> for GroupSeed<'_, '_, 'de> {
    type Value = (Cow<'de, str>, Option<Cow<'de, str>>);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for GroupSeed<'_, '_, 'de> {
    type Value = (Cow<'de, str>, Option<Cow<'de, str>>);

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut kind, mut old_name, mut new_name, mut items) = (None, None, None, None);
        read_members!(map, self.context, {
            GroupField::UpdateGroupType => once(&mut kind, map.next_value_seed(IntegerSeed)?)?,
            GroupField::OldGroupName => once(&mut old_name, map.next_value_seed(TextSeed)?)?,
            GroupField::NewGroupName => once(&mut new_name, map.next_value_seed(TextSeed)?)?,
            GroupField::ContactUpdateItem => {
                let into = &mut self.parts.memberships;
                let max = self.context.policy.conversations_max();
                once(&mut items, map.next_value_seed(ElementsSeed { into, seed: MembershipSeed(self.context), max })?)?;
            },
        });
        let old_name = required_name(old_name)?;
        match required(kind)? {
            1 => {
                self.context.note_if(!self.parts.memberships.is_empty());
                Ok((old_name, Some(required_name(new_name)?)))
            }
            2 => {
                self.context.note_if(new_name.is_some_and(|name: Cow<'_, str>| !name.is_empty()));
                Ok((old_name, None))
            }
            _ => Err(declined()),
        }
    }
}

/// An element of `ContactUpdateItem`.
#[derive(Clone, Copy)]
struct MembershipSeed<'c>(&'c Context<'c>);

impl<'de> DeserializeSeed<'de> for MembershipSeed<'_> {
    type Value = Membership<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MembershipSeed<'_> {
    type Value = Membership<'de>;

    unexplained!();

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut change, mut conversation) = (None, None);
        read_members!(map, self.0, {
            MembershipField::ContactOptType => once(&mut change, map.next_value_seed(IntegerSeed)?)?,
            MembershipField::ContactItem => once(&mut conversation, map.next_value_seed(ContactSeed(self.0))?)?,
        });
        let change = required(change.and_then(MembershipChange::of_value))?;
        Ok(Membership { change, conversation: required(conversation)? })
    }
}

impl<'de> Item<'de> for Membership<'de> {
    fn accept<D: Deserializer<'de>>(reader: D, context: &Context<'_>) -> Option<Self> {
        MembershipSeed(context).deserialize(reader).ok()
    }

    fn conversation(&self) -> &Conversation<'de> {
        &self.conversation
    }
}

const RENAME: u8 = 1;
const CONVERSATIONS: u8 = 2;

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<UpdateGroup<'b>>, Broken> {
    let account = walk.id(members, UpdateField::FromAccount, UserId::new)?;
    walk.integer(members, UpdateField::UpdateType, 1, 1);
    let group = walk.object::<_, GroupField, _>(members, UpdateField::UpdateGroup, judge_group)?;
    Ok(account.zip(group).map(|(account, (group, kind))| UpdateGroup { account, group, kind }))
}

fn judge_group<'b>(walk: &mut Walk<'_, 'b>, group: &Members<'b>) -> Result<Option<(Cow<'b, str>, UpdateKind<'b>)>, Broken> {
    let kind = walk.selector(group, GroupField::UpdateGroupType, CONVERSATIONS);
    let old_name = walk.text(group, GroupField::OldGroupName, Need::Required)?.map(|(name, _)| name);
    let unused = |kind| Some((Warning::IgnoredField, "UpdateGroupType", kind));
    let kind = match kind {
        Some(RENAME) => {
            let new_name = judge_name(walk, group, GroupField::NewGroupName)?;
            if new_name.is_some() && new_name == old_name {
                walk.warning_of(group, GroupField::NewGroupName, Warning::NoEffect);
            }
            walk.unused(group, GroupField::ContactUpdateItem, unused(RENAME));
            new_name.map(UpdateKind::Rename)
        }
        Some(_) => {
            walk.unused(group, GroupField::NewGroupName, unused(CONVERSATIONS));
            if !group.has_elements(GroupField::ContactUpdateItem) {
                walk.warning(Warning::NoEffect, group);
            }
            Some(UpdateKind::Conversations(judge_memberships(walk, group)?))
        }
        None => {
            walk.unused(group, GroupField::NewGroupName, None);
            walk.unused(group, GroupField::ContactUpdateItem, None);
            None
        }
    };
    Ok(old_name.zip(kind))
}

fn judge_memberships<'b>(walk: &mut Walk<'_, 'b>, group: &Members<'b>) -> Result<Vec<Membership<'b>>, Broken> {
    let mut memberships = Vec::new();
    let Some(raw) = walk.field(group, GroupField::ContactUpdateItem, Need::Optional) else { return Ok(memberships) };
    let policy = *walk.policy;
    walk.items::<_, MembershipField, _>(
        raw,
        GroupField::ContactUpdateItem,
        |found| too_many_conversations(&policy, found),
        &mut memberships,
        |walk, item| {
            let change = walk.selector(item, MembershipField::ContactOptType, 2);
            let conversation = contact::judge_member(walk, item, MembershipField::ContactItem)?;
            let change = change.and_then(|value| MembershipChange::of_value(u64::from(value)));
            Ok(change.zip(conversation).map(|(change, conversation)| Membership { change, conversation }))
        },
    )?;
    Ok(memberships)
}
