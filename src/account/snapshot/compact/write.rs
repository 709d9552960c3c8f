//! Writing the compact form of a snapshot.

use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeSeq, SerializeTuple, Serializer};

use super::VERSION;
use crate::account::Account;
use crate::account::row::Row;
use crate::policy::GROUPS_MAX;

pub(in crate::account::snapshot) fn write<S: Serializer>(
    account: &Account,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut snapshot = serializer.serialize_tuple(5)?;
    snapshot.serialize_element(&VERSION)?;
    snapshot.serialize_element(&account.last_group_id())?;
    snapshot.serialize_element(&GroupList(account))?;
    snapshot.serialize_element(&ids(account))?;
    snapshot.serialize_element(&RowList(account))?;
    snapshot.end()
}

/// The IDs of all rows one after another.
fn ids(account: &Account) -> String {
    let rows = || account.rows.iter().map(|row| account.rows.head_and_id(row).1);
    let len = rows().fold(0, |len: usize, id| len.saturating_add(id.len()));
    let mut ids = Vec::with_capacity(len);
    for id in rows() {
        ids.extend_from_slice(id);
    }
    // IDs were checked on their way in.
    String::from_utf8(ids).unwrap_or_default()
}

struct GroupList<'a>(&'a Account);

impl Serialize for GroupList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.groups.len()))?;
        let mut before = 0;
        for group in self.0.groups() {
            list.serialize_element(&(group.id.wrapping_sub(before), group.name))?;
            before = group.id;
        }
        list.end()
    }
}

struct RowList<'a>(&'a Account);

impl Serialize for RowList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = &self.0.rows;
        let bits = Bits::new(self.0);
        let mut list = serializer.serialize_seq(Some(rows.len()))?;
        let mut before = 0;
        for row in rows.iter() {
            let (head, _) = rows.head_and_id(row);
            let custom = core::str::from_utf8(rows.custom(row)).unwrap_or_default();
            let later = row.timestamp.wrapping_sub(before).to_ne_bytes();
            let later = i64::from_ne_bytes(later);
            list.serialize_element(&(head, row.marks, custom, bits.in_order(row), later))?;
            before = row.timestamp;
        }
        list.end()
    }
}

/// From the bits of groups in rows to those in snapshots, the lowest for the first group.
struct Bits([u64; GROUPS_MAX as usize]);

impl Bits {
    fn new(account: &Account) -> Self {
        let mut bits = [0; GROUPS_MAX as usize];
        for (group, place) in account.groups.iter().zip(0..GROUPS_MAX) {
            if let Some(bit) = bits.get_mut(group.bit().trailing_zeros() as usize) {
                *bit = 1 << place;
            }
        }
        Self(bits)
    }

    #[inline]
    fn in_order(&self, row: &Row) -> u64 {
        let (mut left, mut bits) = (row.groups, 0);
        while let Some(bit) = self.0.get(left.trailing_zeros() as usize) {
            bits |= bit;
            left &= left.wrapping_sub(1);
        }
        bits
    }
}
