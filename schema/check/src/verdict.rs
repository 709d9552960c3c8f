//! The verdicts of schema and crate on a body, and the differences that `schema/README.md` lists.

use convmark::{Command, Finding, Rule, Validator};
use serde_json::Value;

use crate::Document;

/// A listed kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The schema accepts a text that has too many bytes, but not too many characters.
    Bytes,
    /// The schema accepts a repeated member, because its reader keeps one of them.
    Repeated,
    /// The schema accepts an integer with a fraction or an exponent, or `-0`.
    Spelling,
    /// The schema's reader refuses a part of the body that the crate skips.
    Reader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    BothAccept,
    BothReject,
    Differ(Class),
}

/// The verdict of both. Fails if they differ in a way that is not listed.
pub fn compare(document: &Document, command: Command, body: &str) -> Result<Verdict, String> {
    let report = Validator::new(&document.policy).report(command, body.as_bytes());
    let value: Value = match serde_json::from_str(body) {
        Ok(value) => value,
        Err(_) if !report.is_valid() => return Ok(Verdict::BothReject),
        Err(error) if is_reader(&error) => return Ok(Verdict::Differ(Class::Reader)),
        Err(error) => return Err(format!("only the crate accepts, as the reader says: {error}")),
    };
    match (document.accepts_request(command, &value), report.is_valid()) {
        (true, true) => Ok(Verdict::BothAccept),
        (false, false) => Ok(Verdict::BothReject),
        (false, true) => Err("only the crate accepts".into()),
        (true, false) => {
            // If a member is repeated, the schema and the crate judge different occurrences.
            if report.errors().any(|finding| finding.rule() == Some(Rule::DuplicateField)) {
                return Ok(Verdict::Differ(Class::Repeated));
            }
            let mut classes = Vec::new();
            for finding in report.errors() {
                classes.push(
                    class(finding, body)
                        .ok_or_else(|| format!("only the schema accepts: {finding}"))?,
                );
            }
            Ok(Verdict::Differ(classes[0]))
        }
    }
}

/// Whether the reader failed on half a surrogate pair or on a number beyond a double, which the
/// crate skips if unused.
fn is_reader(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    ["surrogate", "hex escape", "number out of range"].iter().any(|part| text.contains(part))
}

fn class(finding: &Finding, body: &str) -> Option<Class> {
    let piece = &body[finding.span()?];
    match finding.rule()? {
        Rule::GroupNameTooLong | Rule::CustomMarkTooLong => {
            (!piece.is_ascii()).then_some(Class::Bytes)
        }
        Rule::WrongType => {
            let number = piece.starts_with(|first: char| first == '-' || first.is_ascii_digit());
            (number && (piece == "-0" || piece.contains(['.', 'e', 'E'])))
                .then_some(Class::Spelling)
        }
        _ => None,
    }
}
