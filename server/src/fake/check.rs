//! Judges a body without applying it.

use convmark::{Policy, Report, Validator};

use super::refused::Refused;
use super::rule::command;
use crate::json::Json;

/// What is found in the body of a question: an object with `command` and exactly one of `body` (JSON)
/// and `raw` (the text of a body that may not be JSON).
///
/// # Errors
///
/// What is wrong with the question.
pub fn judge(question: &Json<'_>, policy: &Policy) -> Result<Report, Refused> {
    let [name, body, raw] = question.object(["command", "body", "raw"])?;
    let command = command(&name.ok_or_else(|| question.lacks("command"))?)?;
    let mut validator = Validator::new(policy);
    match (body, raw) {
        (Some(body), None) => Ok(validator.report(command, body.text().as_bytes())),
        (None, Some(raw)) => {
            let raw = raw.string("a string with the text of a body")?;
            Ok(validator.report(command, raw.as_bytes()))
        }
        _ => {
            let problem = "must have exactly one of the members body (JSON) and raw (a string with the text of a body)";
            Err(question.wrong(problem).into())
        }
    }
}
