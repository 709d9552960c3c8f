//! JSON for the tests: member order, repeated members and the spelling of numbers are kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One value, with the text it was read from.
#[derive(Clone, Debug)]
pub struct Json {
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
    pub fn parse(text: &str) -> Self {
        Self::try_parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn try_parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        let raw = raw.get();
        let kind = match raw.as_bytes()[0] {
            b'{' => {
                let members: Members = serde_json::from_str(raw)?;
                let read = |(name, value): (String, Box<RawValue>)| Ok((name, Self::try_parse(value.get())?));
                Kind::Object(members.0.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?)
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

    pub fn members(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    pub fn elements(&self) -> &[Self] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The first member of that name, `null` or not.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// As `member`, with `null` as absent.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.member(name).filter(|value| value.raw != "null")
    }

    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<u64> {
        self.raw.parse().ok()
    }

    pub fn truth(&self) -> Option<bool> {
        self.raw.parse().ok()
    }

    /// The value at a JSON Pointer. A repeated member name means the first.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        let Some((before, last)) = pointer.rsplit_once('/') else { return Some(self) };
        let parent = self.at(before)?;
        let step = last.replace("~1", "/").replace("~0", "~");
        match &parent.kind {
            Kind::Array(elements) => elements.get(step.parse::<usize>().ok()?),
            _ => parent.member(&step),
        }
    }

    /// Where this differs from an expectation in which `"*"` stands for any text that is not empty.
    pub fn difference(&self, expected: &Self, at: &str) -> Option<String> {
        let different = || Some(format!("at {at:?}: {} instead of {}", self.raw, expected.raw));
        match (&expected.kind, &self.kind) {
            (Kind::Text(star), Kind::Text(text)) if star == "*" => text.is_empty().then(different)?,
            (Kind::Text(expected), Kind::Text(text)) => (expected != text).then(different)?,
            (Kind::Array(expected), Kind::Array(found)) => {
                if expected.len() != found.len() {
                    return different();
                }
                let pairs = expected.iter().zip(found).enumerate();
                pairs.into_iter().find_map(|(index, (expected, found))| found.difference(expected, &format!("{at}/{index}")))
            }
            (Kind::Object(expected), Kind::Object(found)) => {
                let names = |members: &[(String, Self)]| members.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
                if names(expected) != names(found) {
                    return different();
                }
                let pairs = expected.iter().zip(found);
                pairs.into_iter().find_map(|((name, expected), (_, found))| found.difference(expected, &format!("{at}/{name}")))
            }
            (Kind::Other, Kind::Other) => (expected.raw != self.raw).then(different)?,
            _ => different(),
        }
    }
}

/// Asserts that an answer is as expected, key order included; `"*"` stands for any text that is not empty.
#[track_caller]
pub fn assert_json(found: &str, expected: &str) {
    if let Some(difference) = Json::parse(found).difference(&Json::parse(expected), "") {
        panic!("{difference}\nfound    {found}\nexpected {expected}");
    }
}

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[test]
fn differences_are_seen() {
    let differs = |found: &str, expected: &str| Json::parse(found).difference(&Json::parse(expected), "").is_some();
    assert!(!differs(r#"{"a":[1,"x"],"b":null}"#, r#"{ "a" : [1, "*"], "b":null}"#));
    for (found, expected) in [
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
        ("[1]", "[1,1]"),
        ("[1]", "[1.0]"),
        (r#""""#, r#""*""#),
        ("1", r#""*""#),
        (r#""x""#, r#""y""#),
        ("true", "false"),
        ("null", "0"),
        ("[]", "{}"),
    ] {
        assert!(differs(found, expected), "{found} {expected}");
    }
}

#[test]
fn pointers_are_followed() {
    let json = Json::parse(r#"{"a":[{"b/c":1,"d~e":2}],"":3}"#);
    let raw = |pointer: &str| json.at(pointer).map(|value| value.raw.clone());
    assert_eq!(raw("/a/0/b~1c").as_deref(), Some("1"));
    assert_eq!(raw("/a/0/d~0e").as_deref(), Some("2"));
    assert_eq!(raw("/").as_deref(), Some("3"));
    assert_eq!(raw("/a/1"), None);
    assert_eq!(raw("").as_deref(), Some(json.raw.as_str()));
}
