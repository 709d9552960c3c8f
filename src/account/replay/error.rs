//! Why changes cannot be replayed.

use crate::account::texts::TEXTS_MAX;
use crate::policy::{GROUPS_MAX, TEXT_MAX_BYTES};

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

/// Which of many changes does not fit an account, and why.
///
/// The changes before it are applied. It and those after it are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("the change with the 0-based number {index} does not fit: {error}")]
pub struct ReplayAllError {
    /// The number of the change, 0-based, which is also the number of changes that were applied.
    pub index: usize,
    /// Why it does not fit.
    pub error: ReplayError,
}
