//! Judges a body without applying it.

use convmark::{Command, Policy, Report, Validator};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::refused::Refused;

/// What is to be judged: with exactly one of `body` and `raw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    command: String,
    /// The body. `null` is one like any other.
    #[serde(default, deserialize_with = "present")]
    body: Option<Box<RawValue>>,
    /// The text of a body that may be no JSON.
    raw: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl Question {
    /// What is found in the body.
    ///
    /// # Errors
    ///
    /// What is wrong with the question.
    pub fn judge(&self, policy: &Policy) -> Result<Report, Refused> {
        let command: Command = self.command.parse().map_err(|unknown: convmark::UnknownName| {
            Refused::bad("/command", &format!("must be one of {}", unknown.allowed().join(", ")))
        })?;
        let text = match (&self.body, &self.raw) {
            (Some(body), None) => body.get(),
            (None, Some(raw)) => raw,
            _ => {
                let problem = "must have exactly one of the members body (JSON) and raw (a string with the text of a body)";
                return Err(Refused::bad("", problem));
            }
        };
        Ok(Validator::new(policy).report(command, text.as_bytes()))
    }
}
