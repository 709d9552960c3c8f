//! The sentences of findings: what is wrong, what is allowed, what to do.

use core::fmt::{self, Write as _};

use super::finding::{Finding, Judgment};
use super::kind::{Absence, FindingKind};
use super::path::Step;
use super::suggest::FieldNames;
use crate::rule::{Rule, Warning};

/// The maximum length, in bytes, of a member name in a message.
const MAX_NAME_BYTES: usize = 64;

pub(super) fn write(finding: &Finding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let subject = Subject(finding);
    match finding.kind {
        FindingKind::Rule => write_rule(finding, f),
        FindingKind::Syntax { line, column, at_end } => {
            let what = if at_end {
                "the text ends before the value is complete"
            } else {
                "the text cannot be read"
            };
            write!(
                f,
                "the body is not valid JSON: {what} at line {line}, column {column}; send one JSON object and nothing after it"
            )
        }
        FindingKind::ByteOrderMark => f.write_str(
            "the body is not valid JSON: it begins with a byte order mark (U+FEFF); send the same text in UTF-8 without it",
        ),
        FindingKind::Utf8 { offset } => {
            write!(
                f,
                "the body is not valid UTF-8 from byte {offset} on (counted from 0); send UTF-8"
            )
        }
        FindingKind::Surrogate { offset } => write!(
            f,
            "in the value that starts at byte {offset} (counted from 0), a string or a member name has a \\u escape of half a surrogate pair; escape both halves or send the character itself"
        ),
        FindingKind::Missing { found, .. } if subject.is_element() => {
            write!(f, "{subject} must not be {found}")
        }
        FindingKind::Missing { expected, found: found @ Absence::EmptyString } => {
            write!(f, "{subject} is required but is {found}; send {expected} that is not empty")
        }
        FindingKind::Missing { expected, found } => {
            write!(f, "{subject} is required but is {found}; send {expected}")
        }
        FindingKind::WrongType { expected, found } => {
            write!(f, "{subject} must be {expected} but is {found}")
        }
        FindingKind::OutOfRange { minimum, maximum } if minimum == maximum => {
            write!(f, "{subject} must be {minimum}")
        }
        FindingKind::OutOfRange { minimum, maximum } if maximum.checked_sub(minimum) == Some(1) => {
            write!(f, "{subject} must be {minimum} or {maximum}")
        }
        FindingKind::OutOfRange { minimum, maximum } => {
            write!(f, "{subject} must be an integer from {minimum} to {maximum}")
        }
        FindingKind::MarkIndexZero { maximum } => write!(
            f,
            "{subject} must be an integer from 1 to {maximum}: marks count from 1 as documented; web SDKs count from 0, for them set `mark_base` to 0"
        ),
        FindingKind::Id(error) => write!(f, "{subject} is not a valid ID: {error}"),
        FindingKind::TooLong { found_bytes, maximum_bytes } => {
            let bytes = if found_bytes == 1 { "byte" } else { "bytes" };
            write!(f, "{subject} has {found_bytes} {bytes} in UTF-8, ")?;
            f.write_str(match finding.warning() {
                Some(_) => "older SDKs accept ",
                None => "the maximum is ",
            })?;
            write!(f, "{maximum_bytes}; a character can take up to 4 bytes, so shorten by bytes")
        }
        FindingKind::Count { found, minimum, maximum, advice } => {
            write_count(subject, (found, minimum, maximum), advice, f)
        }
        FindingKind::UnknownField(names) => {
            write_unknown(finding.member.as_deref().unwrap_or_default(), names, f)
        }
        FindingKind::Unused { selector, value } => {
            write!(
                f,
                "{subject} is not used when `{selector}` is {value} and is ignored; leave it out"
            )
        }
        FindingKind::NoEffect { reason } => write!(f, "{subject} changes nothing: {reason}"),
        FindingKind::Parameter { name, absence, allowed } => {
            let allowed = allowed.strip_prefix(name).unwrap_or(allowed);
            write!(f, "`{name}` is ")?;
            match (absence, finding.rule()) {
                (Some(absence), _) => write!(f, "{absence}")?,
                (None, Some(Rule::DuplicateParameter)) => f.write_str("given more than once")?,
                (None, _) => f.write_str("malformed")?,
            }
            write!(f, "; it{allowed}")
        }
    }
}

/// What a finding is about: a field, an element of an array, or the body.
#[derive(Clone, Copy)]
struct Subject<'f>(&'f Finding);

impl Subject<'_> {
    fn is_element(self) -> bool {
        matches!(self.0.path.last(), Some(Step::Index(_)))
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.path.last_field() {
            Some(field) if self.is_element() => write!(f, "an element of `{field}`"),
            Some(field) => write!(f, "`{field}`"),
            None => f.write_str("the body"),
        }
    }
}

fn write_count(
    subject: Subject<'_>,
    (found, minimum, maximum): (usize, u32, u32),
    advice: &str,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match (found, minimum, maximum) {
        (0, _, 1) => return write!(f, "{subject} is empty; send exactly 1 element"),
        (0, _, _) => {
            return write!(f, "{subject} is empty; send {minimum} to {maximum} elements");
        }
        (_, 0, _) => write!(f, "{subject} has {found} elements, the maximum is {maximum}")?,
        (_, _, 1) => write!(f, "{subject} has {found} elements, exactly 1 is allowed")?,
        _ => write!(f, "{subject} has {found} elements, {minimum} to {maximum} are allowed")?,
    }
    write!(f, "; {advice}")
}

fn write_unknown(name: &str, names: FieldNames, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("no documented field of this object is called `")?;
    write_name(name, f)?;
    f.write_str("`; it is ignored")?;
    if let Some(meant) = names.nearest(name) {
        return write!(f, ". Did you mean `{meant}`?");
    }
    f.write_str(". Documented are ")?;
    for (place, known) in names.documented.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        write!(f, "{comma}`{known}`")?;
    }
    Ok(())
}

/// What there is to say of a rule or warning without more facts.
fn write_rule(finding: &Finding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let subject = Subject(finding);
    match finding.judgment {
        Judgment::Error(Rule::DuplicateField, _) => {
            write!(f, "{subject} occurs more than once in one object; send it once")
        }
        Judgment::Error(rule, _) => write_sentences(rule.info().explanation, rule.info().advice, f),
        Judgment::Warning(Warning::SetAndClear) => write!(
            f,
            "{subject} has a mark that `ClearMark` has as well, and it ends up set; name each mark in one of the two"
        ),
        Judgment::Warning(Warning::RepeatedConversation) => write!(
            f,
            "{subject} names a conversation that an earlier element names as well; name each conversation once"
        ),
        Judgment::Warning(Warning::InternalMarkBit) => write!(
            f,
            "{subject} is a mark that is internal to Chat, one of the 5th to the 32nd; use the 33rd to the 64th for marks of your own"
        ),
        Judgment::Warning(
            warning @ (Warning::UnknownField
            | Warning::IrrelevantId
            | Warning::IgnoredField
            | Warning::NoEffect
            | Warning::LongGroupName),
        ) => write_sentences(warning.info().explanation, warning.info().advice, f),
    }
}

/// The texts of a rule in the style of the other messages: no capital at the start, the advice
/// after a semicolon, no full stop.
fn write_sentences(explanation: &str, advice: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_lower(explanation, f)?;
    f.write_str("; ")?;
    write_lower(advice, f)
}

fn write_lower(sentence: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sentence = sentence.strip_suffix('.').unwrap_or(sentence);
    let mut characters = sentence.chars();
    if let Some(first) = characters.next() {
        f.write_char(first.to_ascii_lowercase())?;
    }
    f.write_str(characters.as_str())
}

/// A name from the request, cut to [`MAX_NAME_BYTES`].
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

/// A character from the request; a replacement for one that could break a terminal or a log line.
pub(super) fn write_printable(character: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let unprintable = character.is_control()
        // Characters that turn or hide the text around them, or break the line.
        || matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    f.write_char(if unprintable { '\u{FFFD}' } else { character })
}
