//! Result codes: every documented number, what it means, where it occurs and whether a retry helps.

mod table;

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::revision::Revision;
use table::TABLE;

/// A result code as it stands in `ErrorCode` or `ResultCode`: a plain integer without unit, 0 for
/// success.
///
/// The type is open: a host can pass through a code that this crate does not know. The documented
/// numbers are associated constants. Source: the code tables of the six command pages (1047/53437
/// to 1047/53442) and the public code table of the REST API.
///
/// In serde it is the bare integer.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(i64);

impl ErrorCode {
    /// The code with this number, known or not.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether this is 0, success.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// Whether the same call may succeed later without change: [`Retry::Unknown`] for a code that
    /// is not in the table, [`Retry::No`] for success, where there is nothing to repeat (decided).
    #[must_use]
    pub fn retry(self) -> Retry {
        match self.info() {
            Some(info) => info.retry.unwrap_or(Retry::No),
            None => Retry::Unknown,
        }
    }
}

impl fmt::Debug for ErrorCode {
    // By hand, because the derived form spreads one number over three lines under `{:#?}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({})", self.0)
    }
}

impl From<i64> for ErrorCode {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl From<ErrorCode> for i64 {
    fn from(code: ErrorCode) -> Self {
        code.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What is known about one documented code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code.
    pub code: ErrorCode,
    /// A short kebab-case name, stable and unique. Decided: the tables have numbers only.
    pub name: &'static str,
    /// Where the code occurs.
    pub levels: Levels,
    /// Whether the same call may succeed later; `None` for success.
    pub retry: Option<Retry>,
    /// What the code means, in our words, over all revisions.
    pub meaning: &'static str,
    /// What single revisions say, where that is narrower than `meaning` or different.
    by_revision: &'static [(Revision, &'static str)],
    /// What the developer who receives the code can do. Decided.
    pub advice: &'static str,
    /// Where the code is listed.
    pub source: CodeSource,
}

impl CodeInfo {
    /// Every documented code, ascending by number.
    pub const ALL: &'static [Self] = TABLE;

    /// What the pages of the revision say, if that is narrower than or different from
    /// [`meaning`](Self::meaning).
    #[must_use]
    pub fn own_meaning(&self, revision: Revision) -> Option<&'static str> {
        self.by_revision.iter().find(|(of, _)| *of == revision).map(|(_, text)| *text)
    }
}

/// Where a code is listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CodeSource {
    /// The code tables of the command pages, in these revisions, oldest first.
    Pages(&'static [Revision]),
    /// The sample answers of the command pages.
    Samples,
    /// The public code table of the REST API.
    PublicTable,
}

impl fmt::Display for CodeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(revisions) => {
                let mut before = "pages";
                for revision in *revisions {
                    write!(f, "{before} {} ({revision})", revision.code_tables())?;
                    before = ",";
                }
                Ok(())
            }
            Self::Samples => f.write_str("answers on pages 1047/53437 to 1047/53442"),
            Self::PublicTable => f.write_str("public code table of the REST API"),
        }
    }
}

/// The levels at which a code occurs: the call, the request, one of its items.
///
/// A code may have several levels, or none if no command here produces it. Source: the code tables
/// and the answers of the six pages (1047/53437 to 1047/53442); decided where they are silent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Levels {
    call: bool,
    request: bool,
    item: bool,
}

impl Levels {
    const NONE: Self = Self { call: false, request: false, item: false };
    const CALL: Self = Self { call: true, ..Self::NONE };
    const REQUEST: Self = Self { request: true, ..Self::NONE };
    const ITEM: Self = Self { item: true, ..Self::NONE };
    const REQUEST_AND_ITEM: Self = Self { item: true, ..Self::REQUEST };

    /// The code answers the call before its request is looked at (URL, caller, frequency, JSON).
    #[must_use]
    pub const fn call(self) -> bool {
        self.call
    }

    /// The code answers the request as a whole, as `ErrorCode`.
    #[must_use]
    pub const fn request(self) -> bool {
        self.request
    }

    /// The code answers one item of an otherwise successful request, as `ResultCode`.
    #[must_use]
    pub const fn item(self) -> bool {
        self.item
    }
}

/// Whether the same call may succeed later without change.
///
/// Read from the meaning of each code; decided where the tables do not say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Retry {
    /// No: the request, the account or the app has to change first.
    No,
    /// Yes: the cause passes by itself.
    Yes,
    /// The code covers both cases, or is not known here.
    Unknown,
}

impl ErrorCode {
    /// What is known about this code, or `None` if it is not documented.
    #[must_use]
    pub fn info(self) -> Option<&'static CodeInfo> {
        let index = CodeInfo::ALL.binary_search_by_key(&self, |info| info.code).ok()?;
        CodeInfo::ALL.get(index)
    }

    /// What the code means in the words of the revision, or `None` if it is not documented.
    #[must_use]
    pub fn meaning(self, revision: Revision) -> Option<&'static str> {
        self.info().map(|info| info.own_meaning(revision).unwrap_or(info.meaning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_text_of_a_revision_at_most() {
        for info in CodeInfo::ALL {
            assert!(
                info.by_revision.is_sorted_by(|(one, _), (next, _)| one < next),
                "{}",
                info.name
            );
        }
    }
}
