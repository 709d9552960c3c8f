//! Makes characters visible that a terminal would obey, hide or join with others.

use unicode_width::UnicodeWidthChar;

/// A text with each of its characters as it is shown.
pub fn text(text: &str) -> String {
    text.chars().map(character).collect()
}

/// A character as it is shown: itself, the picture of a control character, or its number.
pub fn character(character: char) -> String {
    let code = u32::from(character);
    match code {
        // The pictures have the same order as the control characters.
        0..=0x1f => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER).into(),
        0x7f => '␡'.into(),
        _ if is_shown_as_it_is(character) => character.into(),
        _ => format!("<U+{code:04X}>"),
    }
}

/// The columns that a text takes which has been made visible.
pub fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(1)).sum()
}

fn is_shown_as_it_is(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // Variation selectors, skin tones and the letters of flags change or join the characters
        // beside them, and terminals do not agree on the width of the result.
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => false,
        '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f1e6}'..='\u{1f1ff}' => false,
        // `escape_debug` escapes controls, formats (those of bidirectional text too), separators,
        // private and unassigned characters; accents only at the start of a text.
        _ => {
            let text = String::from_iter(['a', character]);
            text.escape_debug().eq(text.chars())
        }
    }
}
