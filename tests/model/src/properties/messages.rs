//! No message contains a value from the request.

use crate::compare::findings::shown;
use crate::reference::json::{Kind, parse};
use crate::rewrite::with_strings;
use convmark::report::FindingKind;
use convmark::{Command, Finding, Policy, Report, Validator, Warning};

/// Another text of the same length. Only lower-case letters change, so that topics stay topics and
/// printable texts printable.
pub fn rot13(text: &str) -> String {
    let turn = |letter: char| match letter {
        'a'..='m' => char::from(u8::try_from(letter).unwrap_or(b'?') + 13),
        'n'..='z' => char::from(u8::try_from(letter).unwrap_or(b'?') - 13),
        other => other,
    };
    text.chars().map(turn).collect()
}

/// Messages do not depend on string values: if every value is replaced, the messages are the same.
pub fn messages_ignore_string_values(command: Command, body: &[u8], policy: &Policy) {
    let said = |report: &Report| -> Vec<String> {
        report
            .findings()
            .iter()
            .map(|finding| format!("{finding} {finding:?} {:?}", finding.suggestion()))
            .collect()
    };
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    if report.is_invalid_json() {
        return;
    }
    let Some(other) = with_strings(body, &mut |_, text| Some(rot13(text))) else { return };
    assert_eq!(
        said(&report),
        said(&Validator::new(policy).with_max_findings(usize::MAX).report(command, &other)),
        "{}",
        shown(body)
    );
    let info = |body: &[u8]| {
        Validator::new(policy).decode(command, body).err().map(|refusal| refusal.info())
    };
    assert_eq!(info(body), info(&other), "{}", shown(body));
}

/// No message repeats a number of the request, unless the number is the documented limit or stands
/// in the one member name that the message is about. No message has a control character, and all
/// are shorter than 1000 bytes.
pub fn messages_repeat_no_numbers(command: Command, body: &[u8], policy: &Policy) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    let refusal = Validator::new(policy).decode(command, body).err();
    for message in report
        .findings()
        .iter()
        .map(Finding::message)
        .chain(refusal.iter().map(convmark::Refusal::info))
    {
        assert!(!message.is_empty() && message.len() < 1000, "{} bytes: {message}", message.len());
        assert!(!message.chars().any(is_replaced), "{message:?}");
    }
    let Some(document) = parse(body) else { return };
    let mut messages: Vec<String> = report
        .findings()
        .iter()
        .map(|finding| without_name(finding, without_limit(finding, finding.message())))
        .collect();
    // A refusal is about an error, whose path has documented names only.
    messages.extend(refusal.map(|refusal| without_limit(refusal.finding(), refusal.info())));
    for node in &document.nodes {
        // Shorter numbers may also be counts, limits and places.
        if let Kind::Number(number) = &node.kind {
            if number.len() > 9 {
                for message in &messages {
                    assert!(!message.contains(number), "{number} is in {message}");
                }
            }
        }
    }
}

/// The message without the only documented limit that has so many digits.
fn without_limit(finding: &Finding, message: String) -> String {
    match finding.kind() {
        FindingKind::OutOfRange { maximum: u64::MAX, .. } => {
            message.replacen(&u64::MAX.to_string(), "…", 1)
        }
        _ => message,
    }
}

/// The message without the name of the unknown member, as it is shown: cut at 64 bytes between
/// characters, with characters replaced that a terminal would not just show.
fn without_name(finding: &Finding, message: String) -> String {
    if finding.warning() != Some(Warning::UnknownField) {
        return message;
    }
    let path = finding.path();
    let name = path.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let mut shown = String::new();
    for character in name.chars() {
        if shown.len() + character.len_utf8() > 64 {
            break;
        }
        shown.push(character);
    }
    let cut = if shown.len() < name.len() { "…" } else { "" };
    let shown: String =
        shown.chars().map(|one| if is_replaced(one) { '\u{FFFD}' } else { one }).collect();
    let quoted = format!("`{shown}{cut}`");
    assert!(message.contains(&quoted), "{quoted} is not in {message}");
    message.replacen(&quoted, "``", 1)
}

/// Control characters, and those that turn or hide the text around them or break the line: the soft
/// hyphen, marks and overrides of direction, what has no width, separators of lines and paragraphs.
fn is_replaced(character: char) -> bool {
    const HIDING: [std::ops::RangeInclusive<u32>; 6] = [
        0xAD..=0xAD,
        0x61C..=0x61C,
        0x200B..=0x200F,
        0x2028..=0x202E,
        0x2060..=0x206F,
        0xFEFF..=0xFEFF,
    ];
    character.is_control() || HIDING.iter().any(|range| range.contains(&u32::from(character)))
}
