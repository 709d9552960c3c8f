//! What is measured of the groups that are made durable together.

use std::time::Duration;

use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::metrics::BUCKETS_SECONDS;

/// The sizes and times of all commits so far. Clones are the same.
#[derive(Clone, Debug)]
pub struct Commits {
    records: Histogram,
    bytes: Histogram,
    seconds: Histogram,
}

impl Commits {
    pub(super) fn new() -> Self {
        Self {
            records: Histogram::new(exponential_buckets(1.0, 2.0, 14)),
            bytes: Histogram::new(exponential_buckets(64.0, 4.0, 10)),
            seconds: Histogram::new(BUCKETS_SECONDS),
        }
    }

    /// Adds the metrics `commit_records`, `commit_bytes` and `commit_seconds`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "commit_records",
            "Records that one sync made durable",
            self.records.clone(),
        );
        registry.register("commit_bytes", "What their changes take, in bytes", self.bytes.clone());
        registry.register(
            "commit_seconds",
            "How long writing and syncing took, in seconds",
            self.seconds.clone(),
        );
    }

    pub(super) fn note(&self, records: usize, bytes: usize, time: Duration) {
        self.records.observe(number(records));
        self.bytes.observe(number(bytes));
        self.seconds.observe(time.as_secs_f64());
    }
}

/// The sizes of a group are far below where that is not exact.
fn number(size: usize) -> f64 {
    f64::from(u32::try_from(size).unwrap_or(u32::MAX))
}
