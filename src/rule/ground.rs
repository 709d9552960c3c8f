//! What the readings of the documentation rest on.

use core::fmt;

use crate::revision::Revision;

/// What a rule or a warning rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Ground {
    /// The public documentation says so, in all revisions.
    Documented,
    /// Only the pages of this revision say so.
    DocumentedIn(Revision),
    /// A documented sample, the public code table or the official client SDKs show it.
    Implied,
    /// A recorded answer of the live service shows it.
    Observed,
    /// The documentation is silent or contradicts itself: the decision is ours.
    Decided,
}

impl Ground {
    /// The short form used in tables: `doc`, `doc-2023`, `doc-2026`, `implied`, `observed` or
    /// `decided`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Documented => "doc",
            Self::DocumentedIn(revision) => revision.ground(),
            Self::Implied => "implied",
            Self::Observed => "observed",
            Self::Decided => "decided",
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}
