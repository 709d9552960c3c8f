//! Every limit, and every choice between readings of the documentation.

/// What counts towards code 51008.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// A maximum number of rows.
    Shared(u32),
    /// A maximum number of rows that are in a group, and another of rows with a mark.
    Separate {
        /// Rows that are in at least one group.
        grouped: u32,
        /// Rows with a standard or custom mark.
        marked: u32,
    },
    /// A maximum number of rows in each group, and another of rows with a mark.
    PerGroup {
        /// Rows in one group.
        members: u32,
        /// Rows with a standard or custom mark.
        marked: u32,
    },
}

/// Which answers end with an empty `ErrorDisplay`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorDisplay {
    /// None.
    None,
    /// Those of create, mark and search.
    Sampled,
    /// Those of all commands, failed answers included.
    All,
}

/// All settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The maximum bytes of a new group name.
    pub group_name_bytes: u32,
    /// The maximum number of groups of an account.
    pub groups: u32,
    /// What code 51008 means.
    pub capacity: Capacity,
    /// Whether create must have its `ContactItem`.
    pub create_contact_item_required: bool,
    /// The maximum number of conversations in one create or update.
    pub max_conversations: Option<u32>,
    /// The maximum number of items in one mark request.
    pub mark_items_max: u32,
    /// The maximum number of conversations in one search.
    pub search_max: u32,
    /// The maximum bytes of a custom mark.
    pub custom_mark_bytes: u32,
    /// Whether an item that only sets a custom mark needs the plan.
    pub custom_mark_needs_plan: bool,
    /// Wire number of the bit `1<<0`: 0 or 1.
    pub mark_base: u32,
    /// Rows on a page of get; at least 1.
    pub page_size: u32,
    /// Calls admitted per second.
    pub calls_per_second: u32,
    /// Which answers have an empty `ErrorDisplay`.
    pub error_display: ErrorDisplay,
    /// Whether the last page of get has `NextStartIndex`, with the value 0.
    pub last_page_has_index: bool,
    /// Whether the answer to a rename has an empty `ContactResultItem`.
    pub rename_has_items: bool,
}

impl Policy {
    /// The documentation as of March 2023.
    pub fn rev_2023_03() -> Self {
        Self {
            group_name_bytes: 32,
            groups: 20,
            capacity: Capacity::Shared(1000),
            create_contact_item_required: true,
            max_conversations: None,
            mark_items_max: 100,
            search_max: 300,
            custom_mark_bytes: 256,
            custom_mark_needs_plan: false,
            mark_base: 1,
            page_size: 100,
            calls_per_second: 200,
            error_display: ErrorDisplay::Sampled,
            last_page_has_index: true,
            rename_has_items: false,
        }
    }

    /// The documentation as of April 2026.
    pub fn rev_2026_04() -> Self {
        Self {
            group_name_bytes: 64,
            groups: 20,
            capacity: Capacity::Separate { grouped: 1000, marked: 1000 },
            create_contact_item_required: false,
            max_conversations: Some(100),
            mark_items_max: 100,
            search_max: 300,
            custom_mark_bytes: 256,
            custom_mark_needs_plan: true,
            mark_base: 1,
            page_size: 100,
            calls_per_second: 200,
            error_display: ErrorDisplay::None,
            last_page_has_index: true,
            rename_has_items: false,
        }
    }

    /// What the live service was observed to answer in April 2025.
    pub fn observed() -> Self {
        Self { error_display: ErrorDisplay::All, last_page_has_index: false, ..Self::rev_2026_04() }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::rev_2026_04()
    }
}
