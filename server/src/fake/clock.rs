//! The time that calls are served at.

use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::clock::{LAST_SECONDS, unix_seconds};
use crate::json::{Json, WrongJson};

/// By how many seconds the clock can be shifted.
const SHIFTS: RangeInclusive<i128> = -(1 << 40)..=1 << 40;

/// How the time of calls is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Real,
    Fixed(u64),
    Shifted(i64),
}

/// The clock of calls. Time-outs do not use it.
#[derive(Debug, Default)]
pub struct FakeClock(Mutex<Mode>);

/// What a test is shown of the clock.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Unix seconds: the time of a call that arrives now.
    now: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shift_seconds: Option<i64>,
}

impl FakeClock {
    fn mode(&self) -> Mode {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unix seconds.
    pub fn now_seconds(&self) -> u64 {
        match self.mode() {
            Mode::Real => unix_seconds(),
            Mode::Fixed(seconds) => seconds,
            Mode::Shifted(by) => unix_seconds().saturating_add_signed(by).min(LAST_SECONDS),
        }
    }

    /// Sets the clock to what an object says that has exactly one of `fixed` (Unix seconds) and
    /// `shift_seconds` (seconds).
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn set(&self, setting: &Json<'_>) -> Result<(), WrongJson> {
        let mode = match setting.object(["fixed", "shift_seconds"])? {
            [Some(fixed), None] => {
                Mode::Fixed(fixed.integer(0..=LAST_SECONDS.into(), " (Unix seconds)")?)
            }
            [None, Some(shift)] => Mode::Shifted(shift.integer(SHIFTS, " (seconds)")?),
            _ => {
                let problem = "must have exactly one of the members fixed (Unix seconds) and shift_seconds (seconds)";
                return Err(setting.wrong(problem));
            }
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mode;
        Ok(())
    }

    /// Back to the clock of the machine.
    pub fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Mode::Real;
    }

    /// What a test is shown.
    pub fn shown(&self) -> Shown {
        let (fixed, shift_seconds) = match self.mode() {
            Mode::Real => (None, None),
            Mode::Fixed(seconds) => (Some(seconds), None),
            Mode::Shifted(by) => (None, Some(by)),
        };
        Shown { now: self.now_seconds(), fixed, shift_seconds }
    }
}
