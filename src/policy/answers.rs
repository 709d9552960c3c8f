//! The settings of how an answer is written where revisions and recordings differ.

use crate::command::Command;
use crate::unknown_name::named;

// One entry per value: variant, name and documentation come from the same line.
macro_rules! setting_values {
    ($(
        $(#[$about:meta])+
        $Type:ident, $kind:literal {
            $($(#[$doc:meta])+ $Variant:ident = $name:literal,)+
        }
    )+) => {
        $(
            $(#[$about])+
            ///
            /// Each value has a name: parsed from it, printed as it.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $Type {
                $(
                    #[doc = concat!("`", $name, "`:")]
                    $(#[$doc])+
                    $Variant,
                )+
            }

            impl $Type {
                /// Every value, in order of declaration.
                pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

                const NAMES: &'static [&'static str] = &[$($name),+];

                /// The name of the value.
                #[must_use]
                pub const fn name(self) -> &'static str {
                    match self {
                        $(Self::$Variant => $name,)+
                    }
                }
            }

            named!($Type, $kind, name, Self::NAMES);
        )+
    };
}

setting_values! {
    /// Which answers end with `"ErrorDisplay":""`.
    ErrorDisplay, "value of error_display" {
        /// no answer.
        None = "none",
        /// the answers of create, mark and search, failed ones included, as in the samples of the
        /// 2023 pages.
        Sampled = "sampled",
        /// every answer, as the live service was observed to answer in 2025-04.
        All = "all",
    }

    /// Whether the last page of `get_contact_group` has `NextStartIndex`.
    LastPageIndex, "value of last_page_index" {
        /// it has `NextStartIndex` with the value 0, as in the sample on page 1047/53440.
        Zero = "zero",
        /// it has no `NextStartIndex`, as the live service was observed to answer in 2025-04.
        Absent = "absent",
    }

    /// Whether the answer to a rename has a list of items, which is always empty.
    RenameItems, "value of rename_items" {
        /// `UpdateGroupResult` has no `ContactResultItem`, as in the sample on page 1047/53439.
        Absent = "absent",
        /// `UpdateGroupResult` ends with `"ContactResultItem":[]`, which a published client needs
        /// to read the answer.
        Empty = "empty",
    }
}

impl ErrorDisplay {
    /// Whether an answer to the command ends with `"ErrorDisplay":""`. `None` stands for a call
    /// that names no command.
    #[must_use]
    pub const fn is_shown(self, command: Option<Command>) -> bool {
        match self {
            Self::None => false,
            Self::Sampled => match command {
                Some(command) => command.samples_error_display(),
                None => false,
            },
            Self::All => true,
        }
    }
}
