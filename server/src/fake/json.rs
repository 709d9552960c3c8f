//! Reads the bodies of what tests ask for.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::refused::Refused;

/// Reads a body.
///
/// # Errors
///
/// What is wrong, at which JSON Pointer, and what is allowed. Names of members are shown, values are
/// not.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        refused(&pointer, error.inner())
    })?;
    json.end().map_err(|error| refused("", &error))?;
    Ok(value)
}

/// What is read from an object only: serde takes an array for a structure too.
#[derive(Clone, Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

fn refused(pointer: &str, error: &serde_json::Error) -> Refused {
    match error.classify() {
        Category::Eof => Refused::bad("", "is not complete: it ends before the JSON value does"),
        Category::Syntax | Category::Io => Refused::bad("", &format!("is not valid JSON: {error}")),
        Category::Data => Refused::bad(pointer, &without_values(&error.to_string())),
    }
}

/// What is wrong with a value, without the value and without the place in the text.
fn without_values(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let other = || format!("is not as it should be: {message}");
    if let Some(rest) = message.strip_prefix("invalid value: ") {
        let expected = rest.rsplit_once(", expected ").map(|(_, expected)| plain(expected));
        return expected.map_or_else(other, |expected| format!("must be {expected}"));
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let expected = rest.rsplit_once(", expected ").map_or("another value", |(_, names)| names);
        return format!("must be {expected}");
    }
    let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return other();
    };
    let found = match found.split(['"', '`']).next().unwrap_or_default().trim() {
        "integer" => "an integer",
        "floating point" => "a number with a fraction or an exponent",
        "string" => "a string",
        "boolean" => "true or false",
        "map" => "an object",
        "sequence" => "an array",
        other => other,
    };
    format!("must be {}, but is {found}", plain(expected))
}

fn plain(expected: &str) -> &str {
    match expected {
        "u64" => "an integer from 0 to 18446744073709551615",
        "i64" => "an integer from -9223372036854775808 to 9223372036854775807",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "an array",
        other => other,
    }
}

/// The JSON Pointer of a place.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    pointer
}
