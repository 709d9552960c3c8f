//! Reads texts without copying them where the format allows.

use alloc::borrow::Cow;
use core::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, Visitor};

/// Reads a string, borrowed from the text unless it has escapes.
pub(crate) struct TextSeed;

impl<'b> DeserializeSeed<'b> for TextSeed {
    type Value = Cow<'b, str>;

    #[inline]
    fn deserialize<D: Deserializer<'b>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'b> Visitor<'b> for TextSeed {
    type Value = Cow<'b, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_borrowed_str<E: de::Error>(self, text: &'b str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.into()))
    }
}
