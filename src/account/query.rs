//! Read access for hosts.

use super::groups::Group;
use super::{Account, Groups, Row};
use crate::conversation::Conversation;
use crate::marks::StandardMarks;

/// One conversation group, borrowed from its account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GroupView<'a> {
    /// `GroupId`, from 1.
    pub id: u32,
    /// `GroupName`.
    pub name: &'a str,
    /// How many conversations are in the group.
    pub members: u32,
}

/// Shows ID and count, not the name.
impl core::fmt::Debug for GroupView<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("GroupView")
            .field("id", &self.id)
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}

impl Groups {
    fn view(&self, group: &Group) -> GroupView<'_> {
        GroupView { id: group.id, name: self.name(group), members: group.members }
    }
}

/// All the data of one conversation, borrowed from its account.
#[derive(Clone, Copy)]
pub struct RowView<'a> {
    kind: u8,
    id: &'a [u8],
    row: &'a Row,
    account: &'a Account,
}

impl<'a> RowView<'a> {
    /// `Type`: 1 one-to-one, 2 group chat.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        self.kind
    }

    /// The ID of the peer or group chat.
    #[must_use]
    pub fn id(&self) -> &'a str {
        core::str::from_utf8(self.id).unwrap_or_default()
    }

    /// The conversation.
    #[must_use]
    pub fn conversation(&self) -> Option<Conversation<'a>> {
        // IDs were checked on their way in.
        Conversation::of_kind(self.kind, self.id())?.ok()
    }

    /// The standard marks.
    #[must_use]
    pub const fn standard_marks(&self) -> StandardMarks {
        StandardMarks::from_bits_retain(self.row.marks)
    }

    /// The custom mark, if there is one.
    #[must_use]
    pub fn custom_mark(&self) -> Option<&'a str> {
        let custom = self.custom_bytes();
        if custom.is_empty() { None } else { core::str::from_utf8(custom).ok() }
    }

    /// The IDs of the groups it is in, ascending.
    pub fn group_ids(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.account.groups.ids(self.row.groups)
    }

    /// Unix seconds of the last change.
    #[must_use]
    pub const fn timestamp_seconds(&self) -> u64 {
        self.row.timestamp
    }

    pub(crate) const fn id_bytes(&self) -> &'a [u8] {
        self.id
    }

    pub(crate) fn custom_bytes(&self) -> &'a [u8] {
        self.account.rows.custom(self.row)
    }

    pub(crate) const fn group_bits(&self) -> u64 {
        self.row.groups
    }
}

/// Shows counts and times, no ID and no mark.
impl core::fmt::Debug for RowView<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RowView")
            .field("kind", &self.kind())
            .field("timestamp_seconds", &self.timestamp_seconds())
            .finish_non_exhaustive()
    }
}

/// How much of each capacity is used. Which of them are limited is up to the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The number of groups.
    pub groups: u32,
    /// Rows: conversations that have any data.
    pub rows: u32,
    /// Rows that are in at least one group.
    pub grouped: u32,
    /// Rows that have a standard or a custom mark.
    pub marked: u32,
}

impl Account {
    /// The groups by ascending ID.
    pub fn groups(&self) -> impl Iterator<Item = GroupView<'_>> + Clone {
        self.groups.iter().map(|group| self.groups.view(group))
    }

    /// The group of that name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<GroupView<'_>> {
        self.groups.find(name).map(|group| self.groups.view(group))
    }

    /// The rows in the order in which their conversations first got data.
    pub fn rows(&self) -> impl Iterator<Item = RowView<'_>> + Clone {
        self.rows.iter().map(|row| self.view(row))
    }

    /// The row of a conversation, if it has any data.
    #[must_use]
    pub fn row(&self, conversation: &Conversation<'_>) -> Option<RowView<'_>> {
        self.rows.get(conversation).map(|row| self.view(row))
    }

    /// The rows in order, without the first `start`.
    pub fn rows_from(&self, start: usize) -> impl Iterator<Item = RowView<'_>> + Clone {
        self.rows.iter_from(start).map(|row| self.view(row))
    }

    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// How much of each capacity is used, including those that the policy does not limit.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Usage {
            groups: count(self.groups.len()),
            rows: count(self.rows.len()),
            grouped: self.grouped,
            marked: self.marked,
        }
    }

    /// The highest group ID that was ever used; 0 if none was.
    #[must_use]
    pub const fn last_group_id(&self) -> u32 {
        self.groups.last_id()
    }

    /// Whether there is nothing to store: no group, no row, no ID ever used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0 && self.groups.len() == 0 && self.groups.last_id() == 0
    }

    /// The heap memory of the account, for hosts that bound a cache: exactly the bytes that it
    /// requested from the allocator, which rounds each of its blocks up. There are six at most.
    /// Takes constant time.
    ///
    /// ```
    /// assert_eq!(convmark::Account::new().heap_bytes(), 0);
    /// ```
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.groups.heap_bytes().saturating_add(self.rows.heap_bytes())
    }

    /// The groups of a set of [group bits](RowView::group_bits), by ID.
    pub(crate) fn groups_in(&self, bits: u64) -> impl Iterator<Item = GroupView<'_>> {
        let groups = self.groups.iter().filter(move |group| bits & group.bit() != 0);
        groups.map(|group| self.groups.view(group))
    }

    #[inline]
    pub(super) fn view<'a>(&'a self, row: &'a Row) -> RowView<'a> {
        let (kind, id) = self.rows.kind_and_id(row);
        RowView { kind, id, row, account: self }
    }
}
