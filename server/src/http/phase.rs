//! What a connection is doing, and until when it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::TimeOuts;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Nothing was read since the last answer.
    Idle,
    /// The start of a request was read.
    Head,
    /// A request is being answered, and has its own time-outs.
    Call,
    /// An answer is being written.
    Write,
}

/// The phase of one connection, which the stream, the service and the connection share.
#[derive(Clone, Debug)]
pub struct PhaseWatch {
    start: Instant,
    phase: Arc<AtomicU8>,
    since_ms: Arc<AtomicU64>,
    lingers: Arc<AtomicBool>,
}

impl PhaseWatch {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            phase: Arc::default(),
            since_ms: Arc::default(),
            lingers: Arc::default(),
        }
    }

    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Call,
            _ => Phase::Write,
        }
    }

    pub fn enter(&self, phase: Phase) {
        let since_ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since_ms.store(since_ms, Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// The client is in the middle of its body when the connection is closed, and is listened to for a
    /// moment so that it gets its answer.
    pub fn linger(&self) {
        self.lingers.store(true, Ordering::Relaxed);
    }

    pub fn lingers(&self) -> bool {
        self.lingers.load(Ordering::Relaxed)
    }

    /// When the phase is over; `None` if it has no end.
    pub fn due(&self, times: &TimeOuts) -> Option<Instant> {
        let most = match self.phase() {
            Phase::Idle => times.idle,
            Phase::Head => times.head,
            Phase::Call => return None,
            Phase::Write => times.write,
        };
        let since = Duration::from_millis(self.since_ms.load(Ordering::Relaxed));
        self.start.checked_add(since)?.checked_add(most)
    }
}
