//! `validate`: prints the errors of requests, and the warnings about them.

mod findings;
mod format;
mod found;
mod github;
mod human;
mod junit;
mod piece;
mod region;
mod sarif;
mod totals;
mod url;

use std::io::{self, IsTerminal, Write};

use clap::{Args, ValueEnum};
use convmark::{Policy, Warning};

use crate::envelope::{Envelope, Target};
use crate::failure::Failure;
use crate::one_of::one_of;
use crate::recorded::{self, Exchange, Foreign, NotPost, Place, Recorded};
use crate::{color, input, names, policy};
use findings::{Findings, Judged};
use format::{Format, Printer};
use totals::Totals;

/// Judge the URL, if there is one, and the body of each request
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    input: input::Source,
    /// The format of the input: jsonl, har for what the network tools of browsers and proxies save,
    /// or recording for what compare reads, without its answers. Of a HAR file, calls of other
    /// services are skipped and counted, as with --skip-other-services [default: jsonl, or har if the first bytes are those of it]
    #[arg(long, value_name = "FORMAT", value_enum)]
    from: Option<From>,
    /// How to print the findings: text is one line for each and a last line with the totals,
    /// without values of the requests; human underlines the piece of the body and says what to do;
    /// json is one object per line. For CI: github makes annotations; junit has one test case per
    /// line, which fails if it has an error; sarif is SARIF 2.1.0. These two are printed at the end
    /// and hold the lines that are not requests [default: human on a terminal and with --color
    /// always, else text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Let warnings set the exit status as errors do
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Denied>,
    /// Neither print nor count this warning. May be given several times
    #[arg(long, value_name = "RULE", value_parser = one_of(Warning::ALL, Warning::id))]
    allow: Vec<Warning>,
    /// Skip and count the requests whose URL is of another service, or of get_list or delete, which
    /// are commands of this service that are not modeled, for a recording of a whole client. Without
    /// this they are errors. A misspelled path of this service is one in any case
    #[arg(long)]
    skip_other_services: bool,
    #[command(flatten)]
    color: color::Choice,
    #[command(flatten)]
    policy: policy::Settings,
}

/// How requests are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    Jsonl,
    Har,
    Recording,
}

/// What may be denied.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Denied {
    Warnings,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (_, policy) = options.policy.choose()?;
    let format = options.format.unwrap_or_else(|| default_format(&options.color));
    let mut run = Run {
        options,
        policy,
        printer: format.printer(&options.input, options.color.is_on()),
        totals: Totals::default(),
    };
    let source = &options.input;
    let text = source.text(source.open()?)?;
    let mut entry = |place, recorded: Recorded<'_>| Ok(run.recorded(place, recorded, out)?);
    match options.from {
        Some(From::Recording) if !text.is_har => {
            recorded::read_lines(source, text.input, &mut entry)?;
        }
        Some(From::Har | From::Recording) => recorded::read_har(source, text.input, &mut entry)?,
        None if text.is_har => recorded::read_har(source, text.input, &mut entry)?,
        None | Some(From::Jsonl) => {
            source.read_lines(text, out, |line, envelope, out| run.line(line, envelope, out))?;
        }
    }
    let Run { mut printer, totals, .. } = run;
    if let (0, 0, Some(skipped)) = (totals.requests, totals.not_requests, totals.skipped()) {
        let name = options.input.name();
        let which = match totals.not_modeled {
            0 => "this service",
            _ => "a modeled command",
        };
        return Err(Failure::Refused(format!(
            "{name}: there is no request of {which} in it: {skipped}"
        )));
    }
    let denied = if options.deny.is_some() { totals.warnings } else { 0 };
    let status = match (totals.not_requests, totals.errors + denied) {
        (1.., _) => 2,
        (0, 0) => 0,
        (0, _) => 1,
    };
    printer.end(&totals, status, out)?;
    Ok(status)
}

/// What is done with each line or entry.
struct Run<'o> {
    options: &'o Options,
    policy: Policy,
    printer: Box<dyn Printer>,
    totals: Totals,
}

impl Run<'_> {
    fn line(
        &mut self,
        line: u64,
        envelope: Result<&Envelope<'_>, &str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match envelope {
            Ok(envelope) => self.judge(Place::line(line), envelope, None, out),
            Err(error) => self.not_a_request(line, error, out),
        }
    }

    fn recorded(
        &mut self,
        place: Place,
        recorded: Recorded<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match recorded {
            Recorded::Exchange(Exchange { request, .. }) => match place.format {
                recorded::Format::Jsonl => self.judge(place, &request, None, out),
                recorded::Format::Har => {
                    let is_empty = request.body.is_empty();
                    self.judge(place, &request, is_empty.then_some("It has no body"), out)
                }
            },
            Recorded::NotPost(NotPost { method, request }) => {
                let problem = format!("Its method is {}", names::shown(&method));
                self.judge(place, &request, Some(&problem), out)
            }
            Recorded::Foreign(foreign) => self.skip(place, foreign, out),
            Recorded::Wrong(problem) => self.not_a_request(place.number, &problem, out),
        }
    }

    /// Why a request is not judged, if it is not.
    fn foreign(&self, place: Place, target: &Target<'_>) -> Option<Foreign> {
        let skips = self.options.skip_other_services || place.format == recorded::Format::Har;
        match target {
            Target::Url(url) if skips => Foreign::of(url),
            _ => None,
        }
    }

    /// Judges a request, unless it is skipped.
    fn judge(
        &mut self,
        place: Place,
        envelope: &Envelope<'_>,
        bad_http: Option<&str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if let Some(foreign) = self.foreign(place, &envelope.target) {
            return self.skip(place, foreign, out);
        }
        let findings = Findings::of(envelope, bad_http, &self.policy, &self.options.allow);
        self.totals.add(&findings);
        self.printer.request(&Judged { place, envelope, findings: &findings }, out)
    }

    fn not_a_request(&mut self, line: u64, error: &str, out: &mut dyn Write) -> io::Result<()> {
        self.totals.add_not_a_request(line);
        self.printer.not_a_request(line, error, out)
    }

    fn skip(&mut self, place: Place, foreign: Foreign, out: &mut dyn Write) -> io::Result<()> {
        self.totals.skip(foreign);
        self.printer.skipped(place, foreign, out)
    }
}

fn default_format(color: &color::Choice) -> Format {
    if color.is_forced() || io::stdout().is_terminal() { Format::Human } else { Format::Text }
}
