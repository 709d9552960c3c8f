//! Reads input line by line. Only the current line is in memory, and of a line that is too long
//! only its start.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read, in bytes, without its end: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// What is kept for the next line, in bytes. What a longer line needs is given back.
const KEPT_BYTES: usize = 1 << 20;

/// The lines of an input.
pub struct Lines<R: Read> {
    input: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

/// A line.
pub enum Line<'l> {
    /// A line with its end.
    Read(&'l [u8]),
    /// What is wrong with a line of more than [`MAX_BYTES`].
    TooLong(String),
}

impl<R: Read> Lines<R> {
    /// Reads from this input.
    pub fn new(input: R) -> Self {
        Self { input: BufReader::new(input), line: Vec::new(), number: 0 }
    }

    /// Whether the next line can be had without waiting for input.
    pub fn has_next_in_memory(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    /// The next line with its number, from 1.
    ///
    /// # Errors
    ///
    /// If the input cannot be read.
    pub fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        self.line.shrink_to(KEPT_BYTES);
        // One byte more, for the end of the line.
        let mut longest = self.input.by_ref().take(MAX_BYTES as u64 + 1);
        if longest.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() <= MAX_BYTES || self.line.ends_with(b"\n") {
            return Ok(Some((self.number, Line::Read(&self.line))));
        }
        self.line = Vec::new();
        self.input.skip_until(b'\n')?;
        let error = format!(
            "the line is longer than {MAX_BYTES} bytes, the most that is read; no request needs as many"
        );
        Ok(Some((self.number, Line::TooLong(error))))
    }
}
