//! Writing a snapshot.

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::VERSION;
use crate::account::Account;
use crate::account::query::{GroupView, RowView};
use crate::marks::StandardMarks;

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut snapshot = serializer.serialize_struct("Account", 4)?;
        snapshot.serialize_field("version", &VERSION)?;
        snapshot.serialize_field("last_group_id", &self.last_group_id())?;
        snapshot.serialize_field("groups", &Each(self.groups()))?;
        snapshot.serialize_field("rows", &Each(self.rows()))?;
        snapshot.end()
    }
}

struct Each<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for element in self.0.clone() {
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
        row.serialize_field("conversation", &self.conversation())?;
        row.serialize_field("standard_mark", &Shown(self.standard_marks()))?;
        row.serialize_field("custom_mark", self.custom_mark().unwrap_or_default())?;
        row.serialize_field(
            "group_ids",
            &Each(self.group_ids().collect::<smallvec::SmallVec<[u32; 8]>>().iter()),
        )?;
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
