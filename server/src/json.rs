//! Reads JSON that people write, member by member, so that errors say what is wrong, where, and what
//! is allowed.

mod array;
mod object;

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::plural::count;

/// What is wrong with a JSON text: where, and what is allowed. Names of members are shown, values are
/// not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongJson(String);

/// A JSON value, and where it is.
#[derive(Clone, Debug)]
pub struct Json<'b> {
    text: &'b RawValue,
    /// What the whole is called.
    whole: &'static str,
    /// The JSON Pointer of the value; `""` is the whole.
    pointer: String,
}

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Object,
    Array,
    String,
    Boolean,
    Null,
    Integer,
    /// A number with a fraction or an exponent.
    Decimal,
}

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Boolean => "a boolean",
            Self::Null => "null",
            Self::Integer => "an integer",
            Self::Decimal => "a number with a fraction or an exponent",
        })
    }
}

impl<'b> Json<'b> {
    /// Takes a text as JSON. `whole` is what errors call it: `the body`.
    ///
    /// # Errors
    ///
    /// If it is not one JSON value.
    pub fn parse(text: &'b [u8], whole: &'static str) -> Result<Self, WrongJson> {
        let wrong = |problem: &dyn Display| WrongJson(format!("{whole} {problem}"));
        if text.trim_ascii().is_empty() {
            return Err(wrong(&"is empty, but must be JSON"));
        }
        let text = str::from_utf8(text).map_err(|error| {
            wrong(&format_args!(
                "is not valid JSON: it is not UTF-8 after {}",
                count(u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX), "byte")
            ))
        })?;
        let text = serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Eof => wrong(&"is not complete: it ends before the JSON value does"),
            _ => wrong(&format_args!("is not valid JSON: {error}")),
        })?;
        Ok(Self { text, whole, pointer: String::new() })
    }

    /// The value as it was written.
    pub fn text(&self) -> &'b str {
        self.text.get()
    }

    /// An error about this value. `problem` goes on after its place.
    pub fn wrong(&self, problem: impl Display) -> WrongJson {
        self.wrong_at("", problem)
    }

    /// The same about a place inside it.
    pub fn wrong_at(&self, pointer: &str, problem: impl Display) -> WrongJson {
        let place =
            if self.pointer.is_empty() && pointer.is_empty() { self.whole } else { &self.pointer };
        WrongJson(format!("{place}{pointer} {problem}"))
    }

    /// The error of a value of another type.
    pub fn must_be(&self, allowed: impl Display) -> WrongJson {
        self.wrong(format_args!("must be {allowed}, but is {}", self.kind()))
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        let text = self.text();
        match text.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ if text.contains(['.', 'e', 'E']) => Kind::Decimal,
            _ => Kind::Integer,
        }
    }

    fn inside(&self, name: impl Display, text: &'b RawValue) -> Self {
        Self { text, whole: self.whole, pointer: format!("{}/{name}", self.pointer) }
    }

    /// A string. `allowed` says in words which ones.
    ///
    /// # Errors
    ///
    /// If it is another value.
    pub fn string(&self, allowed: &str) -> Result<String, WrongJson> {
        if self.kind() != Kind::String {
            return Err(self.must_be(allowed));
        }
        // What is valid so far and is not a string has half a character.
        serde_json::from_str(self.text()).map_err(|_| {
            self.wrong(format_args!(
                "must be {allowed}; \\ud800 to \\udfff are allowed in pairs only"
            ))
        })
    }

    /// One of a few strings.
    ///
    /// # Errors
    ///
    /// If it is another value.
    pub fn one_of<T: Copy>(&self, names: &[(&str, T)]) -> Result<T, WrongJson> {
        let quoted: Vec<_> = names.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let allowed = match quoted.as_slice() {
            [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
            _ => quoted.concat(),
        };
        let found = self.string(&allowed)?;
        let found = names.iter().find(|(name, _)| *name == found);
        found.map(|(_, value)| *value).ok_or_else(|| self.wrong(format_args!("must be {allowed}")))
    }

    /// `true` or `false`.
    ///
    /// # Errors
    ///
    /// If it is another value.
    pub fn boolean(&self) -> Result<bool, WrongJson> {
        match self.text() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.must_be("true or false")),
        }
    }

    /// An integer of a range. `unit` is what it counts: ` (Unix seconds)`.
    ///
    /// # Errors
    ///
    /// If it is another value.
    pub fn integer<T: TryFrom<i128>>(
        &self,
        range: RangeInclusive<i128>,
        unit: &str,
    ) -> Result<T, WrongJson> {
        let allowed = format!("an integer from {} to {}{unit}", range.start(), range.end());
        if self.kind() != Kind::Integer {
            return Err(self.must_be(allowed));
        }
        let number = self.text().parse().ok().filter(|number| range.contains(number));
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.wrong(format_args!("must be {allowed}")))
    }

    /// A number that is allowed. `allowed` says in words which ones are.
    ///
    /// # Errors
    ///
    /// If it is another value.
    pub fn number(
        &self,
        allowed: &str,
        is_allowed: impl Fn(f64) -> bool,
    ) -> Result<f64, WrongJson> {
        if !matches!(self.kind(), Kind::Integer | Kind::Decimal) {
            return Err(self.must_be(allowed));
        }
        let number = self.text().parse().ok().filter(|number| is_allowed(*number));
        number.ok_or_else(|| self.wrong(format_args!("must be {allowed}")))
    }
}
