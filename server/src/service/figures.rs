//! What a service counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a service has done since it was made, and what it holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Accounts in the cache.
    pub cached_accounts: u64,
    /// What they take, in bytes.
    pub cached_bytes: u64,
    /// Turns of accounts that were in the cache. The others began with a load.
    pub cache_hits: u64,
    /// Appends that the store acknowledged.
    pub appends: u64,
    /// Records in them. More than appends: calls were appended together.
    pub records: u64,
    /// Accounts loaded from the store as a whole.
    pub loads: u64,
    /// Appends that another server was ahead of.
    pub conflicts: u64,
    /// Appends of which it was not known whether they are stored.
    pub unknown: u64,
    /// Snapshots that replaced records.
    pub folds: u64,
    /// Loads of accounts that are damaged.
    pub damaged: u64,
    /// Calls that were not let into a full line.
    pub line_full: u64,
}

#[derive(Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, number: usize) {
        self.0.fetch_add(u64::try_from(number).unwrap_or(u64::MAX), Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) cache_hits: Count,
    pub(super) appends: Count,
    pub(super) records: Count,
    pub(super) loads: Count,
    pub(super) conflicts: Count,
    pub(super) unknown: Count,
    pub(super) folds: Count,
    pub(super) damaged: Count,
    pub(super) line_full: Count,
}

impl Counts {
    pub(super) fn figures(&self, cached_accounts: usize, cached_bytes: usize) -> Figures {
        Figures {
            cached_accounts: u64::try_from(cached_accounts).unwrap_or(u64::MAX),
            cached_bytes: u64::try_from(cached_bytes).unwrap_or(u64::MAX),
            cache_hits: self.cache_hits.get(),
            appends: self.appends.get(),
            records: self.records.get(),
            loads: self.loads.get(),
            conflicts: self.conflicts.get(),
            unknown: self.unknown.get(),
            folds: self.folds.get(),
            damaged: self.damaged.get(),
            line_full: self.line_full.get(),
        }
    }
}
