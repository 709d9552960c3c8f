//! The six commands.

use core::fmt;
use core::str::FromStr;

use crate::unknown_name::{UnknownName, find};

/// One command of the service `v4/recentcontact`.
///
/// The order is that of the documentation's menu; `Ord` follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// `create_contact_group`, pages 1047/53437 and 269/85791.
    CreateContactGroup,
    /// `update_contact_group`, pages 1047/53439 and 269/85793.
    UpdateContactGroup,
    /// `del_contact_group`, pages 1047/53441 and 269/85795.
    DelContactGroup,
    /// `mark_contact`, pages 1047/53438 and 269/85792.
    MarkContact,
    /// `get_contact_group`, pages 1047/53440 and 269/85794.
    GetContactGroup,
    /// `search_contact_group`, pages 1047/53442 and 269/85796.
    SearchContactGroup,
}

impl Command {
    /// What every path starts with.
    pub(crate) const PATH_PREFIX: &'static str = "/v4/recentcontact/";

    /// All six, in order.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::CreateContactGroup,
            Self::UpdateContactGroup,
            Self::DelContactGroup,
            Self::MarkContact,
            Self::GetContactGroup,
            Self::SearchContactGroup,
        ]
    }

    /// The names, in the same order.
    const NAMES: &'static [&'static str] = &[
        Self::CreateContactGroup.name(),
        Self::UpdateContactGroup.name(),
        Self::DelContactGroup.name(),
        Self::MarkContact.name(),
        Self::GetContactGroup.name(),
        Self::SearchContactGroup.name(),
    ];

    /// The name on the wire, for example `mark_contact`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateContactGroup => "create_contact_group",
            Self::UpdateContactGroup => "update_contact_group",
            Self::DelContactGroup => "del_contact_group",
            Self::MarkContact => "mark_contact",
            Self::GetContactGroup => "get_contact_group",
            Self::SearchContactGroup => "search_contact_group",
        }
    }

    /// The documentation's pages, international and Chinese site.
    #[must_use]
    pub const fn pages(self) -> &'static str {
        match self {
            Self::CreateContactGroup => "1047/53437, 269/85791",
            Self::UpdateContactGroup => "1047/53439, 269/85793",
            Self::DelContactGroup => "1047/53441, 269/85795",
            Self::MarkContact => "1047/53438, 269/85792",
            Self::GetContactGroup => "1047/53440, 269/85794",
            Self::SearchContactGroup => "1047/53442, 269/85796",
        }
    }

    /// Whether an accepted request can change the account.
    #[must_use]
    pub const fn writes(self) -> bool {
        !matches!(self, Self::GetContactGroup | Self::SearchContactGroup)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// From the exact name.
impl FromStr for Command {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        find(name, "command", Self::all(), Self::NAMES)
    }
}
