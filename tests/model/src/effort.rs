//! How much is tried: the environment variable `CONVMARK_MODEL` decides the depth and the number of
//! cases.
//!
//! Unset or `1` is for every `cargo test`, `fast` for mutation testing and `full` for optimised
//! builds.

/// The chosen effort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// A few seconds for everything.
    Fast,
    /// A minute or two for everything, without optimisation.
    Normal,
    /// Full depth.
    Full,
}

impl Effort {
    /// The effort that the environment asks for.
    ///
    /// # Panics
    ///
    /// If the value is unknown, so that a typo does not silently run fewer cases.
    pub fn chosen() -> Self {
        match std::env::var("CONVMARK_MODEL").as_deref() {
            Err(_) | Ok("" | "1" | "normal") => Self::Normal,
            Ok("fast") => Self::Fast,
            Ok("full") => Self::Full,
            Ok(other) => panic!("CONVMARK_MODEL={other}: fast, 1 or full"),
        }
    }

    /// Scales the number of cases of [`Effort::Normal`].
    pub fn cases(self, normal: u32) -> u32 {
        match self {
            Self::Fast => (normal / 6).max(1),
            Self::Normal => normal,
            Self::Full => normal.saturating_mul(20),
        }
    }

    /// Chooses one of three values, for settings that do not scale.
    pub fn choose<T>(self, fast: T, normal: T, full: T) -> T {
        match self {
            Self::Fast => fast,
            Self::Normal => normal,
            Self::Full => full,
        }
    }
}
