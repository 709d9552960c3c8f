//! The sentences of findings: what is wrong, what is allowed, what to do.

use core::fmt::{self, Write as _};

use super::finding::{Finding, Judgment, Note};
use crate::rule::{Rule, Warning};

/// Most bytes of a member name in a message.
const MAX_NAME_BYTES: usize = 64;

pub(super) fn write(finding: &Finding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let field = finding.path.last_field().unwrap_or("the body");
    match finding.note {
        Note::Explained => explain(finding, f),
        Note::Syntax { line, column, ends } => {
            let what = if ends { "the text ends before the value is complete" } else { "the text cannot be read" };
            write!(
                f,
                "the body is not valid JSON: {what} at line {line}, column {column}; send one JSON object and nothing after it"
            )
        }
        Note::Utf8 { offset } => write!(f, "the body is not valid UTF-8 from byte {offset} on (counted from 0); send UTF-8"),
        Note::Surrogate { offset } => write!(
            f,
            "in the value that starts at byte {offset} (counted from 0), a string or a member name has a \\u escape of half a surrogate pair; escape both halves or send the character itself"
        ),
        Note::Type { expected, found } => write!(f, "must be {}, but is {found}", expected.sentence()),
        Note::Missing { expected } => {
            let or_empty = if expected.empty_is_absent() { ", null or empty" } else { " or null" };
            write!(f, "required, but absent{or_empty}; send {}", expected.sentence())
        }
        Note::Range { min, max } if min == max => write!(f, "must be {min}"),
        Note::Range { min, max } => write!(f, "must be an integer from {min} to {max}"),
        Note::Id(error) => write!(f, "{error}; check {field}"),
        Note::Bytes { found, max } => {
            write!(
                f,
                "is {found} bytes long in UTF-8, at most {max} are allowed; a character can take up to 4 bytes, so shorten by bytes"
            )
        }
        Note::Count { found: 0, max: 1, .. } => write!(f, "is empty; send exactly 1 element"),
        Note::Count { found: 0, max, .. } => {
            write!(f, "is empty; 1 to {max} elements are allowed: name what the request is about, or do not send it")
        }
        Note::Count { found, min: 0, max } => {
            write!(f, "has {found} elements, the maximum is {max}; send the rest in requests of update_contact_group")
        }
        Note::Count { found, max: 1, .. } => {
            write!(f, "has {found} elements, exactly 1 is allowed; send one request for each")
        }
        Note::Count { found, min, max } => {
            write!(f, "has {found} elements, {min} to {max} are allowed; split into several requests")
        }
        Note::Unknown(suggestions) => {
            let name = finding.member.as_deref().unwrap_or_default();
            f.write_str("no documented field of this object is called `")?;
            write_name(name, f)?;
            f.write_str("`; it is ignored")?;
            match suggestions.nearest(name) {
                Some(meant) => write!(f, ". Did you mean `{meant}`?"),
                None => {
                    f.write_str(". Documented are ")?;
                    for (place, known) in suggestions.names.iter().enumerate() {
                        let comma = if place == 0 { "" } else { ", " };
                        write!(f, "{comma}`{known}`")?;
                    }
                    Ok(())
                }
            }
        }
        Note::Selector(selector, value) => write!(f, "is not used when {selector} is {value} and is ignored; leave it out"),
        Note::Parameter(_, sentence) => {
            let what = match finding.rule() {
                Some(Rule::MissingParameter) => "absent or empty",
                Some(Rule::DuplicateParameter) => "given more than once",
                _ => "malformed",
            };
            write!(f, "{what}; {sentence}")
        }
    }
}

fn explain(finding: &Finding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (explanation, advice) = match finding.judgment {
        Judgment::Error(rule, _) => (rule.info().explanation, rule.info().advice),
        Judgment::Warning(warning) => (warning.info().explanation, warning.info().advice),
    };
    debug_assert!(!matches!(finding.judgment, Judgment::Error(Rule::InvalidJson, _) | Judgment::Warning(Warning::UnknownField)));
    write!(f, "{explanation} {advice}")
}

/// A name from the request, cut.
fn write_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut room = MAX_NAME_BYTES;
    for character in name.chars() {
        match room.checked_sub(character.len_utf8()) {
            Some(left) => room = left,
            None => return f.write_char('…'),
        }
        write_printable(character, f)?;
    }
    Ok(())
}

/// A character from the request, unless it could break a terminal or a log line.
pub(super) fn write_printable(character: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let unprintable = character.is_control()
        // What turns or hides the text around it, or breaks its line.
        || matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    f.write_char(if unprintable { '\u{FFFD}' } else { character })
}
