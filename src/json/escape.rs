//! Escapes in JSON strings.

/// The character that an escape at the start of these bytes stands for, and the escape's length in
/// bytes. `None` if it is not valid, or is half a surrogate pair.
pub(super) fn read(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return read_unicode(text),
        _ => return None,
    };
    Some((character, 2))
}

/// Reads `\uXXXX`, or two of them that are a surrogate pair.
fn read_unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = code_unit(text)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some((character, UNICODE));
    }
    let second = code_unit(text.get(UNICODE..)?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, 2 * UNICODE))
}

/// The length of `\uXXXX`.
const UNICODE: usize = 6;

fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0_u16, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some((unit << 4).wrapping_add(u16::try_from(digit).ok()?))
    })
}

/// The length in bytes of an escape at the start of these bytes, whatever it stands for. If it is
/// not valid, how many bytes there are in front of the last one that is needed to tell; the text may
/// end before that.
#[cold]
pub(super) fn skip(text: &[u8]) -> Result<usize, usize> {
    match text.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => code_unit(text).map(|_| UNICODE).ok_or(UNICODE.wrapping_sub(1)),
        _ => Err(1),
    }
}
