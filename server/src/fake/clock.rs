//! The time that calls are served at.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::refused::Refused;
use crate::clock::{LAST_SECONDS, unix_seconds};

/// The most by which the clock is shifted, in seconds.
const SHIFT_SECONDS: i64 = 1 << 40;

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

/// How a test sets the clock: with exactly one of the members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    fixed: Option<u64>,
    shift_seconds: Option<i64>,
}

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

    /// Sets the clock.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn set(&self, setting: &Setting) -> Result<(), Refused> {
        let mode = match (setting.fixed, setting.shift_seconds) {
            (Some(seconds), None) if seconds <= LAST_SECONDS => Mode::Fixed(seconds),
            (Some(_), None) => {
                return Err(Refused::bad(
                    "/fixed",
                    &format!("must be Unix seconds from 0 to {LAST_SECONDS}"),
                ));
            }
            (None, Some(by)) if (-SHIFT_SECONDS..=SHIFT_SECONDS).contains(&by) => Mode::Shifted(by),
            (None, Some(_)) => {
                let problem = format!("must be seconds from -{SHIFT_SECONDS} to {SHIFT_SECONDS}");
                return Err(Refused::bad("/shift_seconds", &problem));
            }
            _ => {
                let problem = "must have exactly one of the members fixed (Unix seconds) and shift_seconds (seconds)";
                return Err(Refused::bad("", problem));
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
