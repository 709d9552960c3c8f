//! A serde reader for the values that documented members have.

use alloc::borrow::Cow;
use core::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{NotJson, Scanner};

/// The error of a text that is not read.
#[derive(Debug)]
pub(crate) struct Declined;

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("declined")
    }
}

impl core::error::Error for Declined {}

impl de::Error for Declined {
    #[cold]
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl From<NotJson> for Declined {
    #[inline]
    fn from(_: NotJson) -> Self {
        Self
    }
}

/// Reads objects, arrays, strings, and integers that are not negative. Visitors must read arrays and
/// objects to their end.
impl<'de> Deserializer<'de> for &mut Scanner<'de> {
    type Error = Declined;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Declined> {
        Err(Declined)
    }

    #[inline(always)]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.open(b'{')?;
        visitor.visit_map(Access { scanner: self, is_first: true })
    }

    #[inline(always)]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.open(b'[')?;
        visitor.visit_seq(Access { scanner: self, is_first: true })
    }

    #[inline(always)]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    #[inline(always)]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.deserialize_str(visitor)
    }

    #[inline(always)]
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        visitor.visit_u64(self.integer()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Declined> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char string bytes byte_buf option unit
        unit_struct newtype_struct tuple tuple_struct struct enum
    }
}

/// The elements of an array or the members of an object.
struct Access<'s, 'de> {
    scanner: &'s mut Scanner<'de>,
    is_first: bool,
}

impl Access<'_, '_> {
    #[inline(always)]
    fn next(&mut self, close: u8) -> Result<bool, NotJson> {
        let is_first = core::mem::replace(&mut self.is_first, false);
        self.scanner.next(close, is_first)
    }
}

impl<'de> SeqAccess<'de> for Access<'_, 'de> {
    type Error = Declined;

    #[inline(always)]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Declined> {
        if self.next(b']')? { seed.deserialize(&mut *self.scanner).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Access<'_, 'de> {
    type Error = Declined;

    #[inline(always)]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Declined> {
        if self.next(b'}')? { seed.deserialize(&mut *self.scanner).map(Some) } else { Ok(None) }
    }

    #[inline(always)]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Declined> {
        self.scanner.colon()?;
        seed.deserialize(&mut *self.scanner)
    }
}
