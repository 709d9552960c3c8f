//! Rate limiters: how many calls a second are admitted.

use alloc::boxed::Box;
use alloc::vec;

use crate::command::Command;

/// The window that calls are counted in, in milliseconds.
const WINDOW_MS: u64 = 1000;

/// Admits at most N calls in any 1000 milliseconds, exactly.
///
/// A host keeps one limiter per app and command and passes in the time. The documented limit is 200
/// calls a second (pages 1047/53437 to 1047/53442); that the window slides is decided. A refused
/// call is answered with [`Rule::TooFrequent`](crate::Rule::TooFrequent).
///
/// Memory: 8 bytes per call of N, allocated once by [`RateLimiter::new`]; no call allocates.
/// Equality compares what the limiters hold, so limiters of the same N that saw the same calls are
/// equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimiter {
    /// A ring of the last N admitted times, in milliseconds.
    admitted_ms: Box<[u64]>,
    /// The slot to write next; once the ring is full, the oldest time.
    next: usize,
    /// Whether every slot has been written. Time 0 is a time like any other, so no value can mean
    /// "empty".
    full: bool,
    /// The latest time seen, of refused calls too.
    latest_ms: u64,
}

impl RateLimiter {
    /// A limiter that has seen no call and admits `calls_per_second` calls in any 1000
    /// milliseconds; 0 refuses all.
    ///
    /// It takes 8 bytes per call. A number too large for the memory aborts as any allocation does.
    /// A policy keeps the number within 0 to 1,000,000 (decided), that is 8 MB at most.
    #[must_use]
    pub fn new(calls_per_second: u32) -> Self {
        // Saturates only where `usize` has 16 bits; the allocation is refused there.
        let slots = usize::try_from(calls_per_second).unwrap_or(usize::MAX);
        Self { admitted_ms: vec![0; slots].into_boxed_slice(), next: 0, full: false, latest_ms: 0 }
    }

    /// Whether a call at `now_ms` (milliseconds since any fixed moment) is admitted; if so, it is
    /// counted.
    ///
    /// It is admitted if fewer than N calls were admitted later than `now_ms - 1000`. Refused calls
    /// do not count. A clock that steps back counts as the latest time seen. All this is decided.
    pub fn admit(&mut self, now_ms: u64) -> bool {
        self.latest_ms = self.latest_ms.max(now_ms);
        // Without slots, that is with N = 0, no call is admitted.
        let Some(oldest_ms) = self.admitted_ms.get_mut(self.next) else {
            return false;
        };
        // Times never fall, so the window has room exactly if the N-th last admitted call has left
        // it.
        if self.full && self.latest_ms.saturating_sub(*oldest_ms) < WINDOW_MS {
            return false;
        }
        *oldest_ms = self.latest_ms;
        self.next = self.next.saturating_add(1);
        if self.next == self.admitted_ms.len() {
            self.next = 0;
            self.full = true;
        }
        true
    }
}

/// One [`RateLimiter`] for each command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimiters {
    /// `None` if there is no limit.
    limiters: Option<[RateLimiter; Command::COUNT]>,
}

impl RateLimiters {
    /// Limiters that each admit `calls_per_second` calls in any 1000 milliseconds.
    #[must_use]
    pub fn new(calls_per_second: u32) -> Self {
        Self { limiters: Some(core::array::from_fn(|_| RateLimiter::new(calls_per_second))) }
    }

    /// Limiters that admit every call.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self { limiters: None }
    }

    /// Whether one more call of the command at `now_ms` (milliseconds since any fixed moment) is
    /// admitted; if so, it is counted.
    pub fn admit(&mut self, command: Command, now_ms: u64) -> bool {
        let Some(limiters) = &mut self.limiters else { return true };
        limiters.get_mut(command.index()).is_some_and(|limiter| limiter.admit(now_ms))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn admitted(calls_per_second: u32, times_ms: &[u64]) -> Vec<bool> {
        let mut limiter = RateLimiter::new(calls_per_second);
        times_ms.iter().map(|&t| limiter.admit(t)).collect()
    }

    #[test]
    fn the_window_is_open_at_its_far_end() {
        assert_eq!(admitted(1, &[5000, 5999]), [true, false]);
        assert_eq!(admitted(1, &[5000, 6000]), [true, true]);
        assert_eq!(admitted(1, &[5000, 6001]), [true, true]);
        assert_eq!(admitted(2, &[5000, 5001, 6000, 6000, 6001]), [true, true, true, false, true]);
    }

    #[test]
    fn refused_calls_do_not_count() {
        assert_eq!(admitted(1, &[0, 900, 1000, 1900, 2000]), [true, false, true, false, true]);
    }

    #[test]
    fn zero_refuses_all() {
        assert_eq!(admitted(0, &[0, 1, 5000, u64::MAX]), [false; 4]);
    }

    #[test]
    fn time_zero_is_a_time() {
        assert_eq!(admitted(1, &[0, 0]), [true, false]);
        assert_eq!(admitted(2, &[0, 0, 0, 999, 1000]), [true, true, false, false, true]);
        assert_eq!(admitted(2, &[0, 0, 1000, 1000, 1000]), [true, true, true, true, false]);
    }

    #[test]
    fn a_clock_that_steps_back_counts_as_the_latest_time_seen() {
        // The second call counts as one at 5000.
        assert_eq!(admitted(2, &[5000, 100, 5999, 6000]), [true, true, false, true]);
        assert_eq!(admitted(2, &[5000, 100, 6000, 6000, 6000]), [true, true, true, true, false]);
        // A refused call moves the clock too: the third call counts as one at 5999.
        assert_eq!(admitted(1, &[5000, 5999, 4000, 6000]), [true, false, false, true]);
        // An early call cannot slip in before the window.
        assert_eq!(admitted(1, &[5000, 3000]), [true, false]);
    }

    #[test]
    fn a_refused_call_in_the_future_holds_the_clock() {
        let mut limiter = RateLimiter::new(0);
        assert!(!limiter.admit(9000));
        assert_eq!(limiter.latest_ms, 9000);
        assert!(!limiter.admit(1));
        assert_eq!(limiter.latest_ms, 9000);
    }

    #[test]
    fn the_end_of_time_does_not_overflow() {
        let max = u64::MAX;
        assert_eq!(admitted(1, &[max, max]), [true, false]);
        assert_eq!(admitted(1, &[max - 999, max]), [true, false]);
        assert_eq!(admitted(1, &[max - 1000, max]), [true, true]);
        assert_eq!(admitted(2, &[0, max, max, max, 0]), [true, true, true, false, false]);
    }

    #[test]
    fn memory_is_fixed() {
        let mut limiter = RateLimiter::new(3);
        let before = limiter.admitted_ms.as_ptr();
        for t in 0..10_000 {
            limiter.admit(t);
        }
        assert_eq!(limiter.admitted_ms.len(), 3);
        assert_eq!(limiter.admitted_ms.as_ptr(), before);
        assert_eq!(limiter.clone().admitted_ms.len(), 3);
    }

    #[test]
    fn the_same_calls_make_equal_limiters() {
        let (mut a, mut b) = (RateLimiter::new(2), RateLimiter::new(2));
        assert_eq!(a, b);
        a.admit(7);
        assert_ne!(a, b);
        b.admit(7);
        assert_eq!(a, b);
        assert_ne!(RateLimiter::new(1), RateLimiter::new(2));
    }

    // The definition, word for word: a log of all admitted calls, counted anew each time.
    struct Log {
        limit: usize,
        latest: u64,
        admitted: Vec<u64>,
    }

    impl Log {
        fn admit(&mut self, now: u64) -> bool {
            self.latest = self.latest.max(now);
            let start = i128::from(self.latest) - 1000;
            let recent = self.admitted.iter().filter(|&&t| i128::from(t) > start).count();
            let admit = recent < self.limit;
            if admit {
                self.admitted.push(self.latest);
            }
            admit
        }
    }

    #[test]
    fn agrees_with_a_naive_log() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: u64| {
            // xorshift64
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        let (mut yes, mut no) = (0, 0);
        // An interpreter that checks memory is some thousand times slower.
        let steps = if cfg!(miri) { 100 } else { 1000 };
        for limit in [0_u32, 1, 2, 3, 7, 20] {
            for start in [0, 1_700_000_000_000, u64::MAX - 20_000] {
                let mut limiter = RateLimiter::new(limit);
                let mut log =
                    Log { limit: usize::try_from(limit).unwrap(), latest: 0, admitted: Vec::new() };
                let mut now: u64 = start;
                for step in 0..steps {
                    now = match random(8) {
                        0 => now.saturating_sub(random(1500)),
                        1 => now.saturating_add(1000),
                        2 => now.saturating_add(999 + random(3)),
                        3 | 4 => now,
                        _ => now.saturating_add(random(200)),
                    };
                    let expected = log.admit(now);
                    assert_eq!(limiter.admit(now), expected, "limit {limit}, step {step}");
                    if expected {
                        yes += 1;
                    } else {
                        no += 1;
                    }
                }
            }
        }
        // Both answers were really compared.
        assert!(yes > 2 * steps && no > 2 * steps, "{yes} admitted, {no} refused");
    }
}
