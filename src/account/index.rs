//! The index of the rows: their places by hash.

use alloc::boxed::Box;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The places of rows, in two bytes each while that is enough. No output depends on their order.
#[derive(Clone)]
pub(super) enum Index {
    Small(HashTable<u16>),
    /// Boxed, so that the other takes no more than a table.
    Large(Box<HashTable<u32>>),
}

/// The number of slots that two bytes are used for.
pub(super) const SMALL_SLOTS: usize = u16::MAX as usize;

const _: () = assert!(size_of::<Index>() == size_of::<HashTable<u16>>(), "no tag of its own");

impl Default for Index {
    fn default() -> Self {
        Self::Small(HashTable::new())
    }
}

impl Index {
    /// An empty index for that many slots, with room for that many places.
    pub(super) fn new(slots: usize, places: usize) -> Self {
        if slots <= SMALL_SLOTS {
            Self::Small(HashTable::with_capacity(places))
        } else {
            Self::Large(Box::new(HashTable::with_capacity(places)))
        }
    }

    /// Whether places can be below that number of slots.
    #[inline]
    pub(super) const fn reaches(&self, slots: usize) -> bool {
        matches!(self, Self::Large(_)) || slots <= SMALL_SLOTS
    }

    pub(super) const fn is_small(&self) -> bool {
        matches!(self, Self::Small(_))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Small(table) => table.len(),
            Self::Large(table) => table.len(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Small(table) => table.capacity(),
            Self::Large(table) => table.capacity(),
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Small(table) => table.allocation_size(),
            Self::Large(table) => {
                table.allocation_size().saturating_add(size_of::<HashTable<u32>>())
            }
        }
    }

    /// The place with that hash for which `is` holds.
    #[inline(always)]
    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        match self {
            Self::Small(table) => {
                table.find(hash, |place| is(u32::from(*place))).map(|place| u32::from(*place))
            }
            Self::Large(table) => find_large(table, hash, is),
        }
    }

    /// Adds a place that is not there.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, place: u32, hash_of: impl Fn(u32) -> u64) {
        match self {
            Self::Small(table) => {
                if let Ok(place) = u16::try_from(place) {
                    table.insert_unique(hash, place, |place| hash_of(u32::from(*place)));
                }
            }
            Self::Large(table) => {
                table.insert_unique(hash, place, |place| hash_of(*place));
            }
        }
    }

    /// Adds a place, unless there is one with that hash for which `is` holds. There must be room.
    #[inline]
    pub(super) fn insert_new(&mut self, hash: u64, place: u32, is: impl Fn(u32) -> bool) -> bool {
        match self {
            Self::Small(table) => {
                let entry = table.entry(hash, |other| is(u32::from(*other)), |_| 0);
                match (entry, u16::try_from(place)) {
                    (Entry::Vacant(vacant), Ok(place)) => {
                        vacant.insert(place);
                        true
                    }
                    _ => false,
                }
            }
            Self::Large(table) => match table.entry(hash, |other| is(*other), |_| 0) {
                Entry::Vacant(vacant) => {
                    vacant.insert(place);
                    true
                }
                Entry::Occupied(_) => false,
            },
        }
    }

    #[inline]
    pub(super) fn remove(&mut self, hash: u64, place: u32) {
        match self {
            Self::Small(table) => {
                if let Ok(entry) = table.find_entry(hash, |other| u32::from(*other) == place) {
                    entry.remove();
                }
            }
            Self::Large(table) => {
                if let Ok(entry) = table.find_entry(hash, |other| *other == place) {
                    entry.remove();
                }
            }
        }
    }

    /// Gives every place its new number, which is not above the old one.
    pub(super) fn renumber(&mut self, new: impl Fn(u32) -> u32) {
        match self {
            Self::Small(table) => {
                for place in table.iter_mut() {
                    *place = u16::try_from(new(u32::from(*place))).unwrap_or(*place);
                }
            }
            Self::Large(table) => {
                for place in table.iter_mut() {
                    *place = new(*place);
                }
            }
        }
    }
}

#[inline(never)]
fn find_large(table: &HashTable<u32>, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
    table.find(hash, |place| is(*place)).copied()
}
