//! Going over values without reading them, however deep they are nested.

use super::brackets::Brackets;
use super::error::{Fault, NotJson};
use super::escape;
use super::scanner::Scanner;

impl Scanner<'_> {
    /// Goes over one value of whatever type.
    #[inline(always)]
    pub(crate) fn skip_value(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            b'[' | b'{' => self.skip_nested(),
            first => self.skip_scalar(first),
        }
        .map_err(|NotJson| self.fault(Fault::Syntax))
    }

    /// Goes over an array or object.
    #[inline(never)]
    fn skip_nested(&mut self) -> Result<(), NotJson> {
        // A copy of its own can be kept in registers.
        let mut scanner = self.clone();
        let result = scanner.skip_brackets();
        *self = scanner;
        result
    }

    #[inline(always)]
    fn skip_brackets(&mut self) -> Result<(), NotJson> {
        let mut open = Brackets::default();
        loop {
            match self.peek() {
                bracket @ (b'[' | b'{') => {
                    self.skip(1);
                    self.skip_space();
                    let is_object = bracket == b'{';
                    if !self.take(closing(is_object)) {
                        open.push(is_object);
                        if is_object {
                            self.skip_name()?;
                        }
                        continue;
                    }
                }
                first => {
                    self.skip_scalar(first)?;
                    if first.is_ascii_digit() && open.innermost() == Some(false) {
                        self.skip_digit_elements();
                    }
                }
            }
            loop {
                let Some(in_object) = open.innermost() else { return Ok(()) };
                self.skip_space();
                if self.take(b',') {
                    self.skip_space();
                    if in_object {
                        self.skip_name()?;
                    }
                    break;
                }
                self.expect(closing(in_object))?;
                open.pop();
            }
        }
    }

    /// From the end of an element, goes over those that follow and are one digit: mark indexes often
    /// are. Returns how many there were.
    #[inline(always)]
    pub(crate) fn skip_digit_elements(&mut self) -> usize {
        let start = self.at;
        while let [b',', b'0'..=b'9', b',' | b']', ..] = self.rest() {
            self.skip(2);
        }
        self.at.wrapping_sub(start) / 2
    }

    #[inline(always)]
    fn skip_scalar(&mut self, first: u8) -> Result<(), NotJson> {
        match first {
            b'"' => self.skip_string(),
            b'0' => {
                self.skip(1);
                self.skip_fraction()
            }
            b'1'..=b'9' => {
                self.skip(1);
                self.skip_digits();
                self.skip_fraction()
            }
            b'-' => self.skip_negative(),
            b't' => self.skip_word(b"true"),
            b'f' => self.skip_word(b"false"),
            b'n' => self.skip_word(b"null"),
            _ => Err(NotJson),
        }
    }

    #[inline(always)]
    fn skip_name(&mut self) -> Result<(), NotJson> {
        self.skip_string()?;
        self.colon()
    }

    #[inline(always)]
    fn skip_string(&mut self) -> Result<(), NotJson> {
        self.expect(b'"')?;
        loop {
            self.skip_plain();
            match self.peek() {
                b'"' => {
                    self.skip(1);
                    return Ok(());
                }
                b'\\' => match escape::skip(self.rest()) {
                    Ok(bytes) => self.skip(bytes),
                    Err(bytes) => {
                        self.skip(bytes);
                        return Err(NotJson);
                    }
                },
                _ => {
                    // A control character is not counted as read.
                    if self.at < self.text.len() {
                        self.at = self.at.wrapping_sub(1);
                    }
                    return Err(NotJson);
                }
            }
        }
    }

    #[inline(always)]
    fn skip_negative(&mut self) -> Result<(), NotJson> {
        self.skip(1);
        if !self.take(b'0') {
            self.expect_digits()?;
        }
        self.skip_fraction()
    }

    /// Goes over what may follow the integer part of a number.
    #[inline(always)]
    fn skip_fraction(&mut self) -> Result<(), NotJson> {
        let next = self.peek();
        if next != b'.' && next | 0x20 != b'e' {
            return Ok(());
        }
        if next == b'.' {
            self.skip(1);
            self.expect_digits()?;
        }
        if self.peek() | 0x20 == b'e' {
            self.skip(1);
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.expect_digits()?;
        }
        Ok(())
    }

    /// Goes over one or more digits.
    #[inline(always)]
    fn expect_digits(&mut self) -> Result<(), NotJson> {
        if !self.peek().is_ascii_digit() {
            return Err(self.fault(Fault::Digits));
        }
        self.skip_digits();
        Ok(())
    }

    #[inline(always)]
    fn skip_digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.skip(1);
        }
    }

    #[inline(always)]
    fn skip_word(&mut self, word: &[u8]) -> Result<(), NotJson> {
        word.iter().try_for_each(|byte| self.expect(*byte))
    }
}

#[inline(always)]
const fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}
