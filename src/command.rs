//! The commands: one list, from which everything about all commands is made.

use core::fmt;
use core::str::FromStr;

use crate::unknown_name::{UnknownName, find};

/// Gives the list of commands to a macro: `for_each_command!(name)` expands to `name! { list }`.
///
/// A line is a command's variant in [`Command`], the variant of [`Request`](crate::Request) with
/// the type that it holds, and the facts: the name on the wire, the pages on the international and
/// the Chinese site, whether an accepted request can change the account, and whether the sample of
/// its answer shows `ErrorDisplay`. The order is that of the documentation's menu.
macro_rules! for_each_command {
    ($callback:ident) => {
        $callback! {
            CreateContactGroup => Create(CreateGroup),
                { "create_contact_group", "1047/53437", "269/85791", writes: true, error_display: true };
            UpdateContactGroup => Update(UpdateGroup),
                { "update_contact_group", "1047/53439", "269/85793", writes: true, error_display: false };
            DelContactGroup => Delete(DeleteGroup),
                { "del_contact_group", "1047/53441", "269/85795", writes: true, error_display: false };
            MarkContact => Mark(MarkContacts),
                { "mark_contact", "1047/53438", "269/85792", writes: true, error_display: true };
            GetContactGroup => Get(GetGroups),
                { "get_contact_group", "1047/53440", "269/85794", writes: false, error_display: false };
            SearchContactGroup => Search(SearchGroups),
                { "search_contact_group", "1047/53442", "269/85796", writes: false, error_display: true };
        }
    };
}

pub(crate) use for_each_command;

macro_rules! commands {
    ($(
        $Command:ident => $Variant:ident($Type:ident),
            { $name:literal, $page:literal, $page_cn:literal, writes: $writes:literal, error_display: $display:literal };
    )+) => {
        /// One command of the service `v4/recentcontact`.
        ///
        /// The order is that of the documentation's menu; `Ord` follows it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $(
                #[doc = concat!("`", $name, "`, pages ", $page, " and ", $page_cn, ".")]
                $Command,
            )+
        }

        impl Command {
            /// All commands, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Command,)+];

            /// The names, in the same order.
            const NAMES: &'static [&'static str] = &[$($name,)+];

            /// How many commands there are.
            pub(crate) const COUNT: usize = Self::ALL.len();

            /// The name on the wire, for example `mark_contact`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Command => $name,)+
                }
            }

            /// The documentation's pages, international and Chinese site.
            #[must_use]
            pub const fn pages(self) -> &'static str {
                match self {
                    $(Self::$Command => concat!($page, ", ", $page_cn),)+
                }
            }

            /// Whether an accepted request can change the account.
            #[must_use]
            pub const fn writes(self) -> bool {
                match self {
                    $(Self::$Command => $writes,)+
                }
            }

            /// Whether the documented sample of its answer shows `ErrorDisplay`.
            pub(crate) const fn samples_error_display(self) -> bool {
                match self {
                    $(Self::$Command => $display,)+
                }
            }

            /// The place in [`ALL`](Self::ALL), 0-based.
            pub(crate) const fn index(self) -> usize {
                self as usize
            }
        }
    };
}

for_each_command!(commands);

impl Command {
    /// What every path starts with.
    pub(crate) const PATH_PREFIX: &'static str = "/v4/recentcontact/";
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
        find(name, "command", Self::ALL, Self::NAMES)
    }
}
