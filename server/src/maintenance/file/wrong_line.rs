//! What is wrong with a line that is JSON and not of the format. Of the line, only members of the format are named.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::End;

/// What is wrong with a line that is not an object. A name can have half a character, by an escape.
pub const NO_OBJECT: &str = "it must be a JSON object, with names in valid Unicode";

/// All members of the format, and what they are.
const MEMBERS: [(&str, Kind); 9] = [
    ("export", Kind::Format),
    ("user", Kind::Text),
    ("store_version", Kind::Integer),
    ("time", Kind::Integer),
    ("account", Kind::Any),
    ("damaged", Kind::Text),
    ("unlisted", Kind::Text),
    ("place", Kind::Text),
    ("end", Kind::End),
];

/// What a member is.
#[derive(Clone, Copy)]
enum Kind {
    Format,
    Integer,
    Text,
    End,
    Any,
}

impl Kind {
    fn fits(self, value: &RawValue) -> bool {
        match self {
            Self::Format => serde_json::from_str::<u32>(value.get()).is_ok(),
            Self::Integer => is::<u64>(value),
            Self::Text => is::<String>(value),
            Self::End => is::<End>(value),
            Self::Any => true,
        }
    }

    const fn allowed(self) -> &'static str {
        match self {
            Self::Format => "1",
            Self::Integer => "an integer from 0 to 18446744073709551615",
            Self::Text => "a string",
            Self::End => {
                "an object with accounts, damaged and, if there are any, unlisted, all of them integers from 0 to \
                 18446744073709551615, and sha256, a string"
            }
            Self::Any => "JSON",
        }
    }
}

/// Whether it is of that type. `null` stands for a member that is absent.
fn is<'v, T: Deserialize<'v>>(value: &'v RawValue) -> bool {
    serde_json::from_str::<Option<T>>(value.get()).is_ok()
}

/// The first member that is wrong. `column` is where that was noticed, counted from 1.
pub fn explain(line: &[u8], column: usize) -> String {
    let Ok(Members(members)) = serde_json::from_slice(line) else {
        return NO_OBJECT.to_owned();
    };
    let has = |name: &str| members.iter().any(|(other, _)| other == name);
    if has("answer") && (has("command") || has("url")) {
        return "it is a recorded call with its answer, not a line of an export; `convmark import` makes a file of accounts from \
                recorded pages of get_contact_group"
            .to_owned();
    }
    for (place, (name, value)) in members.iter().enumerate() {
        let Some((name, kind)) = MEMBERS.iter().find(|(known, _)| known == name) else {
            let allowed = MEMBERS.map(|(name, _)| name).join(", ");
            return format!("it has an unknown member at column {column}; allowed: {allowed}");
        };
        if members.iter().take(place).any(|(before, _)| before == name) {
            return format!("it has the member `{name}` twice");
        }
        if !kind.fits(value) {
            return format!("the member `{name}` must be {}", kind.allowed());
        }
    }
    if has("export") {
        // Not known to happen.
        return format!("a member is wrong at column {column}");
    }
    "it lacks the member `export`".to_owned()
}

/// The members of an object, in order.
struct Members<'v>(Vec<(String, &'v RawValue)>);

impl<'v> Deserialize<'v> for Members<'v> {
    fn deserialize<D: Deserializer<'v>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

struct Collect;

impl<'v> Visitor<'v> for Collect {
    type Value = Members<'v>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'v>>(self, mut map: A) -> Result<Members<'v>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
