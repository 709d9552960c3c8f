//! `validate`: prints the errors of requests, and the warnings about them.

mod human;

use std::io::{self, IsTerminal, Write};

use clap::{Args, ValueEnum};
use convmark::Report;
use serde::Serialize;

use crate::failure::Failure;
use crate::plural::count;
use crate::{color, engine, input, policy};

/// Judge the URL, if there is one, and the body of each request
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    input: input::Source,
    /// How to print the findings: text is one line for each and a last line with the totals,
    /// without values of the requests; human underlines the piece of the body and says what to do;
    /// json is one object per request [default: human on a terminal and with --color always, else
    /// text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    color: color::Choice,
    #[command(flatten)]
    policy: policy::Settings,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Human,
    Json,
}

/// The findings about one request as JSON.
#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    #[serde(flatten)]
    report: &'a Report,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (_, policy) = options.policy.choose()?;
    let format = options.format.unwrap_or_else(|| default_format(&options.color));
    let human = human::Printer::new(options.color.is_on());
    let mut totals = Totals::default();
    let all_are_requests = options.input.read(out, |line, envelope, out| {
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(error) => return input::print_error(line, error, out),
        };
        let report = engine::judge(envelope, &policy);
        totals.add(&report);
        match format {
            Format::Json => input::print_json(&Line { line, report: &report }, out),
            Format::Text => print_text(line, &report, out),
            Format::Human => human.print(&report, line, &envelope.body, out),
        }
    })?;
    if format != Format::Json {
        writeln!(out, "{totals}")?;
    }
    Ok(match (all_are_requests, totals.errors) {
        (false, _) => 2,
        (true, 0) => 0,
        (true, _) => 1,
    })
}

fn default_format(color: &color::Choice) -> Format {
    if color.is_forced() || io::stdout().is_terminal() { Format::Human } else { Format::Text }
}

fn print_text(line: u64, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings() {
        writeln!(out, "line {line}: {finding}")?;
    }
    if report.more() > 0 {
        writeln!(out, "line {line}: {}", count(report.more() as u64, "more finding"))?;
    }
    Ok(())
}

#[derive(Default)]
struct Totals {
    requests: u64,
    errors: u64,
    warnings: u64,
    /// Findings beyond the maximum of a report.
    more: u64,
}

impl Totals {
    fn add(&mut self, report: &Report) {
        self.requests += 1;
        self.errors += report.errors().count() as u64;
        self.warnings += report.warnings().count() as u64;
        self.more += report.more() as u64;
    }
}

/// `2 requests: 1 error, 0 warnings`
impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let requests = count(self.requests, "request");
        let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
        write!(f, "{requests}: {errors}, {warnings}")?;
        if self.more > 0 {
            write!(f, ", {}", count(self.more, "more finding"))?;
        }
        Ok(())
    }
}
