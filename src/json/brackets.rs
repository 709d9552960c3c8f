//! The open brackets of a nested value.

use alloc::vec::Vec;

/// The brackets that are open: a bit for each, set for an object. The first 64 take no memory.
#[derive(Default)]
pub(super) struct Brackets {
    depth: usize,
    /// The innermost ones, up to 64.
    word: u64,
    /// The words further out.
    outer: Vec<u64>,
}

/// Brackets in a word.
const WORD: usize = u64::BITS as usize;

impl Brackets {
    #[inline]
    pub(super) fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth % WORD == 0 {
            self.outer.push(self.word);
        }
        self.word = (self.word << 1).wrapping_add(u64::from(is_object));
        self.depth = self.depth.wrapping_add(1);
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.word >>= 1;
        self.depth = self.depth.wrapping_sub(1);
        if self.depth % WORD == 0 {
            self.word = self.outer.pop().unwrap_or_default();
        }
    }

    /// Whether the innermost one is an object's; `None` if none is open.
    #[inline]
    pub(super) const fn innermost(&self) -> Option<bool> {
        if self.depth == 0 { None } else { Some(self.word & 1 == 1) }
    }
}
