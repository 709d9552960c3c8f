//! The members of a JSON object that has a fixed set of them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::names;
use crate::plural::count;

/// What errors call a line.
const THE_LINE: &str = "the line";

/// The error about a line of a HAR file.
const HAR: &str = "the line has the member `log`: it is of a HAR file, which `compare`, `import` and `validate` read as a whole";

/// The members of one object, each at most once and each one of those allowed.
pub struct Members<'a> {
    /// What errors call the object: `the line`, or the name of a member.
    whose: &'static str,
    text: &'a str,
    members: Vec<(Text<'a>, &'a RawValue)>,
}

impl<'a> Members<'a> {
    /// Reads a line of the input that may have these members and no others.
    pub fn of_line(line: &'a [u8], allowed: &[&str]) -> Result<Self, String> {
        let line = std::str::from_utf8(line.trim_ascii_end()).map_err(|error| {
            format!(
                "not valid UTF-8 after {}: a line must be JSON in UTF-8",
                count(error.valid_up_to() as u64, "byte")
            )
        })?;
        Self::read(line, THE_LINE, allowed)
    }

    /// Reads an object that may have these members and no others.
    pub fn read(text: &'a str, whose: &'static str, allowed: &[&str]) -> Result<Self, String> {
        if !text.trim_ascii_start().starts_with('{') {
            if whose == THE_LINE && text.trim_ascii_start().starts_with("\"log\"") {
                return Err(HAR.to_string());
            }
            return Err(format!(
                "{whose} must be a JSON object; its members are {}",
                names::list(allowed.iter().copied())
            ));
        }
        let mut json = serde_json::Deserializer::from_str(text.trim_ascii());
        let members = json.deserialize_map(Collect { enough: allowed.len() + 1 });
        let members = members
            .and_then(|members| json.end().map(|()| members))
            .map_err(|error| not_json(whose, &error))?;
        for (place, (name, _)) in members.iter().enumerate() {
            if !allowed.contains(&name.0.as_ref()) {
                return Err(unknown(&name.0, whose, allowed));
            }
            if members[..place].iter().any(|(before, _)| before.0 == name.0) {
                return Err(format!(
                    "{whose} has the member `{}` more than once; it may occur once",
                    name.0
                ));
            }
        }
        Ok(Self { whose, text, members })
    }

    /// The text of the object. That of a line begins where the line does.
    pub fn source(&self) -> &'a str {
        self.text
    }

    /// The value of that member, `null` included.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(known, _)| known.0 == name).map(|(_, value)| *value)
    }

    /// The value of that member. `null` is absent.
    pub fn present(&self, name: &str) -> Option<&'a RawValue> {
        self.get(name).filter(|value| value.get() != "null")
    }

    pub fn integer(&self, name: &str) -> Result<Option<u64>, String> {
        let value = self.present(name).map(|value| value.get().parse());
        value
            .transpose()
            .map_err(|_| self.wrong(name, &format!("an integer from 0 to {}", u64::MAX)))
    }

    pub fn boolean(&self, name: &str) -> Result<Option<bool>, String> {
        let value = self.present(name).map(|value| value.get().parse());
        value.transpose().map_err(|_| self.wrong(name, "true or false"))
    }

    /// The text of a string, borrowed unless it has escapes.
    pub fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>, String> {
        let text = self.present(name).map(|value| read_text(value, "a string"));
        text.transpose().map_err(|allowed| self.wrong(name, allowed))
    }

    /// The texts of an array of strings; none if it is absent.
    pub fn texts(&self, name: &str) -> Result<Vec<Cow<'a, str>>, String> {
        let Some(value) = self.present(name) else { return Ok(Vec::new()) };
        let allowed = "an array of strings";
        let elements: Vec<&RawValue> =
            serde_json::from_str(value.get()).map_err(|_| self.wrong(name, allowed))?;
        let texts = elements.into_iter().map(|element| read_text(element, allowed));
        texts.collect::<Result<_, _>>().map_err(|allowed| self.wrong(name, allowed))
    }

    /// The error about a member that has another value than those allowed.
    pub fn wrong(&self, name: &str, allowed: &str) -> String {
        format!("the member `{name}` of {} must be {allowed}", self.whose)
    }
}

const WHOLE_PAIRS: &str = "a string in which each surrogate escape has its other half";

/// Reads a string. The error says what is allowed: `wanted`, unless it is a string.
fn read_text<'a>(value: &'a RawValue, wanted: &'static str) -> Result<Cow<'a, str>, &'static str> {
    let text = serde_json::from_str(value.get()).map(|Text(text)| text);
    let is_string = value.get().starts_with('"');
    text.map_err(|_| if is_string { WHOLE_PAIRS } else { wanted })
}

/// The error about a member that is not one of those allowed.
fn unknown(name: &str, whose: &str, allowed: &[&str]) -> String {
    let of_a_request = whose == THE_LINE && !allowed.contains(&"answer");
    match name {
        "answer" | "answer_raw" if of_a_request => format!(
            "the line has the member `{name}`: it is an exchange of a recording, which `compare` and `validate --from recording` read"
        ),
        "log" if of_a_request => HAR.to_string(),
        _ => names::unknown("member", name, &format!(" of {whose}"), allowed.iter().copied()),
    }
}

/// Where and why a text is not JSON.
fn not_json(whose: &str, error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("{whose} is not valid JSON: it ends before the value is complete");
    }
    // The rest of the message names a line, which is always the first.
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default();
    format!("{whose} is not valid JSON at byte {} (counted from 1): {reason}", error.column())
}

/// Collects the members of an object until there are enough of them, and checks the syntax of the
/// rest.
struct Collect {
    enough: usize,
}

impl<'de> Visitor<'de> for Collect {
    type Value = Vec<(Text<'de>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while members.len() < self.enough {
            match map.next_entry()? {
                Some(member) => members.push(member),
                None => return Ok(members),
            }
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(members)
    }
}

/// A string, borrowed unless it has escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
