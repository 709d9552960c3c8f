//! The turn of an account: its calls judged, stored and answered.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use convmark::{Policy, Refusal};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

use super::figures::{Counts, Figures};
use super::options::{ReadConsistency, ServiceOptions};
use super::state::{NotJudged, State};
use super::table::{Joined, Table};
use super::waiting::{Call, Failure, Waiting, Work};
use crate::store::{
    AccountKey, Append, AppendError, AppendId, Damage, Found, Loaded, Record, Store, StoreError,
};

/// What the turns of all accounts share.
pub(super) struct Core<S> {
    pub(super) store: S,
    pub(super) policy: Policy,
    pub(super) options: ServiceOptions,
    pub(super) table: Table,
    pub(super) folds: Arc<Semaphore>,
    pub(super) counts: Counts,
}

/// What the calls of one turn come to.
struct Judged {
    answers: Vec<Bytes>,
    records: Vec<Record>,
}

/// What became of an append.
enum Appended {
    Done,
    Conflict,
    Failed(Failure),
    /// The account must be forgotten.
    Unknown,
}

impl<S: Store> Core<S> {
    pub(super) fn new(store: S, policy: &Policy, options: ServiceOptions) -> Self {
        Self {
            store,
            policy: *policy,
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

    /// Has a call judged when it is its account's turn, and gives the answer.
    pub(super) async fn in_turn(
        self: &Arc<Self>,
        account: AccountKey,
        work: Work,
        now_seconds: u64,
    ) -> Result<Bytes, Failure> {
        let (answer, answered) = oneshot::channel();
        self.join(account, Waiting::Call(Call { work, now_seconds, answer }))?;
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
            Joined::Turn(state, waiting) => Turn::new(self, account).spawn(state, vec![waiting]),
            Joined::Line => {}
            Joined::Full => {
                self.counts.line_full.add(1);
                return Err(Failure::Timeout);
            }
        }
        Ok(())
    }

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
        match self.outcome(account, cached, &calls).await {
            Ok((state, answers)) => {
                for (call, answer) in calls.into_iter().zip(answers) {
                    // Whoever called may be gone.
                    let _ = call.answer.send(Ok(answer));
                }
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
            let judged = self.judge(&mut state, calls, append_id);
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

    /// Judges calls one after another, each on what the one before left.
    fn judge(
        &self,
        state: &mut State,
        calls: &[Call],
        append_id: AppendId,
    ) -> Result<Judged, Failure> {
        let mut judged = Judged { answers: Vec::with_capacity(calls.len()), records: Vec::new() };
        for call in calls {
            let answer = match &call.work {
                Work::Request { request, facts } => {
                    match state.judge(request, facts, call.now_seconds, append_id) {
                        Ok((answer, record)) => {
                            judged.records.extend(record);
                            answer
                        }
                        // Its own fault only.
                        Err(NotJudged::Misuse) => {
                            self.refuse(&Refusal::host_fault(request.command()))
                        }
                        Err(NotJudged::NotEncoded) => return Err(Failure::Fault),
                    }
                }
                Work::Forget(conversation) => {
                    let record = state.forget(conversation, call.now_seconds, append_id);
                    judged.records.extend(record.map_err(|_| Failure::Fault)?);
                    Bytes::new()
                }
            };
            judged.answers.push(answer);
        }
        Ok(judged)
    }

    /// The whole account, newest version.
    pub(super) async fn load(&self, account: &AccountKey) -> Result<State, Failure> {
        self.counts.loads.add(1);
        let asked_at = Instant::now();
        let loaded = self.ask(self.store.load(account, None)).await?;
        let state = match loaded {
            Loaded::Whole { snapshot, records } => State::whole(snapshot, &records, asked_at),
            // Not an answer to this question.
            Loaded::NothingNew | Loaded::Records(_) => Err(Damage::Gap),
        };
        state.map_err(|damage| self.damaged(damage))
    }

    /// The state with everything that is stored by now, and whether that is more than it was.
    async fn confirm(
        &self,
        account: &AccountKey,
        mut state: State,
    ) -> Result<(State, bool), Failure> {
        let asked_at = Instant::now();
        let loaded = self.ask(self.store.load(account, Some(state.version))).await?;
        match state.catch_up(loaded, asked_at) {
            Ok(has_news) => Ok((state, has_news)),
            // What is cached does not fit what is stored. What is stored counts.
            Err(_) => Ok((self.load(account).await?, true)),
        }
    }

    pub(super) async fn ask(
        &self,
        question: impl Future<Output = Result<Loaded, StoreError>>,
    ) -> Result<Loaded, Failure> {
        match self.within(question).await {
            Some(Ok(loaded)) => Ok(loaded),
            Some(Err(StoreError::Damaged(damage))) => Err(self.damaged(damage)),
            Some(Err(StoreError::Unavailable(_))) => Err(Failure::Fault),
            None => Err(Failure::Timeout),
        }
    }

    fn damaged(&self, damage: Damage) -> Failure {
        self.counts.damaged.add(1);
        Failure::Damaged(damage)
    }

    async fn append(&self, account: &AccountKey, append: Append, append_id: AppendId) -> Appended {
        let first = append.after.next();
        match self.within(self.store.append(account, append)).await {
            Some(Ok(())) => return Appended::Done,
            Some(Err(AppendError::Conflict)) => return Appended::Conflict,
            Some(Err(AppendError::Unavailable(_))) => return Appended::Failed(Failure::Fault),
            Some(Err(AppendError::Unknown(_))) | None => {}
        }
        self.counts.unknown.add(1);
        match self.within(self.store.find(account, first)).await {
            Some(Ok(Found::Record(record))) if record.append_id == append_id => Appended::Done,
            // The version is somebody else's, so ours was refused and will be.
            Some(Ok(Found::Record(_))) => Appended::Conflict,
            // Not there yet: it may still come.
            _ => Appended::Unknown,
        }
    }

    /// A random pause, so that servers that met once do not meet again.
    pub(super) fn pause(&self, tries: u32) -> Duration {
        let longest = self.options.pause.saturating_mul(1 << tries.saturating_sub(1).min(6));
        let longest = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        let random = u64::try_from((self.options.random)() >> 64).unwrap_or(0);
        Duration::from_micros(random.checked_rem(longest).unwrap_or(0))
    }
}

/// The version before the first record.
fn before_first(records: &[Record]) -> crate::store::Version {
    let first = records.first().map_or(0, |record| record.version.get());
    crate::store::Version::new(first.saturating_sub(1))
}

/// Somebody has an account. If that ends in a way that it should not, others can have it all the
/// same.
pub(super) struct Turn<S: Store> {
    core: Arc<Core<S>>,
    account: AccountKey,
    is_over: bool,
}

impl<S: Store> Turn<S> {
    pub(super) fn new(core: &Arc<Core<S>>, account: AccountKey) -> Self {
        Self { core: Arc::clone(core), account, is_over: false }
    }

    /// Serves these calls and those that come meanwhile, in a task of its own: a caller who goes
    /// away does not interrupt it.
    pub(super) fn spawn(self, state: Option<State>, calls: Vec<Waiting>) {
        tokio::spawn(self.run(state, calls));
    }

    async fn run(mut self, mut state: Option<State>, mut calls: Vec<Waiting>) {
        loop {
            state = self.core.serve(&self.account, state, calls).await;
            if let Some(state) = &state {
                self.core.fold_if_due(&self.account, state);
            }
            match self.core.table.end(&self.account, state) {
                Some(next) => (state, calls) = next,
                None => break,
            }
        }
        self.is_over = true;
    }

    /// Ends a turn without a task.
    pub(super) fn end(mut self, state: State) {
        self.is_over = true;
        if let Some((state, calls)) = self.core.table.end(&self.account, Some(state)) {
            Self::new(&self.core, self.account.clone()).spawn(state, calls);
        }
    }
}

impl<S: Store> Drop for Turn<S> {
    fn drop(&mut self) {
        if !self.is_over {
            self.core.table.abandon(&self.account);
        }
    }
}
