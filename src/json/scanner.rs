//! The tokens of a JSON text, without recursion.

use alloc::borrow::Cow;
use alloc::string::String;

use super::error::{Fault, NotJson};
use super::escape;

/// A place in a JSON text. After an error it is that of the error.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'b> {
    pub(super) text: &'b str,
    /// In bytes. Not behind the end of the text, unless there was an error.
    pub(super) at: usize,
    /// What is known about the error at this place.
    pub(super) fault: Fault,
}

impl<'b> Scanner<'b> {
    #[inline]
    pub(crate) const fn new(text: &'b str) -> Self {
        Self { text, at: 0, fault: Fault::None }
    }

    /// The next byte. At the end it is 0, which JSON has nowhere.
    #[inline(always)]
    pub(super) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    #[inline(always)]
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.wrapping_add(bytes);
    }

    /// Goes over one byte if it is this one.
    #[inline(always)]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        if found {
            self.skip(1);
        }
        found
    }

    #[inline(always)]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.take(byte) { Ok(()) } else { Err(NotJson) }
    }

    /// Goes over white space.
    #[inline(always)]
    pub(crate) fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.skip(1);
        }
    }

    /// Goes over the opening bracket of an array or object.
    #[inline(always)]
    pub(crate) fn open(&mut self, bracket: u8) -> Result<(), NotJson> {
        self.skip_space();
        self.expect(bracket)
    }

    /// Goes to the start of the next element or member, or over the closing bracket if there is
    /// none.
    #[inline(always)]
    pub(crate) fn next(&mut self, close: u8, is_first: bool) -> Result<bool, NotJson> {
        self.skip_space();
        if self.take(close) {
            return Ok(false);
        }
        if !is_first {
            if !self.take(b',') {
                return Err(self.fault(Fault::Syntax));
            }
            self.skip_space();
        }
        Ok(true)
    }

    /// Reads the name of a member and goes to its value.
    #[inline(always)]
    pub(crate) fn name(&mut self) -> Result<Cow<'b, str>, NotJson> {
        let name = self.string()?;
        self.colon()?;
        Ok(name)
    }

    #[inline(always)]
    pub(super) fn colon(&mut self) -> Result<(), NotJson> {
        self.skip_space();
        if !self.take(b':') {
            return Err(self.fault(Fault::Syntax));
        }
        self.skip_space();
        Ok(())
    }

    /// Reads a string. It is borrowed unless it has escapes.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<Cow<'b, str>, NotJson> {
        self.expect(b'"')?;
        let start = self.at;
        self.skip_plain();
        if self.peek() == b'"' {
            let plain = self.text.get(start..self.at).ok_or(NotJson)?;
            self.skip(1);
            return Ok(Cow::Borrowed(plain));
        }
        self.at = start;
        self.escaped_string().map(Cow::Owned)
    }

    #[cold]
    fn escaped_string(&mut self) -> Result<String, NotJson> {
        let mut string = String::new();
        loop {
            let start = self.at;
            self.skip_plain();
            string.push_str(self.text.get(start..self.at).ok_or(NotJson)?);
            match self.peek() {
                b'"' => {
                    self.skip(1);
                    return Ok(string);
                }
                b'\\' => {
                    let (character, bytes) = escape::read(self.rest()).ok_or(NotJson)?;
                    string.push(character);
                    self.skip(bytes);
                }
                _ => return Err(NotJson),
            }
        }
    }

    /// Goes over the characters of a string, up to a quote, a backslash, a control character or the
    /// end.
    #[inline(always)]
    pub(super) fn skip_plain(&mut self) {
        while let Some(word) = self.rest().first_chunk() {
            let special = special_bytes(u64::from_le_bytes(*word));
            if special != 0 {
                self.skip((special.trailing_zeros() / u8::BITS) as usize);
                return;
            }
            self.skip(size_of::<u64>());
        }
        while !matches!(self.peek(), b'"' | b'\\' | 0..0x20) {
            self.skip(1);
        }
    }

    /// Reads an integer that is not negative and has no more than 64 bits.
    #[inline(always)]
    pub(crate) fn integer(&mut self) -> Result<u64, NotJson> {
        let first = self.digit().ok_or(NotJson)?;
        let mut value = first;
        while let Some(digit) = self.digit() {
            if first == 0 {
                return Err(NotJson);
            }
            value =
                value.checked_mul(10).and_then(|value| value.checked_add(digit)).ok_or(NotJson)?;
        }
        if matches!(self.peek(), b'.' | b'e' | b'E') { Err(NotJson) } else { Ok(value) }
    }

    #[inline(always)]
    pub(super) fn digit(&mut self) -> Option<u64> {
        let digit = self.peek().wrapping_sub(b'0');
        (digit < 10).then(|| {
            self.skip(1);
            u64::from(digit)
        })
    }

    /// Goes over one value, and returns its text.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<&'b str, NotJson> {
        let start = self.at;
        self.skip_value()?;
        self.text.get(start..self.at).ok_or(NotJson)
    }

    /// The text from this place on.
    pub(crate) fn rest_text(&self) -> &'b str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text from that earlier place to this one.
    pub(crate) fn since(&self, earlier: &Self) -> &'b str {
        self.text.get(earlier.at..self.at).unwrap_or_default()
    }

    /// Goes over white space to the end of the text.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), NotJson> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.fault(Fault::Syntax)) }
    }

    /// Whether an array or object starts here.
    #[inline(always)]
    pub(crate) fn is_at(&self, bracket: u8) -> bool {
        self.peek() == bracket
    }

    #[inline(always)]
    pub(super) fn rest(&self) -> &'b [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// Marks the bytes of a word that a plain string does not contain: quotes, backslashes and control
/// characters. The lowest mark is right. Marks above it may be wrong.
#[inline(always)]
pub(super) const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = each(1);
    let below_space = word.wrapping_sub(each(b' '));
    let quote = (word ^ each(b'"')).wrapping_sub(ONES);
    let backslash = (word ^ each(b'\\')).wrapping_sub(ONES);
    (below_space | quote | backslash) & !word & each(0x80)
}

/// A word of eight times the same byte.
#[inline(always)]
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}
