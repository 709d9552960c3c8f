//! A store that is slow with one account.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use tokio::time::sleep;

use crate::store::memory::MemoryStore;
use crate::store::{
    AccountKey, Append, AppendError, Found, Listed, Loaded, Snapshot, Store, StoreError, Version,
};

/// A store that takes an hour to load or fold one account, some times.
pub(super) struct Busy {
    store: MemoryStore,
    pub(super) user: &'static str,
    /// How many loads are on time before.
    pub(super) spared: AtomicU32,
    pub(super) loads: AtomicU32,
    pub(super) folds: AtomicU32,
}

impl Busy {
    pub(super) fn new() -> Self {
        let (spared, loads, folds) = Default::default();
        Self { store: MemoryStore::new(), user: "user300", spared, loads, folds }
    }

    async fn delay(&self, account: &AccountKey, times: &AtomicU32) {
        let less = |times: u32| times.checked_sub(1);
        let take = |times: &AtomicU32| times.fetch_update(SeqCst, SeqCst, less).is_ok();
        if account.as_str() == self.user && !take(&self.spared) && take(times) {
            sleep(Duration::from_secs(3600)).await;
        }
    }
}

impl Store for Busy {
    const EXCLUSIVE: bool = true;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        self.store.append(account, append).await
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        self.delay(account, &self.loads).await;
        self.store.load(account, known).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        self.delay(account, &self.folds).await;
        self.store.fold(account, snapshot).await
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        self.store.restore(account, after, snapshot).await
    }

    async fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        self.store.find(account, version).await
    }

    async fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        self.store.accounts(after, limit).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}
