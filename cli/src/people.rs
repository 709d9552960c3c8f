//! Findings as compilers print them: what, where, the offending piece underlined, why, what to do.
//!
//! The excerpts show the request's own text to whoever runs the tool on it; the plain format never does.

use std::io::{self, Write};
use std::ops::Range;

use convmark::{Finding, Report, Rule, Severity, Warning};

use crate::excerpt::{self, Excerpt};
use crate::paint::{Paint, Role};
use crate::width::shown_text;

/// Most columns of a path.
const PATH_COLUMNS: usize = 120;

/// Prints all findings about the request of that input line, with this body.
pub fn print(report: &Report, line: u64, body: &str, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings() {
        print_one(finding, line, body, paint, out)?;
    }
    if report.more() > 0 {
        writeln!(out, "{} about line {line}\n", paint.text(Role::Strong, &format!("{} more findings", report.more())))?;
    }
    Ok(())
}

fn print_one(finding: &Finding, line: u64, body: &str, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let role = match finding.severity() {
        Severity::Error => Role::Error,
        Severity::Warning => Role::Warning,
    };
    let head = format!("{}[{}]", finding.severity().name(), finding.id());
    let code = finding.code().map(|code| format!(" {code}")).unwrap_or_default();
    let message = shown_text(&finding.message());
    writeln!(out, "{}{}", paint.text(role, &head), paint.text(Role::Strong, &format!("{code}: {message}")))?;

    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let bar = |left: &str| paint.text(Role::Frame, &format!("{left} |"));
    writeln!(out, "{margin}{} line {line}{}", paint.text(Role::Frame, "-->"), place(finding))?;
    if let Some(piece) = piece(finding, body) {
        let Excerpt { before, piece, after, indent, columns } = excerpt::cut(body, piece, columns());
        let marks = paint.text(role, &"^".repeat(columns));
        writeln!(out, "{}", bar(&margin))?;
        writeln!(out, "{} {before}{}{after}", bar(&number), paint.text(role, &piece))?;
        writeln!(out, "{} {}{marks}", bar(&margin), " ".repeat(indent))?;
    }
    let note =
        |name: &str, text: &str| format!("{margin} {} {}: {text}", paint.text(Role::Frame, "="), paint.text(Role::Strong, name));
    if let Some(help) = help(finding, &message) {
        writeln!(out, "{}", note("help", &help))?;
    }
    let (ground, source) = match (finding.rule().map(Rule::info), finding.warning().map(Warning::info)) {
        (Some(info), _) => (info.ground, info.source),
        (None, Some(info)) => (info.ground, info.source),
        (None, None) => return writeln!(out),
    };
    let source = source.strip_prefix(ground.label()).and_then(|source| source.strip_prefix(": ")).unwrap_or(source);
    writeln!(out, "{}\n", note("ground", &format!("[{ground}] {source}")))
}

/// Where the finding is, besides its line.
fn place(finding: &Finding) -> String {
    let path = finding.path();
    let shown = excerpt::cut(&path, 0..path.len(), PATH_COLUMNS * 3 / 2).piece;
    if path.is_empty() {
        String::new()
    } else if path.starts_with('?') {
        format!(", URL at {shown}")
    } else {
        format!(", {shown}")
    }
}

/// The piece of the body to underline.
fn piece(finding: &Finding, body: &str) -> Option<Range<usize>> {
    match finding.span() {
        Some(span) if finding.warning() == Some(Warning::UnknownField) => Some(name_before(body, span.start).unwrap_or(span)),
        Some(span) => Some(span),
        None if finding.rule() == Some(Rule::InvalidJson) => broken_at(body),
        None => None,
    }
}

/// The name of the member whose value starts there.
fn name_before(body: &str, value: usize) -> Option<Range<usize>> {
    let name = body.get(..value)?.trim_ascii_end().strip_suffix(':')?.trim_ascii_end();
    let inner = name.strip_suffix('"')?;
    let is_open = |place: &usize| inner[..*place].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
    let start = inner.rmatch_indices('"').map(|(place, _)| place).find(is_open)?;
    Some(start..name.len())
}

/// Where the body stops being JSON. Skipping a value is no recursion, so that depth is no error.
fn broken_at(body: &str) -> Option<Range<usize>> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(body).err()?;
    let line: usize = body.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let place = line + error.column().saturating_sub(1);
    if error.is_eof() || place >= body.len() {
        return Some(body.len()..body.len());
    }
    let start = (0..=place).rev().find(|place| body.is_char_boundary(*place))?;
    let length = body[start..].chars().next()?.len_utf8();
    Some(start..start + length)
}

/// What to do, unless the message says it already.
fn help(finding: &Finding, message: &str) -> Option<String> {
    if let Some(meant) = finding.suggestion() {
        return Some(format!("write `{meant}`"));
    }
    let advice = match (finding.rule(), finding.warning()) {
        (Some(rule), _) => rule.info().advice,
        (None, Some(warning)) => warning.info().advice,
        (None, None) => return None,
    };
    (!message.contains(advice)).then(|| advice.to_string())
}

/// The columns for an excerpt: those of the terminal, if the environment tells, less the margin.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    told.unwrap_or(100).clamp(40, 200) - 10
}
