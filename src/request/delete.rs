//! `del_contact_group`: delete one group.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::create::not_single;
use super::fields::fields;
use super::seed::{Context, TextSeed, declined, once, read_members, required, required_name};
use super::walk::{Broken, Members, Need, Walk};
use crate::conversation::UserId;
use crate::policy::Policy;
use crate::read::unexplained;
use crate::write;

/// Delete one conversation group (pages 1047/53441, 269/85795).
#[derive(Clone, PartialEq, Eq)]
pub struct DeleteGroup<'a> {
    account: UserId<'a>,
    group: Cow<'a, str>,
}

impl<'a> DeleteGroup<'a> {
    /// A request to delete the group of that name.
    pub fn new(account: UserId<'a>, group: impl Into<Cow<'a, str>>) -> Self {
        Self { account, group: group.into() }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// The one element of `GroupName`.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    pub(super) fn into_owned(self) -> DeleteGroup<'static> {
        DeleteGroup { account: self.account.into_owned(), group: Cow::Owned(self.group.into_owned()) }
    }

    pub(super) fn is_within(&self, _: &Policy) -> bool {
        !self.group.is_empty()
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","GroupName":["#);
        write::string(self.group.as_bytes(), out);
        out.extend_from_slice(b"]}");
    }
}

impl fmt::Debug for DeleteGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeleteGroup({} bytes)", self.group.len())
    }
}

fields! {
    enum DeleteField {
        FromAccount = "From_Account": Account,
        GroupName = "GroupName": Array,
    }
    inventions {
        "GroupNames" => "GroupName",
        "Name" => "GroupName",
        "GroupItem" => "GroupName",
        "GroupContactItem" => "GroupName",
        "UserId" => "From_Account",
    }
}

/// The fast door.
pub(super) struct DeleteSeed<'c>(pub(super) &'c Context<'c>);

impl<'de> Visitor<'de> for DeleteSeed<'_> {
    type Value = DeleteGroup<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut group) = (None, None);
        read_members!(map, self.0, {
            DeleteField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            DeleteField::GroupName => once(&mut group, map.next_value_seed(NamesSeed)?)?,
        });
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        Ok(DeleteGroup { account, group: required_name(group)? })
    }
}

/// An array of exactly one name.
struct NamesSeed;

impl<'de> DeserializeSeed<'de> for NamesSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for NamesSeed {
    type Value = Cow<'de, str>;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let name = required(seq.next_element_seed(TextSeed)?)?;
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(name),
            Some(_) => Err(declined()),
        }
    }
}

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<DeleteGroup<'b>>, Broken> {
    let account = walk.id(members, DeleteField::FromAccount, UserId::new)?;
    let mut group = None;
    if let Some(raw) = walk.field(members, DeleteField::GroupName, Need::Required) {
        walk.elements(raw, DeleteField::GroupName, not_single, |walk, element| {
            group = walk.element_name(element)?;
            Ok(())
        })?;
    }
    Ok(account.zip(group).map(|(account, group)| DeleteGroup { account, group }))
}
