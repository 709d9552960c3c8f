//! The simulated store: one state that all servers share.

use std::collections::BTreeMap;

use bytes::Bytes;
use support::random::Random;
use tokio::time::Instant;

use super::Planted;
use crate::store::{
    AccountKey, AccountLog, Append, AppendError, Record, Sealed, Snapshot, Version,
};

/// How often something goes wrong: one in so many.
#[derive(Clone, Copy)]
pub(super) struct DiskFaults {
    planted: Planted,
    keeps_history: bool,
    pub(super) lost_request: usize,
    pub(super) lost_reply: usize,
    pub(super) late: usize,
    pub(super) unavailable: usize,
    pub(super) delay_ms: usize,
}

impl DiskFaults {
    pub(super) fn draw(random: &mut Random, planted: Planted) -> Self {
        let often = [8, 20, 60, 400];
        Self {
            planted,
            keeps_history: random.one_in(3),
            lost_request: *random.pick(&often),
            lost_reply: *random.pick(&often),
            late: *random.pick(&often),
            unavailable: *random.pick(&[30, 100, 1000]),
            delay_ms: *random.pick(&[1, 5, 30]),
        }
    }
}

/// What made the next state of an account.
pub(super) enum StoredEvent {
    Record(Record),
    Restored(Snapshot),
}

impl StoredEvent {
    /// The version that the account has with it.
    pub(super) fn version(&self) -> Version {
        match self {
            Self::Record(record) => record.version,
            Self::Restored(snapshot) => snapshot.version,
        }
    }

    pub(super) fn time_seconds(&self) -> u64 {
        match self {
            Self::Record(record) => record.time_seconds,
            Self::Restored(snapshot) => snapshot.time_seconds,
        }
    }
}

#[derive(Default)]
pub(super) struct SimAccount {
    pub(super) log: AccountLog,
    /// The records that snapshots have replaced, if the store keeps them.
    pub(super) kept: BTreeMap<Version, Bytes>,
    /// Everything that became part of the account, in order; folds cut nothing here.
    pub(super) events: Vec<StoredEvent>,
    /// When each of them became part of it.
    pub(super) stored_at: Vec<Instant>,
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

    pub(super) fn faults(&self) -> DiskFaults {
        self.faults
    }

    pub(super) fn append(
        &mut self,
        account: &AccountKey,
        append: &Append,
    ) -> Result<(), AppendError> {
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
            .then(|| (entry.log.clone(), entry.events.len()));
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
        entry.stored(append.records.into_iter().map(StoredEvent::Record), before);
        Ok(())
    }

    pub(super) fn restore(
        &mut self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        let planted = self.faults.planted;
        let entry = self.accounts.entry(account.clone()).or_default();
        let before = (planted == Planted::AcknowledgedBeforeDurable)
            .then(|| (entry.log.clone(), entry.events.len()));
        let records = entry.log.records.clone();
        if planted == Planted::RestoreWithoutVersionCheck {
            entry.log = AccountLog::default();
            entry.log.restore(account, Version::ZERO, &snapshot)?;
        } else {
            entry.log.restore(account, after, &snapshot)?;
        }
        entry.kept.clear();
        if planted == Planted::RestoreKeepsRecords {
            entry.log.records = records;
        }
        entry.stored([StoredEvent::Restored(snapshot)], before);
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
                account.events.truncate(length);
                account.stored_at.truncate(length);
            }
        }
    }

    pub(super) fn fold(&mut self, account: &AccountKey, snapshot: &Snapshot) -> bool {
        let Some(entry) = self.accounts.get_mut(account) else { return false };
        let records = self.faults.keeps_history.then(|| entry.log.records.clone());
        let is_folded = entry.log.fold(account, snapshot);
        if let Some(records) = records.filter(|_| is_folded) {
            let replaced = records.into_iter().take_while(|(at, _)| *at <= snapshot.version);
            entry.kept.extend(replaced);
        }
        is_folded
    }
}

impl SimAccount {
    fn stored(
        &mut self,
        events: impl IntoIterator<Item = StoredEvent>,
        before: Option<(AccountLog, usize)>,
    ) {
        self.events.extend(events);
        self.stored_at.resize(self.events.len(), Instant::now());
        if self.durable.is_none() {
            self.durable = before;
        }
    }

    /// Everything that the store has of the account, as its files would have it.
    pub(super) fn sealed(&self) -> StoredBytes {
        let records = self.kept.iter().chain(&self.log.records);
        StoredBytes {
            snapshot: self.log.snapshot.clone(),
            records: records.map(|(version, sealed)| (*version, sealed.clone())).collect(),
        }
    }
}

/// Everything that the store had of an account at some moment.
#[derive(Default)]
pub(super) struct StoredBytes {
    pub(super) snapshot: Option<Sealed>,
    pub(super) records: Vec<Sealed>,
}
