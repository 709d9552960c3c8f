//! What an input is, by its first bytes.

use std::io::{self, BufReader, Chain, Cursor, Read};

/// A text, read from its start. A byte order mark of UTF-8 is left out.
pub struct Text<R> {
    /// Whether it is a HAR file: an object whose first member is `log`, which no line has.
    pub is_har: bool,
    pub input: BufReader<Chain<Cursor<Vec<u8>>, R>>,
}

/// What is not a text in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUtf8 {
    Utf16,
    Gzip,
}

impl NotUtf8 {
    /// What it is, and what to do.
    pub const fn problem(self) -> &'static str {
        match self {
            Self::Utf16 => "the text is UTF-16; write it as UTF-8",
            Self::Gzip => {
                "it is compressed with gzip; decompress it first, for example with gunzip"
            }
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a HAR file starts, without white space.
const HAR: &[u8] = b"{\"log\":";

/// How much white space may be in front of that, in bytes.
const START_MAX_BYTES: usize = 4096;

/// Reads no more than tells what it is, as the input may be a pipe that stays open.
pub fn recognize<R: Read>(mut input: R) -> io::Result<Result<Text<R>, NotUtf8>> {
    let mut start = Vec::new();
    while start.len() < 2 && read_byte(&mut input, &mut start)? {}
    if let Some(other) = other(&start) {
        return Ok(Err(other));
    }
    while start.len() < BYTE_ORDER_MARK.len()
        && BYTE_ORDER_MARK.starts_with(&start)
        && read_byte(&mut input, &mut start)?
    {}
    if start == BYTE_ORDER_MARK {
        start.clear();
    }
    let is_har = loop {
        let words = start.iter().filter(|byte| !byte.is_ascii_whitespace());
        let words: Vec<u8> = words.copied().collect();
        if words.starts_with(HAR) {
            break true;
        }
        let may_be = HAR.starts_with(&words) && start.len() < START_MAX_BYTES;
        if !may_be || !read_byte(&mut input, &mut start)? {
            break false;
        }
    };
    Ok(Ok(Text { is_har, input: BufReader::new(Cursor::new(start).chain(input)) }))
}

/// What the first two bytes show that JSON in UTF-8 cannot start with.
fn other(start: &[u8]) -> Option<NotUtf8> {
    match *start {
        [0x1f, 0x8b] => Some(NotUtf8::Gzip),
        [0xff, 0xfe] | [0xfe, 0xff] => Some(NotUtf8::Utf16),
        [0, ascii] | [ascii, 0] if matches!(ascii, b'\t'..=b'\r' | b' '..=b'~') => {
            Some(NotUtf8::Utf16)
        }
        _ => None,
    }
}

/// Whether there was another byte.
fn read_byte(input: &mut impl Read, start: &mut Vec<u8>) -> io::Result<bool> {
    Ok(Read::by_ref(input).take(1).read_to_end(start)? == 1)
}
