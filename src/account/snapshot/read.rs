//! Reading a snapshot in its form for people, objects with named members.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::load::{Loader, NewRow, RowProblem};
use super::{SnapshotError, SnapshotPlace, VERSION};
use crate::account::Account;
use crate::account::texts::TEXTS_MAX;
use crate::conversation::Conversation;
use crate::marks::StandardMarks;
use crate::read::{NameSeed, TextSeed, refuse_scalars};

pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Account, D::Error> {
    // Not as a map: the error of the format would quote a value that is not one.
    deserializer.deserialize_any(AccountVisitor)
}

/// Reads an object of a snapshot: each member must be there exactly once.
macro_rules! members {
    ($map:ident, $place:expr, { $($name:literal => $variable:ident = $read:expr,)+ }) => {
        #[allow(non_camel_case_types)]
        enum Member { $($variable,)+ unknown }
        let find = |name: &str| match name {
            $($name => Member::$variable,)+
            _ => Member::unknown,
        };
        let mut unknown = false;
        $(let mut $variable = None;)+
        while let Some(member) = $map.next_key_seed(NameSeed(find))? {
            match member {
                $(Member::$variable => {
                    if $variable.replace($read).is_some() {
                        return Err(de::Error::custom(SnapshotError::Repeated { place: $place, member: $name }));
                    }
                })+
                Member::unknown => {
                    $map.next_value::<IgnoredAny>()?;
                    unknown = true;
                }
            }
        }
        // Only now, so that a snapshot of a future version is reported as such wherever its version
        // stands.
        if unknown {
            return Err(de::Error::custom(SnapshotError::Unknown { place: $place }));
        }
        $(let $variable = $variable.ok_or_else(|| de::Error::custom(SnapshotError::Missing { place: $place, member: $name }))?;)+
    };
}

struct AccountVisitor;

impl<'de> Visitor<'de> for AccountVisitor {
    type Value = Account;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot of an account")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Account, A::Error> {
        members!(map, SnapshotPlace::Whole, {
            "version" => version = read_version(scalar(map.next_value(), SnapshotPlace::Whole, "version")?)?,
            "last_group_id" => last_group_id = scalar(map.next_value(), SnapshotPlace::Whole, "last_group_id")?,
            "groups" => groups = map.next_value_seed(GroupsSeed)?,
            "rows" => rows = {
                let rows = match (version, last_group_id, &groups) {
                    (Some(()), Some(last), Some(groups)) => Rows::Loaded(Box::new(loader(last, groups).map_err(de::Error::custom)?)),
                    _ => Rows::Kept(Vec::new()),
                };
                map.next_value_seed(RowsSeed { rows, group_ids: Vec::new() })?
            },
        });
        let () = version;
        let load = move || match rows.rows {
            Rows::Loaded(loader) => Ok(loader.finish()?),
            Rows::Kept(kept) => {
                let mut loader = loader(last_group_id, &groups)?;
                for row in &kept {
                    load_row(&mut loader, row, &rows.group_ids)?;
                }
                Ok(loader.finish()?)
            }
        };
        load().map_err(|error: SnapshotError| de::Error::custom(error))
    }
}

/// Checked at once, so that a snapshot of a future version is reported as such, even if other
/// members are new in it.
fn read_version<E: de::Error>(found: u64) -> Result<(), E> {
    if found == VERSION { Ok(()) } else { Err(E::custom(SnapshotError::Version { found })) }
}

/// A member's value; the format's own error would quote what it is instead.
fn scalar<T, E: de::Error>(
    read: Result<T, E>,
    place: SnapshotPlace,
    member: &'static str,
) -> Result<T, E> {
    read.map_err(|_| E::custom(SnapshotError::Unreadable { place, member }))
}

/// An account with these groups, ready for its rows.
fn loader(last_group_id: u32, groups: &[StoredGroup<'_>]) -> Result<Loader, SnapshotError> {
    let mut loader = Loader::new(last_group_id, TEXTS_MAX).ok_or(SnapshotError::LastGroupId)?;
    for group in groups {
        let place = loader.next_group();
        loader.group(group.id, &group.name).map_err(|problem| problem.at(place))?;
    }
    Ok(loader)
}

fn load_row(
    loader: &mut Loader,
    row: &StoredRow<'_>,
    group_ids: &[u32],
) -> Result<(), SnapshotError> {
    let place = loader.next_row();
    let mut add = |group_ids| {
        let groups = loader.bits(group_ids)?;
        loader.row(&NewRow {
            conversation: &row.conversation,
            marks: row.marks.bits(),
            custom: &row.custom,
            groups,
            timestamp: row.timestamp,
        })
    };
    add(group_ids.get(row.group_ids.clone()).unwrap_or_default())
        .map_err(|problem: RowProblem| problem.at(place))
}

struct StoredGroup<'a> {
    id: u32,
    name: Cow<'a, str>,
}

struct StoredRow<'a> {
    conversation: Conversation<'a>,
    marks: StandardMarks,
    custom: Cow<'a, str>,
    /// Where the IDs of its groups are in [`RowsSeed::group_ids`].
    group_ids: Range<usize>,
    timestamp: u64,
}

struct GroupsSeed;

impl<'de> DeserializeSeed<'de> for GroupsSeed {
    type Value = Vec<StoredGroup<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GroupsSeed {
    type Value = Vec<StoredGroup<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of groups")
    }

    refuse_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(group) = seq.next_element_seed(GroupSeed(list.len()))? {
            list.push(group);
        }
        Ok(list)
    }
}

/// The 0-based number of a group.
struct GroupSeed(usize);

impl<'de> DeserializeSeed<'de> for GroupSeed {
    type Value = StoredGroup<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GroupSeed {
    type Value = StoredGroup<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group of a snapshot")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let place = SnapshotPlace::Group(self.0);
        members!(map, place, {
            "group_id" => id = scalar(map.next_value(), place, "group_id")?,
            "name" => name = scalar(map.next_value_seed(TextSeed), place, "name")?,
        });
        Ok(StoredGroup { id, name })
    }
}

/// Where rows go as they are read.
enum Rows<'de> {
    /// Into the account, if all before them in the usual order is known.
    Loaded(Box<Loader>),
    /// Else they are kept until it is.
    Kept(Vec<StoredRow<'de>>),
}

struct RowsSeed<'de> {
    rows: Rows<'de>,
    /// The IDs of the groups of all rows that are kept, or of the row at hand.
    group_ids: Vec<u32>,
}

impl RowsSeed<'_> {
    fn count(&self) -> usize {
        match &self.rows {
            Rows::Loaded(loader) => loader.row_count(),
            Rows::Kept(kept) => kept.len(),
        }
    }
}

impl<'de> DeserializeSeed<'de> for RowsSeed<'de> {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    refuse_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element_seed(RowSeed(&mut self))?.is_some() {}
        Ok(self)
    }
}

struct RowSeed<'r, 'de>(&'r mut RowsSeed<'de>);

impl<'de> DeserializeSeed<'de> for RowSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a snapshot")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let place = SnapshotPlace::Row(self.0.count());
        let ids = &mut self.0.group_ids;
        members!(map, place, {
            "conversation" => conversation = map.next_value().map_err(|_| de::Error::custom(SnapshotError::Conversation { place }))?,
            "standard_mark" => marks = read_marks(&scalar(map.next_value_seed(TextSeed), place, "standard_mark")?, place)?,
            "custom_mark" => custom = scalar(map.next_value_seed(TextSeed), place, "custom_mark")?,
            "group_ids" => group_ids = scalar(map.next_value_seed(IdsSeed(ids)), place, "group_ids")?,
            "timestamp" => timestamp = scalar(map.next_value(), place, "timestamp")?,
        });
        let row = StoredRow { conversation, marks, custom, group_ids, timestamp };
        match &mut self.0.rows {
            Rows::Loaded(loader) => {
                load_row(loader, &row, ids).map_err(de::Error::custom)?;
                ids.clear();
            }
            Rows::Kept(kept) => kept.push(row),
        }
        Ok(())
    }
}

fn read_marks<E: de::Error>(text: &str, place: SnapshotPlace) -> Result<StandardMarks, E> {
    text.parse().map_err(|_| E::custom(SnapshotError::StandardMark { place }))
}

/// Adds the IDs of a row's groups to a list and returns where they are in it.
struct IdsSeed<'r>(&'r mut Vec<u32>);

impl<'de> DeserializeSeed<'de> for IdsSeed<'_> {
    type Value = Range<usize>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for IdsSeed<'_> {
    type Value = Range<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of group IDs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let start = self.0.len();
        while let Some(id) = seq.next_element()? {
            self.0.push(id);
        }
        Ok(start..self.0.len())
    }
}
