//! The limits that cases are drawn around.

use convmark::Policy;

/// A limit of a policy as a count.
pub fn count(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Most items of a right body of mark; never so many that a case is dear.
pub fn marks(policy: &Policy) -> usize {
    count(policy.mark_items_max()).min(5)
}

/// Most conversations of a right search.
pub fn search(policy: &Policy) -> usize {
    count(policy.search_max()).min(5)
}

/// Most conversations of a right create or update.
pub fn conversations(policy: &Policy) -> usize {
    policy.conversations_max().map_or(5, count).min(5)
}
