//! The last calls, for tests to look at.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::entry::Entry;

/// What the calls that are kept may take, in bytes.
const BYTES_MAX: usize = 64 << 20;

/// The last calls, bounded in number and bytes.
#[derive(Debug)]
pub struct Calls {
    calls_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// How many calls were there before these.
    dropped: u64,
    /// How many of them the service judged.
    dropped_judged: u64,
    has_bodies: bool,
}

/// The calls at one moment.
#[derive(Debug)]
pub struct Shown {
    /// The oldest is the first.
    pub entries: Vec<Arc<Entry>>,
    /// How many calls were there before these.
    pub dropped: u64,
    /// How many of them the service judged.
    pub dropped_judged: u64,
    /// Whether bodies are kept of the calls to come.
    pub has_bodies: bool,
}

impl Calls {
    /// Keeps at most so many calls.
    pub fn new(calls_max: usize) -> Self {
        Self { calls_max, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing that runs while it is locked panics half-way.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether bodies are kept.
    pub fn has_bodies(&self) -> bool {
        self.lock().has_bodies
    }

    /// Whether bodies are kept from the next call on.
    pub fn set_bodies(&self, has_bodies: bool) {
        self.lock().has_bodies = has_bodies;
    }

    /// Adds a call, if that holds while none are removed. The oldest ones go.
    pub fn add_if(&self, holds: impl FnOnce() -> bool, entry: Entry) {
        let mut kept = self.lock();
        if !holds() {
            return;
        }
        kept.bytes = kept.bytes.saturating_add(entry.bytes());
        kept.entries.push_back(Arc::new(entry));
        while kept.entries.len() > self.calls_max || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes = kept.bytes.saturating_sub(oldest.bytes());
            kept.dropped = kept.dropped.saturating_add(1);
            let is_judged = oldest.place().is_some();
            kept.dropped_judged = kept.dropped_judged.saturating_add(u64::from(is_judged));
        }
    }

    /// Removes all calls. How many there were is the result.
    pub fn clear(&self) -> usize {
        let mut kept = self.lock();
        let has_bodies = kept.has_bodies;
        std::mem::replace(&mut *kept, Kept { has_bodies, ..Kept::default() }).entries.len()
    }

    /// The calls that are kept.
    pub fn shown(&self) -> Shown {
        let kept = self.lock();
        let entries = kept.entries.iter().cloned().collect();
        let Kept { dropped, dropped_judged, has_bodies, .. } = *kept;
        Shown { entries, dropped, dropped_judged, has_bodies }
    }
}
