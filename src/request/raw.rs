//! Reads one level of JSON text at a time, each value left as text.

use alloc::vec::Vec;

use super::fields::{Fields, MAX_FIELDS};
use super::unknown::UnknownMember;
use crate::conversation::Conversation;
use crate::json::{NotJson, Scanner};
use crate::report::FoundType;
use crate::schema::JsonType;

/// The text of one JSON value, without white space around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'b>(&'b str);

impl<'b> Raw<'b> {
    /// A text that was checked to be one value, or will be checked.
    pub(super) const fn new(text: &'b str) -> Self {
        Self(text)
    }

    pub(super) const fn text(self) -> &'b str {
        self.0
    }

    fn first(self) -> u8 {
        self.0.bytes().next().unwrap_or_default()
    }

    pub(super) fn is_null(self) -> bool {
        self.first() == b'n'
    }

    pub(super) fn is(self, json_type: JsonType) -> bool {
        match json_type {
            JsonType::Integer => self.is_integer(),
            JsonType::String => self.first() == b'"',
            JsonType::Array => self.first() == b'[',
            JsonType::Object => self.first() == b'{',
        }
    }

    /// Whether a text that is known to be a JSON value is an integer. `-0` is not one (decided).
    fn is_integer(self) -> bool {
        matches!(self.first(), b'-' | b'0'..=b'9')
            && self.0 != "-0"
            && !self.0.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// `None` beyond 64 bits or below zero, which no documented field allows.
    pub(super) fn to_u64(self) -> Option<u64> {
        self.0.parse().ok()
    }

    pub(super) fn is_empty_string(self) -> bool {
        self.0 == "\"\""
    }

    pub(super) fn is_empty_array(self) -> bool {
        self.first() == b'[' && self.0.get(1..).is_some_and(|rest| rest.trim_ascii() == "]")
    }

    /// The type of a value, for findings.
    pub(super) fn found_type(self) -> FoundType {
        match self.first() {
            b'"' => FoundType::String,
            b'[' => FoundType::Array,
            b'{' => FoundType::Object,
            b't' | b'f' => FoundType::Boolean,
            b'n' => FoundType::Null,
            _ if self.0 == "-0" => FoundType::NegativeZero,
            _ if self.is_integer() => FoundType::Integer,
            _ => FoundType::Fraction,
        }
    }
}

/// The documented members of one object: the first occurrence of each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members<'b> {
    pub(super) whole: Raw<'b>,
    values: [Option<Raw<'b>>; MAX_FIELDS],
    /// A bit for each field that occurs more than once.
    repeated: u8,
}

impl<'b> Members<'b> {
    /// Reads an object; the members that are not documented go to `unknown`.
    pub(super) fn read<F: Fields>(
        scanner: &mut Scanner<'b>,
        unknown: &mut Vec<UnknownMember<'b>>,
    ) -> Result<Self, NotJson> {
        let mut members = Self { whole: Raw(""), values: [None; MAX_FIELDS], repeated: 0 };
        let start = scanner.clone();
        scanner.open(b'{')?;
        let mut is_first = true;
        while scanner.next(b'}', is_first)? {
            is_first = false;
            let name = scanner.name()?;
            let value = Raw(scanner.value()?);
            match F::of_name(&name) {
                Some(field) => members.put(field, value),
                None => unknown.push((name, value)),
            }
        }
        members.whole = Raw(scanner.since(&start));
        Ok(members)
    }

    /// Whether the field occurs more than once.
    pub(super) fn is_repeated(&self, field: impl Fields) -> bool {
        self.repeated & (1 << field.index()) != 0
    }

    /// Stores the first occurrence, and notes that there is a second one.
    fn put(&mut self, field: impl Fields, value: Raw<'b>) {
        if let Some(place) = self.values.get_mut(field.index()) {
            if place.is_some() {
                self.repeated |= 1 << field.index();
            } else {
                *place = Some(value);
            }
        }
    }

    /// The first occurrence of a field, even if it is null.
    pub(super) fn first(&self, field: impl Fields) -> Option<Raw<'b>> {
        self.values.get(field.index()).copied().flatten()
    }

    /// The field's value; null is absent.
    pub(super) fn value(&self, field: impl Fields) -> Option<Raw<'b>> {
        self.first(field).filter(|raw| !raw.is_null())
    }

    /// Whether the field is there, of whatever type; null is absent.
    pub(super) fn has(&self, field: impl Fields) -> bool {
        self.value(field).is_some()
    }
}

/// A used string or a member name has half a surrogate pair, so the body is not valid JSON.
#[derive(Debug)]
pub(crate) struct UnreadableString;

impl From<NotJson> for UnreadableString {
    fn from(_: NotJson) -> Self {
        Self
    }
}

/// Lets `each` read the elements of an array, from one with that index on, until all are read. It
/// returns how many it read. Returns how many there are.
pub(super) fn read_elements<'b>(
    raw: Raw<'b>,
    mut each: impl FnMut(usize, &mut Scanner<'b>) -> Result<usize, UnreadableString>,
) -> Result<usize, UnreadableString> {
    let mut scanner = Scanner::new(raw.0);
    scanner.open(b'[')?;
    let mut length: usize = 0;
    while scanner.next(b']', length == 0)? {
        length = length.saturating_add(each(length, &mut scanner)?);
    }
    Ok(length)
}

/// Where a part of a text starts, in bytes.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Where a conversation's ID stands in the body, with its quotes; `None` if it was not borrowed
/// from there.
pub(super) fn span_of_id(body: &str, conversation: &Conversation<'_>) -> Option<(usize, usize)> {
    let id = conversation.id();
    let start = id.as_ptr().addr().checked_sub(body.as_ptr().addr())?.checked_sub(1)?;
    let end = start.checked_add(id.len())?.checked_add(2)?;
    (end <= body.len()).then_some((start, end))
}
