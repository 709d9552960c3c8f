//! Where findings are in the input line, in the columns that SARIF counts.

use std::ops::Range;

use convmark::Finding;

use super::piece::piece;
use crate::envelope::Envelope;
use crate::json::{Json, object};
use crate::recorded::{Format, Place};

/// What [`Regions`] counts, as SARIF calls it.
pub const COLUMN_KIND: &str = "utf16CodeUnits";

/// The regions of findings in one line.
pub struct Regions<'r> {
    place: Place,
    envelope: &'r Envelope<'r>,
    /// Where counting goes on: bytes and UTF-16 code units in front of it. Findings come nearly in
    /// order, so that a line of many megabytes is not counted again for each of them.
    counted: (usize, usize),
}

impl<'r> Regions<'r> {
    /// The regions in a line. An entry of a HAR file has none.
    pub fn new(place: Place, envelope: &'r Envelope<'r>) -> Self {
        Self { place, envelope, counted: (0, 0) }
    }

    /// The piece of the body that the finding is about, or else the whole line.
    pub fn of(&mut self, finding: &Finding) -> Option<Json> {
        if self.place.format == Format::Har {
            return None;
        }
        let text = self.envelope.text;
        let Range { start, end } = self.piece(finding).unwrap_or(0..text.len());
        let column = self.column(start);
        Some(object! {
            "startLine": self.place.number,
            "startColumn": column,
            "endLine": self.place.number,
            "endColumn": column + width(&text[start..end]),
        })
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
