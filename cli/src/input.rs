//! Reads requests line by line. Only the current line is in memory.

mod text;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::envelope::Envelope;
use crate::failure::Failure;
use crate::lines::{Line, Lines};
use crate::visible;
use text::Text;

/// The longest line of requests, in bytes, without its end: 64 MiB.
const LINE_MAX_BYTES: u64 = 64 << 20;

#[derive(Args)]
pub struct Source {
    /// The file to read. Without it, or with -, standard input is read
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Source {
    /// The file, unless standard input is read.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|file| *file != Path::new("-"))
    }

    /// What is read, as people call it.
    pub fn name(&self) -> String {
        self.file()
            .map_or("standard input".to_string(), |file| visible::text(&file.display().to_string()))
    }

    /// What is read, from its start.
    pub fn open(&self) -> Result<Box<dyn Read>, Failure> {
        Ok(match self.file() {
            Some(file) => Box::new(File::open(file).map_err(|error| self.unreadable(&error))?),
            None => Box::new(io::stdin().lock()),
        })
    }

    /// A text that is read from its start, and what it is.
    pub fn text<R: Read>(&self, input: R) -> Result<Text<R>, Failure> {
        let text = text::recognize(input).map_err(|error| self.unreadable(&error))?;
        text.map_err(|other| Failure::Refused(format!("{}: {}", self.name(), other.problem())))
    }

    /// The failure to read it.
    pub fn unreadable(&self, error: &io::Error) -> Failure {
        Failure::Refused(format!("{}: {error}", self.name()))
    }

    /// Gives each line of a text to `each` with its number, from 1: a request, or what is wrong with the
    /// line. Lines of white space are counted and skipped. Returns whether all lines were requests.
    ///
    /// What was read is answered before this waits for more input.
    pub fn read_lines<R: Read>(
        &self,
        text: Text<R>,
        out: &mut dyn Write,
        mut each: impl FnMut(u64, Result<&Envelope<'_>, &str>, &mut dyn Write) -> io::Result<()>,
    ) -> Result<bool, Failure> {
        let unreadable = |error| self.unreadable(&error);
        let mut lines = Lines::new(text.input, LINE_MAX_BYTES);
        let mut all_are_requests = true;
        loop {
            if !lines.has_next_in_memory() {
                out.flush()?;
            }
            let Some((number, line)) = lines.next().map_err(unreadable)? else { break };
            let read = match line {
                Line::Read(line) if line.trim_ascii().is_empty() => continue,
                Line::Read(line) => Envelope::read(line),
                Line::TooLong => Err(too_long()),
            };
            match read {
                Ok(envelope) => each(number, Ok(&envelope), out)?,
                Err(error) => {
                    all_are_requests = false;
                    each(number, Err(&error), out)?;
                }
            }
        }
        Ok(all_are_requests)
    }
}

fn too_long() -> String {
    format!(
        "the line is longer than {LINE_MAX_BYTES} bytes, the most that is read; no request needs as many"
    )
}

/// Prints what is wrong with a line that is not a request.
pub fn print_error(line: u64, error: &str, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Unreadable<'a> {
        line: u64,
        error: &'a str,
    }
    print_json(&Unreadable { line, error }, out)
}

/// Prints one line of compact JSON.
pub fn print_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = serde_json::to_vec(value)?;
    json.push(b'\n');
    out.write_all(&json)
}
