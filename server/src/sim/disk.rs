//! The simulated store: one state that all servers share, and one connection for each server.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use support::random::Random;
use tokio::time::{Instant, sleep, sleep_until};

use super::Planted;
use crate::store::{
    AccountKey, AccountLog, Append, AppendError, Found, Listed, Loaded, Record, Snapshot, Store,
    StoreError, Version,
};

/// How often something goes wrong: one in so many.
#[derive(Clone, Copy)]
pub(super) struct DiskFaults {
    planted: Planted,
    is_exclusive: bool,
    lost_request: usize,
    lost_reply: usize,
    late: usize,
    unavailable: usize,
    delay_ms: usize,
}

impl DiskFaults {
    pub(super) fn draw(random: &mut Random, planted: Planted, is_exclusive: bool) -> Self {
        let often = [8, 20, 60, 400];
        Self {
            planted,
            is_exclusive,
            lost_request: *random.pick(&often),
            lost_reply: *random.pick(&often),
            late: *random.pick(&often),
            unavailable: *random.pick(&[30, 100, 1000]),
            delay_ms: *random.pick(&[1, 5, 30]),
        }
    }
}

#[derive(Default)]
pub(super) struct SimAccount {
    pub(super) log: AccountLog,
    /// Every record that became part of the account, in order; folds cut nothing here.
    pub(super) history: Vec<Record>,
    /// When each of them became part of it.
    pub(super) appended_at: Vec<Instant>,
    /// What a power failure leaves, if that is less than everything.
    durable: Option<(AccountLog, usize)>,
}

pub(super) struct Disk {
    pub(super) accounts: BTreeMap<AccountKey, SimAccount>,
    pub(super) random: Random,
    pub(super) late: usize,
    pub(super) lost_replies: usize,
    faults: DiskFaults,
}

impl Disk {
    pub(super) fn new(random: Random, faults: DiskFaults) -> Self {
        Self { accounts: BTreeMap::new(), random, late: 0, lost_replies: 0, faults }
    }

    fn append(&mut self, account: &AccountKey, append: &Append) -> Result<(), AppendError> {
        let planted = self.faults.planted;
        let entry = self.accounts.entry(account.clone()).or_default();
        let mut append = append.clone();
        if planted == Planted::NoVersionCheck {
            append.after = entry.log.head();
            let mut version = append.after;
            for record in &mut append.records {
                version = version.next();
                record.version = version;
            }
        }
        let before = (planted == Planted::AcknowledgedBeforeDurable)
            .then(|| (entry.log.clone(), entry.history.len()));
        if planted == Planted::CutUnderStaleServer && append.after < entry.log.folded() {
            let taken =
                append.records.iter().any(|new| entry.log.records.contains_key(&new.version));
            if taken {
                return Err(AppendError::Conflict);
            }
            for record in &append.records {
                entry.log.records.insert(record.version, record.seal(account));
            }
            return Ok(());
        }
        entry.log.append(account, &append)?;
        entry.history.extend(append.records);
        entry.appended_at.resize(entry.history.len(), Instant::now());
        if entry.durable.is_none() {
            entry.durable = before;
        }
        Ok(())
    }

    pub(super) fn make_durable(&mut self) {
        for account in self.accounts.values_mut() {
            account.durable = None;
        }
    }

    pub(super) fn lose_power(&mut self) {
        for account in self.accounts.values_mut() {
            if let Some((log, length)) = account.durable.take() {
                account.log = log;
                account.history.truncate(length);
                account.appended_at.truncate(length);
            }
        }
    }

    pub(super) fn fold(&mut self, account: &AccountKey, snapshot: &Snapshot) -> bool {
        self.accounts.get_mut(account).is_some_and(|entry| entry.log.fold(account, snapshot))
    }
}

/// What decides whether a server goes on.
#[derive(Default)]
pub(super) struct Life {
    pub(super) has_crashed: AtomicBool,
    /// In virtual milliseconds since the start.
    pub(super) sleeps_until_ms: AtomicU64,
}

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
            let longest = disk.faults.delay_ms;
            disk.random.below(longest + 1) as u64
        };
        sleep(Duration::from_millis(delay)).await;
        let until = self.life.sleeps_until_ms.load(Relaxed);
        sleep_until(self.start + Duration::from_millis(until)).await;
        if self.life.has_crashed.load(Relaxed) {
            std::future::pending::<()>().await;
        }
    }

    /// One request to append, as the store sees it.
    async fn deliver(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        self.step().await;
        let faults = self.disk().faults;
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
                Duration::from_millis(disk.random.below(300) as u64)
            };
            let (store, account) = (self.clone(), account.clone());
            tokio::spawn(async move {
                sleep(delay).await;
                // What a process had not handed to its own disk dies with it.
                if !faults.is_exclusive || !store.life.has_crashed.load(Relaxed) {
                    let _ = store.disk().append(&account, &append);
                }
            });
            self.step().await;
            return Err(AppendError::Unknown("simulated"));
        }
        let result = self.disk().append(account, &append);
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
        let unavailable = self.disk().faults.unavailable;
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
        // It is on its way even if nobody waits any more.
        let (store, account) = (self.clone(), account.clone());
        let sent = tokio::spawn(async move { store.deliver(&account, append).await });
        sent.await.unwrap()
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
        self.step().await;
        self.disk()
            .accounts
            .entry(account.clone())
            .or_default()
            .log
            .restore(account, after, &snapshot)
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

    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
