//! `--format junit`: JUnit XML with one test case for each line, printed at the end.

use std::fmt::Write as _;
use std::io::{self, Write};

use convmark::report::Severity;

use super::findings::Judged;
use super::format::Printer;
use super::totals::Totals;
use crate::input::Source;
use crate::recorded::{Foreign, Place};
use crate::visible;

pub struct JUnit {
    source: String,
    cases: String,
    tests: u64,
    /// Requests with an error.
    failures: u64,
    /// Lines that are not requests.
    errors: u64,
}

impl JUnit {
    pub fn new(source: &Source) -> Self {
        Self { source: xml(&source.name()), cases: String::new(), tests: 0, failures: 0, errors: 0 }
    }

    /// Adds a test case with this content.
    fn case(&mut self, place: Place, content: &str) {
        self.tests += 1;
        let start = format!(r#"    <testcase classname="{}" name="{place}""#, self.source);
        self.cases += &match content {
            "" => format!("{start}/>\n"),
            content => format!("{start}>\n{content}    </testcase>\n"),
        };
    }
}

impl Printer for JUnit {
    fn request(&mut self, request: &Judged<'_>, _: &mut dyn Write) -> io::Result<()> {
        let Judged { place, findings, .. } = *request;
        let mut lines = String::new();
        for found in &findings.kept {
            let _ = writeln!(lines, "{}", xml(&found.to_string()));
        }
        if let Some(more) = findings.more() {
            let _ = writeln!(lines, "{more}");
        }
        let first = findings.kept.first();
        let content = match first.filter(|found| found.finding.severity() == Severity::Error) {
            Some(error) => {
                self.failures += 1;
                let (rule, message) = (error.finding.id(), xml(&error.message()));
                format!(
                    "      <failure type=\"{rule}\" message=\"{message}\">\n{lines}</failure>\n"
                )
            }
            None if lines.is_empty() => String::new(),
            None => format!("      <system-out>\n{lines}</system-out>\n"),
        };
        self.case(place, &content);
        Ok(())
    }

    fn not_a_request(&mut self, line: u64, error: &str, _: &mut dyn Write) -> io::Result<()> {
        self.errors += 1;
        let error = xml(error);
        // The text as the content too: some readers show nothing else.
        self.case(
            Place::line(line),
            &format!(
                "      <error type=\"not-a-request\" message=\"{error}\">\n{error}\n</error>\n"
            ),
        );
        Ok(())
    }

    fn skipped(&mut self, place: Place, foreign: Foreign, _: &mut dyn Write) -> io::Result<()> {
        self.case(place, &format!("      <skipped message=\"{}\"/>\n", foreign.what()));
        Ok(())
    }

    fn end(&mut self, totals: &Totals, _: u8, out: &mut dyn Write) -> io::Result<()> {
        let Self { source, cases, tests, failures, errors } = self;
        let skipped = match totals.skipped_count() {
            0 => String::new(),
            skipped => format!(r#" skipped="{skipped}""#),
        };
        let counts = format!(r#"tests="{tests}" failures="{failures}" errors="{errors}""#);
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"convmark validate\" {counts}>\n  \
             <testsuite name=\"{source}\" {counts}{skipped}>\n\
             {cases}  </testsuite>\n\
             </testsuites>\n"
        )
    }
}

/// A text in an element or in an attribute. Characters that XML does not allow are made visible.
fn xml(text: &str) -> String {
    let text = visible::text(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}
