//! `--format github`: workflow commands, which GitHub Actions shows as annotations of the input
//! file.

use std::io::{self, Write};

use convmark::Finding;

use super::findings::{Judged, place};
use super::format::Printer;
use crate::input::{self, Source};
use crate::recorded::{Format, Place};
use crate::visible;

pub struct GitHub {
    /// `file=..,`, or nothing for standard input.
    file: String,
}

impl GitHub {
    pub fn new(source: &Source) -> Self {
        let file = source.file().map(|_| format!("file={},", property(&source.name())));
        Self { file: file.unwrap_or_default() }
    }

    fn annotate(
        &self,
        level: &str,
        place: Place,
        title: &str,
        text: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (file, title, text) = (&self.file, property(title), data(text));
        // An entry of a HAR file has no line.
        let line = match place.format {
            Format::Jsonl => format!("line={},", place.number),
            Format::Har => String::new(),
        };
        writeln!(out, "::{level} {file}{line}title={title}::{place}{text}")
    }
}

impl Printer for GitHub {
    fn request(&mut self, request: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Judged { place: at, findings, .. } = *request;
        for found in &findings.kept {
            let finding = &found.finding;
            let text = visible::text(&format!("{}: {}", place(finding.path()), found.message()));
            self.annotate(finding.severity().name(), at, &title(finding), &text, out)?;
        }
        match findings.more() {
            Some(more) => self.annotate("notice", at, "more", &format!(": {more}"), out),
            None => Ok(()),
        }
    }

    /// As JSON, as in the other formats of lines, and as an annotation.
    fn not_a_request(&mut self, line: u64, error: &str, out: &mut dyn Write) -> io::Result<()> {
        input::print_error(line, error, out)?;
        self.annotate("error", Place::line(line), "not a request", &format!(": {error}"), out)
    }
}

fn title(finding: &Finding) -> String {
    match finding.code() {
        Some(code) => format!("{} ({code})", finding.id()),
        None => finding.id().to_string(),
    }
}

/// A text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
