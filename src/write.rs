//! Writes compact JSON into a byte buffer.

use alloc::vec::Vec;

/// Writes a string, quoted and escaped as `serde_json` does.
#[inline]
pub(crate) fn string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    if is_plain(text) {
        out.extend_from_slice(text);
    } else {
        escaped(text, out);
    }
    out.push(b'"');
}

/// Whether nothing needs an escape, eight bytes at a time.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is zero, above it possibly of more: enough to ask whether
    // there is any.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let mut chunks = text.chunks_exact(8);
    let mut special = 0;
    for chunk in &mut chunks {
        if let Ok(chunk) = <[u8; 8]>::try_from(chunk) {
            let word = u64::from_le_bytes(chunk);
            special |= word.wrapping_sub(ONES << 5) & !word;
            special |= zero(word ^ 0x2222_2222_2222_2222);
            special |= zero(word ^ 0x5C5C_5C5C_5C5C_5C5C);
        }
    }
    special & HIGH == 0 && !chunks.remainder().iter().any(|byte| needs_escape(*byte))
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cold]
fn escaped(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(br#"\""#),
            b'\\' => out.extend_from_slice(br"\\"),
            0x08 => out.extend_from_slice(br"\b"),
            0x0C => out.extend_from_slice(br"\f"),
            b'\n' => out.extend_from_slice(br"\n"),
            b'\r' => out.extend_from_slice(br"\r"),
            b'\t' => out.extend_from_slice(br"\t"),
            0x00..=0x1F => {
                out.extend_from_slice(br"\u00");
                out.push(digit(byte >> 4));
                out.push(digit(byte & 15));
            }
            _ => out.push(byte),
        }
    }
}

/// Writes an integer in decimal.
#[inline]
pub(crate) fn integer(number: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes what `each` writes of every element, with commas, in brackets.
#[inline]
pub(crate) fn array<T>(
    elements: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    mut each: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(b'[');
    let mut first = true;
    for element in elements {
        if !first {
            out.push(b',');
        }
        first = false;
        each(element, out);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn plain_is_what_needs_no_escape() {
        for byte in 0..=u8::MAX {
            let expected = byte >= 0x20 && byte != b'"' && byte != b'\\';
            for length in [1, 8, 9, 16, 24] {
                assert_eq!(
                    is_plain(&alloc::vec![byte; length]),
                    expected,
                    "{length} times {byte:#x}"
                );
            }
            for place in 0..17 {
                let mut text = *b"abcdefghijklmnopq";
                text[place] = byte;
                assert_eq!(is_plain(&text), expected, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn strings_are_escaped_as_serde_json_does() {
        let mut texts: Vec<String> = (0..=if cfg!(miri) { 0x120 } else { 0x2100 })
            .filter_map(char::from_u32)
            .map(String::from)
            .collect();
        for special in ['"', '\\', '\u{1}', '\u{1f}', ' ', 'é', '\u{7f}'] {
            for place in 0..20 {
                let mut text: Vec<char> = "abcdefghijklmnopqrst".chars().collect();
                text[place] = special;
                texts.push(text.into_iter().collect());
            }
        }
        for text in texts {
            let mut out = Vec::new();
            string(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
