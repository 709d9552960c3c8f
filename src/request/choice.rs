//! Selectors: integer fields that decide which other fields of their object are used.

/// The documented values of one selector.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    /// All of them, by ascending value without a gap.
    const ALL: &'static [Self];

    fn of_value(value: u64) -> Option<Self>;
    /// The value on the wire.
    fn to_value(self) -> u8;
}

/// Declares the values of a selector: `choices! { enum Name { Variant = 1, Other = 2, } }`.
macro_rules! choices {
    ($(#[$doc:meta])* $visibility:vis enum $Name:ident { $($(#[$about:meta])* $Variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $Name {
            $($(#[$about])* $Variant,)+
        }

        impl $Name {
            /// The value on the wire.
            #[must_use]
            pub const fn value(self) -> u8 {
                match self { $(Self::$Variant => $value,)+ }
            }
        }

        impl $crate::request::choice::Choice for $Name {
            const ALL: &'static [Self] = &[$(Self::$Variant,)+];

            #[inline(always)]
            fn of_value(value: u64) -> Option<Self> {
                match value {
                    $($value => Some(Self::$Variant),)+
                    _ => None,
                }
            }

            #[inline(always)]
            fn to_value(self) -> u8 {
                self.value()
            }
        }
    };
}

pub(crate) use choices;
