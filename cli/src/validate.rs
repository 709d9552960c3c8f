//! `validate`: prints what is wrong or odd with requests.

use std::io::{self, IsTerminal, Write};

use convmark::Report;
use serde::Serialize;

use crate::envelope::Envelope;
use crate::lines;
use crate::options::{Color, Format, Options};
use crate::paint::Paint;
use crate::people;

/// One request's findings as JSON.
#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Default)]
struct Totals {
    requests: u64,
    errors: u64,
    warnings: u64,
    more: u64,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> io::Result<u8> {
    let mut totals = Totals::default();
    let format = format(options);
    let paint = Paint::of(options);
    let unreadable = lines::read(options, out, |line, envelope, out| {
        let report = judge(envelope, options);
        totals.count(&report);
        match format {
            Format::Json => lines::print_json(&Line { line, report: &report }, out),
            Format::Text => print(line, &report, out),
            Format::People => people::print(&report, line, &envelope.body, paint, out),
        }
    })?;
    if format != Format::Json {
        let Totals { requests, errors, warnings, more } = totals;
        write!(out, "{requests} requests: {errors} errors, {warnings} warnings")?;
        writeln!(out, "{}", if more > 0 { format!(", {more} more findings") } else { String::new() })?;
    }
    Ok(match (unreadable, totals.errors) {
        (true, _) => 2,
        (false, 0) => 0,
        (false, _) => 1,
    })
}

/// The format asked for, or the one that suits the output.
fn format(options: &Options) -> Format {
    let for_people = options.color == Color::Always || io::stdout().is_terminal();
    options.format.unwrap_or(if for_people { Format::People } else { Format::Text })
}

/// The plain format: one line a finding.
fn print(line: u64, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings() {
        writeln!(out, "line {line}: {finding}")?;
    }
    if report.more() > 0 {
        writeln!(out, "line {line}: {} more findings", report.more())?;
    }
    Ok(())
}

/// The URL's first error, if there is one, and what the body draws if the command is known.
fn judge(envelope: &Envelope<'_>, options: &Options) -> Report {
    let report = |command| convmark::report(command, envelope.body.as_bytes(), &options.policy);
    match envelope.command() {
        Ok(command) => report(command),
        Err(refusal) => refusal.command().map(report).unwrap_or_default().with_first(refusal.into_finding()),
    }
}

impl Totals {
    fn count(&mut self, report: &Report) {
        self.requests += 1;
        self.errors += report.errors().count() as u64;
        self.warnings += report.warnings().count() as u64;
        self.more += report.more() as u64;
    }
}
