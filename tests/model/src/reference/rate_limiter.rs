//! Call frequency, as a log of the calls that were let in.

/// Lets in fewer than so many calls in any 1000 milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimiter {
    calls: u32,
    latest: u64,
    admitted: Vec<u64>,
}

impl RateLimiter {
    /// A rate limiter that has seen nothing; with 0 calls it refuses all.
    pub fn new(calls: u32) -> Self {
        Self { calls, latest: 0, admitted: Vec::new() }
    }

    /// Whether a call at that time is let in. Time never runs backwards, refused calls leave no trace
    /// but the time.
    pub fn admit(&mut self, now_ms: u64) -> bool {
        self.latest = self.latest.max(now_ms);
        let now = self.latest;
        // No logged time is later than `now`; those that left the window never come back.
        self.admitted.retain(|time| now - time < 1000);
        let admitted = self.admitted.len() < self.calls as usize;
        if admitted {
            self.admitted.push(now);
        }
        admitted
    }
}
