//! What became of a call, beside its answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use convmark::{Change, Finding, Outcome};
use serde_json::value::RawValue;

/// Takes notes of one call. A call that is judged again, after a conflict, is noted again.
#[derive(Debug)]
pub struct Trace(Mutex<Traced>);

/// The notes of one call.
#[derive(Debug, Default)]
pub struct Traced {
    /// Its place among all calls of the process, in the order in which they were judged. Calls of
    /// one account are judged one after the other; one that is refused without its account has the
    /// place at which it began.
    pub place: u64,
    /// Why it was refused, if the state of the account or the facts are the reason.
    pub refusal: Option<Finding>,
    /// What it changed, if that was stored: a JSON array of the core's form. `None` is nothing.
    pub changes: Option<Box<RawValue>>,
}

/// The next place.
fn next_place() -> u64 {
    static PLACES: AtomicU64 = AtomicU64::new(0);
    PLACES.fetch_add(1, Ordering::Relaxed)
}

impl Default for Trace {
    fn default() -> Self {
        Self(Mutex::new(Traced { place: next_place(), ..Traced::default() }))
    }
}

impl Trace {
    fn lock(&self) -> MutexGuard<'_, Traced> {
        // Nothing that runs while it is locked panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the notes out.
    #[must_use]
    pub fn take(&self) -> Traced {
        std::mem::take(&mut self.lock())
    }

    /// Notes how a call was judged, in its account's turn.
    pub(super) fn judged(&self, outcome: &Outcome<'_>, changes: &[Change<'_>]) {
        let refusal = outcome.refusal().map(|refusal| refusal.finding().clone());
        // Changes always serialize.
        let changes = (!changes.is_empty()).then(|| serde_json::value::to_raw_value(changes).ok());
        *self.lock() = Traced { place: next_place(), refusal, changes: changes.flatten() };
    }
}
