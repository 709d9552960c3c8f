//! Where findings are in the input line, in the columns that SARIF counts.

use std::ops::Range;

use convmark::Finding;

use super::piece::piece;
use crate::envelope::Envelope;
use crate::json::{Json, object};

/// What [`Regions`] counts, as SARIF calls it.
pub const COLUMN_KIND: &str = "utf16CodeUnits";

/// The regions of findings in one line.
pub struct Regions<'r> {
    line: u64,
    envelope: &'r Envelope<'r>,
    /// Where counting goes on: bytes and UTF-16 code units in front of it. Findings come nearly in
    /// order, so that a line of many megabytes is not counted again for each of them.
    counted: (usize, usize),
}

impl<'r> Regions<'r> {
    /// The regions in the line with this number, from 1.
    pub fn new(line: u64, envelope: &'r Envelope<'r>) -> Self {
        Self { line, envelope, counted: (0, 0) }
    }

    /// The piece of the body that the finding is about, or else the whole line.
    pub fn of(&mut self, finding: &Finding) -> Json {
        let text = self.envelope.text;
        let Range { start, end } = self.piece(finding).unwrap_or(0..text.len());
        let column = self.column(start);
        object! {
            "startLine": self.line,
            "startColumn": column,
            "endLine": self.line,
            "endColumn": column + width(&text[start..end]),
        }
    }

    fn piece(&self, finding: &Finding) -> Option<Range<usize>> {
        let offset = self.envelope.body_offset()?;
        let piece = piece(finding, &self.envelope.body)?;
        Some(offset + piece.start..offset + piece.end)
    }

    /// The column of a byte, from 1.
    fn column(&mut self, byte: usize) -> usize {
        if byte < self.counted.0 {
            self.counted = (0, 0);
        }
        let (from, before) = self.counted;
        self.counted = (byte, before + width(&self.envelope.text[from..byte]));
        self.counted.1 + 1
    }
}

/// The UTF-16 code units of a text.
fn width(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
