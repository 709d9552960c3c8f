//! The server's clocks.

use std::time::{Instant, SystemTime};

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
