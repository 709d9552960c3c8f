//! What can be wrong with recorded pages.

use core::fmt;

use crate::account::groups::LAST_GROUP_ID;
use crate::account::snapshot::{GroupProblem, RowProblem};
use crate::account::texts::TEXTS_MAX;
use crate::code::ErrorCode;
use crate::policy::{GROUPS_MAX, TEXT_MAX_BYTES};

/// Why pages are not an account. It quotes no ID, no name and no mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("page {page}, {place}: {problem}")]
#[non_exhaustive]
pub struct PagesError {
    /// The page, 0-based. For an account that is not complete, one more than the last.
    pub page: usize,
    /// The place in its answer.
    pub place: PagePlace,
    /// What is wrong there.
    pub problem: PagesProblem,
}

/// A place in an answer of `get_contact_group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagePlace {
    /// The page itself.
    Whole,
    /// A group, 0-based.
    Group(usize),
    /// A row, 0-based.
    Row(usize),
}

/// A JSON Pointer, or `the page itself`.
impl fmt::Display for PagePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the page itself"),
            Self::Group(index) => write!(f, "/GroupItem/{index}"),
            Self::Row(index) => write!(f, "/ContactItem/{index}"),
        }
    }
}

/// What is wrong with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PagesProblem {
    /// Its answer says that the request failed.
    #[error("the answer is a failure, with ErrorCode {code}; only pages that succeeded are data")]
    Failed {
        /// `ErrorCode`.
        code: ErrorCode,
    },
    /// A page is missing before it, or it is there twice, or the pages are not in order.
    #[error(
        "StartIndex is {found}, and {expected} comes next; pages must be in order, from StartIndex 0 on, each once"
    )]
    StartIndex {
        /// The `NextStartIndex` of the page before, 0 for the first page.
        expected: u64,
        /// The `StartIndex` of the page.
        found: u64,
    },
    /// A page came before that was the last one.
    #[error("the page before has CompleteFlag 1, so there is none after it")]
    AfterTheLast,
    /// There are no more pages, though the last one has `CompleteFlag` 0.
    #[error(
        "it is missing: the page with StartIndex {expected}, up to the one with CompleteFlag 1"
    )]
    Incomplete {
        /// The `StartIndex` of the page that is missing.
        expected: u64,
    },
    /// There is no `CompleteFlag`, which is 0 or 1.
    #[error("CompleteFlag is missing; it must be 0 or 1")]
    NoCompleteFlag,
    /// It is not the last one, and the next one does not begin after its last row: rows are missing.
    #[error(
        "CompleteFlag is 0 and there are {rows} rows, so NextStartIndex must be StartIndex plus the number of rows, which is not 0; otherwise rows are missing"
    )]
    NextStartIndex {
        /// How many rows the page has.
        rows: u64,
    },
    /// Its groups are not those of the first page.
    #[error(
        "GroupItem differs from that of the first page: the account changed between the two, or pages of several accounts are mixed; record them again"
    )]
    OtherGroups,
    /// More groups than an account can hold.
    #[error("there are more than {GROUPS_MAX} groups")]
    TooManyGroups,
    /// A group's ID is out of range.
    #[error("GroupId must be from 1 to {LAST_GROUP_ID}")]
    GroupId,
    /// Two groups have the same ID.
    #[error("another group has the same GroupId")]
    RepeatedGroupId,
    /// A group's name is empty or too long.
    #[error("GroupName must have 1 to {TEXT_MAX_BYTES} bytes")]
    GroupName,
    /// Two groups have the same name.
    #[error("another group has the same GroupName")]
    RepeatedName,
    /// `Type` is not 1 with a user ID, nor 2 with a group chat ID.
    #[error("Type must be 1 with a well-formed To_Account, or 2 with a well-formed ToGroupId")]
    Conversation,
    /// Two rows are of the same conversation.
    #[error(
        "a row before is of the same conversation: the account changed between two pages, or pages are mixed; record them again"
    )]
    RepeatedRow,
    /// A row has no mark and no group.
    #[error("a row without any mark or group does not exist")]
    EmptyRow,
    /// The standard marks are not a bit string.
    #[error("StandardMark must be at most 64 binary digits, empty for no mark")]
    StandardMark,
    /// The custom mark is too long.
    #[error("CustomMark must have at most {TEXT_MAX_BYTES} bytes")]
    CustomMark,
    /// The IDs and custom marks up to this row take more than 1,000,000,000 bytes.
    #[error("the IDs and custom marks must take at most {TEXTS_MAX} bytes")]
    TooMuchText,
    /// A row names a group that `GroupItem` does not have, or one twice.
    #[error("ContactGroupId must be IDs of GroupItem, each once")]
    RowGroup,
}

/// The range of IDs is checked before.
impl From<GroupProblem> for PagesProblem {
    fn from(problem: GroupProblem) -> Self {
        match problem {
            GroupProblem::TooMany => Self::TooManyGroups,
            GroupProblem::Id => Self::RepeatedGroupId,
            GroupProblem::Name => Self::GroupName,
            GroupProblem::RepeatedName => Self::RepeatedName,
        }
    }
}

impl From<RowProblem> for PagesProblem {
    fn from(problem: RowProblem) -> Self {
        match problem {
            RowProblem::Empty => Self::EmptyRow,
            RowProblem::CustomMark => Self::CustomMark,
            RowProblem::TooMuchText => Self::TooMuchText,
            RowProblem::Group => Self::RowGroup,
        }
    }
}
