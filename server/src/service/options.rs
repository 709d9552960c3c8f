//! The settings of a service.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

/// Gives random numbers, for append IDs and for pauses.
pub(crate) type Random = Arc<dyn Fn() -> u128 + Send + Sync>;

/// A part of the way of a call in the service that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Waiting for the turn of the account.
    Line,
    /// Loading an account from the store, or asking it for what is new.
    Load,
    /// Appending changes to the store.
    Append,
}

/// Is told how long steps took.
pub type Observer = Arc<dyn Fn(Step, Duration) + Send + Sync>;

/// When a call that changes nothing is answered, if others can write to the store too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadConsistency {
    /// When the store has said, after the call arrived, that the account is the newest.
    #[default]
    Strong,
    /// At once, if the account was the newest at most this long ago.
    Cached(Duration),
}

/// The settings of a service.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// What the cached accounts may take, in bytes. The least recently used go first.
    pub cache_bytes: usize,
    /// How many calls may wait for one account. The next one is answered 50005.
    pub line_max: usize,
    /// How many waiting calls of one account are judged and appended together, at most.
    pub together_max: usize,
    /// How often a call is judged while other servers are faster. Then it is answered 50005.
    pub tries_max: u32,
    /// The longest pause before the second try; it doubles with each try. The pause is random.
    pub pause: Duration,
    /// How long the store may take for one operation.
    pub store_timeout: Duration,
    /// When calls that change nothing are answered.
    pub reads: ReadConsistency,
    /// Records are replaced by a snapshot when they have more bytes than the last one, and at least
    /// this many.
    pub fold_min_bytes: u64,
    /// How many snapshots may be made at once. Others wait for the next change of their account.
    pub folds_at_once: usize,
    /// Is told how long each step took.
    pub observer: Observer,
    pub(crate) random: Random,
    #[cfg(test)]
    pub(crate) sabotage: Sabotage,
}

/// Mistakes for the simulation to find.
#[cfg(test)]
#[derive(Clone, Copy, Default)]
pub(crate) struct Sabotage {
    pub(crate) keeps_cache_after_unknown: bool,
    pub(crate) leaves_unconfirmed: bool,
    pub(crate) forgets_age: bool,
    pub(crate) judges_changes_on_old_states: bool,
    pub(crate) keeps_cache_after_restore: bool,
    pub(crate) restores_again: bool,
    pub(crate) forgets_without_fold: bool,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 64 << 20,
            line_max: 4096,
            together_max: 128,
            tries_max: 8,
            pause: Duration::from_millis(5),
            store_timeout: Duration::from_secs(5),
            reads: ReadConsistency::Strong,
            fold_min_bytes: 4096,
            folds_at_once: 2,
            observer: Arc::new(|_, _| {}),
            random: Arc::new(system_random),
            #[cfg(test)]
            sabotage: Sabotage::default(),
        }
    }
}

fn system_random() -> u128 {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Not known to happen. Two appends must not have the same ID all the same: the keys of the
        // hasher are random and never the same twice.
        let half = || RandomState::new().build_hasher().finish();
        return u128::from(half()) << 64 | u128::from(half());
    }
    u128::from_ne_bytes(bytes)
}
