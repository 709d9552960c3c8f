//! The three readings of the capacity.

/// How rows count towards `capacity-exceeded`, code 51008. All numbers are rows of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// One budget for all rows, grouped or marked (2023-03, page 1047/53437).
    Shared {
        /// The maximum number of rows in the account.
        rows: u32,
    },
    /// One budget for rows that are in any group and one for rows with a standard or custom mark
    /// (2026-04).
    Separate {
        /// The maximum number of rows that are in at least one group.
        grouped: u32,
        /// The maximum number of rows that have a standard or a custom mark.
        marked: u32,
    },
    /// A budget for each group's members, and one for marked rows (the English pages of 2025).
    PerGroup {
        /// The maximum number of member rows of each group.
        members: u32,
        /// The maximum number of rows that have a standard or a custom mark.
        marked: u32,
    },
}

impl Capacity {
    /// Both numbers; the one number of `Shared` twice.
    pub(super) fn settings(self) -> [u32; 2] {
        match self {
            Self::Shared { rows } => [rows, rows],
            Self::Separate { grouped, marked } => [grouped, marked],
            Self::PerGroup { members, marked } => [members, marked],
        }
    }
}
