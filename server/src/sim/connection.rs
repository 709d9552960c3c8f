//! The connection of one server to the simulated store: messages are delayed, lost and late.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::disk::{Disk, SimAccount};
use crate::store::{
    AccountKey, AccountLog, Append, AppendError, Found, Listed, Loaded, Record, Snapshot, Store,
    StoreError, Version,
};

/// What decides whether a server goes on.
#[derive(Default)]
pub(super) struct Life {
    pub(super) has_crashed: AtomicBool,
    /// In virtual milliseconds since the start.
    pub(super) sleeps_until_ms: AtomicU64,
}

/// What a message to the store does there.
trait Change: FnOnce(&mut Disk) -> Result<(), AppendError> + Send + 'static {}

impl<C: FnOnce(&mut Disk) -> Result<(), AppendError> + Send + 'static> Change for C {}

/// The connection of one server.
#[derive(Clone)]
pub(super) struct SimStore<const EXCLUSIVE: bool> {
    disk: Arc<Mutex<Disk>>,
    life: Arc<Life>,
    start: Instant,
}

impl<const EXCLUSIVE: bool> SimStore<EXCLUSIVE> {
    pub(super) fn new(disk: &Arc<Mutex<Disk>>, life: &Arc<Life>, start: Instant) -> Self {
        Self { disk: Arc::clone(disk), life: Arc::clone(life), start }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap()
    }

    fn one_in(&self, times: usize) -> bool {
        self.disk().random.one_in(times)
    }

    /// A moment in which anything else can happen. A server that crashed never leaves it.
    async fn step(&self) {
        let delay = {
            let mut disk = self.disk();
            let longest = disk.faults().delay_ms;
            disk.random.below(longest + 1) as u64
        };
        sleep(Duration::from_millis(delay)).await;
        let until = self.life.sleeps_until_ms.load(Relaxed);
        sleep_until(self.start + Duration::from_millis(until)).await;
        if self.life.has_crashed.load(Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    /// A change on its way to the store, even if nobody waits for it any more.
    async fn send(&self, change: impl Change) -> Result<(), AppendError> {
        let store = self.clone();
        tokio::spawn(async move { store.deliver(change).await }).await.unwrap()
    }

    async fn deliver(&self, change: impl Change) -> Result<(), AppendError> {
        self.step().await;
        let faults = self.disk().faults();
        if self.one_in(faults.unavailable) {
            return Err(AppendError::Unavailable("simulated"));
        }
        if self.one_in(faults.lost_request) {
            self.step().await;
            return Err(AppendError::Unknown("simulated"));
        }
        if self.one_in(faults.late) {
            let delay = {
                let mut disk = self.disk();
                disk.late += 1;
                Duration::from_millis(disk.random.below(if EXCLUSIVE { 900 } else { 300 }) as u64)
            };
            if EXCLUSIVE {
                // It knows its own disk, which is slow, and what the process had not handed to it
                // dies with it.
                sleep(delay).await;
                self.step().await;
                return change(&mut self.disk());
            }
            let store = self.clone();
            tokio::spawn(async move {
                sleep(delay).await;
                let _ = change(&mut store.disk());
            });
            self.step().await;
            return Err(AppendError::Unknown("simulated"));
        }
        let result = change(&mut self.disk());
        let is_lost = self.one_in(faults.lost_reply);
        self.step().await;
        if is_lost {
            self.disk().lost_replies += 1;
            return Err(AppendError::Unknown("simulated"));
        }
        result
    }

    async fn ask<T>(
        &self,
        read: impl FnOnce(Option<&SimAccount>) -> Result<T, StoreError>,
        account: &AccountKey,
    ) -> Result<T, StoreError> {
        self.step().await;
        let unavailable = self.disk().faults().unavailable;
        if self.one_in(unavailable) {
            return Err(StoreError::Unavailable("simulated"));
        }
        let result = read(self.disk().accounts.get(account));
        self.step().await;
        result
    }
}

impl<const EXCLUSIVE: bool> Store for SimStore<EXCLUSIVE> {
    const EXCLUSIVE: bool = EXCLUSIVE;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        let account = account.clone();
        self.send(move |disk: &mut Disk| disk.append(&account, &append)).await
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let read = |entry: Option<&SimAccount>| match entry {
            Some(entry) => entry.log.load(account, known),
            None => AccountLog::default().load(account, known),
        };
        self.ask(read, account).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        self.step().await;
        let folded = self.disk().fold(account, &snapshot);
        self.step().await;
        Ok(folded)
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        let account = account.clone();
        self.send(move |disk: &mut Disk| disk.restore(&account, after, snapshot)).await
    }

    async fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        let read = |entry: Option<&SimAccount>| {
            entry.map_or(Ok(Found::NotYet), |entry| entry.log.find(account, version))
        };
        self.ask(read, account).await
    }

    async fn accounts(&self, _: Option<&AccountKey>, _: usize) -> Result<Listed, StoreError> {
        let accounts = self.disk().accounts.keys().cloned().collect();
        Ok(Listed { accounts, unlisted: Vec::new() })
    }

    async fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let read = |entry: Option<&SimAccount>| {
            let Some(entry) = entry else { return Ok(Vec::new()) };
            let kept = entry.kept.range(after.next()..).take(limit);
            let open = |(at, sealed): (&Version, &bytes::Bytes)| {
                Record::open(account, *at, sealed.clone())
            };
            Ok(kept.map(open).collect::<Result<_, _>>()?)
        };
        self.ask(read, account).await
    }

    async fn cut_history(&self, account: &AccountKey) -> Result<(), StoreError> {
        self.step().await;
        if let Some(entry) = self.disk().accounts.get_mut(account) {
            entry.kept.clear();
        }
        self.step().await;
        Ok(())
    }

    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
