//! A group: what is made durable by one sync.

use std::sync::PoisonError;
use std::time::Instant;

use fjall::PersistMode;
use tokio::sync::oneshot;

use super::Writer;
use crate::store::embedded::FAILED;
use crate::store::embedded::engine::Engine;
use crate::store::{AccountKey, AppendError, StoreError};

/// A group being put together.
pub(super) struct Group {
    pub(super) batch: fjall::OwnedWriteBatch,
    pub(super) records: usize,
    pub(super) bytes: usize,
    pub(super) appends: Vec<oneshot::Sender<Result<(), AppendError>>>,
    pub(super) folds: Vec<oneshot::Sender<Result<bool, StoreError>>>,
}

impl Group {
    pub(super) fn new(engine: &Engine) -> Self {
        let batch = engine.database.batch();
        Self { batch, records: 0, bytes: 0, appends: Vec::new(), folds: Vec::new() }
    }
}

impl Writer {
    /// Commits the group if it has records of an account, so that they are found among the stored
    /// ones.
    pub(super) fn commit_records_of(&mut self, account: &AccountKey, group: &mut Option<Group>) {
        let (Some(head), Some(engine)) = (self.heads.get(account), &self.engine) else { return };
        let is_stored = engine.head(account).is_ok_and(|(newest, _)| newest == head.newest);
        if !is_stored && let Some(group) = group.take() {
            self.commit(group);
        }
    }

    pub(super) fn commit(&mut self, mut group: Group) {
        let Some(engine) = self.engine.clone() else { return };
        if group.batch.is_empty() {
            // There was no history to cut.
            for answer in group.folds {
                let _ = answer.send(Ok(true));
            }
            return;
        }
        // A fold alone loses nothing if it is lost.
        let mode = if group.appends.is_empty() {
            PersistMode::Buffer
        } else {
            self.group = self.group.saturating_add(1);
            let number = self.group.to_be_bytes();
            group.batch.insert(&engine.groups, engine.group_key.as_slice(), number);
            PersistMode::SyncData
        };
        #[cfg(test)]
        let fails = std::mem::take(&mut self.fails_next);
        #[cfg(not(test))]
        let fails = false;
        let begun = Instant::now();
        // The engine syncs before it shows the batch to readers.
        if fails || group.batch.durability(Some(mode)).commit().is_err() {
            drop(engine);
            // What failed is told below, to those whom it concerns.
            let _ = self.close(FAILED);
            for answer in group.appends {
                let _ = answer.send(Err(AppendError::Unknown("its disk failed")));
            }
            for answer in group.folds {
                let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
            }
            return;
        }
        if mode == PersistMode::SyncData {
            self.commits.note(group.records, group.bytes, begun.elapsed());
            let mut witness = engine.witness.lock().unwrap_or_else(PoisonError::into_inner);
            // If it cannot be written, damage may go unnoticed later, and nothing else.
            let _ = witness.note(self.group);
        }
        for answer in group.appends {
            let _ = answer.send(Ok(()));
        }
        for answer in group.folds {
            let _ = answer.send(Ok(true));
        }
    }
}
