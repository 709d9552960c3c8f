//! Replaying stored changes.

use super::Account;
use super::change::{Change, ChangeKind};
use super::groups::{LAST_GROUP_ID, MemberCounter};
use super::key::Key;
use super::texts::TEXTS_MAX;
use crate::marks::StandardMarks;
use crate::policy::{GROUPS_MAX, TEXT_MAX_BYTES, text_max_bytes};

/// Why a change does not fit an account. The account is untouched.
///
/// Replaying is strict: every change changes something, and group IDs go up by one. So most changes
/// that were lost, doubled or meant for another account are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The ID of a new group does not follow the highest ever used: a change was lost or doubled.
    #[error(
        "a new group must have the ID {expected}, one more than the highest ever used, but has {found}"
    )]
    GroupIdOutOfOrder {
        /// The ID that the account gives next. Above 2,147,483,647 there is no ID left.
        expected: u64,
        /// The ID in the change.
        found: u32,
    },
    /// Another group has that name, or the group has it already.
    #[error("the group name is taken")]
    NameTaken,
    /// Group names have 1 to 65,536 bytes.
    #[error("a group name must have 1 to {TEXT_MAX_BYTES} bytes")]
    NameLength,
    /// An account can hold 64 groups.
    #[error("an account can hold {GROUPS_MAX} groups at most")]
    TooManyGroups,
    /// No group has that ID.
    #[error("there is no group with the ID {group_id}")]
    UnknownGroup {
        /// The ID in the change.
        group_id: u32,
    },
    /// The group has another name than the change says.
    #[error("the group with the ID {group_id} has another name")]
    OtherName {
        /// The ID in the change.
        group_id: u32,
    },
    /// The conversation is in the group already.
    #[error("the conversation is in the group already")]
    AlreadyMember,
    /// The conversation is not in the group.
    #[error("the conversation is not in the group")]
    NotMember,
    /// The conversation already has these marks, or the change has no marks.
    #[error("the change of marks changes nothing")]
    SameMarks,
    /// Custom marks have at most 65,536 bytes.
    #[error("a custom mark must have at most {TEXT_MAX_BYTES} bytes")]
    CustomMarkLength,
    /// The conversation has no row.
    #[error("the conversation has no data to forget")]
    NoRow,
    /// The IDs and custom marks of an account take at most 1,000,000,000 bytes.
    #[error("the IDs and custom marks of an account must take at most {TEXTS_MAX} bytes")]
    TooMuchText,
}

impl Account {
    /// Replays a stored change.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the change does not fit; the account is untouched then.
    pub fn replay(&mut self, change: &Change<'_>) -> Result<(), ReplayError> {
        let now = change.at_seconds();
        match change.kind() {
            ChangeKind::GroupCreated { group_id, name } => self.replay_created(*group_id, name),
            ChangeKind::GroupRenamed { group_id, old_name, name } => {
                self.replay_renamed(*group_id, old_name, name)
            }
            ChangeKind::GroupDeleted { group_id, name } => {
                self.expect_group(*group_id, name)?;
                self.delete_group(*group_id, now);
                Ok(())
            }
            ChangeKind::ConversationAdded { group_id, conversation } => {
                let mut group = self.counter(*group_id)?;
                let key = self.rows.key(conversation);
                let found = self.rows.find(&key);
                if found
                    .and_then(|place| self.rows.at(place))
                    .is_some_and(|row| row.groups & group.bit != 0)
                {
                    return Err(ReplayError::AlreadyMember);
                }
                if found.is_none() && !self.rows.has_room(None, &key, None, TEXTS_MAX) {
                    return Err(ReplayError::TooMuchText);
                }
                self.join(&key, found, &mut group, now);
                self.groups.set_members(&group);
                Ok(())
            }
            ChangeKind::ConversationRemoved { group_id, conversation } => {
                let mut group = self.counter(*group_id)?;
                let key = self.rows.key(conversation);
                let place = self.rows.find(&key).ok_or(ReplayError::NotMember)?;
                if self.rows.at(place).is_none_or(|row| row.groups & group.bit == 0) {
                    return Err(ReplayError::NotMember);
                }
                self.leave(&key, place, &mut group, now);
                self.groups.set_members(&group);
                Ok(())
            }
            ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => self
                .replay_marked(
                    &self.rows.key(conversation),
                    *standard_mark,
                    custom_mark.as_deref(),
                    now,
                ),
            ChangeKind::ConversationForgotten { conversation } => {
                let key = self.rows.key(conversation);
                let place = self.rows.find(&key).ok_or(ReplayError::NoRow)?;
                self.drop_row(&key, place);
                Ok(())
            }
        }
    }

    fn replay_created(&mut self, group_id: u32, name: &str) -> Result<(), ReplayError> {
        self.expect_free_name(name)?;
        if !self.groups.has_slot() {
            return Err(ReplayError::TooManyGroups);
        }
        if self.groups.next_id() != Some(group_id) {
            let expected =
                self.groups.next_id().map_or(u64::from(LAST_GROUP_ID).saturating_add(1), u64::from);
            return Err(ReplayError::GroupIdOutOfOrder { expected, found: group_id });
        }
        self.groups.push(group_id, name);
        Ok(())
    }

    fn replay_renamed(
        &mut self,
        group_id: u32,
        old_name: &str,
        name: &str,
    ) -> Result<(), ReplayError> {
        self.expect_group(group_id, old_name)?;
        self.expect_free_name(name)?;
        self.groups.rename(group_id, name);
        Ok(())
    }

    fn replay_marked(
        &mut self,
        key: &Key<'_>,
        marks: Option<StandardMarks>,
        custom: Option<&str>,
        now: u64,
    ) -> Result<(), ReplayError> {
        let found = self.rows.find(key);
        let row = found.and_then(|place| self.rows.at(place));
        let (old_marks, old_custom) =
            row.map_or((0, [].as_slice()), |row| (row.marks, self.rows.custom(row)));
        let same_marks = marks.is_some_and(|marks| marks.bits() == old_marks);
        let same_custom = custom.is_some_and(|custom| custom.as_bytes() == old_custom);
        if same_marks || same_custom || (marks.is_none() && custom.is_none()) {
            return Err(ReplayError::SameMarks);
        }
        if custom.is_some_and(|custom| custom.len() > text_max_bytes()) {
            return Err(ReplayError::CustomMarkLength);
        }
        if !self.rows.has_room(row, key, custom, TEXTS_MAX) {
            return Err(ReplayError::TooMuchText);
        }
        let place = found.unwrap_or_else(|| self.rows.insert(key, now));
        self.set_marks(key, place, marks.map(|marks| marks.bits()), custom, now);
        Ok(())
    }

    fn expect_free_name(&self, name: &str) -> Result<(), ReplayError> {
        if name.is_empty() || name.len() > text_max_bytes() {
            Err(ReplayError::NameLength)
        } else if self.groups.find(name).is_some() {
            Err(ReplayError::NameTaken)
        } else {
            Ok(())
        }
    }

    fn expect_group(&self, group_id: u32, name: &str) -> Result<(), ReplayError> {
        let group = self.groups.by_id(group_id).ok_or(ReplayError::UnknownGroup { group_id })?;
        if self.groups.is_named(group, name) {
            Ok(())
        } else {
            Err(ReplayError::OtherName { group_id })
        }
    }

    fn counter(&self, group_id: u32) -> Result<MemberCounter, ReplayError> {
        self.groups.counter(group_id).ok_or(ReplayError::UnknownGroup { group_id })
    }
}
