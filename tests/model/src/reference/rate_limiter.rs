//! Rate limiting with a log of the admitted calls.

/// Admits at most `calls` calls in any 1000 milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimiter {
    calls: u32,
    latest: u64,
    admitted: Vec<u64>,
}

impl RateLimiter {
    /// A rate limiter without calls so far. With a maximum of 0 it refuses all.
    pub fn new(calls: u32) -> Self {
        Self { calls, latest: 0, admitted: Vec::new() }
    }

    /// Whether a call at that time is admitted. A clock that steps back counts as one that stands
    /// still. Refused calls are not logged, but their time counts.
    pub fn admit(&mut self, now_ms: u64) -> bool {
        self.latest = self.latest.max(now_ms);
        let now = self.latest;
        // No logged time is later than `now`, and expired times are never needed again.
        self.admitted.retain(|time| now - time < 1000);
        let admitted = self.admitted.len() < self.calls as usize;
        if admitted {
            self.admitted.push(now);
        }
        admitted
    }
}
