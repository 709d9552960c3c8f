//! `create_contact_group`: one new group with its first conversations.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::contact::{self, ContactField, ContactSeed};
use super::fields::{Fields, fields};
use super::seed::{Context, ElementsSeed, Parts, TextSeed, declined, once, read_members, required, required_name};
use super::walk::{Broken, Members, Need, Walk};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::report::Note;
use crate::rule::{Rule, Warning};
use crate::write;

/// Create one conversation group with initial conversations (pages 1047/53437, 269/85791).
#[derive(Clone, PartialEq, Eq)]
pub struct CreateGroup<'a> {
    account: UserId<'a>,
    name: Cow<'a, str>,
    conversations: Vec<Conversation<'a>>,
}

impl<'a> CreateGroup<'a> {
    /// A request for a group of that name; the limits are checked by [`CheckedRequest::new`](super::CheckedRequest::new).
    pub fn new(account: UserId<'a>, name: impl Into<Cow<'a, str>>, conversations: Vec<Conversation<'a>>) -> Self {
        Self { account, name: name.into(), conversations }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `GroupName`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `ContactItem`, in request order; absent is empty.
    #[must_use]
    pub fn conversations(&self) -> &[Conversation<'a>] {
        &self.conversations
    }

    pub(super) fn take_conversations(self) -> Vec<Conversation<'a>> {
        self.conversations
    }

    pub(super) fn into_owned(self) -> CreateGroup<'static> {
        CreateGroup {
            account: self.account.into_owned(),
            name: Cow::Owned(self.name.into_owned()),
            conversations: self.conversations.into_iter().map(Conversation::into_owned).collect(),
        }
    }

    pub(super) fn is_within(&self, policy: &Policy) -> bool {
        !self.name.is_empty() && policy.allows_group_name(&self.name) && policy.allows_conversations(self.conversations.len())
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","GroupContactItem":[{"GroupName":"#);
        write::string(self.name.as_bytes(), out);
        out.extend_from_slice(br#","ContactItem":"#);
        contact::write_all(&self.conversations, out);
        out.extend_from_slice(b"}]}");
    }
}

impl fmt::Debug for CreateGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreateGroup({} bytes, {} conversations)", self.name.len(), self.conversations.len())
    }
}

fields! {
    enum CreateField {
        FromAccount = "From_Account": Account,
        GroupContactItem = "GroupContactItem": Array,
    }
    inventions {
        "GroupName" => "GroupContactItem",
        "GroupNames" => "GroupContactItem",
        "GroupItem" => "GroupContactItem",
        "ContactItem" => "GroupContactItem",
        "ContactId" => "GroupContactItem",
        "ContactIds" => "GroupContactItem",
        "UserId" => "From_Account",
    }
}

fields! {
    enum GroupField {
        GroupName = "GroupName": Name,
        ContactItem = "ContactItem": Array,
    }
    inventions {
        "GroupNames" => "GroupName",
        "Name" => "GroupName",
        "NewName" => "GroupName",
        "ContactId" => "ContactItem",
        "ContactIds" => "ContactItem",
        "Contacts" => "ContactItem",
    }
}

/// The fast door.
pub(super) struct CreateSeed<'c, 'v, 'de> {
    pub(super) context: &'c Context<'c>,
    pub(super) parts: &'v mut Parts<'de>,
}

impl<'de> Visitor<'de> for CreateSeed<'_, '_, 'de> {
    type Value = CreateGroup<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut name) = (None, None);
        read_members!(map, self.context, {
            CreateField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            CreateField::GroupContactItem => {
                once(&mut name, map.next_value_seed(GroupsSeed { context: self.context, parts: self.parts })?)?;
            },
        });
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        let request =
            CreateGroup { account, name: required(name)?, conversations: core::mem::take(&mut self.parts.conversations) };
        self.context.note_if(request.name.len() > LONG_NAME_BYTES);
        Ok(request)
    }
}

/// `GroupContactItem`: an array of exactly one group. Yields the name.
struct GroupsSeed<'c, 'v, 'de> {
    context: &'c Context<'c>,
    parts: &'v mut Parts<'de>,
}

impl<'de> DeserializeSeed<'de> for GroupsSeed<'_, '_, 'de> {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for GroupsSeed<'_, '_, 'de> {
    type Value = Cow<'de, str>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let name = required(seq.next_element_seed(GroupSeed { context: self.context, parts: self.parts })?)?;
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(name),
            Some(_) => Err(declined()),
        }
    }
}

/// An element of `GroupContactItem`.
struct GroupSeed<'c, 'v, 'de> {
    context: &'c Context<'c>,
    parts: &'v mut Parts<'de>,
}

impl<'de> DeserializeSeed<'de> for GroupSeed<'_, '_, 'de> {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for GroupSeed<'_, '_, 'de> {
    type Value = Cow<'de, str>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut name, mut conversations) = (None, None);
        read_members!(map, self.context, {
            GroupField::GroupName => once(&mut name, map.next_value_seed(TextSeed)?)?,
            GroupField::ContactItem => {
                let into = &mut self.parts.conversations;
                let max = self.context.policy.conversations_max();
                once(&mut conversations, map.next_value_seed(ElementsSeed { into, seed: ContactSeed(self.context), max })?)?;
            },
        });
        if conversations.is_none() && self.context.policy.create_needs_conversations() {
            return Err(declined());
        }
        required_name(name)
    }
}

/// Older SDKs reject longer group names.
pub(super) const LONG_NAME_BYTES: usize = 32;

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<CreateGroup<'b>>, Broken> {
    let account = walk.id(members, CreateField::FromAccount, UserId::new)?;
    let mut name = None;
    let mut conversations = Vec::new();
    if let Some(raw) = walk.field(members, CreateField::GroupContactItem, Need::Required) {
        walk.objects::<_, GroupField>(raw, CreateField::GroupContactItem, not_single, |walk, group| {
            name = judge_name(walk, group, GroupField::GroupName)?;
            judge_conversations(walk, group, &mut conversations)
        })?;
    }
    Ok(account.zip(name).map(|(account, name)| CreateGroup { account, name, conversations }))
}

/// A name that a group is to have.
pub(super) fn judge_name<'b>(
    walk: &mut Walk<'_, 'b>,
    members: &Members<'b>,
    field: impl Fields,
) -> Result<Option<Cow<'b, str>>, Broken> {
    let Some((name, raw)) = walk.text(members, field, Need::Required)? else { return Ok(None) };
    if !walk.policy.allows_group_name(&name) {
        let note = Note::Bytes { found: name.len(), max: walk.policy.group_name_max_bytes() };
        walk.error_at(field, Rule::GroupNameTooLong, note, raw);
    } else if name.len() > LONG_NAME_BYTES {
        walk.warning_of(members, field, Warning::LongGroupName);
    }
    Ok(Some(name))
}

fn judge_conversations<'b>(walk: &mut Walk<'_, 'b>, group: &Members<'b>, into: &mut Vec<Conversation<'b>>) -> Result<(), Broken> {
    let need = Need::when(walk.policy.create_needs_conversations());
    let Some(raw) = walk.field(group, GroupField::ContactItem, need) else { return Ok(()) };
    let policy = *walk.policy;
    let count = |found| too_many_conversations(&policy, found);
    walk.items::<_, ContactField, _>(raw, GroupField::ContactItem, count, into, contact::judge_element)
}

/// The finding about the number of groups in a create or delete, if it is not one.
pub(super) fn not_single(found: usize) -> Option<(Rule, Note)> {
    (found != 1).then_some((Rule::SingleItemOnly, Note::Count { found, min: 1, max: 1 }))
}

/// The finding about the number of conversations in a create or update, if it is too large.
pub(super) fn too_many_conversations(policy: &Policy, found: usize) -> Option<(Rule, Note)> {
    let max = policy.conversations_max().filter(|_| !policy.allows_conversations(found))?;
    Some((Rule::ItemCount, Note::Count { found, min: 0, max }))
}
