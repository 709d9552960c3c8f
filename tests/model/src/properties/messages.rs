//! No message contains a value from the request.

use crate::compare::findings::shown;
use crate::reference::json::{Kind, parse};
use crate::rewrite::with_strings;
use convmark::{Command, Policy, Report, Validator};

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

/// No message repeats a number of the request, unless the number is a documented limit or part of a
/// member's name. No message has a control character, and all are shorter than 1000 bytes.
pub fn messages_repeat_no_numbers(command: Command, body: &[u8], policy: &Policy) {
    let report = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    let mut messages: Vec<String> =
        report.findings().iter().map(convmark::Finding::message).collect();
    messages
        .extend(Validator::new(policy).decode(command, body).err().map(|refusal| refusal.info()));
    for message in &messages {
        assert!(!message.is_empty() && message.len() < 1000, "{} bytes: {message}", message.len());
        assert!(!message.chars().any(char::is_control), "{message:?}");
    }
    let Some(document) = parse(body) else { return };
    let in_a_name = |number: &str| {
        document.nodes.iter().any(|node| match &node.kind {
            Kind::Object(members) => members.iter().any(|(name, _)| name.text.contains(number)),
            _ => false,
        })
    };
    for node in &document.nodes {
        // Shorter numbers may also be counts and limits.
        if let Kind::Number(number) = &node.kind {
            if number.len() > 9
                && !["18446744073709551615", "9223372036854775807"].contains(&number.as_str())
            {
                let said = messages.iter().any(|message| message.contains(number));
                assert!(!said || in_a_name(number), "a message contains {number}");
            }
        }
    }
}
