//! What waits for an account's turn.

use std::sync::Arc;

use bytes::Bytes;
use convmark::{CheckedRequest, Conversation, Facts};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::restore::Restore;
use super::trace::Trace;
use crate::store::Damage;

/// What waits for its account.
pub(super) enum Waiting {
    Call(Call),
    Restore(Restore),
}

impl Waiting {
    /// Whether a caller asked for it, who may ask for the account again.
    pub(super) fn is_request(&self) -> bool {
        matches!(self, Self::Call(Call { work: Work::Request { .. }, .. }))
    }
}

/// What is judged on an account.
pub(super) struct Call {
    pub(super) work: Work,
    pub(super) now_seconds: u64,
    /// When it began to wait.
    pub(super) since: Instant,
    pub(super) answer: oneshot::Sender<Result<Bytes, Failure>>,
}

/// What a call is.
pub(super) enum Work {
    /// A request from outside. Its answer is the body.
    Request { request: CheckedRequest<'static>, facts: Facts, trace: Option<Arc<Trace>> },
    /// The row of a conversation goes. The answer is empty.
    Forget(Conversation<'static>),
}

/// Why calls are answered without an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The store is not available: 50004.
    Fault,
    /// What is stored of the account is damaged: 50004.
    Damaged(Damage),
    /// 50005.
    Timeout,
}

impl Work {
    pub(super) fn may_write(&self) -> bool {
        match self {
            Self::Request { request, .. } => request.command().writes(),
            Self::Forget(_) => true,
        }
    }
}
