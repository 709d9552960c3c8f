//! One row as it is stored: 32 bytes, with its texts elsewhere.

use super::texts::Text;

#[derive(Clone)]
pub(super) struct Row {
    pub(super) marks: u64,
    /// A bit for each slot of [`Groups`](super::groups::Groups).
    pub(super) groups: u64,
    /// Unix seconds of the last change.
    pub(super) timestamp: u64,
    /// The offset of the ID in the texts.
    pub(super) id: u32,
    pub(super) custom: Text,
}

const _: () = assert!(size_of::<Row>() == 32, "two rows fill a cache line");

impl Row {
    /// The offset of no ID.
    const GONE: u32 = u32::MAX;

    /// A row without data.
    pub(super) const fn new(id: u32, timestamp: u64) -> Self {
        Self { marks: 0, groups: 0, timestamp, id, custom: Text::NONE }
    }

    /// Whether the row was removed. Its place is used again when the gaps are closed.
    #[inline]
    pub(super) const fn is_gone(&self) -> bool {
        self.id == Self::GONE
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(Self::GONE, 0);
    }

    /// Whether the row has a standard or a custom mark.
    #[inline]
    pub(super) const fn is_marked(&self) -> bool {
        self.marks != 0 || !self.custom.is_empty()
    }

    /// Whether the row is in any group.
    #[inline]
    pub(super) const fn is_grouped(&self) -> bool {
        self.groups != 0
    }
}
