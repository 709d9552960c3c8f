//! The revisions of the documentation: one list, with everything that is one value per revision.

use crate::policy::Policy;
use crate::unknown_name::named;

// One entry per revision, oldest first. Rows of data elsewhere name a revision by its text, through
// the macro `revision!`, so that a name that is not in this list does not compile.
macro_rules! revisions {
    ($(
        $(#[$doc:meta])+
        $Variant:ident = $name:tt;
        policy: $policy:expr;
        ground: $ground:literal;
        code_tables: $code_tables:literal;
    )+) => {
        /// A revision of the documentation: the state of its pages in one month.
        ///
        /// Revisions are ordered by date; the default is the newest. Each has a name, year and
        /// month, which it is parsed from and printed as. What a revision says about limits and
        /// contested readings is its [`policy`](Self::policy).
        ///
        /// ```
        /// use convmark::{Policy, Revision};
        ///
        /// let revision: Revision = "2023-03".parse()?;
        /// assert_eq!(revision, Revision::V2023_03);
        /// assert_eq!(revision.policy().group_name_max_bytes(), 32);
        /// assert!(revision < Revision::default());
        /// assert_eq!(Revision::default().policy(), Policy::default());
        /// # Ok::<(), convmark::UnknownName>(())
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum Revision {
            $(
                $(#[$doc])+
                $Variant,
            )+
        }

        impl Revision {
            /// Every revision, oldest first.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            const NAMES: &'static [&'static str] = &[$($name),+];

            /// Year and month, such as `2026-04`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }

            /// What the revision says about every limit and every contested reading.
            #[must_use]
            pub const fn policy(self) -> Policy {
                match self {
                    $(Self::$Variant => $policy,)+
                }
            }

            /// The label of the ground "only this revision says so".
            pub(crate) const fn ground(self) -> &'static str {
                match self {
                    $(Self::$Variant => $ground,)+
                }
            }

            /// The pages whose code tables were read for this revision.
            pub(crate) const fn code_tables(self) -> &'static str {
                match self {
                    $(Self::$Variant => $code_tables,)+
                }
            }
        }

        /// The revision with that name, which must be a literal.
        macro_rules! revision_of_name {
            $(($name) => { $crate::revision::Revision::$Variant };)+
        }
    };
}

revisions! {
    /// The documentation as of March 2023.
    V2023_03 = "2023-03";
    policy: Policy::REV_2023_03;
    ground: "doc-2023";
    code_tables: "1047/53437 to 1047/53442";

    /// The documentation as of April 2026.
    V2026_04 = "2026-04";
    policy: Policy::REV_2026_04;
    ground: "doc-2026";
    code_tables: "1047/53439";
}

pub(crate) use revision_of_name as revision;

impl Revision {
    /// The newest revision, which is the default.
    pub const NEWEST: Self = match Self::ALL {
        [.., newest] => *newest,
        // Evaluated by the compiler.
        [] => panic!("there is no revision"),
    };
}

impl From<Revision> for Policy {
    fn from(revision: Revision) -> Self {
        revision.policy()
    }
}

/// The newest.
impl Default for Revision {
    fn default() -> Self {
        Self::NEWEST
    }
}

named!(Revision, "revision", name, Self::NAMES);
