//! Reading the compact form of a snapshot. Rows go into the account one by one.

use alloc::string::String;

use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::VERSION;
use crate::account::Account;
use crate::account::key;
use crate::account::snapshot::load::{Loader, NewRow};
use crate::account::snapshot::{SnapshotError, SnapshotPlace};
use crate::account::texts::{ID_LEN, TEXTS_MAX};
use crate::conversation::Conversation;
use crate::read::tuple::TupleError;
use crate::read::{LongTextSeed, unexplained};

pub(in crate::account::snapshot) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Account, D::Error> {
    let found = Found::new();
    deserializer.deserialize_tuple(5, SnapshotVisitor(&found)).map_err(|_| match found.first() {
        Some(error) => de::Error::custom(error),
        None => de::Error::custom("this is not a snapshot of an account, or it is damaged"),
    })
}

impl TupleError for SnapshotError {
    type Place = SnapshotPlace;

    fn missing(place: SnapshotPlace, member: &'static str) -> Self {
        Self::Missing { place, member }
    }

    fn unreadable(place: SnapshotPlace, member: &'static str) -> Self {
        Self::Unreadable { place, member }
    }

    fn unknown(place: SnapshotPlace) -> Self {
        Self::Unknown { place }
    }
}

type Found = crate::read::tuple::Found<SnapshotError>;

struct SnapshotVisitor<'f>(&'f Found);

impl<'de> Visitor<'de> for SnapshotVisitor<'_> {
    type Value = Account;

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Account, A::Error> {
        const WHOLE: SnapshotPlace = SnapshotPlace::Whole;
        let found = self.0;
        let version: u8 = found.value(&mut tuple, WHOLE, "version")?;
        if version != VERSION {
            return Err(found.error(SnapshotError::Version { found: version.into() }));
        }
        let last_group_id = found.value(&mut tuple, WHOLE, "last_group_id")?;
        let mut loader =
            found.check(Loader::new(last_group_id, TEXTS_MAX).ok_or(SnapshotError::LastGroupId))?;
        let groups = Groups { found, loader: &mut loader };
        found.element(&mut tuple, groups, WHOLE, "groups")?;
        let ids = found.element(&mut tuple, LongTextSeed, WHOLE, "ids")?;
        let (custom, timestamp) = (String::new(), 0);
        let rows = Rows { found, loader: &mut loader, ids: &ids, custom, timestamp };
        found.element(&mut tuple, rows, WHOLE, "rows")?;
        found.end(&mut tuple, WHOLE)?;
        found.check(loader.finish().map_err(SnapshotError::from))
    }
}

struct Groups<'r> {
    found: &'r Found,
    loader: &'r mut Loader,
}

impl<'de> DeserializeSeed<'de> for Groups<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Groups<'_> {
    type Value = ();

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        loop {
            let place = self.loader.next_group();
            if self.found.next(&mut list, Group(&mut self), place, "group")?.is_none() {
                return Ok(());
            }
        }
    }
}

struct Group<'g, 'r>(&'g mut Groups<'r>);

impl<'de> DeserializeSeed<'de> for Group<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for Group<'_, '_> {
    type Value = ();

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<(), A::Error> {
        let Groups { found, loader } = self.0;
        let place = loader.next_group();
        let above: u32 = found.value(&mut tuple, place, "group_id")?;
        let name = found.element(&mut tuple, LongTextSeed, place, "name")?;
        found.end(&mut tuple, place)?;
        // A sum that is too large is above every counter.
        let id = loader.highest_group_id().saturating_add(above);
        found.check(loader.group(id, &name).map_err(|problem| problem.at(place)))
    }
}

struct Rows<'r> {
    found: &'r Found,
    loader: &'r mut Loader,
    /// The IDs of the rows to come.
    ids: &'r str,
    /// The custom mark of the row at hand.
    custom: String,
    /// The timestamp of the row before.
    timestamp: u64,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    unexplained!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        // The format tells what the snapshot claims. Each row has at least one byte of the IDs.
        let rows = list.size_hint().unwrap_or(0).min(self.ids.len());
        self.loader.reserve(rows, self.ids.len().saturating_add(rows));
        loop {
            let place = self.loader.next_row();
            if self.found.next(&mut list, Row(&mut self), place, "row")?.is_none() {
                break;
            }
        }
        if self.ids.is_empty() {
            Ok(())
        } else {
            Err(self.found.error(SnapshotError::Ids { place: SnapshotPlace::Whole }))
        }
    }
}

struct Row<'l, 'r>(&'l mut Rows<'r>);

impl<'de> DeserializeSeed<'de> for Row<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_tuple(5, self)
    }
}

impl<'de> Visitor<'de> for Row<'_, '_> {
    type Value = ();

    unexplained!();

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<(), A::Error> {
        let Rows { found, loader, ids, custom, timestamp } = self.0;
        let place = loader.next_row();
        let head: u8 = found.value(&mut tuple, place, "head")?;
        let marks = found.value(&mut tuple, place, "standard_mark")?;
        found.element(&mut tuple, Custom(custom), place, "custom_mark")?;
        let groups = found.value(&mut tuple, place, "groups")?;
        let later: i64 = found.value(&mut tuple, place, "timestamp")?;
        found.end(&mut tuple, place)?;
        let Some((id, rest)) = ids.split_at_checked(usize::from(head & ID_LEN)) else {
            return Err(found.error(SnapshotError::Ids { place }));
        };
        let conversation = Conversation::of_kind(key::kind(head), id).and_then(Result::ok);
        let conversation =
            &found.check(conversation.ok_or(SnapshotError::Conversation { place }))?;
        *timestamp = timestamp.wrapping_add_signed(later);
        *ids = rest;
        let timestamp = *timestamp;
        let row = NewRow { conversation, marks, custom, groups, timestamp };
        found.check(loader.row(&row).map_err(|problem| problem.at(place)))
    }
}

/// Replaces a text by that of a custom mark.
struct Custom<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Custom<'_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_string(self)
    }
}

impl Visitor<'_> for Custom<'_> {
    type Value = ();

    unexplained!();

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(text);
        Ok(())
    }
}
