//! Reads requests line by line, in constant memory apart from the line at hand.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::envelope::Envelope;

#[derive(Args)]
pub struct Source {
    /// The file to read; absent or - is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// An input line that is not a request, as printed.
#[derive(Serialize)]
struct Unreadable<'a> {
    line: u64,
    error: &'a str,
}

/// Gives each request to `each` with its line number, from 1. A line that is not a request is
/// printed with what is wrong. Returns whether all lines were requests.
///
/// What was read is answered before this waits for more.
pub fn read(
    source: &Source,
    out: &mut dyn Write,
    mut each: impl FnMut(u64, &Envelope<'_>, &mut dyn Write) -> io::Result<()>,
) -> io::Result<bool> {
    let file = source.file.as_deref().filter(|file| *file != Path::new("-"));
    let named = |error: io::Error| match file {
        Some(file) => io::Error::new(error.kind(), format!("{}: {error}", file.display())),
        None => error,
    };
    let opened: Box<dyn Read> = match file {
        Some(file) => Box::new(File::open(file).map_err(named)?),
        None => Box::new(io::stdin().lock()),
    };
    let mut input = BufReader::new(opened);
    let mut all_readable = true;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if !input.buffer().contains(&b'\n') {
            out.flush()?;
        }
        if input.read_until(b'\n', &mut line).map_err(named)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Envelope::read(&line) {
            Ok(envelope) => each(number, &envelope, out)?,
            Err(error) => {
                all_readable = false;
                print_json(&Unreadable { line: number, error: &error }, out)?;
            }
        }
    }
    Ok(all_readable)
}

/// Prints one line of compact JSON.
pub fn print_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = serde_json::to_vec(value)?;
    json.push(b'\n');
    out.write_all(&json)
}
