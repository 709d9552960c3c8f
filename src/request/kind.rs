//! Kinds of value: what a documented field may hold.
//!
//! A kind is the only place that knows its JSON type, its limit and its rule, how both paths read
//! it, how it is written and generated, and its shape in the schema. The tables of the objects name
//! a kind for each field.

mod integer;
mod list;
mod marks;
mod object;
mod text;

pub(crate) use integer::{Integer, Selector};
pub(crate) use list::{Limit, List, Single};
pub(crate) use marks::{Indexed, MarkIndexes};
pub(crate) use object::Object;
pub(crate) use text::*;

use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed};

use super::fast::{Context, declined};
use super::full::{FullValidation, UnreadableString};
use super::raw::Raw;
#[cfg(any(feature = "arbitrary", feature = "proptest"))]
use crate::generate::Drawing;
use crate::policy::Policy;
use crate::rule::{Rule, Warning};
use crate::schema::{JsonType, Shape};

/// A kind of value.
pub(crate) trait Kind {
    const EXPECTED: Expected;
    /// What the fast path holds until it knows whether the field is used, since members come in any
    /// order.
    type Read<'a>;
    /// The value of a used field, the same on both paths.
    type Value<'a>;
    /// The value as a request holds it.
    type Ref<'a>;

    fn shape(policy: &Policy) -> Shape;

    /// The fast path: reads the value; may decline for any reason.
    fn read<'de, D: Deserializer<'de>>(
        reader: D,
        context: &Context<'_, 'de>,
    ) -> Result<Self::Read<'de>, D::Error>;

    /// Whether the value draws no warning in a field that is not used.
    fn is_nothing(read: &Self::Read<'_>) -> bool;

    /// The fast path: the value of a used field, if it keeps its rule.
    fn accept<'a>(read: Self::Read<'a>, context: &Context<'_, 'a>) -> Option<Self::Value<'a>>;

    /// Full validation: the value of a used field at the path, known to be of its JSON type. Adds
    /// findings for what is wrong with it. `None` if no value can be made of it.
    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<Self::Value<'b>>, UnreadableString>;

    /// Appends the value as JSON.
    fn write(value: Self::Ref<'_>, policy: &Policy, out: &mut Vec<u8>);

    /// A generated value.
    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut Drawing<'_>) -> Option<Self::Value<'static>>;
}

/// What is checked of a field, whether it is used or not, before its kind judges the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) json_type: JsonType,
    /// Whether `""` is the same as absent: IDs and names.
    pub(crate) empty_is_absent: bool,
    /// The rule that a value of another type breaks.
    pub(crate) otherwise: Rule,
}

impl Expected {
    pub(crate) const fn of(json_type: JsonType) -> Self {
        Self { json_type, empty_is_absent: false, otherwise: Rule::WrongType }
    }

    /// A string that counts as absent when it is empty.
    pub(crate) const NAME: Self = Self { empty_is_absent: true, ..Self::of(JsonType::String) };
}

/// What the field of an object holds.
pub(crate) enum Given<T> {
    /// The field is absent, or not used.
    Absent,
    /// A value that is wrong. Only in full validation, which has added a finding.
    Wrong,
    Right(T),
}

impl<T> Given<T> {
    #[inline(always)]
    pub(crate) fn right(self) -> Option<T> {
        if let Self::Right(value) = self { Some(value) } else { None }
    }

    #[inline(always)]
    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Why a field is not used: the selector and its value, and the warning if the field is there all
/// the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unused {
    pub(crate) warning: Warning,
    pub(crate) selector: &'static str,
    pub(crate) value: u8,
}

impl<C: super::choice::Choice> Given<C> {
    /// Why fields that belong to other values of this selector are not used. `None` if the selector
    /// itself is wrong: then its fields draw no warning.
    pub(crate) fn reason(&self, warning: Warning, selector: &'static str) -> Option<Unused> {
        if let Self::Right(choice) = self {
            Some(Unused { warning, selector, value: choice.to_value() })
        } else {
            None
        }
    }
}

/// Reads a value of that kind on the fast path.
pub(crate) struct Reading<'c, 'de, K>(&'c Context<'c, 'de>, PhantomData<K>);

impl<'c, 'de, K> Reading<'c, 'de, K> {
    #[inline(always)]
    pub(crate) const fn new(context: &'c Context<'c, 'de>) -> Self {
        Self(context, PhantomData)
    }
}

impl<K> Clone for Reading<'_, '_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Reading<'_, '_, K> {}

impl<'de, K: Kind> DeserializeSeed<'de> for Reading<'_, 'de, K> {
    type Value = K::Read<'de>;

    #[inline(always)]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        K::read(reader, self.0)
    }
}

/// The value of a field on the fast path, after all members were read.
#[inline(always)]
pub(crate) fn settle<'a, K: Kind, E: de::Error>(
    read: Option<K::Read<'a>>,
    required: bool,
    used: bool,
    context: &Context<'_, 'a>,
) -> Result<Given<K::Value<'a>>, E> {
    match read {
        Some(read) if used => K::accept(read, context).map(Given::Right).ok_or_else(declined),
        Some(read) => {
            context.note_warning_if(!K::is_nothing(&read));
            Ok(Given::Absent)
        }
        None if used && required => Err(declined()),
        None => Ok(Given::Absent),
    }
}
