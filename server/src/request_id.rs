//! Names requests, so that an answer and the lines of the log that belong to it can be found.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives each request of this process a name of its own.
#[derive(Debug)]
pub struct RequestIds {
    /// Another one for each process, so that several servers differ.
    process: u64,
    next: AtomicU64,
}

/// The name of one request, as in the header `x-request-id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId {
    process: u64,
    number: u64,
}

impl RequestIds {
    /// The first is number 1.
    #[must_use]
    pub fn new() -> Self {
        // The standard library seeds this at random.
        Self { process: RandomState::new().hash_one(std::process::id()), next: AtomicU64::new(1) }
    }

    /// The next.
    pub fn next(&self) -> RequestId {
        RequestId { process: self.process, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Default for RequestIds {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:x}", self.process, self.number)
    }
}
