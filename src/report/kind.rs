//! The facts of a finding, for programs.

use core::fmt;

use super::suggest::FieldNames;
use crate::conversation::IdError;
use crate::schema::JsonType;

/// What a finding tells besides its rule or warning: what was found, what is allowed. No variant
/// holds a value of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The rule or the warning says everything.
    Rule,
    /// `invalid-json`: the syntax is wrong at this place.
    Syntax {
        /// The line, 1-based.
        line: usize,
        /// The column in bytes, 1-based.
        column: usize,
        /// Whether the text ends before the value is complete.
        at_end: bool,
    },
    /// `invalid-json`: the body begins with a byte order mark, which is not part of JSON.
    ByteOrderMark,
    /// `invalid-json`: the body is not valid UTF-8.
    Utf8 {
        /// The first invalid byte, 0-based.
        offset: usize,
    },
    /// `invalid-json`: a string or a member name has an escape of half a surrogate pair.
    Surrogate {
        /// The start of the value that contains it, in bytes, 0-based.
        offset: usize,
    },
    /// `missing-field`: a required field.
    Missing {
        /// The type of value to send.
        expected: JsonType,
        /// What is there instead.
        found: Absence,
    },
    /// `wrong-type` and `account-not-string`: a value of another JSON type.
    WrongType {
        /// The documented type.
        expected: JsonType,
        /// What is there instead.
        found: FoundType,
    },
    /// `out-of-range`: an integer that is not allowed.
    OutOfRange {
        /// The minimum.
        minimum: u64,
        /// The maximum.
        maximum: u64,
    },
    /// `out-of-range`: the index 0 of a mark, where the policy counts from 1. The official web SDKs
    /// count from 0.
    MarkIndexZero {
        /// The maximum; the minimum is 1.
        maximum: u64,
    },
    /// `malformed-id`: why the text is not an ID.
    Id(IdError),
    /// A text with too many bytes: for example `group-name-too-long`.
    TooLong {
        /// The length, in bytes of UTF-8.
        found_bytes: usize,
        /// The maximum, in bytes of UTF-8.
        maximum_bytes: u32,
    },
    /// `item-count`, `single-item-only` and `search-count`: a list of a length that is not allowed.
    Count {
        /// How many elements there are.
        found: usize,
        /// The minimum.
        minimum: u32,
        /// The maximum.
        maximum: u32,
        /// What to do with too many, in words.
        advice: &'static str,
    },
    /// `unknown-field`: what the object's documented fields are called. See also
    /// [`Finding::suggestion`](crate::Finding::suggestion).
    UnknownField(FieldNames),
    /// `ignored-field` and `irrelevant-id`: another field says that this one is not used.
    Unused {
        /// The name of the other field.
        selector: &'static str,
        /// Its value.
        value: u8,
    },
    /// `no-effect`.
    NoEffect {
        /// What to send, or why nothing changes, in words.
        reason: &'static str,
    },
    /// `missing-parameter`, `bad-parameter` and `duplicate-parameter`.
    Parameter {
        /// The name in the query of the URL.
        name: &'static str,
        /// How the parameter is missing, for `missing-parameter`.
        absence: Option<Absence>,
        /// What is allowed, as a sentence.
        allowed: &'static str,
    },
}

/// How a required field is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absence {
    /// The object has no member of that name.
    NotThere,
    /// It is `null`.
    Null,
    /// It is `""`, which for IDs and names is the same as absent.
    EmptyString,
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThere => "absent",
            Self::Null => "null",
            Self::EmptyString => "an empty string",
        })
    }
}

/// The type of a value that was found in the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FoundType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without fraction or exponent.
    Integer,
    /// `-0`, which is not an integer (decided).
    NegativeZero,
    /// A number with a fraction or an exponent.
    Fraction,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for FoundType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::NegativeZero => "the number -0",
            Self::Fraction => "a number with a fraction or an exponent",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}
