//! Every limit and every contested reading, as one value.

mod answers;
mod builder;
mod capacity;

pub use answers::{ErrorDisplay, LastPageIndex, RenameItems};
pub use builder::{PolicyBuilder, PolicyError};
pub use capacity::Capacity;

use crate::marks::MarkBase;
use crate::revision::Revision;

/// What a host decides once: all limits, and how to read the documentation where it contradicts
/// itself.
///
/// Each documented revision has one: [`Revision::policy`]. The default is that of the newest
/// revision. Change single settings with [`Policy::to_builder`]:
///
/// ```
/// use convmark::marks::MarkBase;
/// use convmark::policy::PolicyError;
/// use convmark::{Policy, Revision};
///
/// let policy = Revision::V2026_04.policy().to_builder().page_size(50).mark_base(MarkBase::Zero).build()?;
/// assert_eq!(policy.page_size(), 50);
/// assert!(Policy::default().to_builder().groups(65).build().is_err());
/// # Ok::<(), PolicyError>(())
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
    error_display: ErrorDisplay,
    last_page_index: LastPageIndex,
    rename_items: RenameItems,
}

/// The policy of the newest revision.
impl Default for Policy {
    fn default() -> Self {
        Revision::NEWEST.policy()
    }
}

impl Policy {
    /// Every setting as of March 2023.
    pub(crate) const REV_2023_03: Self = Self {
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
        error_display: ErrorDisplay::Sampled,
        last_page_index: LastPageIndex::Zero,
        rename_items: RenameItems::Absent,
    };

    /// What changed until April 2026.
    pub(crate) const REV_2026_04: Self = Self {
        group_name_max_bytes: 64,
        capacity: Capacity::Separate { grouped: 1000, marked: 1000 },
        create_needs_conversations: false,
        conversations_max: Some(100),
        custom_mark_needs_plan: true,
        error_display: ErrorDisplay::None,
        ..Self::REV_2023_03
    };

    /// Revision 2026-04, with answers as the live service was observed to give them in 2025-04:
    /// every one has `ErrorDisplay`, and the last page of get has no `NextStartIndex`. Clients that
    /// read these answers can read those of the live service.
    ///
    /// It is a setting and not a revision: no page documents it. The same recording had a member
    /// `CompleteTime` that no page documents either; it is not modeled.
    ///
    /// ```
    /// use convmark::policy::{ErrorDisplay, LastPageIndex};
    /// use convmark::{Policy, Revision};
    ///
    /// let base = Revision::V2026_04.policy();
    /// let settings = base.to_builder().error_display(ErrorDisplay::All).last_page_index(LastPageIndex::Absent);
    /// assert_eq!(Policy::observed(), settings.build()?);
    /// # Ok::<(), convmark::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub const fn observed() -> Self {
        Self {
            error_display: ErrorDisplay::All,
            last_page_index: LastPageIndex::Absent,
            ..Self::REV_2026_04
        }
    }

    /// A builder that starts from this policy.
    pub const fn to_builder(self) -> PolicyBuilder {
        PolicyBuilder { policy: self }
    }

    /// Maximum length of a group name, in bytes of UTF-8 [doc-2023: 32, doc-2026: 64].
    #[must_use]
    pub const fn group_name_max_bytes(&self) -> u32 {
        self.group_name_max_bytes
    }

    /// Maximum number of groups in one account [doc: 20].
    #[must_use]
    pub const fn groups(&self) -> u32 {
        self.groups
    }

    /// How rows count towards code 51008 [doc-2023: shared 1000, doc-2026: separate 1000 and 1000].
    #[must_use]
    pub const fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// Whether `ContactItem` of create is required [doc-2023: yes, doc-2026: no].
    #[must_use]
    pub const fn create_needs_conversations(&self) -> bool {
        self.create_needs_conversations
    }

    /// Maximum number of conversations in one create or update; `None` means no limit [2023-03:
    /// none; doc-2026: 100 for create, implied for update].
    #[must_use]
    pub const fn conversations_max(&self) -> Option<u32> {
        self.conversations_max
    }

    /// Maximum number of items in one `mark_contact`; at least one is always needed [doc: 100].
    #[must_use]
    pub const fn mark_items_max(&self) -> u32 {
        self.mark_items_max
    }

    /// Maximum number of conversations in one search; at least one is always needed [doc: 300].
    #[must_use]
    pub const fn search_max(&self) -> u32 {
        self.search_max
    }

    /// Maximum length of a custom mark, in bytes of UTF-8 [doc: 256].
    #[must_use]
    pub const fn custom_mark_max_bytes(&self) -> u32 {
        self.custom_mark_max_bytes
    }

    /// Whether items that only set the custom mark (OptType 2) need the plan [doc-2023: no,
    /// doc-2026: yes].
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

    /// Calls admitted in one second, for [`RateLimiter`](crate::rate::RateLimiter) [doc: 200].
    #[must_use]
    pub const fn calls_per_second(&self) -> u32 {
        self.calls_per_second
    }

    /// Which answers end with `"ErrorDisplay":""` [implied by the samples: 2023-03 `sampled`,
    /// 2026-04 `none`; observed in 2025-04: `all`].
    #[must_use]
    pub const fn error_display(&self) -> ErrorDisplay {
        self.error_display
    }

    /// Whether the last page of `get_contact_group` has `NextStartIndex` [doc: `zero`; observed in
    /// 2025-04: `absent`].
    #[must_use]
    pub const fn last_page_index(&self) -> LastPageIndex {
        self.last_page_index
    }

    /// Whether the answer to a rename has an empty `ContactResultItem` [implied by the sample:
    /// `absent`; a published client needs `empty`].
    #[must_use]
    pub const fn rename_items(&self) -> RenameItems {
        self.rename_items
    }
}

/// Maximum number of groups that any policy can allow: an account keeps a row's groups as 64 bits.
pub(crate) const GROUPS_MAX: u32 = 64;

/// Maximum length of a group name or a custom mark, in bytes, that any policy can allow.
pub(crate) const TEXT_MAX_BYTES: u32 = 65_536;

/// The same, to compare lengths with.
pub(crate) fn text_max_bytes() -> usize {
    usize::try_from(TEXT_MAX_BYTES).unwrap_or(usize::MAX)
}
