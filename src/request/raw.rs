//! Reads one level of JSON text at a time, each value left as text.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{Fields, MAX_FIELDS};
use crate::conversation::Conversation;
use crate::read::{TextSeed, unexplained};
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
    /// Reads an object from a text that is or contains it; the members that are not documented go
    /// to `unknown`.
    pub(super) fn read<F: Fields>(
        whole: Raw<'b>,
        text: &'b str,
        unknown: &mut Vec<(Cow<'b, str>, Raw<'b>)>,
    ) -> Result<Self, serde_json::Error> {
        let mut members = Self { whole, values: [None; MAX_FIELDS], repeated: 0 };
        let mut reader = serde_json::Deserializer::from_str(text);
        reader.deserialize_map(EachMember::<F, _> {
            each: |name: MemberName<'b, F>, value: Raw<'b>| match name {
                MemberName::Known(field) => members.put(field, value),
                MemberName::Unknown(name) => unknown.push((name, value)),
            },
            field: PhantomData,
        })?;
        reader.end()?;
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

/// Gives each element of an array with its index to `each`, and returns how many there are.
pub(super) fn read_elements<'b>(
    raw: Raw<'b>,
    each: impl FnMut(usize, Raw<'b>) -> Result<(), UnreadableString>,
) -> Result<usize, UnreadableString> {
    serde_json::Deserializer::from_str(raw.0)
        .deserialize_seq(EachElement(each))
        .map_err(|_| UnreadableString)
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

enum MemberName<'b, F> {
    Known(F),
    Unknown(Cow<'b, str>),
}

struct MemberNameSeed<F>(PhantomData<F>);

impl<'b, F: Fields> DeserializeSeed<'b> for MemberNameSeed<F> {
    type Value = MemberName<'b, F>;

    fn deserialize<D: Deserializer<'b>>(self, reader: D) -> Result<Self::Value, D::Error> {
        let name = TextSeed.deserialize(reader)?;
        Ok(F::of_name(&name).map_or(MemberName::Unknown(name), MemberName::Known))
    }
}

struct EachMember<F, G> {
    each: G,
    field: PhantomData<F>,
}

impl<'b, F: Fields, G: FnMut(MemberName<'b, F>, Raw<'b>)> Visitor<'b> for EachMember<F, G> {
    type Value = ();

    unexplained!();

    fn visit_map<A: MapAccess<'b>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(MemberNameSeed(PhantomData))? {
            let value: &'b RawValue = map.next_value()?;
            (self.each)(name, Raw(value.get()));
        }
        Ok(())
    }
}

struct EachElement<G>(G);

impl<'b, G: FnMut(usize, Raw<'b>) -> Result<(), UnreadableString>> Visitor<'b> for EachElement<G> {
    type Value = usize;

    unexplained!();

    fn visit_seq<A: SeqAccess<'b>>(mut self, mut seq: A) -> Result<usize, A::Error> {
        let mut length: usize = 0;
        while let Some(value) = seq.next_element::<&'b RawValue>()? {
            (self.0)(length, Raw(value.get()))
                .map_err(|UnreadableString| de::Error::custom("unreadable"))?;
            length = length.saturating_add(1);
        }
        Ok(length)
    }
}
