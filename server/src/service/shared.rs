//! What the turns of all accounts share, and how calls get their turn.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use convmark::{Policy, Refusal};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

use super::figures::{Counts, Figures};
use super::options::{ServiceOptions, Step};
use super::table::{Joined, Table};
use super::turn::Turn;
use super::validators::Validators;
use super::waiting::{Call, Failure, Waiting, Work};
use crate::store::{AccountKey, Store};

/// What the turns of all accounts share.
pub(super) struct Shared<S> {
    pub(super) store: S,
    pub(super) policy: Policy,
    pub(super) options: ServiceOptions,
    pub(super) validators: Validators,
    pub(super) table: Table,
    pub(super) folds: Arc<Semaphore>,
    pub(super) counts: Counts,
}

impl<S: Store> Shared<S> {
    pub(super) fn new(store: S, policy: &Policy, options: ServiceOptions) -> Self {
        Self {
            store,
            policy: *policy,
            validators: Validators::new(policy),
            table: Table::new(&options),
            folds: Arc::new(Semaphore::new(options.folds_at_once)),
            options,
            counts: Counts::default(),
        }
    }

    pub(super) fn refuse(&self, refusal: &Refusal) -> Bytes {
        let mut answer = Vec::new();
        refusal.write_answer(&self.policy, &mut answer);
        answer.into()
    }

    pub(super) fn figures(&self) -> Figures {
        let (accounts, bytes) = self.table.cached();
        self.counts.figures(accounts, bytes)
    }

    /// Runs an operation of the store; `None` if it takes too long.
    pub(super) async fn within<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(self.options.store_timeout, work).await.ok()
    }

    pub(super) fn took(&self, step: Step, since: Instant) {
        (self.options.observer)(step, since.elapsed());
    }

    /// Counts the beginning of a turn.
    pub(super) fn hit(&self, is_cached: bool) {
        self.counts.cache_hits.add(usize::from(is_cached));
    }

    /// Has a call judged when it is its account's turn, and gives the answer.
    pub(super) async fn in_turn(
        self: &Arc<Self>,
        account: AccountKey,
        work: Work,
        now_seconds: u64,
    ) -> Result<Bytes, Failure> {
        let (answer, answered) = oneshot::channel();
        self.join(
            account,
            Waiting::Call(Call { work, now_seconds, since: Instant::now(), answer }),
        )?;
        // Without an answer, the turn ended in a way that it should not.
        answered.await.unwrap_or(Err(Failure::Fault))
    }

    /// Begins the turn of an account, or waits for it.
    pub(super) fn join(
        self: &Arc<Self>,
        account: AccountKey,
        waiting: Waiting,
    ) -> Result<(), Failure> {
        match self.table.join(&account, waiting) {
            Joined::Turn(state, waiting) => {
                self.hit(state.is_some());
                Turn::new(self, account).spawn(state, vec![waiting]);
            }
            Joined::Line => {}
            Joined::Full => {
                self.counts.line_full.add(1);
                return Err(Failure::Timeout);
            }
        }
        Ok(())
    }
}
