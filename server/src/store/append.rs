//! What is appended.

use super::{Record, Version};

/// What tells one append from all others: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppendId([u8; 16]);

impl AppendId {
    /// The ID with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// What to append to one account: the records of one or more requests, all or none.
#[derive(Clone, Debug)]
pub struct Append {
    /// The version that the requests were judged on.
    pub after: Version,
    /// The records, with consecutive versions that start right after `after`. They share one ID.
    pub records: Vec<Record>,
}
