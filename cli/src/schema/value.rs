//! Kinds of values that requests and answers have in common.
//!
//! Each has a `type`, and one allowed value is an `enum` of one: generators make no type of a bare
//! `const`.

use crate::json::{Json, array, object};

/// `{"$ref":..}` to a component.
pub fn reference(kind: &str, name: &str) -> Json {
    object! { "$ref": format!("#/components/{kind}/{name}") }
}

/// `{"$ref":..}` to a schema.
pub fn schema(name: &str) -> Json {
    reference("schemas", name)
}

/// One of these schemas.
pub fn one_of<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Json {
    let schemas: Vec<_> = names.into_iter().map(|name| schema(name.as_ref())).collect();
    object! { "oneOf": schemas }
}

pub fn integer(min: u64, max: u64) -> Json {
    let integer = object! { "type": "integer", "minimum": min, "maximum": max };
    let needs_64_bits = i32::try_from(max).is_err() && i64::try_from(max).is_ok();
    integer.with_some("format", needs_64_bits.then_some("int64"))
}

/// An integer from `min` on, which may need 64 bits.
pub fn counter(min: u64) -> Json {
    object! { "type": "integer", "minimum": min, "format": "int64" }
}

/// One of these integers.
pub fn integers(values: impl IntoIterator<Item = u64>) -> Json {
    object! { "type": "integer", "enum": array(values) }
}

/// Exactly this string.
pub fn literal(text: &str) -> Json {
    object! { "type": "string", "enum": array([text]) }
}

/// The empty string.
pub fn empty() -> Json {
    object! { "type": "string", "maxLength": 0_u32 }
}

/// A string that is not empty.
pub fn text() -> Json {
    object! { "type": "string", "minLength": 1_u32 }
}

pub fn list(items: Json) -> Json {
    object! { "type": "array", "items": items }
}

pub fn described(schema: Json, about: &str) -> Json {
    schema.with("description", about)
}
