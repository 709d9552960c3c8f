//! The source of all decisions.

/// Decisions read from bytes, one after the other.
///
/// When the bytes are used up, every decision is 0, and generators make 0 the plainest choice: so a
/// short input is a small case, and whoever shrinks the bytes shrinks the case.
#[derive(Clone, Debug)]
pub struct ByteSource<'b> {
    bytes: &'b [u8],
}

impl<'b> ByteSource<'b> {
    /// Decides by these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Whether all further decisions are 0.
    pub fn is_exhausted(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All bytes that are left.
    pub fn rest(&mut self) -> &'b [u8] {
        std::mem::take(&mut self.bytes)
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number of eight bytes.
    pub fn long(&mut self) -> u64 {
        (0..8).fold(0, |sum, _| sum << 8 | u64::from(self.byte()))
    }

    /// A number below `end`, which is at least 1. Small ranges cost one byte.
    pub fn below(&mut self, end: usize) -> usize {
        let mut value = usize::from(self.byte());
        if end > 256 {
            value = value << 8 | usize::from(self.byte());
        }
        value % end.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn in_range(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True once in so many times, and never when the bytes are used up.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of the options; the first when the bytes are used up.
    pub fn pick<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }
}

/// Bytes that look random and are the same for the same seed.
pub fn pseudo_random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        // splitmix64: good enough from any seed, neighbours included.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
