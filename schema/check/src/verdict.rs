//! What both sides say about a body, and whether a difference is one of those that `schema/README.md` lists.

use convmark::{Command, Finding, Rule};
use serde_json::Value;

use crate::Document;

/// A listed kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The schema accepts; the text has too many bytes, in few enough characters.
    Bytes,
    /// The schema accepts; a documented member is repeated, and a reader keeps one.
    Repeated,
    /// The schema accepts; an integer is spelled with a fraction or an exponent, or is `-0`.
    Spelling,
    /// The schema cannot be asked: its reader refuses what the crate skips.
    Reader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    BothAccept,
    BothReject,
    Differ(Class),
}

/// Both sides' verdict; an error for a difference that is not listed.
pub fn compare(document: &Document, command: Command, body: &str) -> Result<Verdict, String> {
    let report = convmark::report(command, body.as_bytes(), &document.policy);
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
            // Where a member is repeated the sides look at different occurrences.
            if report.errors().any(|finding| finding.rule() == Some(Rule::DuplicateField)) {
                return Ok(Verdict::Differ(Class::Repeated));
            }
            let mut classes = Vec::new();
            for finding in report.errors() {
                classes.push(class(finding, body).ok_or_else(|| format!("only the schema accepts: {finding}"))?);
            }
            Ok(Verdict::Differ(classes[0]))
        }
    }
}

/// Half surrogate pairs and numbers beyond a double, in what the crate skips.
fn is_reader(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    ["surrogate", "hex escape", "number out of range"].iter().any(|part| text.contains(part))
}

fn class(finding: &Finding, body: &str) -> Option<Class> {
    let piece = &body[finding.span()?];
    match finding.rule()? {
        Rule::GroupNameTooLong | Rule::CustomMarkTooLong => (!piece.is_ascii()).then_some(Class::Bytes),
        Rule::WrongType => {
            let number = piece.starts_with(|first: char| first == '-' || first.is_ascii_digit());
            (number && (piece == "-0" || piece.contains(['.', 'e', 'E']))).then_some(Class::Spelling)
        }
        _ => None,
    }
}
