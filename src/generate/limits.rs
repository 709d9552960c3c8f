//! How large the parts of a generated request may be.

use crate::policy::Policy;

/// Most elements that a generated list has, so that a case stays small enough to look at.
const MANY: u32 = 120;

/// Numbers of elements, and bytes of texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Fewest bytes of a name, and fewest items of a list that needs some.
    pub(crate) least: usize,
    pub(crate) name: usize,
    pub(crate) custom_mark: usize,
    pub(crate) conversations: usize,
    pub(crate) marks: usize,
    pub(crate) search: usize,
}

impl Limits {
    /// Beyond what any documented revision allows: for requests that nobody checked.
    pub(crate) const WIDE: Self = Self { least: 0, name: 80, custom_mark: 300, conversations: 120, marks: 120, search: 320 };

    /// What the policy allows.
    pub(crate) fn of(policy: &Policy) -> Self {
        let size = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
        Self {
            least: 1,
            name: size(policy.group_name_max_bytes().min(MANY)),
            custom_mark: size(policy.custom_mark_max_bytes().min(300)),
            conversations: size(policy.conversations_max().unwrap_or(MANY).min(MANY)),
            marks: size(policy.mark_items_max().min(MANY)),
            search: size(policy.search_max().min(320)),
        }
    }
}
