//! The turn of an account: its calls judged, stored and answered.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::exchange::{Appended, Pending};
use super::judge::Judged;
use super::options::{ReadConsistency, Step};
use super::shared::Shared;
use super::state::State;
use super::waiting::{Call, Failure, Waiting, Work};
use crate::store::{AccountKey, Append, AppendId, Record, Store, Version};

/// Why calls have no outcome.
struct Failed<'a> {
    /// What can stay in the cache.
    state: Option<State>,
    failure: Failure,
    /// What the turn has to wait for before others get it.
    pending: Option<Pending<'a>>,
}

impl From<Failure> for Failed<'_> {
    fn from(failure: Failure) -> Self {
        Self { state: None, failure, pending: None }
    }
}

impl<S: Store> Shared<S> {
    /// Judges, stores and answers what waited. The result is what can stay in the cache: work on whole
    /// stores leaves no account there that was not there before.
    async fn serve(
        &self,
        account: &AccountKey,
        cached: Option<State>,
        waiting: Vec<Waiting>,
    ) -> Option<State> {
        let is_kept = cached.is_some() || waiting.iter().any(Waiting::is_request);
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
        state.filter(|_| is_kept)
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
            Err(Failed { state, failure, pending }) => {
                for call in calls {
                    let _ = call.answer.send(Err(failure));
                }
                if let Some(pending) = pending {
                    pending.await;
                }
                state
            }
        }
    }

    /// The acknowledged or confirmed outcome of calls that all arrived before this begins.
    async fn outcome<'a>(
        &'a self,
        account: &'a AccountKey,
        cached: Option<State>,
        calls: &[Call],
    ) -> Result<(State, Vec<Bytes>), Failed<'a>> {
        let may_write = calls.iter().any(|call| call.work.may_write());
        let mut tries = 0_u32;
        // What to judge on, and whether it is known to be new enough for an answer.
        let mut start = cached.map(|state| {
            let is_fresh = self.is_fresh(&state, may_write);
            (state, is_fresh)
        });
        loop {
            let (mut state, is_confirmed) = match start.take() {
                None => (self.load(account).await?, true),
                Some((state, true)) => (state, true),
                // A first try with changes is confirmed by its append.
                Some((state, false)) if may_write && tries == 0 => (state, false),
                Some((state, false)) => (self.confirm(account, state).await?.0, true),
            };
            // What a conflict goes back to. The only writer has none.
            let before = (may_write && !S::EXCLUSIVE).then(|| state.clone());
            let append_id = AppendId::new((self.options.random)().to_le_bytes());
            let judged = self
                .validators
                .with(|validator| self.judge(validator, &mut state, calls, append_id));
            let Judged { answers, records } = judged?;
            if records.is_empty() && is_confirmed {
                return Ok((state, answers));
            }
            if records.is_empty() {
                let (state, has_news) = self.confirm(account, state).await?;
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
                        return Err(Failed { state: before, ..Failure::Timeout.into() });
                    }
                    tokio::time::sleep(self.pause(tries)).await;
                    start = before.map(|state| (state, false));
                }
                Appended::Failed(failure) => {
                    return Err(Failed { state: before, ..failure.into() });
                }
                Appended::Late(pending) => {
                    return Err(Failed { pending: Some(pending), ..Failure::Timeout.into() });
                }
                Appended::Unknown => {
                    #[cfg(test)]
                    if self.options.sabotage.keeps_cache_after_unknown {
                        return Err(Failed { state: Some(state), ..Failure::Timeout.into() });
                    }
                    return Err(Failure::Timeout.into());
                }
            }
        }
    }

    /// Whether a cached state can be good enough without asking the store.
    pub(super) fn may_skip_store(&self) -> bool {
        S::EXCLUSIVE || self.options.reads != ReadConsistency::Strong
    }

    /// Whether what is cached is new enough for an answer without changes. Calls that could have
    /// changed something are never judged on an old state.
    pub(super) fn is_fresh(&self, state: &State, may_write: bool) -> bool {
        #[cfg(test)]
        if self.options.sabotage.leaves_unconfirmed {
            return true;
        }
        if S::EXCLUSIVE {
            return true;
        }
        #[cfg(test)]
        let may_write = may_write && !self.options.sabotage.judges_changes_on_old_states;
        if may_write {
            return false;
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
            // A store that answers at once would let one account keep the thread.
            tokio::task::yield_now().await;
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
