//! Times of calls, for the frequency gate.

use super::Draw;

/// Times in milliseconds, clocks that step back included.
pub fn times(draw: &mut Draw, most: usize) -> Vec<u64> {
    let mut now = draw.pick(&[0, 1_700_000_000_000, u64::MAX - 3000]);
    let mut times = Vec::new();
    while !draw.is_spent() && times.len() < most {
        now = match draw.below(8) {
            0 => now,
            1 => now.saturating_add(1000),
            2 => now.saturating_add(999),
            3 => now.saturating_add(1001),
            4 => now.saturating_sub(u64::from(draw.byte()) * 8),
            5 => now.saturating_add(u64::from(draw.byte())),
            6 => now.saturating_add(1),
            _ => draw.long(),
        };
        times.push(now);
    }
    times
}
