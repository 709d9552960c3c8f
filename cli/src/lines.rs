//! Reads the input line by line, in constant memory apart from the line at hand.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};

use serde::Serialize;

use crate::envelope::Envelope;
use crate::options::Options;

/// An input line that is no request, as printed.
#[derive(Serialize)]
struct Unreadable<'a> {
    line: u64,
    error: &'a str,
}

/// Gives each request to `each` with its line number, and prints lines that are none. Returns whether there were any.
pub fn read(
    options: &Options,
    out: &mut dyn Write,
    mut each: impl FnMut(u64, &Envelope<'_>, &mut dyn Write) -> io::Result<()>,
) -> io::Result<bool> {
    let source: Box<dyn Read> = match &options.file {
        Some(file) => Box::new(File::open(file).map_err(|error| io::Error::other(format!("{file}: {error}")))?),
        None => Box::new(io::stdin().lock()),
    };
    let mut input = BufReader::new(source);
    let mut unreadable = false;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.buffer().is_empty() {
            // Whoever writes the requests may be waiting for the answers.
            out.flush()?;
        }
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Envelope::read(&line) {
            Ok(envelope) => each(number, &envelope, out)?,
            Err(error) => {
                unreadable = true;
                print_json(&Unreadable { line: number, error: &error }, out)?;
            }
        }
    }
    Ok(unreadable)
}

/// Prints one line of compact JSON.
pub fn print_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = serde_json::to_vec(value).map_err(io::Error::other)?;
    json.push(b'\n');
    out.write_all(&json)
}
