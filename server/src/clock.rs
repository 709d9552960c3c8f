//! The server's clocks.

use std::time::{Instant, SystemTime};

/// The last time that an account may have, in Unix seconds: 2^40 - 1, in the year 36812. No time of
/// a later change is before that of the account, so that one by mistake in other units would stay.
pub const LAST_SECONDS: u64 = (1 << 40) - 1;

/// Unix seconds. A clock before 1970 counts as 1970.
#[must_use]
pub fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// Milliseconds since that moment, by the monotonic clock: setting the time of the machine does
/// not change it.
#[must_use]
pub fn milliseconds_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
