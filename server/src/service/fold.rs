//! When records are replaced by a snapshot, and doing so in the background.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use convmark::Account;

use super::shared::Shared;
use super::state::{State, length};
use crate::store::{AccountKey, AppendId, Snapshot, Store, Version, encoding};

/// What is known of an account's snapshot. The states of the account and the task that makes a
/// snapshot share it.
pub(super) struct FoldProgress {
    is_busy: AtomicBool,
    /// The bytes of the last snapshot.
    snapshot_bytes: AtomicU64,
    /// The bytes of the records that were loaded or appended and that it covers.
    covered_bytes: AtomicU64,
}

impl FoldProgress {
    /// After a snapshot of that many bytes; 0 for none.
    pub(super) fn after(snapshot_bytes: u64) -> Self {
        Self {
            is_busy: AtomicBool::new(false),
            snapshot_bytes: AtomicU64::new(snapshot_bytes),
            covered_bytes: AtomicU64::new(0),
        }
    }

    fn is_due(&self, log_bytes: u64, min_bytes: u64) -> bool {
        let open = log_bytes.saturating_sub(self.covered_bytes.load(Relaxed));
        open > self.snapshot_bytes.load(Relaxed).max(min_bytes)
    }
}

impl<S: Store> Shared<S> {
    /// Makes a snapshot in the background, if the records outweigh the last one. The state must be
    /// acknowledged. What it costs the caller's account is a clone.
    pub(super) fn fold_if_due(self: &Arc<Self>, account: &AccountKey, state: &State) {
        let progress = &state.fold;
        if !progress.is_due(state.log_bytes, self.options.fold_min_bytes) {
            return;
        }
        let Ok(permit) = Arc::clone(&self.folds).try_acquire_owned() else { return };
        if progress.is_busy.swap(true, Relaxed) {
            return;
        }
        let (shared, account, state) = (Arc::clone(self), account.clone(), state.clone());
        tokio::spawn(async move {
            let done = shared.fold(&account, &state).await;
            if let Some(snapshot_bytes) = done {
                shared.counts.folds.add(1);
                state.fold.snapshot_bytes.store(snapshot_bytes, Relaxed);
                state.fold.covered_bytes.store(state.log_bytes, Relaxed);
            }
            state.fold.is_busy.store(false, Relaxed);
            drop(permit);
        });
    }

    /// The bytes of the snapshot, if the store has it or a later one.
    pub(super) async fn fold(&self, account: &AccountKey, state: &State) -> Option<u64> {
        let id = AppendId::new((self.options.random)().to_le_bytes());
        let snapshot = self.snapshot(state.version, state.time_seconds, &state.account, id)?;
        let snapshot_bytes = length(&snapshot.account);
        // If it fails, the next change tries again.
        let done = self.within(self.store.fold(account, snapshot)).await?;
        done.ok().map(|_| snapshot_bytes)
    }

    /// `None` if the account cannot be written.
    pub(super) fn snapshot(
        &self,
        version: Version,
        time_seconds: u64,
        account: &Account,
        id: AppendId,
    ) -> Option<Snapshot> {
        Some(Snapshot {
            version,
            time_seconds,
            id,
            account: encoding::write_account(account).ok()?.into(),
        })
    }
}
