//! Reads input line by line. Only the current line is in memory, and of a line that is too long
//! only its start.

use std::io::{self, BufRead, BufReader, Read};

/// What is kept for the next line, in bytes. What a longer line needs is given back.
const KEPT_BYTES: usize = 1 << 20;

/// The lines of an input.
pub struct Lines<R> {
    input: R,
    /// The longest line, in bytes, without its end.
    max_bytes: u64,
    line: Vec<u8>,
    number: u64,
}

/// A line.
pub enum Line<'l> {
    /// A line with its end.
    Read(&'l [u8]),
    /// A line that was passed over, as it has more bytes than allowed.
    TooLong,
}

impl<R: Read> Lines<BufReader<R>> {
    /// Whether the next line can be had without waiting for input.
    pub fn has_next_in_memory(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

impl<R: BufRead> Lines<R> {
    /// Reads lines of at most that many bytes, without their ends, from this input.
    pub const fn new(input: R, max_bytes: u64) -> Self {
        Self { input, max_bytes, line: Vec::new(), number: 0 }
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
        let mut longest = self.input.by_ref().take(self.max_bytes + 1);
        if longest.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.len() as u64 <= self.max_bytes || self.line.ends_with(b"\n") {
            return Ok(Some((self.number, Line::Read(&self.line))));
        }
        self.line = Vec::new();
        self.input.skip_until(b'\n')?;
        Ok(Some((self.number, Line::TooLong)))
    }
}
