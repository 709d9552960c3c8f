//! `compare --redact`: a recording without IDs, names, custom marks and UserSigs.
//!
//! What is left is what differences are found by: the redacted recording compares as the original.

mod json;
mod kind;
mod number;
mod text;
mod url;

use std::borrow::Cow;
use std::io::{self, Write};

use serde::de::IgnoredAny;

use crate::envelope::Target;
use crate::failure::Failure;
use crate::plural::count;
use crate::recorded::{Exchange, Recorded, Recording};
use text::Texts;

/// Writes the recording as JSON Lines, each exchange at the number that it had. Returns the exit
/// status.
pub fn run(recording: &Recording, out: &mut dyn Write) -> Result<u8, Failure> {
    let texts = Texts::new();
    let (mut redacted, mut left_out, mut wrong) = (0, 0, 0);
    let mut next = 1;
    // Nothing is written of what cannot be read to its end.
    let mut input = recording.seekable()?;
    recording.read_from(&mut input, &mut |_, _| Ok(()))?;
    recording.rewind(&mut input)?;
    recording.read_from(&mut input, &mut |place, recorded| {
        match recorded {
            Recorded::Exchange(exchange) if exchange.is_of_another_service() => {}
            Recorded::Exchange(exchange) => match line(&exchange, &texts) {
                Some(line) => {
                    // What is left out is an empty line, which is counted and skipped.
                    for _ in next..place.number {
                        out.write_all(b"\n")?;
                    }
                    next = place.number + 1;
                    writeln!(out, "{line}")?;
                    redacted += 1;
                }
                None => left_out += 1,
            },
            Recorded::NotPost(_) | Recorded::Foreign(_) => {}
            Recorded::Wrong(problem) => {
                wrong += 1;
                say(&format!("{place}: left out: {problem}"));
            }
        }
        Ok(())
    })?;
    out.flush()?;
    let left_out = match left_out {
        0 => String::new(),
        left_out => format!("; {left_out} left out, as the body is not JSON"),
    };
    say(&format!("{} redacted{left_out}", count(redacted, "exchange")));
    Ok(if wrong == 0 { 0 } else { 2 })
}

fn say(text: &str) {
    // There is no other place to report that standard error is closed.
    let _ = writeln!(io::stderr(), "convmark: {text}");
}

/// The line of an exchange, if its body is JSON.
fn line(exchange: &Exchange<'_>, texts: &Texts) -> Option<String> {
    let request = &exchange.request;
    serde_json::from_str::<IgnoredAny>(&request.body).ok()?;
    let mut line = match &request.target {
        Target::Command(command) => format!("{{\"command\":\"{command}\""),
        Target::Url(url) => format!("{{\"url\":{}", quoted(&url::redacted(url, texts))),
    };
    if request.now != 0 {
        line += &format!(",\"now\":{}", request.now);
    }
    if request.now_ms != request.now.saturating_mul(1000) {
        line += &format!(",\"now_ms\":{}", request.now_ms);
    }
    if let Some(code) = request.answer_with {
        line += &format!(",\"answer_with\":{}", code.code);
    }
    let members = [
        ("facts", exchange.facts),
        ("body", Some(&*request.body)),
        ("answer", exchange.answer.as_deref()),
    ];
    for (name, value) in members {
        let Some(value) = value else { continue };
        line += &format!(",\"{name}\":");
        json::redact(&on_one_line(value), texts, &mut line);
    }
    if exchange.answer.is_none() {
        // That there was an answer, and that it was not JSON, matters for what comes after it.
        line += r#","answer_raw":"redacted""#;
    }
    line.push('}');
    Some(line)
}

/// Line breaks can only be between the tokens of JSON.
fn on_one_line(json: &str) -> Cow<'_, str> {
    match json.contains(['\n', '\r']) {
        true => Cow::Owned(json.replace(['\n', '\r'], " ")),
        false => Cow::Borrowed(json),
    }
}

/// The text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("texts can be written")
}
