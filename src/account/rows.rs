//! The rows of an account: in the order in which their conversations first got data, found by
//! conversation.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::row::Row;
use super::same::same;
use crate::conversation::Conversation;

/// Rows in order. A row that is removed leaves a gap, so that the others keep their places. Gaps
/// are closed when there are more of them than rows.
#[derive(Clone, Default)]
pub(super) struct Rows {
    slots: Vec<Row>,
    /// Places in `slots`. No output depends on the order of the index.
    index: HashTable<u32>,
}

/// A conversation to be found, hashed once.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    kind: u8,
    id: &'a [u8],
    hash: u64,
}

impl<'a> Key<'a> {
    #[inline]
    pub(super) fn new(kind: u8, id: &'a [u8]) -> Self {
        Self { kind, id, hash: hash_parts(kind, id) }
    }

    #[inline]
    pub(super) fn of(conversation: &'a Conversation<'_>) -> Self {
        Self::new(conversation.kind(), conversation.id().as_bytes())
    }

    #[inline]
    fn is(&self, row: Option<&Row>) -> bool {
        row.is_some_and(|row| row.kind() == self.kind && same(row.id(), self.id))
    }
}

/// The hash of a conversation, the same on every machine.
pub(crate) fn hash(conversation: &Conversation<'_>) -> u64 {
    Key::of(conversation).hash
}

/// The seed is fixed. `docs/security.md` in the repository says what an attacker can gain.
#[inline]
fn hash_parts(kind: u8, id: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(id);
    hasher.write_u8(kind);
    hasher.finish()
}

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
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    #[inline]
    pub(super) fn find(&self, key: &Key<'_>) -> Option<Place> {
        self.index
            .find(key.hash, |place| key.is(self.slots.get(Place(*place).index())))
            .map(|place| Place(*place))
    }

    pub(super) fn get(&self, key: &Key<'_>) -> Option<&Row> {
        self.find(key).and_then(|place| self.slots.get(place.index()))
    }

    #[inline]
    pub(super) fn at(&self, place: Place) -> Option<&Row> {
        self.slots.get(place.index())
    }

    #[inline]
    pub(super) fn at_mut(&mut self, place: Place) -> Option<&mut Row> {
        self.slots.get_mut(place.index())
    }

    /// Adds an empty row at the end. The key must not be there.
    pub(super) fn insert(&mut self, key: &Key<'_>, timestamp: u64) -> Place {
        // 2^32 rows would take 256 GiB.
        let place = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(Row::EMPTY);
        if let Some(row) = self.slots.last_mut() {
            row.fill(key.kind, key.id, timestamp);
        }
        let slots = &self.slots;
        self.index.insert_unique(key.hash, place, |place| rehash(slots, *place));
        Place(place)
    }

    /// Makes room for that many rows in all.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.slots.reserve_exact(rows);
        let slots = &self.slots;
        self.index.reserve(rows, |place| rehash(slots, *place));
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, key: &Key<'_>, place: Place) {
        let Some(row) = self.slots.get_mut(place.index()) else { return };
        row.clear();
        if let Ok(entry) = self.index.find_entry(key.hash, |other| *other == place.0) {
            entry.remove();
        }
        self.compact();
    }

    /// Closes the gaps once they outnumber the rows, so that each removal pays for a constant
    /// share.
    #[inline]
    fn compact(&mut self) {
        const FEW: usize = 16;
        let gaps = self.slots.len().saturating_sub(self.index.len());
        if gaps > self.index.len().max(FEW) {
            self.close_gaps();
        }
    }

    #[cold]
    fn close_gaps(&mut self) {
        let mut place: u32 = 0;
        let new_places: Vec<u32> = self
            .slots
            .iter()
            .map(|row| {
                let new = place;
                place = place.wrapping_add(u32::from(!row.is_gone()));
                new
            })
            .collect();
        for place in self.index.iter_mut() {
            *place = new_places.get(Place(*place).index()).copied().unwrap_or(*place);
        }
        self.slots.retain(|row| !row.is_gone());
        self.slots.shrink_to(self.slots.len().saturating_mul(2));
    }

    /// The rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> + Clone {
        self.slots.iter().filter(|row| !row.is_gone())
    }

    /// The rows in order, without the first `start`.
    pub(super) fn iter_from(&self, start: usize) -> impl Iterator<Item = &Row> + Clone {
        // Without gaps the place is known. Otherwise the gaps must be counted.
        let (jump, skip) =
            if self.slots.len() == self.index.len() { (start, 0) } else { (0, start) };
        self.slots.get(jump..).unwrap_or_default().iter().filter(|row| !row.is_gone()).skip(skip)
    }

    /// Visits the rows and removes those for which `keep` returns `false`.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&mut Row) -> bool) {
        for (row, place) in self.slots.iter_mut().zip(0_u32..) {
            if row.is_gone() || keep(row) {
                continue;
            }
            let hash = hash_parts(row.kind(), row.id());
            row.clear();
            if let Ok(entry) = self.index.find_entry(hash, |other| *other == place) {
                entry.remove();
            }
        }
        self.compact();
    }
}

fn rehash(slots: &[Row], place: u32) -> u64 {
    slots.get(Place(place).index()).map_or(0, |row| hash_parts(row.kind(), row.id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::format;
    use alloc::string::String;

    fn ids(count: u32) -> Vec<String> {
        (0..count).map(|number| format!("user_{number:04}")).collect()
    }

    fn key(id: &str) -> Key<'_> {
        Key::new(1, id.as_bytes())
    }

    fn rows(ids: &[String]) -> Rows {
        let mut rows = Rows::default();
        for id in ids {
            rows.insert(&key(id), 7);
        }
        rows
    }

    /// The rows are these, in this order, and each is found.
    fn assert_rows(rows: &Rows, expected: &[&String]) {
        let expected: Vec<&[u8]> = expected.iter().map(|id| id.as_bytes()).collect();
        assert_eq!(rows.len(), expected.len());
        assert_eq!(rows.iter().map(Row::id).collect::<Vec<_>>(), expected);
        for start in [0, expected.len() / 2, expected.len()] {
            assert_eq!(
                rows.iter_from(start).map(Row::id).collect::<Vec<_>>(),
                expected[start..],
                "from {start}"
            );
        }
        for id in expected {
            assert_eq!(rows.get(&Key::new(1, id)).map(Row::id), Some(id));
            assert!(rows.find(&Key::new(2, id)).is_none());
        }
    }

    #[test]
    fn different_conversations_hash_differently() {
        let mut hashes = BTreeSet::new();
        for id in ids(500) {
            for conversation in
                [Conversation::user(&*id).unwrap(), Conversation::group(&*id).unwrap()]
            {
                hashes.insert(hash(&conversation));
            }
        }
        assert_eq!(hashes.len(), 1000);
    }

    #[test]
    fn gaps_are_closed_once_they_outnumber_the_rows() {
        let ids = ids(100);
        let mut rows = rows(&ids);
        for (removed, id) in ids.iter().enumerate().take(99) {
            let place = rows.find(&key(id)).unwrap();
            rows.remove(&key(id), place);
            let left: Vec<&String> = ids.iter().skip(removed + 1).collect();
            assert_rows(&rows, &left);
            // Gaps are closed at 51, with 49 rows left, at 25 (24 left) and at 17 (7 left): up to
            // 16 never matter.
            let expected = match removed + 1 {
                removed @ 0..=50 => (100, removed),
                removed @ 51..=75 => (49, removed - 51),
                removed @ 76..=92 => (24, removed - 76),
                removed => (7, removed - 93),
            };
            assert_eq!(
                (rows.slots.len(), rows.slots.iter().filter(|row| row.is_gone()).count()),
                expected,
                "{removed}"
            );
            assert!(rows.slots.capacity() <= 2 * rows.slots.len());
        }
    }

    #[test]
    fn gaps_anywhere_change_no_order() {
        let ids = ids(64);
        let mut rows = rows(&ids);
        let mut number = 0;
        rows.retain(|_| {
            number += 1;
            number % 4 != 0
        });
        let left: Vec<&String> = ids
            .iter()
            .enumerate()
            .filter(|(place, _)| (place + 1) % 4 != 0)
            .map(|(_, id)| id)
            .collect();
        assert_eq!((rows.slots.len(), rows.len()), (64, 48));
        assert_rows(&rows, &left);
        rows.retain(|row| row.id().last().is_some_and(|digit| digit % 3 == 0));
        let left: Vec<&String> = left.into_iter().filter(|id| id.as_bytes()[8] % 3 == 0).collect();
        assert_rows(&rows, &left);
        assert_eq!(rows.slots.len(), left.len());
    }

    #[test]
    fn room_is_made_once() {
        let mut rows = Rows::default();
        rows.reserve(1000);
        let room = (rows.slots.capacity(), rows.index.capacity());
        assert!(room.0 >= 1000 && room.1 >= 1000, "{room:?}");
        for id in ids(1000) {
            rows.insert(&key(&id), 7);
        }
        assert_eq!((rows.slots.capacity(), rows.index.capacity()), room);
    }
}
