//! The state of one account, and what commands do to it.

mod apply;
mod change;
mod effect;
mod groups;
mod index;
mod key;
mod outcome;
mod pages;
mod query;
mod replay;
mod row;
mod rows;
mod same;
mod snapshot;
mod texts;

pub use change::{Change, ChangeKind};
pub use outcome::{Outcome, OwnedOutcome};
pub use pages::{Page, PagePlace, PagesError, PagesProblem};
pub use query::{GroupView, RowView, Usage};
pub use replay::{ReplayAllError, ReplayError};
pub use snapshot::{SnapshotError, SnapshotPlace};

pub(crate) use apply::ItemResult;
pub(crate) use effect::Effect;
pub(crate) use key::{hash, hash_parts};

use core::fmt;

use crate::conversation::Conversation;
use groups::{Groups, MemberCounter};
use key::Key;
use row::Row;
use rows::{Place, Rows};

/// All conversation groups and marks of one user, `From_Account`.
///
/// The unit of state, storage, sharding and concurrency: accounts never interact. An empty account
/// takes less than 256 bytes and no heap memory.
///
/// In serde it is a snapshot, version 1; see the [guide for hosts](crate::guide::host). Formats for
/// people, such as JSON, get objects with named members. They must be self-describing. All others,
/// such as postcard, CBOR and MessagePack, get a compact form of tuples. What is damaged is refused
/// with a [`SnapshotError`], which quotes no value.
///
/// Two accounts are equal if their groups, their rows in order, and their counters of group IDs
/// are.
#[derive(Clone, Default)]
pub struct Account {
    groups: Groups,
    rows: Rows,
    /// Rows that are in any group.
    grouped: u32,
    /// Rows that have a standard or a custom mark.
    marked: u32,
}

impl Account {
    /// An account without any data.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Deletes a group, which leaves every row.
    fn delete_group(&mut self, id: u32, now: u64) {
        let Some(group) = self.groups.remove(id) else { return };
        let bit = group.bit();
        if group.members == 0 {
            return;
        }
        let mut grouped = self.grouped;
        let mut left = group.members;
        self.rows.retain(|row| {
            if left == 0 || row.groups & bit == 0 {
                return true;
            }
            left = left.saturating_sub(1);
            row.groups ^= bit;
            row.timestamp = now;
            if !row.is_grouped() {
                grouped = grouped.saturating_sub(1);
            }
            row.is_grouped() || row.is_marked()
        });
        self.grouped = grouped;
    }

    /// Puts a conversation into a group that it is not in.
    #[inline]
    fn join(&mut self, key: &Key<'_>, found: Option<Place>, group: &mut MemberCounter, now: u64) {
        let place = found.unwrap_or_else(|| self.rows.insert(key, now));
        let Some(row) = self.rows.at_mut(place) else { return };
        group.members = group.members.saturating_add(1);
        if !row.is_grouped() {
            self.grouped = self.grouped.saturating_add(1);
        }
        row.groups |= group.bit;
        row.timestamp = now;
    }

    /// Takes a conversation out of a group that it is in.
    #[inline]
    fn leave(&mut self, key: &Key<'_>, place: Place, group: &mut MemberCounter, now: u64) {
        let Some(row) = self.rows.at_mut(place) else { return };
        group.members = group.members.saturating_sub(1);
        row.groups &= !group.bit;
        row.timestamp = now;
        if !row.is_grouped() {
            self.grouped = self.grouped.saturating_sub(1);
            if !row.is_marked() {
                self.rows.remove(key, place);
            }
        }
    }

    /// Gives a row new marks, at least one of which differs from what it has.
    #[inline(always)]
    fn set_marks(
        &mut self,
        key: &Key<'_>,
        place: Place,
        marks: Option<u64>,
        custom: Option<&str>,
        now: u64,
    ) {
        match self.rows.set_marks(place, marks, custom, now) {
            (false, true) => self.marked = self.marked.saturating_add(1),
            (true, false) => {
                self.marked = self.marked.saturating_sub(1);
                if self.rows.at(place).is_some_and(|row| !row.is_grouped()) {
                    self.rows.remove(key, place);
                }
            }
            _ => {}
        }
    }

    /// Drops a row and updates everything that counts it.
    fn drop_row(&mut self, key: &Key<'_>, place: Place) {
        let Some(row) = self.rows.at(place) else { return };
        let bits = row.groups;
        self.marked = self.marked.saturating_sub(u32::from(row.is_marked()));
        self.grouped = self.grouped.saturating_sub(u32::from(row.is_grouped()));
        self.rows.remove(key, place);
        let ids: smallvec::SmallVec<[u32; 8]> = self.groups.ids(bits).collect();
        for id in ids {
            if let Some(group) = self.groups.by_id_mut(id) {
                group.members = group.members.saturating_sub(1);
            }
        }
    }

    /// Drops a conversation's row, for hosts that learn that its chat was disbanded or its peer
    /// deleted. No command can do that once the ID no longer resolves (decided). `now_seconds` is
    /// Unix seconds. `None` if there was no row.
    ///
    /// ```
    /// use convmark::{Account, Conversation};
    ///
    /// let mut account = Account::new();
    /// let peer = Conversation::user("nobody").unwrap();
    /// assert_eq!(account.forget(&peer, 1_700_000_000), None);
    /// ```
    pub fn forget<'c>(
        &mut self,
        conversation: &'c Conversation<'_>,
        now_seconds: u64,
    ) -> Option<Change<'c>> {
        let key = self.rows.key(conversation);
        let place = self.rows.find(&key)?;
        self.drop_row(&key, place);
        Some(Change::new(
            now_seconds,
            ChangeKind::ConversationForgotten { conversation: conversation.borrowed() },
        ))
    }
}

/// Shows counts: no name, no ID, no mark.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("last_group_id", &self.last_group_id())
            .field("usage", &self.usage())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Account {
    fn eq(&self, other: &Self) -> bool {
        let same_row = |(left, right): (RowView<'_>, RowView<'_>)| {
            left.kind() == right.kind()
                && left.id_bytes() == right.id_bytes()
                && left.standard_marks() == right.standard_marks()
                && left.custom_bytes() == right.custom_bytes()
                && left.timestamp_seconds() == right.timestamp_seconds()
                && left.group_ids().eq(right.group_ids())
        };
        self.groups.last_id() == other.groups.last_id()
            && self.groups().eq(other.groups())
            && self.rows.len() == other.rows.len()
            && self.rows().zip(other.rows()).all(same_row)
    }
}

impl Eq for Account {}
