//! Making an account from groups and rows that were stored or recorded. Both forms of snapshots,
//! and pages, are checked here.

use super::{SnapshotError, SnapshotPlace};
use crate::account::Account;
use crate::account::groups::LAST_GROUP_ID;
use crate::account::key::Key;
use crate::conversation::Conversation;
use crate::policy::{GROUPS_MAX, text_max_bytes};

/// Why a group cannot be the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::account) enum GroupProblem {
    TooMany,
    Id,
    Name,
    RepeatedName,
}

impl GroupProblem {
    pub(super) const fn at(self, place: SnapshotPlace) -> SnapshotError {
        match self {
            Self::TooMany => SnapshotError::TooManyGroups,
            Self::Id => SnapshotError::GroupId { place },
            Self::Name => SnapshotError::GroupName { place },
            Self::RepeatedName => SnapshotError::RepeatedName { place },
        }
    }
}

/// Why a row cannot be the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::account) enum RowProblem {
    Empty,
    CustomMark,
    TooMuchText,
    Group,
}

impl RowProblem {
    pub(super) const fn at(self, place: SnapshotPlace) -> SnapshotError {
        match self {
            Self::Empty => SnapshotError::EmptyRow { place },
            Self::CustomMark => SnapshotError::CustomMark { place },
            Self::TooMuchText => SnapshotError::TooMuchText { place },
            Self::Group => SnapshotError::RowGroup { place },
        }
    }
}

/// Another row before this one, 0-based, is of the same conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::account) struct RepeatedRow(pub(in crate::account) usize);

impl From<RepeatedRow> for SnapshotError {
    fn from(RepeatedRow(row): RepeatedRow) -> Self {
        Self::RepeatedRow { place: SnapshotPlace::Row(row) }
    }
}

/// An account that is being loaded. The caller sees it only if everything in it is right.
pub(in crate::account) struct Loader {
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
pub(in crate::account) struct NewRow<'a> {
    pub(in crate::account) conversation: &'a Conversation<'a>,
    pub(in crate::account) marks: u64,
    /// Empty for none.
    pub(in crate::account) custom: &'a str,
    /// A bit for each group, the lowest for the first group of the snapshot.
    pub(in crate::account) groups: u64,
    pub(in crate::account) timestamp: u64,
}

impl Loader {
    /// `None` if there can be no group with that ID.
    pub(in crate::account) fn new(last_group_id: u32, texts_max: u32) -> Option<Self> {
        let members = [0; GROUPS_MAX as usize];
        let account = Account::new();
        (last_group_id <= LAST_GROUP_ID).then_some(Self {
            account,
            last_group_id,
            groups: 0,
            members,
            texts_max,
        })
    }

    /// The ID of the group before the next, 0 before the first.
    pub(in crate::account) const fn highest_group_id(&self) -> u32 {
        self.account.groups.last_id()
    }

    pub(in crate::account) fn next_group(&self) -> SnapshotPlace {
        SnapshotPlace::Group(self.account.groups.len())
    }

    /// The number of rows so far.
    pub(in crate::account) const fn row_count(&self) -> usize {
        self.account.rows.len()
    }

    /// Adds the next group.
    pub(in crate::account) fn group(&mut self, id: u32, name: &str) -> Result<(), GroupProblem> {
        let groups = &mut self.account.groups;
        if !groups.has_slot() {
            return Err(GroupProblem::TooMany);
        }
        if id <= groups.last_id() || id > self.last_group_id {
            return Err(GroupProblem::Id);
        }
        if name.is_empty() || name.len() > text_max_bytes() {
            return Err(GroupProblem::Name);
        }
        if groups.find(name).is_some() {
            return Err(GroupProblem::RepeatedName);
        }
        groups.push(id, name);
        self.groups = self.groups << 1 | 1;
        Ok(())
    }

    /// The bits of groups in [`NewRow::groups`], by their ascending IDs.
    pub(in crate::account) fn bits(&self, group_ids: &[u32]) -> Result<u64, RowProblem> {
        let (mut bits, mut before) = (0, 0);
        for group_id in group_ids {
            let group = self.account.groups.by_id(*group_id).filter(|_| *group_id > before);
            let Some(group) = group else {
                return Err(RowProblem::Group);
            };
            bits |= group.bit();
            before = *group_id;
        }
        Ok(bits)
    }

    /// Makes room for that many rows with texts of that many bytes.
    pub(in crate::account) fn reserve(&mut self, rows: usize, texts: usize) {
        self.account.rows.reserve(rows, texts);
    }

    /// Adds the next row.
    #[inline(always)]
    pub(in crate::account) fn row(&mut self, row: &NewRow<'_>) -> Result<(), RowProblem> {
        let NewRow { conversation, marks, custom, groups, timestamp } = *row;
        let is_marked = marks != 0 || !custom.is_empty();
        if !is_marked && groups == 0 {
            return Err(RowProblem::Empty);
        }
        if custom.len() > text_max_bytes() {
            return Err(RowProblem::CustomMark);
        }
        if groups & !self.groups != 0 {
            return Err(RowProblem::Group);
        }
        let key = Key::of(conversation, false);
        if !self.account.rows.has_room(None, &key, Some(custom), self.texts_max) {
            return Err(RowProblem::TooMuchText);
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

    pub(in crate::account) fn finish(mut self) -> Result<Account, RepeatedRow> {
        self.account.groups.set_last_id(self.last_group_id);
        self.account.groups.set_all_members(&self.members);
        self.account.rows.finish_loading().map_err(RepeatedRow)?;
        Ok(self.account)
    }

    pub(in crate::account) const fn next_row(&self) -> SnapshotPlace {
        SnapshotPlace::Row(self.row_count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_beyond_the_limit_of_texts_are_refused() {
        let load = |max| {
            let mut loader = Loader::new(0, max).unwrap();
            for (id, custom) in [("a", ""), ("b", "12"), ("c", "")] {
                let conversation = &Conversation::user(id).unwrap();
                let row = NewRow { conversation, marks: 1, custom, groups: 0, timestamp: 1 };
                loader.row(&row).map_err(|problem| (loader.row_count(), problem))?;
            }
            Ok::<_, (usize, RowProblem)>(loader.finish().unwrap())
        };
        assert!(load(12).is_ok());
        for (max, number) in [(11, 2), (9, 1), (1, 0)] {
            assert_eq!(load(max).unwrap_err(), (number, RowProblem::TooMuchText), "{max}");
        }
    }
}
