//! Accounts in memory, for tests and for trying things out. They end with the process.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    AccountKey, AccountLog, Append, AppendError, Found, Listed, Loaded, Snapshot, Store,
    StoreError, Version,
};

/// A store in memory. It is as strict as the others: sealed records, versions, folds.
#[derive(Default)]
pub struct MemoryStore {
    /// `None` when closed.
    accounts: Mutex<Closable>,
}

#[derive(Default)]
struct Closable {
    is_closed: bool,
    accounts: BTreeMap<AccountKey, AccountLog>,
}

const CLOSED: &str = "it is closed";

impl MemoryStore {
    /// A store without accounts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn open(&self) -> Result<MutexGuard<'_, Closable>, &'static str> {
        // No code that can panic runs while the lock is held and a log is half changed.
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.is_closed { Err(CLOSED) } else { Ok(accounts) }
    }
}

impl Store for MemoryStore {
    const EXCLUSIVE: bool = true;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        let mut store = self.open().map_err(AppendError::Unavailable)?;
        match store.accounts.get_mut(account) {
            Some(log) => log.append(account, &append),
            None => {
                let mut log = AccountLog::default();
                log.append(account, &append)?;
                store.accounts.insert(account.clone(), log);
                Ok(())
            }
        }
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let store = self.open().map_err(StoreError::Unavailable)?;
        match store.accounts.get(account) {
            Some(log) => log.load(account, known),
            None => AccountLog::default().load(account, known),
        }
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        let mut store = self.open().map_err(StoreError::Unavailable)?;
        Ok(store.accounts.get_mut(account).is_some_and(|log| log.fold(account, &snapshot)))
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        let mut store = self.open().map_err(AppendError::Unavailable)?;
        let mut log = store.accounts.get(account).cloned().unwrap_or_default();
        log.restore(account, after, &snapshot)?;
        store.accounts.insert(account.clone(), log);
        Ok(())
    }

    async fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        let store = self.open().map_err(StoreError::Unavailable)?;
        store.accounts.get(account).map_or(Ok(Found::NotYet), |log| log.find(account, version))
    }

    async fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let store = self.open().map_err(StoreError::Unavailable)?;
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let range = store.accounts.range::<AccountKey, _>((start, Bound::Unbounded));
        let accounts = range.take(limit).map(|(account, _)| account.clone()).collect();
        Ok(Listed { accounts, unlisted: Vec::new() })
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        Ok(())
    }
}
