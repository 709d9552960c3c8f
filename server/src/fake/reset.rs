//! Back to the start, between two tests: no call has a part in both.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard};
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

/// No call is being judged or stored, nor begins to be, until this is dropped.
#[derive(Debug)]
pub(super) struct Alone {
    _guard: OwnedRwLockWriteGuard<()>,
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

    /// Begins to judge a call that began at that moment. A reset waits for its end, and it waits while
    /// a reset waits.
    ///
    /// # Errors
    ///
    /// [`Over`].
    pub async fn judge(&self, epoch: Epoch) -> Result<Judging, Over> {
        let guard = tokio::select! {
            biased;
            guard = Arc::clone(&self.judging).read_owned() => guard,
            () = self.is_over(epoch) => return Err(Over),
        };
        if self.epoch() == epoch { Ok(Judging { _guard: Arc::new(guard) }) } else { Err(Over) }
    }

    /// Waits until no call is being judged or stored, and keeps others from it.
    ///
    /// # Errors
    ///
    /// If that takes too long, or the store is being opened.
    pub(super) async fn alone(&self) -> Result<Alone, Refused> {
        let accounts = self.accounts()?;
        let alone = async {
            let guard = Arc::clone(&self.judging).write_owned().await;
            // What took the store too long goes on after its call was answered.
            accounts.turns_end().await;
            Alone { _guard: guard }
        };
        timeout(RESET_WAIT, alone).await.map_err(|_| Refused::unavailable(STILL_BUSY))
    }

    /// Back to the start, but for what is kept.
    ///
    /// # Errors
    ///
    /// If the store fails. Some accounts are still there then.
    pub(super) async fn reset(&self, _alone: Alone, kept: &[Part]) -> Result<(), Refused> {
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

const STILL_BUSY: &str = "calls are still being judged, or another reset is not over yet, so nothing was reset; try again";

#[cfg(test)]
mod tests {
    use convmark::{Command, Policy};
    use tempfile::TempDir;
    use tokio::sync::watch;

    use super::*;
    use crate::config::FakeOptions;
    use crate::facts::Known;
    use crate::fake::{Accounts, KnownNow, Replaceable};
    use crate::service::{Service, ServiceOptions};
    use crate::store::embedded::{EmbeddedOptions, EmbeddedStore};
    use crate::store::memory::MemoryStore;

    fn closed(policy: &Policy) -> (Fake, watch::Sender<bool>) {
        let (stop, stopping) = watch::channel(false);
        let options = FakeOptions { calls_max: 10 };
        (Fake::new(options, Known::default(), policy, stopping), stop)
    }

    fn fake() -> (Fake, watch::Sender<bool>) {
        let policy = Policy::default();
        let (fake, stop) = closed(&policy);
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
        let refused = fake.alone().await.unwrap_err();
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(refused.status, hyper::StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.error, STILL_BUSY);
        assert!(fake.calls.has_bodies() && fake.epoch() == epoch);
        // Clones count too.
        let clone = judging.clone();
        drop(judging);
        assert!(fake.alone().await.is_err());
        drop(clone);
        fake.reset(fake.alone().await.unwrap(), &[]).await.unwrap();
        assert!(!fake.calls.has_bodies());
        assert_eq!(fake.judge(epoch).await.unwrap_err(), Over);
    }

    #[tokio::test]
    async fn before_the_store_is_open_nothing_is_reset() {
        let (fake, _stop) = closed(&Policy::default());
        let epoch = fake.epoch();
        let refused = fake.alone().await.unwrap_err();
        assert_eq!(refused, Refused::unavailable("the store is being opened; try again"));
        assert_eq!(fake.epoch(), epoch);
    }

    /// The writer of the store has a thread of its own. With a clock that goes on whenever all tasks
    /// wait, its time is over before it has begun.
    #[tokio::test]
    async fn a_reset_waits_for_a_call_that_took_the_store_too_long() {
        let place = TempDir::new().unwrap();
        let options = EmbeddedOptions { create: true, ..EmbeddedOptions::default() };
        let store = EmbeddedStore::open(place.path().join("data"), options).unwrap();
        let policy = Policy::default();
        let (fake, _stop) = closed(&policy);
        let known = KnownNow::Changing(Arc::clone(&fake.facts));
        let options = ServiceOptions::default();
        let service = Service::with_facts(Arc::new(store), known, &policy, options);
        fake.opened(Accounts::Directory(service.clone()));
        let mut late = 0;
        for number in 0..20 {
            let get = format!(r#"{{"From_Account":"u{number}","StartIndex":0}}"#);
            service.call(Command::GetContactGroup, get.as_bytes(), 1).await;
            let body = format!(
                r#"{{"From_Account":"u{number}","GroupContactItem":[{{"GroupName":"g"}}]}}"#
            );
            let judging = fake.judge(fake.epoch()).await.unwrap();
            tokio::time::pause();
            let answer = service.call(Command::CreateContactGroup, body.as_bytes(), 1).await;
            tokio::time::resume();
            drop(judging);
            late += u32::from(crate::answer::code_of(&answer) == 50005);
            fake.reset(fake.alone().await.unwrap(), &[]).await.unwrap();
            service.turns_end().await;
            let users = fake.accounts().unwrap().list(None, 10).await.unwrap();
            assert!(users.is_empty(), "it took effect after the reset");
        }
        // The thread may be faster now and then.
        assert!(late > 0, "no call took too long");
    }
}
