//! The limits that generated cases stay near.

use convmark::Policy;

/// A limit of a policy as `usize`.
pub fn count(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The maximum number of items in a generated mark request, small enough to be fast.
pub fn marks(policy: &Policy) -> usize {
    count(policy.mark_items_max()).min(5)
}

/// The maximum number of conversations in a generated search.
pub fn search(policy: &Policy) -> usize {
    count(policy.search_max()).min(5)
}

/// The maximum number of conversations in a generated create or update.
pub fn conversations(policy: &Policy) -> usize {
    policy.conversations_max().map_or(5, count).min(5)
}
