//! Reads a file line by line and checks it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use super::{Line, Summary};
use crate::plural::{choose, count};

/// The longest line, in bytes.
const LINE_MAX_BYTES: u64 = 1 << 30;

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A line is not as it should be.
    #[error("line {line}: {reason}")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it, without its values.
        reason: String,
    },
    /// The file ends before the end line.
    #[error(
        "line {line}: the file ends here without its end line, so it is not complete; finish it with export --resume, or \
         export again"
    )]
    Truncated {
        /// Counted from 1: the line that is missing, or not complete.
        line: u64,
    },
    /// The operating system cannot read it.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Reads a file to its end line.
pub struct LineReader {
    input: BufReader<File>,
    pub(super) summary: Summary,
    /// The number of the last line.
    line: u64,
    /// Where it ends, in bytes from the start of the file.
    end: u64,
}

impl LineReader {
    /// Reads a file that is at its start.
    pub fn of(file: File) -> Self {
        let input = BufReader::with_capacity(1 << 16, file);
        Self { input, summary: Summary::default(), line: 0, end: 0 }
    }

    /// The number of the last line, counted from 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Where the last line ends, in bytes.
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// How many accounts were damaged when the file was written, so far.
    pub const fn damaged(&self) -> u64 {
        self.summary.damaged
    }

    /// How many places could not be listed when the file was written, so far.
    pub fn unlisted(&self) -> u64 {
        self.summary.unlisted()
    }

    /// The next line; `None` after an end line that is right.
    pub fn next(&mut self) -> Result<Option<Line>, ReadError> {
        let line = self.line.saturating_add(1);
        let wrong = |reason| ReadError::Line { line, reason };
        let mut bytes = Vec::new();
        Read::by_ref(&mut self.input).take(LINE_MAX_BYTES).read_until(b'\n', &mut bytes)?;
        if bytes.last() != Some(&b'\n') {
            let is_long = u64::try_from(bytes.len()).is_ok_and(|length| length >= LINE_MAX_BYTES);
            return Err(if is_long {
                wrong(format!("it has more than {LINE_MAX_BYTES} bytes"))
            } else {
                ReadError::Truncated { line }
            });
        }
        let parsed = Line::parse(&bytes).map_err(wrong)?;
        if let Line::End(end) = parsed {
            let found = self.summary.end();
            if (end.accounts, end.damaged) != (found.accounts, found.damaged) {
                return Err(wrong(format!(
                    "it says that there {} {} and {} damaged ones before it, and there are {} and {}: the file was changed",
                    choose(end.accounts, "is", "are"),
                    count(end.accounts, "account"),
                    end.damaged,
                    found.accounts,
                    found.damaged
                )));
            }
            if end.unlisted != found.unlisted {
                return Err(wrong(format!(
                    "it says that there {} {} before it that could not be listed, and there {} {}: the file was changed",
                    choose(end.unlisted, "is", "are"),
                    count(end.unlisted, "place"),
                    choose(found.unlisted, "is", "are"),
                    found.unlisted
                )));
            }
            if end != found {
                return Err(wrong(
                    "its checksum does not fit the lines before it: the file was changed"
                        .to_owned(),
                ));
            }
            if !self.input.fill_buf()?.is_empty() {
                return Err(wrong("something follows the end line".to_owned()));
            }
            return Ok(None);
        }
        self.summary.add(&parsed, &bytes).map_err(wrong)?;
        self.line = line;
        self.end = self.end.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(Some(parsed))
    }
}
