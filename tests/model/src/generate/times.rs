//! Times of calls for the rate limiters.

use super::ByteSource;

/// Times in milliseconds. The clock may step back.
pub fn times(source: &mut ByteSource, maximum: usize) -> Vec<u64> {
    let mut now = source.pick(&[0, 1_700_000_000_000, u64::MAX - 3000]);
    let mut times = Vec::new();
    while !source.is_exhausted() && times.len() < maximum {
        now = match source.below(8) {
            0 => now,
            1 => now.saturating_add(1000),
            2 => now.saturating_add(999),
            3 => now.saturating_add(1001),
            4 => now.saturating_sub(u64::from(source.byte()) * 8),
            5 => now.saturating_add(u64::from(source.byte())),
            6 => now.saturating_add(1),
            _ => source.long(),
        };
        times.push(now);
    }
    times
}
