//! Builds a policy and checks every range.

use super::{
    Capacity, ErrorDisplay, GROUPS_MAX, LastPageIndex, Policy, RenameItems, TEXT_MAX_BYTES,
};
use crate::marks::MarkBase;

/// Builds a [`Policy`]; each setter states the range that [`build`](Self::build) checks.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PolicyBuilder {
    pub(super) policy: Policy,
}

macro_rules! setters {
    ($($(#[$doc:meta])+ $name:ident: $type:ty;)+) => {
        $($(#[$doc])+
        pub const fn $name(mut self, $name: $type) -> Self {
            self.policy.$name = $name;
            self
        })+
    };
}

impl PolicyBuilder {
    setters! {
        /// Maximum length of a group name, 1 to 65,536 bytes of UTF-8.
        group_name_max_bytes: u32;
        /// Maximum number of groups in one account, 0 to 64.
        groups: u32;
        /// How rows count; each number 0 to 1,000,000.
        capacity: Capacity;
        /// Whether `ContactItem` of create is required.
        create_needs_conversations: bool;
        /// Maximum number of conversations in one create or update, 1 to 1,000,000, or no limit.
        conversations_max: Option<u32>;
        /// Maximum number of items in one `mark_contact`, 1 to 1,000,000.
        mark_items_max: u32;
        /// Maximum number of conversations in one search, 1 to 1,000,000.
        search_max: u32;
        /// Maximum length of a custom mark, 0 to 65,536 bytes of UTF-8.
        custom_mark_max_bytes: u32;
        /// Whether items of OptType 2 need the plan.
        custom_mark_needs_plan: bool;
        /// The index of the first mark bit.
        mark_base: MarkBase;
        /// Rows on one page, 1 to 1,000,000.
        page_size: u32;
        /// Calls admitted in one second, 0 (refuse all) to 1,000,000.
        calls_per_second: u32;
        /// Which answers end with `"ErrorDisplay":""`.
        error_display: ErrorDisplay;
        /// Whether the last page of `get_contact_group` has `NextStartIndex`.
        last_page_index: LastPageIndex;
        /// Whether the answer to a rename has an empty `ContactResultItem`.
        rename_items: RenameItems;
    }

    /// The policy, if every setting is within its range.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names the first setting that is outside its range.
    pub fn build(self) -> Result<Policy, PolicyError> {
        const MANY: u32 = 1_000_000;
        let policy = self.policy;
        let [first, second] = policy.capacity.settings();
        let checks = [
            ("group_name_max_bytes", policy.group_name_max_bytes, 1, TEXT_MAX_BYTES),
            ("groups", policy.groups, 0, GROUPS_MAX),
            ("capacity", first.max(second), 0, MANY),
            ("conversations_max", policy.conversations_max.unwrap_or(1), 1, MANY),
            ("mark_items_max", policy.mark_items_max, 1, MANY),
            ("search_max", policy.search_max, 1, MANY),
            ("custom_mark_max_bytes", policy.custom_mark_max_bytes, 0, TEXT_MAX_BYTES),
            ("page_size", policy.page_size, 1, MANY),
            ("calls_per_second", policy.calls_per_second, 0, MANY),
        ];
        for (setting, value, min, max) in checks {
            if value < min || value > max {
                return Err(PolicyError { setting, min, max });
            }
        }
        Ok(policy)
    }
}

/// A setting outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy setting {setting} must be from {min} to {max}")]
pub struct PolicyError {
    setting: &'static str,
    min: u32,
    max: u32,
}

impl PolicyError {
    /// The name of the setting, which is also the name of its setter.
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        self.setting
    }

    /// The allowed range, both ends included.
    #[must_use]
    pub const fn range(&self) -> core::ops::RangeInclusive<u32> {
        self.min..=self.max
    }
}
