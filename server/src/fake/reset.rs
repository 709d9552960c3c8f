//! Back to the start, between two tests: no call has a part in both.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedRwLockReadGuard;
use tokio::time::timeout;

use super::Fake;
use super::refused::Refused;

/// How long a reset waits for the calls that are being judged.
const RESET_WAIT: Duration = Duration::from_secs(30);

/// A moment between two resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

/// There was a reset since the call began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

/// A call is being judged. No reset takes place until all clones are dropped.
#[derive(Clone, Debug)]
pub struct Judging {
    _guard: Arc<OwnedRwLockReadGuard<()>>,
}

/// What a reset can leave as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Begins to judge a call that began at that moment. A reset waits for its end, and it waits for
    /// the end of a reset.
    ///
    /// # Errors
    ///
    /// [`Over`].
    pub async fn judge(&self, epoch: Epoch) -> Result<Judging, Over> {
        let guard = Arc::clone(&self.judging).read_owned().await;
        if self.epoch() == epoch { Ok(Judging { _guard: Arc::new(guard) }) } else { Err(Over) }
    }

    /// Back to the start, but for what is kept. What is being judged is judged before.
    ///
    /// # Errors
    ///
    /// If calls are judged for too long, and nothing was reset; or if the store fails, and some
    /// accounts are still there.
    pub(super) async fn reset(&self, kept: &[Part]) -> Result<(), Refused> {
        let _alone = timeout(RESET_WAIT, self.judging.write()).await.map_err(|_| {
            Refused::unavailable("calls are still being judged, and nothing was reset; try again")
        })?;
        let goes = |part| !kept.contains(&part);
        // What is not judged yet belongs to the time before. First, so that it does not count or note
        // anything after that was removed below.
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

#[cfg(test)]
mod tests {
    use convmark::Policy;
    use tokio::sync::watch;

    use super::*;
    use crate::config::FakeOptions;
    use crate::facts::Known;
    use crate::fake::{Accounts, KnownNow, Replaceable};
    use crate::service::{Service, ServiceOptions};
    use crate::store::memory::MemoryStore;

    fn fake() -> (Fake, watch::Sender<bool>) {
        let (stop, stopping) = watch::channel(false);
        let options = FakeOptions { calls_max: 10 };
        let policy = Policy::default();
        let fake = Fake::new(options, Known::default(), &policy, stopping);
        let known = KnownNow::Changing(Arc::clone(&fake.facts));
        let make = move || {
            let options = ServiceOptions::default();
            Service::with_facts(MemoryStore::new(), known.clone(), &policy, options)
        };
        fake.opened(Accounts::Memory(Arc::new(Replaceable::new(make))));
        (fake, stop)
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_that_waits_too_long_for_a_call_changes_nothing() {
        let (fake, _stop) = fake();
        fake.calls.set_bodies(true);
        let epoch = fake.epoch();
        let judging = fake.judge(epoch).await.unwrap();
        let begun = tokio::time::Instant::now();
        let refused = fake.reset(&[]).await.unwrap_err();
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(refused.status, hyper::StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.error, "calls are still being judged, and nothing was reset; try again");
        assert!(fake.calls.has_bodies() && fake.epoch() == epoch);
        // Clones count too.
        let clone = judging.clone();
        drop(judging);
        assert!(fake.reset(&[]).await.is_err());
        drop(clone);
        fake.reset(&[]).await.unwrap();
        assert!(!fake.calls.has_bodies());
        assert_eq!(fake.judge(epoch).await.unwrap_err(), Over);
    }
}
