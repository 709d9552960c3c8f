//! When accounts for which the store has no time are asked for again: one rule for all subcommands.

use std::time::Duration;

use tokio::time::sleep;

use crate::plural::choose;

/// How often accounts are tried again.
pub(super) const TRIES: u32 = 5;
/// How long is waited before the first time; twice as long before each next one.
const PAUSE: Duration = Duration::from_secs(1);

/// The tries that are left.
pub(super) struct Retry {
    left: u32,
    pause: Duration,
}

impl Retry {
    pub(super) const fn new() -> Self {
        Self { left: TRIES, pause: PAUSE }
    }

    /// Waits until it is time for the next try. `false` if there were enough.
    pub(super) async fn wait(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        sleep(self.pause).await;
        self.pause = self.pause.saturating_mul(2);
        true
    }
}

/// Why so many accounts are left after all tries.
pub(super) fn too_busy(accounts: u64) -> String {
    format!(
        "the store took too long, or too much waited for {}, each of {} times",
        choose(accounts, "it", "them"),
        TRIES.saturating_add(1)
    )
}
