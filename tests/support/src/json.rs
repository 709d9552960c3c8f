//! A JSON reader for tests that keeps the order of members, repeated members and the text of
//! numbers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One value with its text.
#[derive(Clone, Debug)]
pub struct Json {
    /// Its text.
    pub raw: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Text(String),
    Other,
}

struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl Json {
    /// Reads a text.
    ///
    /// # Panics
    ///
    /// If it is not JSON.
    pub fn parse(text: &str) -> Self {
        Self::try_parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn try_parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        let raw = raw.get();
        let kind = match raw.as_bytes()[0] {
            b'{' => {
                let members: Members = serde_json::from_str(raw)?;
                let read = |(name, value): (String, Box<RawValue>)| {
                    Ok((name, Self::try_parse(value.get())?))
                };
                Kind::Object(
                    members.0.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?,
                )
            }
            b'[' => {
                let elements: Vec<Box<RawValue>> = serde_json::from_str(raw)?;
                let read = |value: Box<RawValue>| Self::try_parse(value.get());
                Kind::Array(elements.into_iter().map(read).collect::<Result<_, _>>()?)
            }
            b'"' => Kind::Text(serde_json::from_str(raw)?),
            _ => Kind::Other,
        };
        Ok(Self { raw: raw.into(), kind })
    }

    /// The members of an object, otherwise nothing.
    pub fn members(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array, otherwise nothing.
    pub fn elements(&self) -> &[Self] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The first member of that name, also if it is `null`.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The first member of that name, unless it is `null`.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.member(name).filter(|value| value.raw != "null")
    }

    /// The content of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an unsigned integer.
    pub fn number(&self) -> Option<u64> {
        self.raw.parse().ok()
    }

    /// The value of `true` or `false`.
    pub fn truth(&self) -> Option<bool> {
        self.raw.parse().ok()
    }

    /// The value at a JSON Pointer. Of repeated members it is the first.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        let Some((before, last)) = pointer.rsplit_once('/') else { return Some(self) };
        let parent = self.at(before)?;
        let step = last.replace("~1", "/").replace("~0", "~");
        match &parent.kind {
            Kind::Array(elements) => elements.get(step.parse::<usize>().ok()?),
            _ => parent.member(&step),
        }
    }

    /// The first difference from an expected value, in which `"*"` stands for any string that is
    /// not empty.
    pub fn difference(&self, expected: &Self, at: &str) -> Option<String> {
        let different = || Some(format!("at {at:?}: {} instead of {}", self.raw, expected.raw));
        match (&expected.kind, &self.kind) {
            (Kind::Text(star), Kind::Text(text)) if star == "*" => {
                text.is_empty().then(different)?
            }
            (Kind::Text(expected), Kind::Text(text)) => (expected != text).then(different)?,
            (Kind::Array(expected), Kind::Array(found)) => {
                if expected.len() != found.len() {
                    return different();
                }
                let pairs = expected.iter().zip(found).enumerate();
                pairs.into_iter().find_map(|(index, (expected, found))| {
                    found.difference(expected, &format!("{at}/{index}"))
                })
            }
            (Kind::Object(expected), Kind::Object(found)) => {
                let names = |members: &[(String, Self)]| {
                    members.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
                };
                if names(expected) != names(found) {
                    return different();
                }
                let pairs = expected.iter().zip(found);
                pairs.into_iter().find_map(|((name, expected), (_, found))| {
                    found.difference(expected, &format!("{at}/{name}"))
                })
            }
            (Kind::Other, Kind::Other) => (expected.raw != self.raw).then(different)?,
            _ => different(),
        }
    }
}

/// Asserts that a text is the expected JSON with members in the same order. `"*"` stands for any
/// string that is not empty.
///
/// # Panics
///
/// If it is not.
#[track_caller]
pub fn assert_json(found: &str, expected: &str) {
    if let Some(difference) = Json::parse(found).difference(&Json::parse(expected), "") {
        panic!("{difference}\nfound    {found}\nexpected {expected}");
    }
}

/// A text as a JSON string.
///
/// # Panics
///
/// Never, because every text can be written.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
