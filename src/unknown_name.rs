//! The error of looking something up by its name.

use core::fmt;

/// A text that is not one of the names of its kind. Names are compared exactly, case included.
///
/// The message lists the names that are allowed and never shows the text.
///
/// ```
/// use convmark::policy::LastPageIndex;
///
/// let error = "none".parse::<LastPageIndex>().unwrap_err();
/// assert_eq!(error.allowed(), ["zero", "absent"]);
/// assert_eq!(error.to_string(), "unknown value of last_page_index; allowed, in exactly this spelling: zero, absent");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownName {
    kind: &'static str,
    allowed: &'static [&'static str],
}

impl UnknownName {
    /// What kind of name was asked for, in words: for example `command` or
    /// `value of error_display`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Every name of that kind.
    #[must_use]
    pub const fn allowed(&self) -> &'static [&'static str] {
        self.allowed
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {}; allowed, in exactly this spelling: ", self.kind)?;
        for (place, name) in self.allowed.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownName {}

/// Prints a value as its name, and finds it by its exact name. `$kind` says in words what is named.
macro_rules! named {
    ($Type:ident, $kind:literal, $name:ident, $names:expr) => {
        impl core::fmt::Display for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.$name())
            }
        }

        /// From the exact name.
        impl core::str::FromStr for $Type {
            type Err = $crate::UnknownName;

            fn from_str(name: &str) -> Result<Self, $crate::UnknownName> {
                $crate::unknown_name::find(name, $kind, Self::ALL, $names)
            }
        }
    };
}
pub(crate) use named;

/// The value with that name; values and names stand in the same order.
pub(crate) fn find<T: Copy>(
    name: &str,
    kind: &'static str,
    values: &[T],
    names: &'static [&'static str],
) -> Result<T, UnknownName> {
    debug_assert_eq!(values.len(), names.len(), "one name for each value");
    let found = values.iter().zip(names).find(|(_, known)| **known == name);
    found.map(|(value, _)| *value).ok_or(UnknownName { kind, allowed: names })
}
