//! `get_contact_group`: page through everything an account has.

use alloc::vec::Vec;

use serde::de::{MapAccess, Visitor};

use super::fields::fields;
use super::seed::{Context, IntegerSeed, TextSeed, declined, once, read_members, required};
use super::walk::{Broken, Members, Walk};
use crate::conversation::UserId;
use crate::policy::Policy;
use crate::read::unexplained;
use crate::write;

/// Page through all group and mark data of an account (pages 1047/53440, 269/85794).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetGroups<'a> {
    account: UserId<'a>,
    start: u64,
}

impl<'a> GetGroups<'a> {
    /// A request for the page that starts at that row, 0-based.
    #[must_use]
    pub const fn new(account: UserId<'a>, start: u64) -> Self {
        Self { account, start }
    }

    /// `From_Account`.
    #[must_use]
    pub const fn account(&self) -> &UserId<'a> {
        &self.account
    }

    /// `StartIndex`: how many rows to skip.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn into_owned(self) -> GetGroups<'static> {
        GetGroups { account: self.account.into_owned(), start: self.start }
    }

    pub(super) const fn is_within(&self, _: &Policy) -> bool {
        true
    }

    pub(super) fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"From_Account":"#);
        write::string(self.account.as_str().as_bytes(), out);
        out.extend_from_slice(br#","StartIndex":"#);
        write::integer(self.start, out);
        out.push(b'}');
    }
}

fields! {
    enum GetField {
        FromAccount = "From_Account": Account,
        StartIndex = "StartIndex": Integer,
    }
    inventions {
        "Start" => "StartIndex",
        "Index" => "StartIndex",
        "NextStartIndex" => "StartIndex",
        "Offset" => "StartIndex",
        "UserId" => "From_Account",
    }
}

/// The fast door.
pub(super) struct GetSeed<'c>(pub(super) &'c Context<'c>);

impl<'de> Visitor<'de> for GetSeed<'_> {
    type Value = GetGroups<'de>;

    unexplained!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut account, mut start) = (None, None);
        read_members!(map, self.0, {
            GetField::FromAccount => once(&mut account, map.next_value_seed(TextSeed)?)?,
            GetField::StartIndex => once(&mut start, map.next_value_seed(IntegerSeed)?)?,
        });
        let account = UserId::new(required(account)?).map_err(|_| declined())?;
        Ok(GetGroups { account, start: required(start)? })
    }
}

/// The slow door.
pub(super) fn judge<'b>(walk: &mut Walk<'_, 'b>, members: &Members<'b>) -> Result<Option<GetGroups<'b>>, Broken> {
    let account = walk.id(members, GetField::FromAccount, UserId::new)?;
    let start = walk.integer(members, GetField::StartIndex, 0, u64::MAX);
    Ok(account.zip(start).map(|(account, start)| GetGroups { account, start }))
}
