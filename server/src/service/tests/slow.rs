//! A store that is slow.

use std::sync::Arc;
use std::time::Duration;

use crate::store::memory::MemoryStore;
use crate::store::{
    AccountKey, Append, AppendError, Found, Listed, Loaded, Snapshot, Store, StoreError, Version,
};

/// A store that takes its time, and that others may write to or not.
pub(super) struct Slow<const EXCLUSIVE: bool = false> {
    pub(super) store: Arc<MemoryStore>,
    pub(super) delay: Duration,
}

impl<const EXCLUSIVE: bool> Store for Slow<EXCLUSIVE> {
    const EXCLUSIVE: bool = EXCLUSIVE;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        tokio::time::sleep(self.delay).await;
        self.store.append(account, append).await
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        self.store.load(account, known).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        self.store.fold(account, snapshot).await
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        tokio::time::sleep(self.delay).await;
        let restored = self.store.restore(account, after, snapshot).await;
        tokio::time::sleep(self.delay).await;
        restored
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

/// With a memory of its own.
pub(super) fn slow(milliseconds: u64) -> Slow {
    Slow { store: Arc::default(), delay: Duration::from_millis(milliseconds) }
}
