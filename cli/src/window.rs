//! Cuts a piece of a text, with some of the text around it, to fit on one line of a terminal.

use std::ops::Range;

use crate::visible;

/// A part of a text as it is shown.
pub struct Window {
    pub text: String,
    /// Where the piece is in `text`, in bytes.
    pub piece: Range<usize>,
}

/// What stands for characters that are left out.
const CUT: &str = "…";

/// Cuts out the piece at these bytes of the text, with the text around it. The window takes at most
/// that many columns, and the piece at most two thirds of them.
///
/// The time that it takes depends on the columns and not on the length of the text.
pub fn cut(text: &str, piece: Range<usize>, columns: usize) -> Window {
    let start = boundary(text, piece.start);
    let end = boundary(text, piece.end).max(start);
    let piece = both_ends(&text[start..end], columns * 2 / 3);
    let room = columns.saturating_sub(visible::columns(&piece));
    let before = end_of(&text[..start], room * 2 / 3);
    let after = start_of(&text[end..], room.saturating_sub(visible::columns(&before)));
    let place = before.len()..before.len() + piece.len();
    Window { text: before + &piece + &after, piece: place }
}

/// The start of the text, as much as there is room for.
pub fn start_of(text: &str, room: usize) -> String {
    if fit(text.chars(), room) == text.len() {
        return visible::text(text);
    }
    visible::text(&text[..fit(text.chars(), room.saturating_sub(1))]) + CUT
}

/// The end of the text, as much as there is room for.
fn end_of(text: &str, room: usize) -> String {
    if fit(text.chars().rev(), room) == text.len() {
        return visible::text(text);
    }
    let start = text.len() - fit(text.chars().rev(), room.saturating_sub(1));
    CUT.to_string() + &visible::text(&text[start..])
}

/// The whole text, or its start and its end.
fn both_ends(text: &str, room: usize) -> String {
    if fit(text.chars(), room) == text.len() {
        return visible::text(text);
    }
    let half = room.saturating_sub(1) / 2;
    let start = &text[..fit(text.chars(), half)];
    let end = &text[text.len() - fit(text.chars().rev(), half)..];
    visible::text(start) + CUT + &visible::text(end)
}

/// The number of bytes of the characters that fit into the columns.
fn fit(characters: impl Iterator<Item = char>, room: usize) -> usize {
    let (mut columns, mut bytes) = (0, 0);
    // A body may consist of accents, which take no column, so their number is limited, too.
    for character in characters.take(8 * room + 8) {
        columns += visible::columns(&visible::character(character));
        if columns > room {
            break;
        }
        bytes += character.len_utf8();
    }
    bytes
}

/// The start of the character at that byte, or the end of a text that is shorter.
pub fn boundary(text: &str, place: usize) -> usize {
    (0..=place.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}
