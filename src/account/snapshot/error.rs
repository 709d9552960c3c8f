//! What can be wrong with a snapshot.

use core::fmt;

use super::VERSION;
use crate::account::groups::LAST_GROUP_ID;
use crate::account::texts::TEXTS_MAX;
use crate::policy::{GROUPS_MAX, TEXT_MAX_BYTES};

/// What is wrong with a snapshot, and where. Numbers of groups and rows are 0-based.
///
/// Loading reports it through the format's own error, whose text carries this one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The snapshot is of a version that this crate does not read.
    #[error(
        "version {found} of snapshots is unknown, only version {VERSION} can be read; a newer convmark may read it"
    )]
    Version {
        /// The version in the snapshot.
        found: u64,
    },
    /// A member is missing.
    #[error("{place} lacks the member `{member}`")]
    Missing {
        /// The place in the snapshot.
        place: SnapshotPlace,
        /// The name of the member.
        member: &'static str,
    },
    /// A member is there twice.
    #[error("{place} has the member `{member}` twice")]
    Repeated {
        /// The place in the snapshot.
        place: SnapshotPlace,
        /// The name of the member.
        member: &'static str,
    },
    /// A member is unknown.
    #[error("{place} has a member that snapshots do not have")]
    Unknown {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A member is not of its type, or the text ends or is damaged there.
    #[error(
        "{place}: the member `{member}` cannot be read: it is of another type, or the text is damaged there"
    )]
    Unreadable {
        /// The place in the snapshot.
        place: SnapshotPlace,
        /// The name of the member.
        member: &'static str,
    },
    /// A row's conversation is not `Type` 1 with a user ID, or `Type` 2 with a group chat ID.
    #[error(
        "{place}: the conversation must be `Type` 1 with a well-formed `To_Account`, or `Type` 2 with a well-formed `ToGroupId`, and nothing else"
    )]
    Conversation {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// In the compact form, the IDs of all rows are too short for the row, or too long for all rows.
    #[error(
        "{place}: the lengths of the IDs that the rows give must add up to the length of `ids`, and must not cut a character"
    )]
    Ids {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// The counter of group IDs is out of range.
    #[error("last_group_id must be from 0 to {LAST_GROUP_ID}")]
    LastGroupId,
    /// More groups than an account can hold.
    #[error("there are more than {GROUPS_MAX} groups")]
    TooManyGroups,
    /// A group's ID is 0, above the counter, or not above that of the group before it.
    #[error(
        "{place}: the group_id must be from 1 to last_group_id, and above that of the group before it"
    )]
    GroupId {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A group's name is empty or too long.
    #[error("{place}: the name must have 1 to {TEXT_MAX_BYTES} bytes")]
    GroupName {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// Two groups have the same name.
    #[error("{place}: another group has the same name")]
    RepeatedName {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// Two rows are of the same conversation.
    #[error("{place}: another row is of the same conversation")]
    RepeatedRow {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A row has no mark and no group.
    #[error("{place}: a row without any mark or group does not exist")]
    EmptyRow {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A row's standard marks are not a bit string.
    #[error(
        "{place}: the standard_mark must be at most 64 binary digits without a leading zero, empty for no mark"
    )]
    StandardMark {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A row's custom mark is too long.
    #[error("{place}: the custom_mark must have at most {TEXT_MAX_BYTES} bytes")]
    CustomMark {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// The IDs and custom marks up to this row take more than 1,000,000,000 bytes.
    #[error("{place}: the IDs and custom marks must take at most {TEXTS_MAX} bytes")]
    TooMuchText {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
    /// A row names a group that is not there.
    #[error("{place}: there is no group with that ID, or the group_ids do not ascend")]
    RowGroup {
        /// The place in the snapshot.
        place: SnapshotPlace,
    },
}

/// A place in a snapshot, printed as `/groups/0` or `/rows/0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotPlace {
    /// The snapshot itself.
    Whole,
    /// A group, 0-based.
    Group(usize),
    /// A row, 0-based.
    Row(usize),
}

impl fmt::Display for SnapshotPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the snapshot"),
            Self::Group(index) => write!(f, "/groups/{index}"),
            Self::Row(index) => write!(f, "/rows/{index}"),
        }
    }
}
