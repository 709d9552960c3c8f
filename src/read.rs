//! Reads texts without copying them where the format allows.

pub(crate) mod tuple;

use alloc::borrow::Cow;
use alloc::string::String;
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

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

/// Reads a string of any length, borrowed if the format lends it, in formats that are not for people.
pub(crate) struct LongTextSeed;

impl<'b> DeserializeSeed<'b> for LongTextSeed {
    type Value = Cow<'b, str>;

    #[inline]
    fn deserialize<D: Deserializer<'b>>(self, reader: D) -> Result<Self::Value, D::Error> {
        // Some formats lend only so much for `deserialize_str` as fits their buffer, and fail beyond.
        reader.deserialize_string(TextSeed)
    }
}

/// Reads the name of a member, and gives what the function makes of it.
pub(crate) struct NameSeed<F>(pub(crate) F);

impl<'b, T, F: Fn(&str) -> T> DeserializeSeed<'b> for NameSeed<F> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'b>>(self, reader: D) -> Result<T, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<T, F: Fn(&str) -> T> Visitor<'_> for NameSeed<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, name: &str) -> Result<T, E> {
        Ok((self.0)(name))
    }
}

/// For visitors of objects and arrays in stored data: any other value is refused, and the error
/// does not quote it, as serde's would.
macro_rules! refuse_scalars {
    () => {
        refuse_scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str, visit_bytes: &[u8]);

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("another type"), &self))
        }
    };
    ($($visit:ident: $Type:ty),+) => {
        $(fn $visit<E: serde::de::Error>(self, _: $Type) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("another type"), &self))
        })+
    };
}

pub(crate) use refuse_scalars;

/// For visitors whose errors are never shown, so that they need no text.
macro_rules! unexplained {
    () => {
        fn expecting(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            Ok(())
        }
    };
}

pub(crate) use unexplained;
