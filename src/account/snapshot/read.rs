//! Reading a snapshot: its members first, then the account that they make.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{SnapshotError, SnapshotPlace, VERSION};
use crate::account::Account;
use crate::account::groups::LAST_GROUP_ID;
use crate::account::rows::Rows;
use crate::account::texts::TEXTS_MAX;
use crate::conversation::Conversation;
use crate::marks::StandardMarks;
use crate::policy::text_max_bytes;
use crate::read::{TextSeed, refuse_scalars};

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not as a map: the error of the format would quote a value that is not one.
        deserializer.deserialize_any(AccountVisitor)
    }
}

/// Reads an object of a snapshot: each member must be there exactly once.
macro_rules! members {
    ($map:ident, $place:expr, { $($name:literal => $variable:ident = $read:expr,)+ }) => {
        let mut unknown = false;
        $(let mut $variable = None;)+
        while let Some(name) = $map.next_key_seed(TextSeed)? {
            match &*name {
                $($name => {
                    if $variable.replace($read).is_some() {
                        return Err(de::Error::custom(SnapshotError::Repeated { place: $place, member: $name }));
                    }
                })+
                _ => {
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
            "groups" => groups = map.next_value_seed(Groups)?,
            "rows" => rows = map.next_value_seed(StoredRows)?,
        });
        let () = version;
        assemble(last_group_id, &groups, &rows, TEXTS_MAX).map_err(de::Error::custom)
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

struct StoredGroup<'a> {
    id: u32,
    name: Cow<'a, str>,
}

struct StoredRow<'a> {
    conversation: Conversation<'a>,
    marks: StandardMarks,
    custom: Cow<'a, str>,
    group_ids: Vec<u32>,
    timestamp: u64,
}

/// Reads a list of elements, each with its 0-based number.
macro_rules! list {
    ($Seed:ident => $Element:ident, $reader:ident, $expecting:literal) => {
        struct $Seed;

        impl<'de> DeserializeSeed<'de> for $Seed {
            type Value = Vec<$Element<'de>>;

            fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
                reader.deserialize_any(self)
            }
        }

        impl<'de> Visitor<'de> for $Seed {
            type Value = Vec<$Element<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!("an array of ", $expecting))
            }

            refuse_scalars!();

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(element) = seq.next_element_seed($reader(list.len()))? {
                    list.push(element);
                }
                Ok(list)
            }
        }

        struct $reader(usize);

        impl<'de> DeserializeSeed<'de> for $reader {
            type Value = $Element<'de>;

            fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
                reader.deserialize_any(self)
            }
        }
    };
}

list!(Groups => StoredGroup, GroupSeed, "groups");
list!(StoredRows => StoredRow, RowSeed, "rows");

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

impl<'de> Visitor<'de> for RowSeed {
    type Value = StoredRow<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a snapshot")
    }

    refuse_scalars!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let place = SnapshotPlace::Row(self.0);
        members!(map, place, {
            "conversation" => conversation = map.next_value().map_err(|_| de::Error::custom(SnapshotError::Conversation { place }))?,
            "standard_mark" => marks = read_marks(&scalar(map.next_value_seed(TextSeed), place, "standard_mark")?, place)?,
            "custom_mark" => custom = scalar(map.next_value_seed(TextSeed), place, "custom_mark")?,
            "group_ids" => group_ids = scalar(map.next_value(), place, "group_ids")?,
            "timestamp" => timestamp = scalar(map.next_value(), place, "timestamp")?,
        });
        Ok(StoredRow { conversation, marks, custom, group_ids, timestamp })
    }
}

fn read_marks<E: de::Error>(text: &str, place: SnapshotPlace) -> Result<StandardMarks, E> {
    text.parse().map_err(|_| E::custom(SnapshotError::StandardMark { place }))
}

/// Builds the account. The caller sees it only if everything in it is right. Its IDs and custom
/// marks can take that many bytes.
fn assemble(
    last_group_id: u32,
    groups: &[StoredGroup<'_>],
    rows: &[StoredRow<'_>],
    texts_max: u32,
) -> Result<Account, SnapshotError> {
    let mut account = Account::new();
    if last_group_id > LAST_GROUP_ID {
        return Err(SnapshotError::LastGroupId);
    }
    let mut before = 0;
    for (index, group) in groups.iter().enumerate() {
        let place = SnapshotPlace::Group(index);
        if !account.groups.has_slot() {
            return Err(SnapshotError::TooManyGroups);
        }
        if group.id <= before || group.id > last_group_id {
            return Err(SnapshotError::GroupId { place });
        }
        if group.name.is_empty() || group.name.len() > text_max_bytes() {
            return Err(SnapshotError::GroupName { place });
        }
        if account.groups.find(&group.name).is_some() {
            return Err(SnapshotError::RepeatedName { place });
        }
        account.groups.push(group.id, &group.name);
        before = group.id;
    }
    account.groups.set_last_id(last_group_id);
    let texts = rows.iter().map(|row| Rows::text_size(row.conversation.id(), &row.custom));
    let texts = texts.fold(0, u32::saturating_add);
    account.rows.reserve(rows.len(), texts.min(texts_max));
    for (index, row) in rows.iter().enumerate() {
        add_row(&mut account, row, SnapshotPlace::Row(index), texts_max)?;
    }
    Ok(account)
}

fn add_row(
    account: &mut Account,
    row: &StoredRow<'_>,
    place: SnapshotPlace,
    texts_max: u32,
) -> Result<(), SnapshotError> {
    let key = account.rows.key(&row.conversation);
    if account.rows.find(&key).is_some() {
        return Err(SnapshotError::RepeatedRow { place });
    }
    if row.marks.is_empty() && row.custom.is_empty() && row.group_ids.is_empty() {
        return Err(SnapshotError::EmptyRow { place });
    }
    if row.custom.len() > text_max_bytes() {
        return Err(SnapshotError::CustomMark { place });
    }
    let mut before = 0;
    for group_id in &row.group_ids {
        if *group_id <= before || account.groups.by_id(*group_id).is_none() {
            return Err(SnapshotError::RowGroup { place });
        }
        before = *group_id;
    }
    if !account.rows.has_room(None, &key, Some(&row.custom), texts_max) {
        return Err(SnapshotError::TooMuchText { place });
    }
    let found = account.rows.insert(&key, row.timestamp);
    for group_id in &row.group_ids {
        if let Some(mut group) = account.groups.counter(*group_id) {
            account.join(&key, Some(found), &mut group, row.timestamp);
            account.groups.set_members(&group);
        }
    }
    if !row.marks.is_empty() || !row.custom.is_empty() {
        account.set_marks(&key, found, Some(row.marks.bits()), Some(&row.custom), row.timestamp);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn rows_beyond_the_limit_of_texts_are_refused() {
        let row = |id, custom: &'static str| StoredRow {
            conversation: Conversation::user(id).unwrap(),
            marks: StandardMarks::STAR,
            custom: custom.into(),
            group_ids: vec![],
            timestamp: 1,
        };
        let rows = [row("a", ""), row("b", "12"), row("c", "")];
        assert!(assemble(0, &[], &rows, 12).is_ok());
        for (max, number) in [(11, 2), (9, 1), (1, 0)] {
            let place = SnapshotPlace::Row(number);
            let expected = SnapshotError::TooMuchText { place };
            assert_eq!(assemble(0, &[], &rows, max).unwrap_err(), expected, "{max}");
        }
    }
}
