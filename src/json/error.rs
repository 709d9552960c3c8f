//! Where a text is not JSON.

use super::scanner::Scanner;

/// The text is not JSON at this place, or a string of it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson;

/// What is known about the error at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is none, or the text may still be JSON.
    None,
    /// The text is not JSON.
    Syntax,
    /// The text is not JSON, because a number lacks digits.
    Digits,
}

/// Where a text is not JSON, counted as `serde_json` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ErrorPlace {
    /// 1-based.
    pub(crate) line: usize,
    /// In bytes, 1-based.
    pub(crate) column: usize,
    /// Whether the text ends too early.
    pub(crate) is_at_end: bool,
}

impl Scanner<'_> {
    #[inline(always)]
    pub(super) fn fault(&mut self, fault: Fault) -> NotJson {
        if self.fault == Fault::None {
            self.fault = fault;
        }
        NotJson
    }

    /// Where the text is not JSON, if the last error says that.
    pub(crate) fn error_place(&self) -> Option<ErrorPlace> {
        if self.fault == Fault::None {
            return None;
        }
        let bytes = self.text.as_bytes();
        let read = bytes.get(..=self.at).unwrap_or(bytes);
        let is_line_end = |byte: &u8| *byte == b'\n';
        let column = read.iter().rev().take_while(|byte| !is_line_end(byte)).count();
        Some(ErrorPlace {
            line: read.iter().filter(|byte| is_line_end(byte)).count().saturating_add(1),
            column: column.max(1),
            is_at_end: self.at >= bytes.len() && self.fault != Fault::Digits,
        })
    }
}

/// Checks that a text is one JSON value.
pub(crate) fn check(text: &str) -> Result<(), ErrorPlace> {
    let mut scanner = Scanner::new(text);
    scanner.skip_space();
    let _ = scanner.skip_value().and_then(|()| scanner.end());
    scanner.error_place().map_or(Ok(()), Err)
}
