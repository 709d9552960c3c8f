//! Filling the rows from stored data: all rows first, then the index, in which each conversation is
//! hashed and looked up once.

use super::{FEW, Key, Rows, hash_stored};
use crate::account::index::Index;
use crate::account::row::Row;

impl Rows {
    /// Makes room for that many rows, and for texts of that many bytes.
    pub(in crate::account) fn reserve(&mut self, rows: usize, texts: usize) {
        self.slots.reserve_exact(rows);
        self.texts.reserve(texts);
    }

    /// Adds a row at the end, whether its conversation is there or not. The rows can be used once
    /// [`finish_loading`](Self::finish_loading) has returned `Ok`.
    #[inline(always)]
    pub(in crate::account) fn load(
        &mut self,
        key: &Key<'_>,
        marks: u64,
        custom: &str,
        groups: u64,
        timestamp: u64,
    ) {
        self.texts.double(key.id.len().saturating_add(custom.len()));
        let id = self.texts.add_id(key.head, key.id);
        let custom = self.texts.add(custom.as_bytes());
        // Written as a whole: a row that is made in parts waits for them when it is moved.
        self.slots.push(Row { marks, groups, timestamp, id, custom });
        self.used = self.used.saturating_add(1);
    }

    /// Makes the index and gives back what is left of the room.
    ///
    /// # Errors
    ///
    /// The number of the first row whose conversation a row before it has, too.
    pub(in crate::account) fn finish_loading(&mut self) -> Result<(), usize> {
        self.slots.shrink_to_fit();
        self.texts.shrink();
        let (slots, texts) = (&self.slots, &self.texts);
        let same = |row: &Row, head, id| texts.has_id(row.id, head, id);
        if slots.len() <= FEW {
            let is_repeated = |(place, row): (usize, &Row)| {
                let (head, id) = texts.id(row.id);
                slots.iter().take(place).any(|other| same(other, head, id))
            };
            return slots.iter().enumerate().position(is_repeated).map_or(Ok(()), Err);
        }
        let mut index = Index::new(slots.len(), slots.len());
        for (row, place) in slots.iter().zip(0_u32..) {
            let (head, id) = texts.id(row.id);
            let is = |other: u32| slots.get(other as usize).is_some_and(|row| same(row, head, id));
            if !index.insert_new(hash_stored(head, id), place, is) {
                return Err(place as usize);
            }
        }
        self.index = index;
        Ok(())
    }
}
