//! A service that tests control, under `/_convmark/` of the control address.
//!
//! Calls ask it for the time, the facts and their faults, and tell it how they ended. Without it they
//! do none of this.

mod accounts;
mod answer;
mod calls;
mod check;
mod clock;
mod endpoints;
mod entry;
mod facts;
mod faults;
mod json;
mod memory;
mod query;
mod random;
mod recording;
mod refused;
mod routes;
mod rule;

use std::sync::{Arc, OnceLock};

use convmark::Policy;
use serde::Deserialize;
use tokio::sync::{Mutex, watch};

pub use accounts::Accounts;
pub use calls::Calls;
pub use clock::FakeClock;
pub use entry::{Entry, Served};
pub use facts::{ChangingFacts, KnownNow};
pub use faults::{Fault, Faults};
pub use memory::Replaceable;
pub use routes::{PREFIX, ROUTES, Routes};
pub use rule::Drop;

use crate::config::FakeOptions;
use crate::facts::Known;
use refused::Refused;

/// Everything that tests control.
pub struct Fake {
    /// What is known.
    pub facts: Arc<ChangingFacts>,
    /// The time of calls.
    pub clock: FakeClock,
    /// The last calls.
    pub calls: Calls,
    /// Which calls go wrong.
    pub faults: Faults,
    policy: Policy,
    accounts: OnceLock<Accounts>,
    resets: watch::Sender<u64>,
    stopping: watch::Receiver<bool>,
    resetting: Mutex<()>,
}

/// A moment between two resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

/// What a reset can leave as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The accounts.
    Accounts,
    /// The facts.
    Facts,
    /// The clock.
    Clock,
    /// The calls, and whether bodies are kept.
    Calls,
    /// The rules for faults.
    Faults,
}

impl Part {
    /// Every part, with its name.
    pub const ALL: [(&str, Self); 5] = [
        ("accounts", Self::Accounts),
        ("facts", Self::Facts),
        ("clock", Self::Clock),
        ("calls", Self::Calls),
        ("faults", Self::Faults),
    ];
}

impl Fake {
    /// A fake service at its start. `stopping` says true once the server is to stop.
    #[must_use]
    pub fn new(
        options: FakeOptions,
        known: Known,
        policy: &Policy,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            facts: Arc::new(ChangingFacts::new(known)),
            clock: FakeClock::default(),
            calls: Calls::new(options.calls_max),
            faults: Faults::default(),
            policy: *policy,
            accounts: OnceLock::new(),
            resets: watch::Sender::new(0),
            stopping,
            resetting: Mutex::new(()),
        }
    }

    /// The accounts can be worked on from now on.
    pub fn opened(&self, accounts: Accounts) {
        let _ = self.accounts.set(accounts);
    }

    /// Now.
    pub fn epoch(&self) -> Epoch {
        Epoch(*self.resets.borrow())
    }

    /// Waits for a reset after that moment, or until the server is to stop.
    pub async fn is_over(&self, epoch: Epoch) {
        let mut resets = self.resets.subscribe();
        let mut stopping = self.stopping.clone();
        // Without a sender nothing is served any more.
        tokio::select! {
            _ = resets.wait_for(|resets| Epoch(*resets) != epoch) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }

    /// Notes how a call ended, unless there was a reset since it began.
    pub fn ended(&self, served: Served<'_>, epoch: Epoch) {
        let entry = Entry::of(served, &self.policy, self.calls.has_bodies());
        if self.epoch() == epoch {
            self.calls.add(entry);
        }
    }

    fn accounts(&self) -> Result<&Accounts, Refused> {
        let refused = || Refused::unavailable("the store is being opened; try again");
        self.accounts.get().ok_or_else(refused)
    }

    /// Back to the start, but for what is kept.
    ///
    /// # Errors
    ///
    /// If the store fails. Then some accounts are still there.
    async fn reset(&self, kept: &[Part]) -> Result<(), Refused> {
        // Two at a time would not end together.
        let _alone = self.resetting.lock().await;
        let goes = |part| !kept.contains(&part);
        // What is not judged yet belongs to the time before.
        self.resets.send_modify(|resets| *resets = resets.wrapping_add(1));
        if goes(Part::Faults) {
            self.faults.clear();
        }
        if goes(Part::Facts) {
            self.facts.reset();
        }
        if goes(Part::Clock) {
            self.clock.reset();
        }
        if goes(Part::Accounts) {
            self.accounts()?.reset().await?;
        }
        if goes(Part::Calls) {
            self.calls.set_bodies(false);
            self.calls.clear();
        }
        Ok(())
    }
}
