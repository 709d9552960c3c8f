//! Random numbers that are the same for the same seed, in every release: SplitMix64.

/// A sequence of random numbers.
#[derive(Clone, Copy, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Whether something with this probability happens now: the upper 32 bits of the next number,
    /// divided by 2^32, are less.
    pub fn happens(&mut self, probability: f64) -> bool {
        let upper = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(upper) / 4_294_967_296.0 < probability
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the published algorithm for the seed 1234567.
    #[test]
    fn the_sequence_is_that_of_the_published_algorithm() {
        let mut random = Random::new(1_234_567);
        let expected: [u64; 5] = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| random.next()), expected);
    }

    #[test]
    fn what_is_certain_happens_always_and_what_is_impossible_never() {
        let mut random = Random::new(0);
        for _ in 0..1000 {
            assert!(random.happens(1.0) && !random.happens(0.0));
        }
    }
}
