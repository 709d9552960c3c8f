//! The documented fields of each object, as tables.

/// The JSON type that the documentation gives a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonType {
    /// A number without fraction or exponent.
    Integer,
    /// A user ID: a string, for which a code of its own exists when it is not; `""` is the same as absent.
    Account,
    /// Another ID or a name: a string, `""` is the same as absent.
    Name,
    /// A string that may well be empty.
    Text,
    Array,
    Object,
}

impl JsonType {
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Integer => "an integer (a number without fraction or exponent)",
            Self::Account | Self::Name | Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }

    /// As JSON Schema calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Account | Self::Name | Self::Text => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Whether the empty string counts as absent.
    pub(crate) const fn empty_is_absent(self) -> bool {
        matches!(self, Self::Account | Self::Name)
    }
}

/// The documented fields of one kind of object, in canonical order.
pub(crate) trait Fields: super::describe::Described + 'static {
    const ALL: &'static [Self];
    const NAMES: &'static [&'static str];
    /// Names that published clients send instead, with the documented field they mean.
    const INVENTIONS: &'static [(&'static str, &'static str)];

    fn of_name(name: &str) -> Option<Self>;
    fn index(self) -> usize;
    fn name(self) -> &'static str;
    fn json_type(self) -> JsonType;
}

/// Most fields that any object has.
pub(crate) const MOST_FIELDS: usize = 5;

macro_rules! fields {
    (
        $(#[$doc:meta])*
        enum $Object:ident { $($Field:ident = $name:literal: $Type:ident,)+ }
        inventions { $($invented:literal => $meant:literal,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $Object { $($Field,)+ }

        impl $crate::request::fields::Fields for $Object {
            const ALL: &'static [Self] = &[$(Self::$Field,)+];
            const NAMES: &'static [&'static str] = &[$($name,)+];
            const INVENTIONS: &'static [(&'static str, &'static str)] = &[$(($invented, $meant),)*];

            #[inline]
            fn of_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$Field),)+
                    _ => None,
                }
            }

            #[inline]
            fn index(self) -> usize {
                self as usize
            }

            fn name(self) -> &'static str {
                match self { $(Self::$Field => $name,)+ }
            }

            fn json_type(self) -> $crate::request::fields::JsonType {
                match self { $(Self::$Field => $crate::request::fields::JsonType::$Type,)+ }
            }
        }

        const _: () = assert!(<$Object as $crate::request::fields::Fields>::NAMES.len() <= $crate::request::fields::MOST_FIELDS);
    };
}

pub(crate) use fields;
