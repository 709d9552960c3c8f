//! A JSON value that keeps the order of its members, with any features of serde_json.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

pub enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// JSON text, printed as it is.
    Raw(Box<RawValue>),
}

impl Json {
    /// Adds a member at the end.
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        if let Self::Object(members) = &mut self {
            members.push((name.to_string(), value.into()));
        }
        self
    }

    /// Adds a member at the end, if there is a value for it.
    pub fn with_some(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// An object with these members, in this order.
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::json::Json::Object(vec![$(($name.to_string(), $crate::json::Json::from($value))),*])
    };
}
pub(crate) use object;

pub fn array<T: Into<Json>>(values: impl IntoIterator<Item = T>) -> Json {
    Json::Array(values.into_iter().map(Into::into).collect())
}

macro_rules! from {
    ($($Type:ty => $make:expr),+ $(,)?) => {
        $(impl From<$Type> for Json {
            fn from(value: $Type) -> Self {
                $make(value)
            }
        })+
    };
}

from! {
    bool => Json::Bool,
    u64 => Json::Number,
    u32 => |value| Json::Number(u64::from(value)),
    u8 => |value| Json::Number(u64::from(value)),
    usize => |value| Json::Number(value as u64),
    &str => |value: &str| Json::Text(value.to_string()),
    String => Json::Text,
    Vec<Json> => Json::Array,
    Vec<(String, Json)> => Json::Object,
    Box<RawValue> => Json::Raw,
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_u64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Raw(text) => text.serialize(serializer),
        }
    }
}
