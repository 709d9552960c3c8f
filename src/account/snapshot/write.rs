//! Writing a snapshot in its form for people, objects with named members.

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::VERSION;
use crate::account::Account;
use crate::account::query::{GroupView, RowView};
use crate::marks::StandardMarks;

pub(super) fn write<S: Serializer>(account: &Account, serializer: S) -> Result<S::Ok, S::Error> {
    let mut snapshot = serializer.serialize_struct("Account", 4)?;
    snapshot.serialize_field("version", &VERSION)?;
    snapshot.serialize_field("last_group_id", &account.last_group_id())?;
    let groups = account.groups.len();
    snapshot.serialize_field("groups", &Each(groups, account.groups()))?;
    snapshot.serialize_field("rows", &Each(account.row_count(), account.rows()))?;
    snapshot.end()
}

/// The elements of a list, and how many they are, which some formats write first.
struct Each<I>(usize, I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0))?;
        for element in self.1.clone() {
            seq.serialize_element(&element)?;
        }
        seq.end()
    }
}

impl Serialize for GroupView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut group = serializer.serialize_struct("Group", 2)?;
        group.serialize_field("group_id", &self.id)?;
        group.serialize_field("name", self.name)?;
        group.end()
    }
}

/// A row as snapshots store it.
impl Serialize for RowView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 5)?;
        match self.conversation() {
            // Not as an `Option`, for which some formats write a byte more.
            Some(conversation) => row.serialize_field("conversation", &conversation)?,
            None => row.serialize_field("conversation", &())?,
        }
        row.serialize_field("standard_mark", &Shown(self.standard_marks()))?;
        row.serialize_field("custom_mark", self.custom_mark().unwrap_or_default())?;
        let group_ids: smallvec::SmallVec<[u32; 8]> = self.group_ids().collect();
        row.serialize_field("group_ids", group_ids.as_slice())?;
        row.serialize_field("timestamp", &self.timestamp_seconds())?;
        row.end()
    }
}

struct Shown(StandardMarks);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
