//! What the writer is asked for.

use tokio::sync::oneshot;

use super::super::open_error::OpenError;
use crate::store::{AccountKey, Append, AppendError, Snapshot, StoreError, Version};

/// What the writer is asked for.
pub(in crate::store::embedded) enum Task {
    Append {
        account: AccountKey,
        append: Append,
        answer: oneshot::Sender<Result<(), AppendError>>,
    },
    Fold {
        account: AccountKey,
        snapshot: Snapshot,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    Restore {
        account: AccountKey,
        after: Version,
        snapshot: Snapshot,
        answer: oneshot::Sender<Result<(), AppendError>>,
    },
    CutHistory {
        account: AccountKey,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    /// See [`erase`](super::super::erase).
    Fill {
        piece: Option<Vec<u8>>,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    Reopen {
        answer: oneshot::Sender<Result<(), OpenError>>,
    },
    Close {
        answer: oneshot::Sender<Result<(), StoreError>>,
    },
    #[cfg(test)]
    FailNextSync,
}

impl Task {
    pub(super) fn records(&self) -> usize {
        if let Self::Append { append, .. } = self { append.records.len() } else { 0 }
    }

    /// About how many bytes it writes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Append { append, .. } => append
                .records
                .iter()
                .fold(0, |sum, record| sum.saturating_add(record.changes.len())),
            Self::Fill { piece, .. } => piece.as_ref().map_or(0, Vec::len),
            Self::Fold { snapshot, .. } | Self::Restore { snapshot, .. } => snapshot.account.len(),
            _ => 0,
        }
    }
}
