//! A piece of a text with a little of what stands around it, on one line.

use std::ops::Range;

use crate::width::shown;

/// What is shown of a text. The parts follow each other on one line.
#[derive(Default)]
pub struct Excerpt {
    pub before: String,
    pub piece: String,
    pub after: String,
    /// Columns in front of the piece.
    pub indent: usize,
    /// Columns that the piece takes, at least one.
    pub columns: usize,
}

const CUT: char = '…';

/// Cuts out the piece at these bytes: at most about `columns` columns, of which the piece may take two thirds.
pub fn cut(text: &str, piece: Range<usize>, columns: usize) -> Excerpt {
    let (start, end) = (boundary(text, piece.start), boundary(text, piece.end.max(piece.start)));
    let mut excerpt = Excerpt::default();
    excerpt.columns = squeeze(&text[start..end], columns * 2 / 3, &mut excerpt.piece);
    let room = columns.saturating_sub(excerpt.columns);
    excerpt.indent = last(&text[..start], room * 2 / 3, &mut excerpt.before);
    first(&text[end..], room.saturating_sub(excerpt.indent), &mut excerpt.after);
    // The place after the end of a text, for example of one that stops too early.
    if excerpt.columns == 0 {
        excerpt.columns = 1;
    }
    excerpt
}

fn boundary(text: &str, place: usize) -> usize {
    (0..=place.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

/// The whole text, or its two ends if it is too long. Returns the columns.
fn squeeze(text: &str, room: usize, out: &mut String) -> usize {
    let mut whole = String::new();
    if let (columns, true) = take(text.chars(), room, &mut whole) {
        *out = whole;
        return columns;
    }
    let half = room.saturating_sub(1) / 2;
    let (head, _) = take(text.chars(), half, out);
    out.push(CUT);
    let tail = last_uncut(text, half, out);
    head + 1 + tail
}

/// The end of the text, with a sign if more stands in front. Returns the columns.
fn last(text: &str, room: usize, out: &mut String) -> usize {
    let mut whole = String::new();
    // One column more than the room tells whether something is cut; the text in front may be long.
    if let (columns, true) = take(text.chars().rev(), room, &mut whole) {
        whole.clear();
        last_uncut(text, room, &mut whole);
        out.push_str(&whole);
        return columns;
    }
    out.push(CUT);
    1 + last_uncut(text, room.saturating_sub(1), out)
}

fn last_uncut(text: &str, room: usize, out: &mut String) -> usize {
    let (mut columns, mut from) = (0, text.len());
    for (seen, (place, character)) in text.char_indices().rev().enumerate() {
        let width = shown(character).1;
        if columns + width > room || seen >= most_characters(room) {
            break;
        }
        columns += width;
        from = place;
    }
    // A mark that would stand on a character that is cut off.
    let rest = text[from..].trim_start_matches(|character| shown(character).1 == 0);
    out.extend(rest.chars().map(|character| shown(character).0));
    columns
}

/// Characters without width could fill a whole body: so many are looked at for that much room.
fn most_characters(room: usize) -> usize {
    room.saturating_mul(8).saturating_add(8)
}

/// The start of the text, with a sign if more follows.
fn first(text: &str, room: usize, out: &mut String) {
    let mut whole = String::new();
    if take(text.chars(), room, &mut whole).1 {
        out.push_str(&whole);
    } else {
        take(text.chars(), room.saturating_sub(1), out);
        out.push(CUT);
    }
}

/// As many characters as there is room for: their columns, and whether these were all.
fn take(text: impl Iterator<Item = char>, room: usize, out: &mut String) -> (usize, bool) {
    let mut columns = 0;
    for (seen, character) in text.enumerate() {
        let (shown, width) = shown(character);
        if columns + width > room || seen >= most_characters(room) {
            return (columns, false);
        }
        columns += width;
        out.push_str(&shown);
    }
    (columns, true)
}
