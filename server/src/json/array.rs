//! The elements of an array.

use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Json, Kind, WrongJson};

impl<'b> Json<'b> {
    /// Gives each element to a function, one after another. `allowed` says in words what the array
    /// is.
    ///
    /// # Errors
    ///
    /// If it is not an array, or the function's first one.
    pub fn each(
        &self,
        allowed: &str,
        mut take: impl FnMut(Self) -> Result<(), WrongJson>,
    ) -> Result<(), WrongJson> {
        if self.kind() != Kind::Array {
            return Err(self.must_be(allowed));
        }
        let mut problem = None;
        let elements = Elements(|number: usize, text| {
            problem = take(self.inside(number, text)).err();
            problem.is_none()
        });
        // It is valid so far, and nothing in it is looked at here.
        let _ = serde_json::Deserializer::from_str(self.text()).deserialize_seq(elements);
        problem.map_or(Ok(()), Err)
    }
}

/// Gives each element to a function until that says false.
struct Elements<F>(F);

impl<'b, F: FnMut(usize, &'b RawValue) -> bool> Visitor<'b> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'b>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let mut number = 0_usize;
        while let Some(text) = elements.next_element()? {
            if !(self.0)(number, text) {
                return Err(A::Error::custom("stopped"));
            }
            number = number.saturating_add(1);
        }
        Ok(())
    }
}
