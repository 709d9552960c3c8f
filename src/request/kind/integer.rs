//! Integers: numbers without fraction or exponent.

use alloc::vec::Vec;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, Visitor};

use super::{Expected, Kind};
use crate::policy::Policy;
use crate::read::unexplained;
use crate::request::choice::Choice;
use crate::request::fast::{Context, declined};
use crate::request::full::{FullValidation, UnreadableString};
use crate::request::raw::Raw;
use crate::schema::{JsonType, Shape};
use crate::write;

/// An integer from `MIN` to `MAX`, both included.
pub(crate) enum Integer<const MIN: u64, const MAX: u64> {}

impl<const MIN: u64, const MAX: u64> Kind for Integer<MIN, MAX> {
    const EXPECTED: Expected = Expected::of(JsonType::Integer);
    type Read<'a> = u64;
    type Value<'a> = u64;
    type Ref<'a> = u64;

    fn shape(_: &Policy) -> Shape {
        Shape::Integer { min: MIN, max: MAX }
    }

    #[inline(always)]
    fn read<'de, D: Deserializer<'de>>(reader: D, _: &Context<'_, 'de>) -> Result<u64, D::Error> {
        IntegerSeed.deserialize(reader)
    }

    fn is_nothing(_: &u64) -> bool {
        false
    }

    #[inline(always)]
    fn accept<'a>(read: u64, _: &Context<'_, 'a>) -> Option<u64> {
        (MIN..=MAX).contains(&read).then_some(read)
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<u64>, UnreadableString> {
        Ok(full.integer(raw, MIN, MAX))
    }

    fn write(value: u64, _: &Policy, out: &mut Vec<u8>) {
        write::integer(value, out);
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<u64> {
        Some(drawing.integer(MIN, MAX))
    }
}

/// An integer that says which other fields of its object are used.
pub(crate) struct Selector<C>(PhantomData<C>);

impl<C: Choice> Selector<C> {
    fn range() -> (u64, u64) {
        let value = |choice: Option<&C>| choice.map_or(0, |choice| u64::from(choice.to_value()));
        (value(C::ALL.first()), value(C::ALL.last()))
    }
}

impl<C: Choice> Kind for Selector<C> {
    const EXPECTED: Expected = Expected::of(JsonType::Integer);
    type Read<'a> = u64;
    type Value<'a> = C;
    type Ref<'a> = C;

    fn shape(_: &Policy) -> Shape {
        let (min, max) = Self::range();
        Shape::Integer { min, max }
    }

    #[inline(always)]
    fn read<'de, D: Deserializer<'de>>(reader: D, _: &Context<'_, 'de>) -> Result<u64, D::Error> {
        IntegerSeed.deserialize(reader)
    }

    fn is_nothing(_: &u64) -> bool {
        false
    }

    #[inline(always)]
    fn accept<'a>(read: u64, _: &Context<'_, 'a>) -> Option<C> {
        C::of_value(read)
    }

    fn validate<'b>(
        full: &mut FullValidation<'_, 'b>,
        raw: Raw<'b>,
    ) -> Result<Option<C>, UnreadableString> {
        let (min, max) = Self::range();
        Ok(full.integer(raw, min, max).and_then(C::of_value))
    }

    fn write(choice: C, _: &Policy, out: &mut Vec<u8>) {
        write::integer(choice.to_value(), out);
    }

    #[cfg(any(feature = "arbitrary", feature = "proptest"))]
    fn draw(drawing: &mut crate::generate::Drawing<'_>) -> Option<C> {
        drawing.pick(C::ALL)
    }
}

/// Reads an integer that is not negative.
pub(crate) struct IntegerSeed;

impl<'de> DeserializeSeed<'de> for IntegerSeed {
    type Value = u64;

    #[inline(always)]
    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<u64, D::Error> {
        reader.deserialize_u64(self)
    }
}

impl Visitor<'_> for IntegerSeed {
    type Value = u64;

    unexplained!();

    #[inline(always)]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    /// For formats whose integers all have a sign.
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| declined())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::{Error, I64Deserializer};

    use super::*;

    #[test]
    fn formats_may_give_every_integer_a_sign() {
        let read = |value: i64| IntegerSeed.deserialize(I64Deserializer::<Error>::new(value));
        assert_eq!((read(0), read(7), read(i64::MAX)), (Ok(0), Ok(7), Ok(i64::MAX.unsigned_abs())));
        assert_eq!(read(-1).unwrap_err(), declined());
    }
}
