//! Short texts one after another in one vector, each named by the offset of its first byte.
//!
//! An ID is one byte that holds its kind and its length, and the ID. It never changes. A text that
//! can change, such as a custom mark, is a header of four bytes and the bytes that it may use. A
//! text that is removed, or replaced by one that does not fit in its place, leaves its bytes
//! unused. The owner, who knows all offsets, moves what is left to a new vector when
//! [`is_wasteful`](Texts::is_wasteful) says so.

use alloc::vec::Vec;

use super::same::same;

/// How many bytes the IDs and custom marks of one account can take, counted as in
/// [`Texts::live`]. At most as many again are unused, so that all offsets are below 2^31.
pub(super) const TEXTS_MAX: u32 = 1_000_000_000;
/// So many unused bytes are never a waste.
const UNUSED_MIN: u32 = 256;
/// The bytes before a text that can change: what it may use, and what it uses.
const HEADER: usize = 4;

#[derive(Clone, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// The bytes of all texts that are there, with one byte for each ID and four for each text that
    /// can change.
    live: u32,
}

/// A text that can change: an offset in [`Texts`]. With the top bit it is empty, and the offset
/// names bytes to use again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text(u32);

impl Text {
    const EMPTY_BIT: u32 = 1 << 31;

    /// An empty text that has no bytes.
    pub(super) const NONE: Self = Self(u32::MAX);

    #[inline]
    pub(super) const fn is_empty(self) -> bool {
        self.0 & Self::EMPTY_BIT != 0
    }

    const fn offset(self) -> usize {
        (self.0 & !Self::EMPTY_BIT) as usize
    }
}

impl Texts {
    /// How many bytes the texts take, without those that are unused.
    #[inline]
    pub(super) const fn live(&self) -> u32 {
        self.live
    }

    /// How many bytes an ID takes.
    #[inline]
    pub(super) fn id_size(id: &[u8]) -> u32 {
        size(1, id.len())
    }

    /// How many bytes a text that can change takes.
    #[inline]
    pub(super) fn text_size(text: &[u8]) -> u32 {
        if text.is_empty() { 0 } else { size(HEADER, text.len()) }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }

    /// Makes room for that many more bytes.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve_exact(bytes);
    }

    /// Makes room for one ID and one text with that many bytes together. Doubles what there is, for
    /// many texts at once.
    #[inline]
    pub(super) fn double(&mut self, bytes: usize) {
        self.bytes.reserve(bytes.saturating_add(HEADER).saturating_add(1));
    }

    /// Gives the room for more texts back.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Whether that ID is at the offset.
    #[inline]
    pub(super) fn has_id(&self, offset: u32, head: u8, id: &[u8]) -> bool {
        let start = offset as usize;
        let end = start.saturating_add(1).saturating_add(id.len());
        match self.bytes.get(start..end) {
            Some([found, rest @ ..]) => *found == head && same(rest, id),
            _ => false,
        }
    }

    /// The head and the ID at the offset.
    #[inline]
    pub(super) fn id(&self, offset: u32) -> (u8, &[u8]) {
        match self.bytes.get(offset as usize..) {
            Some([head, rest @ ..]) => {
                (*head, rest.get(..usize::from(*head & ID_LEN)).unwrap_or_default())
            }
            _ => (0, &[]),
        }
    }

    /// Adds an ID. Its length is in the lower seven bits of the head.
    #[inline]
    pub(super) fn add_id(&mut self, head: u8, id: &[u8]) -> u32 {
        debug_assert_eq!(usize::from(head & ID_LEN), id.len(), "the head holds the length");
        self.make_room(id.len().saturating_add(1));
        let offset = self.end();
        self.bytes.push(head);
        self.bytes.extend_from_slice(id);
        self.live = self.live.saturating_add(Self::id_size(id));
        offset
    }

    pub(super) fn remove_id(&mut self, offset: u32) {
        let size = Self::id_size(self.id(offset).1);
        self.live = self.live.saturating_sub(size);
    }

    #[inline]
    pub(super) fn text(&self, text: Text) -> &[u8] {
        if text.is_empty() {
            return &[];
        }
        match self.bytes.get(text.offset()..) {
            Some([_, _, low, high, rest @ ..]) => {
                rest.get(..length([*low, *high])).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Replaces a text, in its place if the new one fits there. It has at most 65,536 bytes. Returns
    /// whether the texts [are wasteful](Self::is_wasteful) then.
    #[inline]
    pub(super) fn set(&mut self, text: &mut Text, new: &[u8]) -> bool {
        match self.text_mut(*text) {
            Some(old) if old.len() == new.len() => {
                old.copy_from_slice(new);
                false
            }
            _ => {
                self.replace(text, new);
                self.is_wasteful()
            }
        }
    }

    #[inline]
    fn text_mut(&mut self, text: Text) -> Option<&mut [u8]> {
        if text.is_empty() {
            return None;
        }
        match self.bytes.get_mut(text.offset()..) {
            Some([_, _, low, high, rest @ ..]) => rest.get_mut(..length([*low, *high])),
            _ => None,
        }
    }

    #[inline(never)]
    fn replace(&mut self, text: &mut Text, new: &[u8]) {
        let old = Self::text_size(self.text(*text));
        self.live = self.live.saturating_sub(old).saturating_add(Self::text_size(new));
        if new.is_empty() {
            text.0 |= Text::EMPTY_BIT;
        } else if self.overwrite(text.offset(), new) {
            text.0 &= !Text::EMPTY_BIT;
        } else {
            *text = self.append(new);
        }
    }

    /// Whether there was room for the text.
    fn overwrite(&mut self, offset: usize, new: &[u8]) -> bool {
        let Some([low, high, new_low, new_high, rest @ ..]) = self.bytes.get_mut(offset..) else {
            return false;
        };
        if new.len() > length([*low, *high]) {
            return false;
        }
        let Some(place) = rest.get_mut(..new.len()) else { return false };
        place.copy_from_slice(new);
        [*new_low, *new_high] = stored_length(new);
        true
    }

    /// Adds a text that can change.
    #[inline]
    pub(super) fn add(&mut self, new: &[u8]) -> Text {
        if new.is_empty() {
            return Text::NONE;
        }
        self.live = self.live.saturating_add(Self::text_size(new));
        self.append(new)
    }

    fn append(&mut self, new: &[u8]) -> Text {
        self.make_room(new.len().saturating_add(HEADER));
        let offset = self.end();
        self.bytes.extend_from_slice(&stored_length(new));
        self.bytes.extend_from_slice(&stored_length(new));
        self.bytes.extend_from_slice(new);
        Text(offset)
    }

    /// The offset of the next text.
    fn end(&self) -> u32 {
        debug_assert!(self.bytes.len() < Text::EMPTY_BIT as usize, "TEXTS_MAX is kept");
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        if self.bytes.capacity().saturating_sub(self.bytes.len()) < more {
            self.grow(more);
        }
    }

    /// Adds an eighth, not the double: most accounts rarely grow, and many are kept in memory.
    #[cold]
    fn grow(&mut self, more: usize) {
        self.bytes.reserve_exact(more.max(self.bytes.len() / 8));
    }

    /// Whether more bytes are unused than used.
    #[inline]
    pub(super) fn is_wasteful(&self) -> bool {
        let unused = self.end().saturating_sub(self.live);
        unused > self.live.max(UNUSED_MIN)
    }

    /// Takes all texts out. What is left has room for exactly those that are still there, to be
    /// moved back with [`move_id`](Self::move_id) and [`move_text`](Self::move_text).
    pub(super) fn take(&mut self) -> Self {
        let room = Self { bytes: Vec::with_capacity(self.live as usize), live: 0 };
        core::mem::replace(self, room)
    }

    pub(super) fn move_id(&mut self, from: &Self, offset: &mut u32) {
        let (head, id) = from.id(*offset);
        *offset = self.add_id(head, id);
    }

    pub(super) fn move_text(&mut self, from: &Self, text: &mut Text) {
        let old = from.text(*text);
        *text = Text::NONE;
        if !old.is_empty() {
            self.set(text, old);
        }
    }
}

/// The bits of an ID's head that hold its length.
pub(super) const ID_LEN: u8 = 0x7f;

#[inline]
fn size(header: usize, len: usize) -> u32 {
    u32::try_from(header.saturating_add(len)).unwrap_or(u32::MAX)
}

/// Lengths from 1 to 65,536 in 16 bits.
#[inline]
fn length(stored: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(stored)).saturating_add(1)
}

#[inline]
fn stored_length(text: &[u8]) -> [u8; 2] {
    debug_assert!((1..=65_536).contains(&text.len()), "texts are checked on their way in");
    u16::try_from(text.len().saturating_sub(1)).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn texts_are_replaced_in_place_while_they_fit() {
        let mut texts = Texts::default();
        let (mut text, mut other) = (Text::NONE, Text::NONE);
        texts.set(&mut other, b"other");
        let mut room = 0;
        for (length, byte) in
            [0, 1, 15, 0, 256, 15, 65_536, 0, 65_535, 65_536, 1, 0].into_iter().zip(b'a'..)
        {
            let (new, end) = (vec![byte; length], texts.end());
            texts.set(&mut text, &new);
            assert_eq!((texts.text(text), text.is_empty()), (&*new, length == 0));
            assert_eq!(texts.text(other), b"other");
            let added = if length > room { length + HEADER } else { 0 };
            assert_eq!(texts.end() as usize, end as usize + added, "{length}");
            assert_eq!(texts.live(), Texts::text_size(&new) + Texts::text_size(b"other"));
            room = room.max(length);
        }
    }

    #[test]
    fn ids_are_compared_with_their_heads() {
        let mut texts = Texts::default();
        let first = texts.add_id(3, b"abc");
        let second = texts.add_id(0x83, b"abc");
        assert_eq!((texts.id(first), texts.id(second)), ((3, &b"abc"[..]), (0x83, &b"abc"[..])));
        for (head, id, at) in [(3, &b"abc"[..], first), (0x83, b"abc", second)] {
            assert!(texts.has_id(at, head, id));
            assert!(!texts.has_id(at, head ^ 0x80, id));
            assert!(!texts.has_id(at, head - 1, &id[..2]));
            assert!(!texts.has_id(at, head, b"abd"));
        }
        assert!(!texts.has_id(second, 0x83, b"abcd"), "nothing is read beyond the end");
        assert!(!texts.has_id(u32::MAX, 3, b"abc"));
        assert_eq!(texts.id(u32::MAX), (0, &[][..]));
    }

    #[test]
    fn moved_texts_take_exactly_what_they_need() {
        let mut texts = Texts::default();
        let mut kept = [Text::NONE; 3];
        let mut id = texts.add_id(2, b"id");
        texts.set(&mut kept[0], &[b'x'; 1000]);
        texts.set(&mut kept[1], &[b'y'; 400]);
        assert!(!texts.is_wasteful());
        texts.set(&mut kept[0], b"short");
        assert!(texts.is_wasteful());
        texts.set(&mut kept[1], b"");
        texts.set(&mut kept[2], b"z");
        let live = texts.live();
        assert_eq!(live, 3 + 9 + 5);
        let old = texts.take();
        texts.move_id(&old, &mut id);
        for text in &mut kept {
            texts.move_text(&old, text);
        }
        assert_eq!((texts.live(), texts.end(), texts.heap_bytes()), (live, live, 17));
        assert_eq!(texts.id(id), (2, &b"id"[..]));
        assert_eq!(kept.map(|text| texts.text(text)), [&b"short"[..], b"", b"z"]);
        assert_eq!(kept[1], Text::NONE);
    }
}
