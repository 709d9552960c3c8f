//! Making an account from stored groups and rows. Both forms of snapshots are checked here.

use super::{SnapshotError, SnapshotPlace};
use crate::account::Account;
use crate::account::groups::LAST_GROUP_ID;
use crate::account::key::Key;
use crate::conversation::Conversation;
use crate::policy::{GROUPS_MAX, text_max_bytes};

/// An account that is being loaded. The caller sees it only if everything in it is right.
pub(super) struct Loader {
    account: Account,
    last_group_id: u32,
    /// A bit for each group that is there.
    groups: u64,
    /// The members of each group so far.
    members: [u32; GROUPS_MAX as usize],
    /// How many bytes the IDs and custom marks can take.
    texts_max: u32,
}

/// A row to be loaded.
pub(super) struct NewRow<'a> {
    pub(super) conversation: &'a Conversation<'a>,
    pub(super) marks: u64,
    /// Empty for none.
    pub(super) custom: &'a str,
    /// A bit for each group, the lowest for the first group of the snapshot.
    pub(super) groups: u64,
    pub(super) timestamp: u64,
}

impl Loader {
    pub(super) fn new(last_group_id: u32, texts_max: u32) -> Result<Self, SnapshotError> {
        if last_group_id > LAST_GROUP_ID {
            return Err(SnapshotError::LastGroupId);
        }
        let members = [0; GROUPS_MAX as usize];
        Ok(Self { account: Account::new(), last_group_id, groups: 0, members, texts_max })
    }

    /// The ID of the group before the next, 0 before the first.
    pub(super) const fn highest_group_id(&self) -> u32 {
        self.account.groups.last_id()
    }

    pub(super) fn next_group(&self) -> SnapshotPlace {
        SnapshotPlace::Group(self.account.groups.len())
    }

    /// The number of rows so far.
    pub(super) const fn row_count(&self) -> usize {
        self.account.rows.len()
    }

    /// Adds the next group.
    pub(super) fn group(&mut self, id: u32, name: &str) -> Result<(), SnapshotError> {
        let place = self.next_group();
        let groups = &mut self.account.groups;
        if !groups.has_slot() {
            return Err(SnapshotError::TooManyGroups);
        }
        if id <= groups.last_id() || id > self.last_group_id {
            return Err(SnapshotError::GroupId { place });
        }
        if name.is_empty() || name.len() > text_max_bytes() {
            return Err(SnapshotError::GroupName { place });
        }
        if groups.find(name).is_some() {
            return Err(SnapshotError::RepeatedName { place });
        }
        groups.push(id, name);
        self.groups = self.groups << 1 | 1;
        Ok(())
    }

    /// The bits of groups in [`NewRow::groups`], by their ascending IDs.
    pub(super) fn bits(&self, group_ids: &[u32]) -> Result<u64, SnapshotError> {
        let (mut bits, mut before) = (0, 0);
        for group_id in group_ids {
            let group = self.account.groups.by_id(*group_id).filter(|_| *group_id > before);
            let Some(group) = group else {
                return Err(SnapshotError::RowGroup { place: self.next_row() });
            };
            bits |= group.bit();
            before = *group_id;
        }
        Ok(bits)
    }

    /// Makes room for that many rows with texts of that many bytes.
    pub(super) fn reserve(&mut self, rows: usize, texts: usize) {
        self.account.rows.reserve(rows, texts);
    }

    /// Adds the next row.
    #[inline(always)]
    pub(super) fn row(&mut self, row: &NewRow<'_>) -> Result<(), SnapshotError> {
        let NewRow { conversation, marks, custom, groups, timestamp } = *row;
        let is_marked = marks != 0 || !custom.is_empty();
        if !is_marked && groups == 0 {
            return Err(SnapshotError::EmptyRow { place: self.next_row() });
        }
        if custom.len() > text_max_bytes() {
            return Err(SnapshotError::CustomMark { place: self.next_row() });
        }
        if groups & !self.groups != 0 {
            return Err(SnapshotError::RowGroup { place: self.next_row() });
        }
        let key = Key::of(conversation, false);
        if !self.account.rows.has_room(None, &key, Some(custom), self.texts_max) {
            return Err(SnapshotError::TooMuchText { place: self.next_row() });
        }
        self.account.rows.load(&key, marks, custom, groups, timestamp);
        self.account.marked = self.account.marked.saturating_add(u32::from(is_marked));
        self.account.grouped = self.account.grouped.saturating_add(u32::from(groups != 0));
        let mut left = groups;
        while let Some(members) = self.members.get_mut(left.trailing_zeros() as usize) {
            *members = members.saturating_add(1);
            left &= left.wrapping_sub(1);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Account, SnapshotError> {
        self.account.groups.set_last_id(self.last_group_id);
        self.account.groups.set_all_members(&self.members);
        let place = |row| SnapshotPlace::Row(row);
        let repeated = |row| SnapshotError::RepeatedRow { place: place(row) };
        self.account.rows.finish_loading().map_err(repeated)?;
        Ok(self.account)
    }

    pub(super) const fn next_row(&self) -> SnapshotPlace {
        SnapshotPlace::Row(self.row_count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_beyond_the_limit_of_texts_are_refused() {
        let load = |max| {
            let mut loader = Loader::new(0, max)?;
            for (id, custom) in [("a", ""), ("b", "12"), ("c", "")] {
                let conversation = &Conversation::user(id).unwrap();
                let row = NewRow { conversation, marks: 1, custom, groups: 0, timestamp: 1 };
                loader.row(&row)?;
            }
            loader.finish()
        };
        assert!(load(12).is_ok());
        for (max, number) in [(11, 2), (9, 1), (1, 0)] {
            let place = SnapshotPlace::Row(number);
            let expected = SnapshotError::TooMuchText { place };
            assert_eq!(load(max).unwrap_err(), expected, "{max}");
        }
    }
}
