//! The call-frequency gate.

use crate::twin;
use convmark::Gate;

/// Calls at these times: the same ones are admitted. Returns how many.
///
/// # Panics
///
/// If gate and log differ.
pub fn compare(calls_per_second: u32, times: &[u64]) -> usize {
    let mut gate = Gate::new(calls_per_second);
    let mut log = twin::gate::Gate::new(calls_per_second);
    let mut admitted = 0;
    for (step, now) in times.iter().enumerate() {
        let expected = log.admit(*now);
        assert_eq!(gate.admit(*now), expected, "{calls_per_second} a second, call {step} of {times:?}");
        admitted += usize::from(expected);
    }
    admitted
}
