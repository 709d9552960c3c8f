//! The source of all choices of the generators.

/// Choices read from bytes, one after the other.
///
/// When the bytes are used up, every choice is 0, and generators make 0 the simplest choice. A
/// short input is therefore a small case, and shrinking the bytes shrinks the case.
#[derive(Clone, Debug)]
pub struct ByteSource<'b> {
    bytes: &'b [u8],
}

impl<'b> ByteSource<'b> {
    /// Makes its choices from these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Whether all further choices are 0.
    pub fn is_exhausted(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All remaining bytes.
    pub fn rest(&mut self) -> &'b [u8] {
        std::mem::take(&mut self.bytes)
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number from the next eight bytes.
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

    /// True in one of `times` cases, and never when the bytes are used up.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of the options; the first when the bytes are used up.
    pub fn pick<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }
}
