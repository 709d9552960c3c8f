//! Compares the rate limiters.

use crate::reference;
use convmark::rate::RateLimiter;

/// Makes calls at these times, in milliseconds: both must admit the same ones. Returns how many
/// were admitted.
///
/// # Panics
///
/// If they differ.
pub fn compare(calls_per_second: u32, times: &[u64]) -> usize {
    let mut limiter = RateLimiter::new(calls_per_second);
    let mut log = reference::rate_limiter::RateLimiter::new(calls_per_second);
    let mut admitted = 0;
    for (step, now) in times.iter().enumerate() {
        let expected = log.admit(*now);
        assert_eq!(
            limiter.admit(*now),
            expected,
            "{calls_per_second} a second, call {step} of {times:?}"
        );
        admitted += usize::from(expected);
    }
    admitted
}
