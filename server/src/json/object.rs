//! The members of an object.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Json, Kind, WrongJson};
use crate::similar::similar;

/// The most characters of an unknown name that are shown.
const SHOWN_CHARACTERS: usize = 64;

impl<'b> Json<'b> {
    /// The members with these names, each at most once, in the order of `allowed`.
    ///
    /// # Errors
    ///
    /// If it is not an object, or has an unknown member, or one twice.
    pub fn object<const N: usize>(
        &self,
        allowed: [&str; N],
    ) -> Result<[Option<Self>; N], WrongJson> {
        if self.kind() != Kind::Object {
            return Err(self.must_be("an object"));
        }
        let mut found = [const { None }; N];
        let mut problem = None;
        let members = Members(|name: &str, text| {
            let place = allowed.iter().position(|known| *known == name);
            let Some(slot) = place.and_then(|place| found.get_mut(place)) else {
                problem = Some(self.unknown(name, &allowed));
                return false;
            };
            if slot.replace(self.inside(name, text)).is_some() {
                problem = Some(self.wrong(format_args!("has the member `{name}` twice")));
            }
            problem.is_none()
        });
        let read = serde_json::Deserializer::from_str(self.text()).deserialize_map(members);
        match problem {
            Some(problem) => Err(problem),
            // It is valid so far: only a name can have half a character.
            None => read.map(|()| found).map_err(|_| {
                self.wrong("has a member whose name is not a text; \\ud800 to \\udfff are allowed in pairs only")
            }),
        }
    }

    /// The error of an object that lacks a member.
    pub fn lacks(&self, member: &str) -> WrongJson {
        self.wrong(format_args!("lacks the member `{member}`"))
    }

    fn unknown(&self, name: &str, allowed: &[&str]) -> WrongJson {
        let meant = similar(name, allowed.iter().copied());
        let meant = meant.map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        let shown: String = name.chars().take(SHOWN_CHARACTERS).collect();
        let more = if shown.len() < name.len() { ".." } else { "" };
        let shown = shown.replace('~', "~0").replace('/', "~1");
        let allowed = allowed.join(", ");
        self.wrong_at(
            &format!("/{shown}{more}"),
            format_args!("is an unknown member; {meant}allowed: {allowed}"),
        )
    }
}

/// Gives each member to a function until that says false.
struct Members<F>(F);

impl<'b, F: FnMut(&str, &'b RawValue) -> bool> Visitor<'b> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'b>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if !(self.0)(&name, map.next_value()?) {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
