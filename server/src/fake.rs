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
mod memory;
mod query;
mod random;
mod recording;
mod refused;
mod reset;
mod routes;
mod rule;
mod snapshot;

use std::sync::{Arc, OnceLock};

use convmark::{Command, Policy};
use tokio::sync::{RwLock, watch};

pub use accounts::Accounts;
pub use calls::Calls;
pub use clock::FakeClock;
pub use entry::{Entry, Found, Served};
pub use facts::{ChangingFacts, KnownNow};
pub use faults::{Fault, Faults};
pub use memory::Replaceable;
pub use reset::{Epoch, Judging, Over, Part};
pub use routes::{PREFIX, ROUTES, Routes};
pub(crate) use routes::{absent, drain, elsewhere, is_control};
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
    /// Read by a call while it is judged, written by a reset.
    judging: Arc<RwLock<()>>,
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
            judging: Arc::default(),
        }
    }

    /// The accounts can be worked on from now on.
    pub fn opened(&self, accounts: Accounts) {
        let _ = self.accounts.set(accounts);
    }

    /// What happens to a call that began at that moment.
    ///
    /// # Errors
    ///
    /// [`Over`]: the rules of now are not for it, and do not count it.
    pub fn decide(
        &self,
        epoch: Epoch,
        command: Command,
        account: Option<&str>,
    ) -> Result<Option<Fault>, Over> {
        self.faults.decide_if(|| self.epoch() == epoch, command, account)
    }

    /// Notes how a call ended, unless there was a reset since it began.
    pub fn ended(&self, served: Served<'_>, epoch: Epoch) {
        let entry = Entry::of(served, &self.policy, self.calls.has_bodies());
        self.calls.add_if(|| self.epoch() == epoch, entry);
    }

    fn accounts(&self) -> Result<&Accounts, Refused> {
        let refused = || Refused::unavailable("the store is being opened; try again");
        self.accounts.get().ok_or_else(refused)
    }
}
