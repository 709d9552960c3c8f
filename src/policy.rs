//! Every limit and every contested reading, as one value.

use crate::marks::MarkBase;

/// What a host decides once: all limits, and how to read the documentation where it contradicts itself.
///
/// The two documented revisions are the constants [`Policy::REV_2023_03`] and [`Policy::REV_2026_04`] (the default).
/// Change single settings with [`Policy::to_builder`]:
///
/// ```
/// use convmark::{MarkBase, Policy};
///
/// let policy = Policy::REV_2026_04.to_builder().page_size(50).mark_base(MarkBase::Zero).build()?;
/// assert_eq!(policy.page_size(), 50);
/// assert!(Policy::REV_2026_04.to_builder().groups(65).build().is_err());
/// # Ok::<(), convmark::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    group_name_max_bytes: u32,
    groups: u32,
    capacity: Capacity,
    create_needs_conversations: bool,
    conversations_max: Option<u32>,
    mark_items_max: u32,
    search_max: u32,
    custom_mark_max_bytes: u32,
    custom_mark_needs_plan: bool,
    mark_base: MarkBase,
    page_size: u32,
    calls_per_second: u32,
    error_display: bool,
}

/// How rows count towards `capacity-exceeded`, code 51008. All numbers are rows of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// One budget for all rows, grouped or marked (2023-03, page 1047/53437).
    Shared {
        /// Most rows in the account.
        rows: u32,
    },
    /// One budget for rows that are in any group and one for rows with a standard or custom mark (2026-04).
    Separate {
        /// Most rows that are in at least one group.
        grouped: u32,
        /// Most rows that have a standard or a custom mark.
        marked: u32,
    },
    /// A budget for each group's members, and one for marked rows (the English pages of 2025).
    PerGroup {
        /// Most member rows in each single group.
        members: u32,
        /// Most rows that have a standard or a custom mark.
        marked: u32,
    },
}

impl Capacity {
    fn settings(self) -> [u32; 2] {
        match self {
            Self::Shared { rows } => [rows, rows],
            Self::Separate { grouped, marked } => [grouped, marked],
            Self::PerGroup { members, marked } => [members, marked],
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::REV_2026_04
    }
}

impl Policy {
    /// The documentation as of March 2023.
    pub const REV_2023_03: Self = Self {
        group_name_max_bytes: 32,
        groups: 20,
        capacity: Capacity::Shared { rows: 1000 },
        create_needs_conversations: true,
        conversations_max: None,
        mark_items_max: 100,
        search_max: 300,
        custom_mark_max_bytes: 256,
        custom_mark_needs_plan: false,
        mark_base: MarkBase::One,
        page_size: 100,
        calls_per_second: 200,
        error_display: true,
    };

    /// The documentation as of April 2026, the default.
    pub const REV_2026_04: Self = Self {
        group_name_max_bytes: 64,
        capacity: Capacity::Separate { grouped: 1000, marked: 1000 },
        create_needs_conversations: false,
        conversations_max: Some(100),
        custom_mark_needs_plan: true,
        error_display: false,
        ..Self::REV_2023_03
    };

    /// The documented revisions with their names, oldest first.
    #[must_use]
    pub const fn revisions() -> &'static [(&'static str, Self)] {
        &[("2023-03", Self::REV_2023_03), ("2026-04", Self::REV_2026_04)]
    }

    /// The revision of that name (`2023-03` or `2026-04`).
    #[must_use]
    pub fn revision(name: &str) -> Option<Self> {
        Self::revisions().iter().find(|(known, _)| *known == name).map(|(_, policy)| *policy)
    }

    /// A builder that starts from this policy.
    pub const fn to_builder(self) -> PolicyBuilder {
        PolicyBuilder { policy: self }
    }

    /// Longest group name, in bytes of UTF-8 [doc-2023: 32, doc-2026: 64].
    #[must_use]
    pub const fn group_name_max_bytes(&self) -> u32 {
        self.group_name_max_bytes
    }

    /// Most groups in one account [doc: 20].
    #[must_use]
    pub const fn groups(&self) -> u32 {
        self.groups
    }

    /// How rows count towards code 51008 [doc-2023: shared 1000, doc-2026: separate 1000 and 1000].
    #[must_use]
    pub const fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// Whether `ContactItem` of create must be there [doc-2023: yes, doc-2026: no].
    #[must_use]
    pub const fn create_needs_conversations(&self) -> bool {
        self.create_needs_conversations
    }

    /// Most conversations in one create or update; `None` is no limit [2023-03: none; doc-2026: 100 for create, implied for update].
    #[must_use]
    pub const fn conversations_max(&self) -> Option<u32> {
        self.conversations_max
    }

    /// Most items in one `mark_contact`; at least one is always needed [doc: 100].
    #[must_use]
    pub const fn mark_items_max(&self) -> u32 {
        self.mark_items_max
    }

    /// Most conversations in one search; at least one is always needed [doc: 300].
    #[must_use]
    pub const fn search_max(&self) -> u32 {
        self.search_max
    }

    /// Longest custom mark, in bytes of UTF-8 [doc: 256].
    #[must_use]
    pub const fn custom_mark_max_bytes(&self) -> u32 {
        self.custom_mark_max_bytes
    }

    /// Whether items that only set the custom mark (OptType 2) need the plan [doc-2023: no, doc-2026: yes].
    #[must_use]
    pub const fn custom_mark_needs_plan(&self) -> bool {
        self.custom_mark_needs_plan
    }

    /// The index of the first mark bit in `SetMark` and `ClearMark` [doc: 1; the web SDKs send 0].
    #[must_use]
    pub const fn mark_base(&self) -> MarkBase {
        self.mark_base
    }

    /// Rows on one page of `get_contact_group` [decided: 100].
    #[must_use]
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// Calls admitted in one second, for [`Gate`](crate::Gate) [doc: 200].
    #[must_use]
    pub const fn calls_per_second(&self) -> u32 {
        self.calls_per_second
    }

    /// Whether answers of create, mark and search carry `"ErrorDisplay":""` [implied by the samples: 2023-03 yes, 2026-04 no].
    #[must_use]
    pub const fn error_display(&self) -> bool {
        self.error_display
    }

    pub(crate) fn allows_group_name(&self, name: &str) -> bool {
        fits(name.len(), self.group_name_max_bytes)
    }

    pub(crate) fn allows_custom_mark(&self, mark: &str) -> bool {
        fits(mark.len(), self.custom_mark_max_bytes)
    }

    pub(crate) fn allows_conversations(&self, count: usize) -> bool {
        self.conversations_max.is_none_or(|max| fits(count, max))
    }

    pub(crate) fn allows_mark_items(&self, count: usize) -> bool {
        count > 0 && fits(count, self.mark_items_max)
    }

    pub(crate) fn allows_search(&self, count: usize) -> bool {
        count > 0 && fits(count, self.search_max)
    }
}

fn fits(count: usize, max: u32) -> bool {
    usize::try_from(max).is_ok_and(|max| count <= max)
}

/// Builds a [`Policy`]; each setter states the range that [`build`](Self::build) checks.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct PolicyBuilder {
    policy: Policy,
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
        /// Longest group name, 1 to 65,536 bytes of UTF-8.
        group_name_max_bytes: u32;
        /// Most groups in one account, 0 to 64.
        groups: u32;
        /// How rows count; each number 0 to 1,000,000.
        capacity: Capacity;
        /// Whether `ContactItem` of create must be there.
        create_needs_conversations: bool;
        /// Most conversations in one create or update, 1 to 1,000,000, or no limit.
        conversations_max: Option<u32>;
        /// Most items in one `mark_contact`, 1 to 1,000,000.
        mark_items_max: u32;
        /// Most conversations in one search, 1 to 1,000,000.
        search_max: u32;
        /// Longest custom mark, 0 to 65,536 bytes of UTF-8.
        custom_mark_max_bytes: u32;
        /// Whether items of OptType 2 need the plan.
        custom_mark_needs_plan: bool;
        /// The index of the first mark bit.
        mark_base: MarkBase;
        /// Rows on one page, 1 to 1,000,000.
        page_size: u32;
        /// Calls admitted in one second, 0 (refuse all) to 1,000,000.
        calls_per_second: u32;
        /// Whether answers of create, mark and search carry `"ErrorDisplay":""`.
        error_display: bool;
    }

    /// The policy, if every setting is within its range.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names the first setting that is not.
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

/// Most groups that any policy can allow: an account keeps a row's groups as 64 bits.
pub(crate) const GROUPS_MAX: u32 = 64;

/// Longest group name or custom mark, in bytes, that any policy can allow.
pub(crate) const TEXT_MAX_BYTES: u32 = 65_536;

/// The same, to compare lengths with.
pub(crate) fn text_max_bytes() -> usize {
    usize::try_from(TEXT_MAX_BYTES).unwrap_or(usize::MAX)
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
    /// The name of the setting, as that of its setter.
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
