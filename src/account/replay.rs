//! Replaying stored changes.

mod error;

use core::borrow::Borrow;

pub use error::{ReplayAllError, ReplayError};

use super::Account;
use super::change::{Change, ChangeKind};
use super::groups::{LAST_GROUP_ID, MemberCounter};
use super::texts::TEXTS_MAX;
use crate::conversation::Conversation;
use crate::marks::StandardMarks;
use crate::policy::text_max_bytes;

impl Account {
    /// Replays a stored change.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if the change does not fit; the account is untouched then.
    pub fn replay(&mut self, change: &Change<'_>) -> Result<(), ReplayError> {
        Replay::new(self, TEXTS_MAX).change(change)
    }

    /// Replays stored changes in order, owned or borrowed, and returns how many there were. Faster
    /// than one by one when many changes in a row are of one group.
    ///
    /// ```
    /// use convmark::Account;
    /// use convmark::account::{Change, ChangeKind};
    ///
    /// let create = |group_id| {
    ///     let name = format!("group {group_id}").into();
    ///     Change::new(1_700_000_000, ChangeKind::GroupCreated { group_id, name })
    /// };
    /// let mut account = Account::new();
    /// assert_eq!(account.replay_all([create(1), create(2)]), Ok(2));
    /// let error = account.replay_all([create(3), create(5), create(4)]).unwrap_err();
    /// assert_eq!(error.index, 1);
    /// assert_eq!(account.last_group_id(), 3, "the change before the error is applied");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ReplayAllError`] for the first change that does not fit. **The changes before it stay
    /// applied**: the account is as it was just before that change. To apply all changes or none,
    /// replay them on a clone.
    pub fn replay_all<'c>(
        &mut self,
        changes: impl IntoIterator<Item = impl Borrow<Change<'c>>>,
    ) -> Result<usize, ReplayAllError> {
        let mut replay = Replay::new(self, TEXTS_MAX);
        let mut index: usize = 0;
        for change in changes {
            replay.change(change.borrow()).map_err(|error| ReplayAllError { index, error })?;
            index = index.saturating_add(1);
        }
        Ok(index)
    }
}

/// Changes being replayed.
struct Replay<'r> {
    account: &'r mut Account,
    /// How many bytes the IDs and custom marks of the account can take.
    texts_max: u32,
    /// The group of the last changes, and its members, which are stored when it is left.
    group: Option<(u32, MemberCounter)>,
}

impl Drop for Replay<'_> {
    // Even if the iterator of changes panics, the members are right.
    fn drop(&mut self) {
        self.leave_group();
    }
}

impl<'r> Replay<'r> {
    fn new(account: &'r mut Account, texts_max: u32) -> Self {
        Self { account, texts_max, group: None }
    }

    fn change(&mut self, change: &Change<'_>) -> Result<(), ReplayError> {
        let now = change.at_seconds();
        match change.kind() {
            ChangeKind::ConversationAdded { group_id, conversation } => {
                self.add(*group_id, conversation, now)
            }
            ChangeKind::ConversationRemoved { group_id, conversation } => {
                self.remove(*group_id, conversation, now)
            }
            ChangeKind::ConversationMarked { conversation, standard_mark, custom_mark } => {
                self.mark(conversation, *standard_mark, custom_mark.as_deref(), now)
            }
            ChangeKind::ConversationForgotten { conversation } => self.forget(conversation),
            ChangeKind::GroupCreated { group_id, name } => self.create(*group_id, name),
            ChangeKind::GroupRenamed { group_id, old_name, name } => {
                self.rename(*group_id, old_name, name)
            }
            ChangeKind::GroupDeleted { group_id, name } => {
                self.leave_group();
                self.expect_group(*group_id, name)?;
                self.account.delete_group(*group_id, now);
                Ok(())
            }
        }
    }

    /// Stores the members of the group of the last changes.
    fn leave_group(&mut self) {
        if let Some((_, group)) = self.group.take() {
            self.account.groups.set_members(&group);
        }
    }

    #[inline]
    fn enter_group(&mut self, group_id: u32) -> Result<MemberCounter, ReplayError> {
        match self.group {
            Some((id, group)) if id == group_id => Ok(group),
            _ => self.change_group(group_id),
        }
    }

    fn change_group(&mut self, group_id: u32) -> Result<MemberCounter, ReplayError> {
        self.leave_group();
        self.account.groups.counter(group_id).ok_or(ReplayError::UnknownGroup { group_id })
    }

    fn add(
        &mut self,
        group_id: u32,
        conversation: &Conversation<'_>,
        now: u64,
    ) -> Result<(), ReplayError> {
        let mut group = self.enter_group(group_id)?;
        let key = self.account.rows.key(conversation);
        let found = self.account.rows.find(&key);
        let row = found.and_then(|place| self.account.rows.at(place));
        if row.is_some_and(|row| row.groups & group.bit != 0) {
            return Err(ReplayError::AlreadyMember);
        }
        if !self.account.rows.has_room(row, &key, None, self.texts_max) {
            return Err(ReplayError::TooMuchText);
        }
        self.account.join(&key, found, &mut group, now);
        self.group = Some((group_id, group));
        Ok(())
    }

    fn remove(
        &mut self,
        group_id: u32,
        conversation: &Conversation<'_>,
        now: u64,
    ) -> Result<(), ReplayError> {
        let mut group = self.enter_group(group_id)?;
        let key = self.account.rows.key(conversation);
        let place = self.account.rows.find(&key).ok_or(ReplayError::NotMember)?;
        if self.account.rows.at(place).is_none_or(|row| row.groups & group.bit == 0) {
            return Err(ReplayError::NotMember);
        }
        self.account.leave(&key, place, &mut group, now);
        self.group = Some((group_id, group));
        Ok(())
    }

    fn mark(
        &mut self,
        conversation: &Conversation<'_>,
        marks: Option<StandardMarks>,
        custom: Option<&str>,
        now: u64,
    ) -> Result<(), ReplayError> {
        let rows = &self.account.rows;
        let key = rows.key(conversation);
        let found = rows.find(&key);
        let row = found.and_then(|place| rows.at(place));
        let (old_marks, old_custom) =
            row.map_or((0, [].as_slice()), |row| (row.marks, rows.custom(row)));
        let same_marks = marks.is_some_and(|marks| marks.bits() == old_marks);
        let same_custom = custom.is_some_and(|custom| custom.as_bytes() == old_custom);
        if same_marks || same_custom || (marks.is_none() && custom.is_none()) {
            return Err(ReplayError::SameMarks);
        }
        if custom.is_some_and(|custom| custom.len() > text_max_bytes()) {
            return Err(ReplayError::CustomMarkLength);
        }
        if !rows.has_room(row, &key, custom, self.texts_max) {
            return Err(ReplayError::TooMuchText);
        }
        let place = found.unwrap_or_else(|| self.account.rows.insert(&key, now));
        self.account.set_marks(&key, place, marks.map(|marks| marks.bits()), custom, now);
        Ok(())
    }

    fn forget(&mut self, conversation: &Conversation<'_>) -> Result<(), ReplayError> {
        self.leave_group();
        let key = self.account.rows.key(conversation);
        let place = self.account.rows.find(&key).ok_or(ReplayError::NoRow)?;
        self.account.drop_row(&key, place);
        Ok(())
    }

    fn create(&mut self, group_id: u32, name: &str) -> Result<(), ReplayError> {
        self.leave_group();
        self.expect_free_name(name)?;
        let groups = &mut self.account.groups;
        if !groups.has_slot() {
            return Err(ReplayError::TooManyGroups);
        }
        if groups.next_id() != Some(group_id) {
            let expected =
                groups.next_id().map_or(u64::from(LAST_GROUP_ID).saturating_add(1), u64::from);
            return Err(ReplayError::GroupIdOutOfOrder { expected, found: group_id });
        }
        groups.push(group_id, name);
        Ok(())
    }

    fn rename(&mut self, group_id: u32, old_name: &str, name: &str) -> Result<(), ReplayError> {
        self.expect_group(group_id, old_name)?;
        self.expect_free_name(name)?;
        self.account.groups.rename(group_id, name);
        Ok(())
    }

    fn expect_free_name(&self, name: &str) -> Result<(), ReplayError> {
        if name.is_empty() || name.len() > text_max_bytes() {
            Err(ReplayError::NameLength)
        } else if self.account.groups.find(name).is_some() {
            Err(ReplayError::NameTaken)
        } else {
            Ok(())
        }
    }

    fn expect_group(&self, group_id: u32, name: &str) -> Result<(), ReplayError> {
        let groups = &self.account.groups;
        let group = groups.by_id(group_id).ok_or(ReplayError::UnknownGroup { group_id })?;
        if groups.is_named(group, name) { Ok(()) } else { Err(ReplayError::OtherName { group_id }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_beyond_the_limit_of_texts_do_not_fit() {
        let user = |id: &'static str| Conversation::user(id).unwrap();
        let mut account = Account::new();
        let mut replay = Replay::new(&mut account, 12);
        replay.create(1, "a name that does not count").unwrap();
        replay.add(1, &user("abc"), 7).unwrap();
        let full = Err(ReplayError::TooMuchText);
        assert_eq!(replay.mark(&user("abc"), None, Some("12345"), 7), full);
        replay.mark(&user("abc"), None, Some("1234"), 7).unwrap();
        assert_eq!(replay.add(1, &user("d"), 7), full);
        assert_eq!(replay.mark(&user("d"), Some(StandardMarks::STAR), None, 7), full);
        replay.mark(&user("abc"), None, Some(""), 7).unwrap();
        replay.add(1, &user("d"), 7).unwrap();
        drop(replay);
        assert_eq!(account.group("a name that does not count").unwrap().members, 2);
    }
}
