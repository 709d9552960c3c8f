//! The formats that findings are printed in.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::findings::{Findings, Judged};
use super::totals::Totals;
use super::{github, human, junit, sarif};
use crate::input::{self, Source};
use crate::recorded::{Foreign, Place};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Human,
    Json,
    #[value(name = "github")]
    GitHub,
    #[value(name = "junit")]
    JUnit,
    Sarif,
}

/// Prints what was found, line by line or at the end.
pub trait Printer {
    /// Takes a request with the findings about it.
    fn request(&mut self, request: &Judged<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Takes what is wrong with a line that is not a request.
    fn not_a_request(&mut self, line: u64, error: &str, out: &mut dyn Write) -> io::Result<()> {
        input::print_error(line, error, out)
    }

    /// Takes what is not judged.
    fn skipped(&mut self, _: Place, _: Foreign, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Ends, after the last line, with the exit status.
    fn end(&mut self, totals: &Totals, _status: u8, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{totals}")
    }
}

impl Format {
    pub fn printer(self, source: &Source, is_colored: bool) -> Box<dyn Printer> {
        match self {
            Self::Text => Box::new(Text),
            Self::Human => Box::new(human::Human::new(is_colored)),
            Self::Json => Box::new(Json),
            Self::GitHub => Box::new(github::GitHub::new(source)),
            Self::JUnit => Box::new(junit::JUnit::new(source)),
            Self::Sarif => Box::new(sarif::Sarif::new(source)),
        }
    }
}

struct Text;

impl Printer for Text {
    fn request(&mut self, request: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Judged { place, findings, .. } = *request;
        for found in &findings.kept {
            writeln!(out, "{place}: {found}")?;
        }
        if let Some(more) = findings.more() {
            writeln!(out, "{place}: {more}")?;
        }
        Ok(())
    }
}

struct Json;

impl Printer for Json {
    fn request(&mut self, request: &Judged<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Judged { place, findings, .. } = *request;
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            place: Place,
            #[serde(flatten)]
            findings: &'a Findings,
        }
        input::print_json(&Line { place, findings }, out)
    }

    fn skipped(&mut self, place: Place, foreign: Foreign, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Line {
            #[serde(flatten)]
            place: Place,
            skipped: &'static str,
        }
        input::print_json(&Line { place, skipped: foreign.what() }, out)
    }

    fn end(&mut self, _: &Totals, _: u8, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
