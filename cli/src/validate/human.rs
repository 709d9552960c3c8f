//! `--format human`: findings as compilers print them, with the piece of the body underlined, what
//! to do, and the ground of the rule.
//!
//! The excerpts show the text of requests. The format text never does.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use convmark::report::{FindingKind, Severity};
use convmark::{Finding, Rule, Warning};

use super::findings::{Judged, place};
use super::format::Printer;
use super::found::Found;
use super::piece::piece;
use crate::recorded::{Format, Place};
use crate::{visible, window};

/// Columns of a path that is shown.
const PATH_COLUMNS: usize = 100;

/// Prints findings to a terminal of a certain width.
pub struct Human {
    renderer: Renderer,
    columns: usize,
}

impl Human {
    pub fn new(is_colored: bool) -> Self {
        let columns = columns();
        let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
        // Excerpts are cut before they are rendered: the renderer would go over a whole body, which
        // may have millions of characters, for each finding in it.
        Self { renderer: renderer.term_width(10 * columns), columns }
    }

    fn group(&self, found: &Found, at: Place, body: &str) -> Group<'static> {
        let finding = &found.finding;
        let level = match finding.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = visible::text(&found.message());
        let title = level.with_name(headline(finding)).primary_title(message);
        let mut group = match piece(finding, body) {
            Some(piece) => title.element(self.excerpt(at, body, piece)),
            None => title.element(Origin::path(at.to_string())),
        };
        if let Some(help) = help(finding) {
            group = group.element(Level::HELP.message(help));
        }
        group.element(Level::NOTE.with_name("ground").message(ground(finding)))
    }

    fn excerpt(
        &self,
        at: Place,
        body: &str,
        piece: Range<usize>,
    ) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
        // An entry has a name, and its number is not that of a line.
        let (line, entry) = match at.format {
            Format::Jsonl => (at.number, None),
            Format::Har => (1, Some(format!("body of {at}"))),
        };
        let margin = line.to_string().len() + " | ".len();
        let window = window::cut(body, piece, self.columns.saturating_sub(margin));
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        Snippet::source(window.text)
            .line_start(line)
            .path(entry)
            .annotation(AnnotationKind::Primary.span(window.piece))
    }
}

impl Printer for Human {
    fn request(&mut self, request: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Judged { place: at, envelope, findings } = *request;
        for found in &findings.kept {
            writeln!(out, "{}\n", self.renderer.render(&[self.group(found, at, &envelope.body)]))?;
        }
        if let Some(more) = findings.more() {
            let more = Level::NOTE.primary_title(format!("{more} about {at}"));
            writeln!(out, "{}\n", self.renderer.render(&[Group::with_title(more)]))?;
        }
        Ok(())
    }
}

/// Severity, rule, code and place.
fn headline(finding: &Finding) -> String {
    let code = finding.code().map(|code| format!(" {code}")).unwrap_or_default();
    let place = place(window::start_of(&finding.path(), PATH_COLUMNS));
    format!("{}[{}]{code}{place}", finding.severity().name(), finding.id())
}

/// What to do, where the message says only what is allowed.
fn help(finding: &Finding) -> Option<String> {
    if let Some(meant) = finding.suggestion() {
        return Some(format!("write `{meant}`"));
    }
    match finding.kind() {
        FindingKind::WrongType { .. } | FindingKind::Id(_) => {
            finding.rule().map(|rule| rule.info().advice.to_string())
        }
        _ => None,
    }
}

/// The ground and the source of the rule.
fn ground(finding: &Finding) -> String {
    let (ground, source) =
        match (finding.rule().map(Rule::info), finding.warning().map(Warning::info)) {
            (Some(info), _) => (info.ground, info.source),
            (None, Some(info)) => (info.ground, info.source),
            (None, None) => return "not documented".to_string(),
        };
    let source = source
        .strip_prefix(ground.label())
        .and_then(|source| source.strip_prefix(": "))
        .unwrap_or(source);
    format!("[{ground}] {source}")
}

/// The columns to fill: those of the variable COLUMNS, or those of the terminal.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let seen =
        || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(100).clamp(40, 200)
}
