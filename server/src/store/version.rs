//! Versions of accounts.

/// How many records an account has had. 0 is an account without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// An account without data.
    pub const ZERO: Self = Self(0);

    /// The version with that number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        self.plus(1)
    }

    /// The version after that many records.
    #[must_use]
    pub const fn plus(self, records: u64) -> Self {
        // 2^64 records are never reached: at a million a second, it takes 580,000 years.
        Self(self.0.saturating_add(records))
    }
}
