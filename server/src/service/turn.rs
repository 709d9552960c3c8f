//! The turn of an account: its calls judged, stored and answered.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::exchange::Appended;
use super::judge::Judged;
use super::options::{ReadConsistency, Step};
use super::shared::Shared;
use super::state::State;
use super::waiting::{Call, Failure, Waiting, Work};
use crate::store::{AccountKey, Append, AppendId, Record, Store, Version};

impl<S: Store> Shared<S> {
    /// Judges, stores and answers what waited. The result is what can stay in the cache.
    async fn serve(
        &self,
        account: &AccountKey,
        cached: Option<State>,
        waiting: Vec<Waiting>,
    ) -> Option<State> {
        let mut state = cached;
        let mut calls = Vec::new();
        for waiting in waiting {
            match waiting {
                Waiting::Call(call) => calls.push(call),
                Waiting::Restore(restore) => {
                    if !calls.is_empty() {
                        // What is cached after these does not count.
                        self.serve_calls(account, state.take(), std::mem::take(&mut calls)).await;
                    }
                    state = self.restore(account, restore).await;
                }
            }
        }
        if !calls.is_empty() {
            state = self.serve_calls(account, state, calls).await;
        }
        state
    }

    async fn serve_calls(
        &self,
        account: &AccountKey,
        cached: Option<State>,
        calls: Vec<Call>,
    ) -> Option<State> {
        for call in &calls {
            self.took(Step::Line, call.since);
        }
        match self.outcome(account, cached, &calls).await {
            Ok((state, answers)) => {
                self.validators.with(|validator| {
                    for (call, answer) in calls.into_iter().zip(answers) {
                        // The caller may be gone.
                        let _ = call.answer.send(Ok(answer));
                        if let Work::Request { request, .. } = call.work {
                            validator.reclaim(request);
                        }
                    }
                });
                Some(state)
            }
            Err((state, failure)) => {
                for call in calls {
                    let _ = call.answer.send(Err(failure));
                }
                state
            }
        }
    }

    /// The acknowledged or confirmed outcome of calls that all arrived before this begins.
    async fn outcome(
        &self,
        account: &AccountKey,
        cached: Option<State>,
        calls: &[Call],
    ) -> Result<(State, Vec<Bytes>), (Option<State>, Failure)> {
        let may_write = calls.iter().any(|call| call.work.may_write());
        let mut tries = 0_u32;
        // What to judge on, and whether it is known to be new enough for an answer.
        let mut start = cached.map(|state| {
            let is_fresh = self.is_fresh(&state);
            (state, is_fresh)
        });
        loop {
            let (mut state, is_confirmed) = match start.take() {
                None => (self.load(account).await.map_err(|failure| (None, failure))?, true),
                Some((state, true)) => (state, true),
                // A first try with changes is confirmed by its append.
                Some((state, false)) if may_write && tries == 0 => (state, false),
                Some((state, false)) => {
                    let confirmed = self.confirm(account, state).await;
                    (confirmed.map_err(|failure| (None, failure))?.0, true)
                }
            };
            // What a conflict goes back to. The only writer has none.
            let before = (may_write && !S::EXCLUSIVE).then(|| state.clone());
            let append_id = AppendId::new((self.options.random)().to_le_bytes());
            let judged = self
                .validators
                .with(|validator| self.judge(validator, &mut state, calls, append_id));
            let Judged { answers, records } = judged.map_err(|failure| (None, failure))?;
            if records.is_empty() && is_confirmed {
                return Ok((state, answers));
            }
            if records.is_empty() {
                let confirmed = self.confirm(account, state).await;
                let (state, has_news) = confirmed.map_err(|failure| (None, failure))?;
                if !has_news {
                    return Ok((state, answers));
                }
                start = Some((state, true));
                continue;
            }
            let count = records.len();
            let asked_at = Instant::now();
            match self
                .append(account, Append { after: before_first(&records), records }, append_id)
                .await
            {
                Appended::Done => {
                    self.counts.appends.add(1);
                    self.counts.records.add(count);
                    state.newest_at = asked_at;
                    return Ok((state, answers));
                }
                Appended::Conflict => {
                    self.counts.conflicts.add(1);
                    tries = tries.saturating_add(1);
                    if tries >= self.options.tries_max {
                        return Err((before, Failure::Timeout));
                    }
                    tokio::time::sleep(self.pause(tries)).await;
                    start = before.map(|state| (state, false));
                }
                Appended::Failed(failure) => return Err((before, failure)),
                Appended::Unknown => {
                    #[cfg(test)]
                    if self.options.sabotage.keeps_cache_after_unknown {
                        return Err((Some(state), Failure::Timeout));
                    }
                    return Err((None, Failure::Timeout));
                }
            }
        }
    }

    /// Whether a cached state can be good enough without asking the store.
    pub(super) fn may_skip_store(&self) -> bool {
        S::EXCLUSIVE || self.options.reads != ReadConsistency::Strong
    }

    /// Whether what is cached is new enough for an answer without changes.
    pub(super) fn is_fresh(&self, state: &State) -> bool {
        #[cfg(test)]
        if self.options.sabotage.leaves_unconfirmed {
            return true;
        }
        if S::EXCLUSIVE {
            return true;
        }
        match self.options.reads {
            ReadConsistency::Strong => false,
            #[cfg(test)]
            ReadConsistency::Cached(_) if self.options.sabotage.forgets_age => true,
            ReadConsistency::Cached(age) => state.newest_at.elapsed() <= age,
        }
    }
}

/// The version before the first record.
fn before_first(records: &[Record]) -> Version {
    let first = records.first().map_or(0, |record| record.version.get());
    Version::new(first.saturating_sub(1))
}

/// Somebody has an account. If that ends in a way that it should not, others can have it all the
/// same.
pub(super) struct Turn<S: Store> {
    shared: Arc<Shared<S>>,
    account: AccountKey,
    is_over: bool,
}

impl<S: Store> Turn<S> {
    pub(super) fn new(shared: &Arc<Shared<S>>, account: AccountKey) -> Self {
        Self { shared: Arc::clone(shared), account, is_over: false }
    }

    /// Serves these calls and those that come meanwhile, in a task of its own: a caller who goes
    /// away does not interrupt it.
    pub(super) fn spawn(self, state: Option<State>, calls: Vec<Waiting>) {
        tokio::spawn(self.run(state, calls));
    }

    async fn run(mut self, mut state: Option<State>, mut calls: Vec<Waiting>) {
        loop {
            state = self.shared.serve(&self.account, state, calls).await;
            if let Some(state) = &state {
                self.shared.fold_if_due(&self.account, state);
            }
            match self.shared.table.end(&self.account, state) {
                Some(next) => (state, calls) = next,
                None => break,
            }
        }
        self.is_over = true;
    }

    /// Ends a turn without a task.
    pub(super) fn end(mut self, state: State) {
        self.is_over = true;
        if let Some((state, calls)) = self.shared.table.end(&self.account, Some(state)) {
            Self::new(&self.shared, self.account.clone()).spawn(state, calls);
        }
    }
}

impl<S: Store> Drop for Turn<S> {
    fn drop(&mut self) {
        if !self.is_over {
            self.shared.table.abandon(&self.account);
        }
    }
}
