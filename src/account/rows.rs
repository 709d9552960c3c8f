//! The rows of an account: in the order in which their conversations first got data, found by
//! conversation.

mod load;

use alloc::vec::Vec;

use super::index::{Index, SMALL_SLOTS};
use super::key::{Key, hash_stored, kind};
use super::row::Row;
use super::texts::Texts;
use crate::conversation::Conversation;

/// Rows in order. A row that is removed leaves a gap, so that the others keep their places. Gaps
/// are closed when there are more of them than rows.
#[derive(Clone, Default)]
pub(super) struct Rows {
    slots: Vec<Row>,
    /// The IDs and custom marks.
    texts: Texts,
    /// The places of the rows, if there are more than [`FEW`] slots.
    index: Index,
    /// Slots that hold a row.
    used: u32,
}

/// So many slots are searched one after another, without an index. So many gaps are never too many.
const FEW: usize = 16;

/// More than the ID and the custom mark of one row can take.
const ROW_TEXTS_MAX: u32 = 66_000;

/// The place of a row, valid until the next insertion or removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    const fn index(self) -> usize {
        // The crate supports no platform with pointers of less than 32 bits.
        self.0 as usize
    }
}

impl Rows {
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.used as usize
    }

    /// The bytes requested from the allocator.
    pub(super) fn heap_bytes(&self) -> usize {
        self.slots
            .capacity()
            .saturating_mul(size_of::<Row>())
            .saturating_add(self.texts.heap_bytes())
            .saturating_add(self.index.heap_bytes())
    }

    /// A conversation to be found here.
    #[inline]
    pub(super) fn key<'k>(&self, conversation: &'k Conversation<'_>) -> Key<'k> {
        Key::of(conversation, self.is_indexed())
    }

    #[inline]
    fn is_indexed(&self) -> bool {
        self.slots.len() > FEW
    }

    #[inline(always)]
    pub(super) fn find(&self, key: &Key<'_>) -> Option<Place> {
        if self.is_indexed() {
            let is = |place| {
                let row = self.slots.get(Place(place).index());
                row.is_some_and(|row| self.texts.has_id(row.id, key.head, key.id))
            };
            self.index.find(key.hash(), is).map(Place)
        } else {
            self.find_among_few(key)
        }
    }

    #[inline(never)]
    fn find_among_few(&self, key: &Key<'_>) -> Option<Place> {
        let mut slots = self.slots.iter().zip(0..);
        slots
            .find(|(row, _)| self.texts.has_id(row.id, key.head, key.id))
            .map(|(_, place)| Place(place))
    }

    #[inline]
    pub(super) fn get(&self, conversation: &Conversation<'_>) -> Option<&Row> {
        self.find(&self.key(conversation)).and_then(|place| self.at(place))
    }

    #[inline]
    pub(super) fn at(&self, place: Place) -> Option<&Row> {
        self.slots.get(place.index())
    }

    #[inline]
    pub(super) fn at_mut(&mut self, place: Place) -> Option<&mut Row> {
        self.slots.get_mut(place.index())
    }

    /// The kind and the ID of a row's conversation.
    #[inline]
    pub(super) fn kind_and_id(&self, row: &Row) -> (u8, &[u8]) {
        let (head, id) = self.head_and_id(row);
        (kind(head), id)
    }

    /// The length of the ID with a bit for group chats, and the ID.
    #[inline]
    pub(super) fn head_and_id(&self, row: &Row) -> (u8, &[u8]) {
        self.texts.id(row.id)
    }

    /// The custom mark of a row, empty when there is none.
    #[inline]
    pub(super) fn custom(&self, row: &Row) -> &[u8] {
        self.texts.text(row.custom)
    }

    /// Whether the texts would take at most that many bytes, with this conversation and with this
    /// custom mark in place of the row's.
    #[inline]
    pub(super) fn has_room(
        &self,
        row: Option<&Row>,
        key: &Key<'_>,
        custom: Option<&str>,
        max: u32,
    ) -> bool {
        // Nearly always there is room for whatever may come.
        if self.texts.live().saturating_add(ROW_TEXTS_MAX) <= max {
            return true;
        }
        self.has_exact_room(row, key, custom, max)
    }

    #[cold]
    fn has_exact_room(
        &self,
        row: Option<&Row>,
        key: &Key<'_>,
        custom: Option<&str>,
        max: u32,
    ) -> bool {
        let (old, new) = self.sizes(row, key, custom);
        new <= old || self.texts.live().saturating_sub(old).saturating_add(new) <= max
    }

    /// How many bytes are no longer taken, and how many more are.
    fn sizes(&self, row: Option<&Row>, key: &Key<'_>, custom: Option<&str>) -> (u32, u32) {
        let custom_size = custom.map_or(0, |custom| Texts::text_size(custom.as_bytes()));
        match row {
            None => (0, Texts::id_size(key.id).saturating_add(custom_size)),
            Some(_) if custom.is_none() => (0, 0),
            Some(row) => (Texts::text_size(self.custom(row)), custom_size),
        }
    }

    /// Gives a row new marks. Returns whether it was marked, and whether it is.
    #[inline(always)]
    pub(super) fn set_marks(
        &mut self,
        place: Place,
        marks: Option<u64>,
        custom: Option<&str>,
        now: u64,
    ) -> (bool, bool) {
        let Some(row) = self.slots.get_mut(place.index()) else { return (false, false) };
        let before = row.is_marked();
        if let Some(marks) = marks {
            row.marks = marks;
        }
        row.timestamp = now;
        let is_wasteful =
            custom.is_some_and(|custom| self.texts.set(&mut row.custom, custom.as_bytes()));
        let after = row.is_marked();
        if is_wasteful {
            self.move_texts();
        }
        (before, after)
    }

    /// Adds an empty row at the end. The key must not be there.
    pub(super) fn insert(&mut self, key: &Key<'_>, timestamp: u64) -> Place {
        if self.slots.len() == FEW && self.len() < FEW {
            // An index would only be needed for the gaps.
            self.close_gaps();
        }
        let place = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        if self.slots.len() == self.slots.capacity() {
            self.slots.reserve_exact(step(self.slots.len()));
        }
        self.slots.push(Row::new(self.texts.add_id(key.head, key.id), timestamp));
        self.used = self.used.saturating_add(1);
        let slots = self.slots.len();
        if slots == FEW.saturating_add(1) || !self.index.reaches(slots) {
            self.make_index();
        } else if slots > FEW {
            let (slots, texts) = (&self.slots, &self.texts);
            self.index.insert(key.hash(), place, |place| hash_at(slots, texts, place));
        }
        Place(place)
    }

    /// Makes the index from the rows, with room for as many as there is in the slots.
    #[cold]
    fn make_index(&mut self) {
        let mut index = Index::new(self.slots.len(), self.slots.capacity());
        for (row, place) in self.slots.iter().zip(0..) {
            if !row.is_gone() {
                index.insert(hash_of(&self.texts, row), place, |_| 0);
            }
        }
        self.index = index;
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, key: &Key<'_>, place: Place) {
        let indexed = self.is_indexed();
        let Some(row) = self.slots.get_mut(place.index()) else { return };
        drop_texts(&mut self.texts, row);
        row.clear();
        self.used = self.used.saturating_sub(1);
        if indexed {
            self.index.remove(key.hash(), place.0);
        }
        self.tidy();
    }

    /// Closes the gaps once they outnumber the rows, and moves the texts once more bytes are unused
    /// than used, so that each removal pays for a constant share.
    #[inline]
    fn tidy(&mut self) {
        if self.used == 0 {
            *self = Self::default();
            return;
        }
        let gaps = self.slots.len().saturating_sub(self.len());
        if gaps > self.len().max(FEW) {
            self.close_gaps();
        }
        if self.texts.is_wasteful() {
            self.move_texts();
        }
    }

    #[cold]
    fn close_gaps(&mut self) {
        let rows = self.len();
        let shrinks = self.index.capacity() / 4 > rows;
        let is_kept = rows > FEW && !shrinks && (rows > SMALL_SLOTS || self.index.is_small());
        if is_kept {
            // Cheaper than to hash every row.
            let mut place: u32 = 0;
            let places: Vec<u32> = self
                .slots
                .iter()
                .map(|row| {
                    let new = place;
                    place = place.wrapping_add(u32::from(!row.is_gone()));
                    new
                })
                .collect();
            self.index.renumber(|place| places.get(Place(place).index()).copied().unwrap_or(place));
        }
        self.slots.retain(|row| !row.is_gone());
        self.slots.shrink_to(rows.saturating_add(step(rows)));
        if rows <= FEW {
            self.index = Index::default();
        } else if !is_kept {
            self.make_index();
        }
    }

    /// Moves the texts to a vector without unused bytes.
    #[cold]
    fn move_texts(&mut self) {
        let old = self.texts.take();
        for row in self.slots.iter_mut().filter(|row| !row.is_gone()) {
            self.texts.move_id(&old, &mut row.id);
            self.texts.move_text(&old, &mut row.custom);
        }
    }

    /// The rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> + Clone {
        self.slots.iter().filter(|row| !row.is_gone())
    }

    /// The rows in order, without the first `start`.
    pub(super) fn iter_from(&self, start: usize) -> impl Iterator<Item = &Row> + Clone {
        // Without gaps the place is known. Otherwise the gaps must be counted.
        let (jump, skip) = if self.slots.len() == self.len() { (start, 0) } else { (0, start) };
        self.slots.get(jump..).unwrap_or_default().iter().filter(|row| !row.is_gone()).skip(skip)
    }

    /// Visits the rows and removes those for which `keep` returns `false`.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut Row) -> bool) {
        let indexed = self.is_indexed();
        for (row, place) in self.slots.iter_mut().zip(0_u32..) {
            if row.is_gone() || keep(row) {
                continue;
            }
            if indexed {
                self.index.remove(hash_of(&self.texts, row), place);
            }
            drop_texts(&mut self.texts, row);
            row.clear();
            self.used = self.used.saturating_sub(1);
        }
        self.tidy();
    }
}

/// How many slots are added at once: most accounts rarely grow, and many are kept in memory.
fn step(slots: usize) -> usize {
    (slots / 4).max(2)
}

fn drop_texts(texts: &mut Texts, row: &mut Row) {
    texts.remove_id(row.id);
    texts.set(&mut row.custom, &[]);
}

fn hash_of(texts: &Texts, row: &Row) -> u64 {
    let (head, id) = texts.id(row.id);
    hash_stored(head, id)
}

fn hash_at(slots: &[Row], texts: &Texts, place: u32) -> u64 {
    slots.get(Place(place).index()).map_or(0, |row| hash_of(texts, row))
}

#[cfg(test)]
mod tests;
