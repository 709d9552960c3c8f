//! What is asked of the store, and what its answers mean.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::options::Step;
use super::shared::Shared;
use super::state::State;
use super::waiting::Failure;
use crate::store::{
    AccountKey, Append, AppendError, AppendId, Damage, Found, Loaded, Store, StoreError, Version,
};

/// An append that nobody waits for any more.
pub(super) type Pending<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What became of an append.
pub(super) enum Appended<'a> {
    Done,
    Conflict,
    Failed(Failure),
    /// The account must be forgotten.
    Unknown,
    /// It takes too long, and nobody else can append: the account is known again when this ends.
    Late(Pending<'a>),
}

impl<S: Store> Shared<S> {
    /// The whole account, newest version.
    pub(super) async fn load(&self, account: &AccountKey) -> Result<State, Failure> {
        Ok(self.load_with_snapshot(account).await?.0)
    }

    /// The whole account, newest version, and the version and the ID of its snapshot.
    pub(super) async fn load_with_snapshot(
        &self,
        account: &AccountKey,
    ) -> Result<(State, Option<(Version, AppendId)>), Failure> {
        self.counts.loads.add(1);
        let asked_at = Instant::now();
        let Loaded::Whole { snapshot, records } = self.ask(self.store.load(account, None)).await?
        else {
            // Not an answer to this question.
            return Err(self.damaged(Damage::Gap));
        };
        let place = snapshot.as_ref().map(|snapshot| (snapshot.version, snapshot.id));
        let state = State::whole(snapshot, &records, asked_at);
        Ok((state.map_err(|damage| self.damaged(damage))?, place))
    }

    /// The state with everything that is stored by now, and whether that is more than it was.
    pub(super) async fn confirm(
        &self,
        account: &AccountKey,
        mut state: State,
    ) -> Result<(State, bool), Failure> {
        let asked_at = Instant::now();
        let loaded = self.ask(self.store.load(account, Some(state.version))).await?;
        #[cfg(test)]
        if self.options.sabotage.keeps_cache_after_restore && matches!(loaded, Loaded::Whole { .. })
        {
            return Ok((state, false));
        }
        match state.catch_up(loaded, asked_at) {
            Ok(has_news) => Ok((state, has_news)),
            // What is cached does not fit what is stored. What is stored counts.
            Err(_) => Ok((self.load(account).await?, true)),
        }
    }

    pub(super) async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Failure> {
        let begun = Instant::now();
        let answered = self.within(question).await;
        self.took(Step::Load, begun);
        match answered {
            Some(Ok(loaded)) => Ok(loaded),
            Some(Err(StoreError::Damaged(damage))) => Err(self.damaged(damage)),
            Some(Err(StoreError::Unavailable(_))) => Err(Failure::Fault),
            None => Err(Failure::Timeout),
        }
    }

    fn damaged(&self, damage: Damage) -> Failure {
        self.counts.damaged.add(1);
        tracing::error!(
            "the stored data of an account is damaged: {damage}; the subcommand verify names it"
        );
        Failure::Damaged(damage)
    }

    pub(super) async fn append<'a>(
        &'a self,
        account: &'a AccountKey,
        append: Append,
        append_id: AppendId,
    ) -> Appended<'a> {
        let first = append.after.next();
        let begun = Instant::now();
        let mut appending = Box::pin(self.store.append(account, append));
        let appended = self.within(&mut appending).await;
        self.took(Step::Append, begun);
        match appended {
            Some(Ok(())) => return Appended::Done,
            Some(Err(AppendError::Conflict)) => return Appended::Conflict,
            Some(Err(AppendError::Unavailable(_))) => return Appended::Failed(Failure::Fault),
            Some(Err(AppendError::Unknown(_))) | None => self.counts.unknown.add(1),
        }
        if S::EXCLUSIVE && appended.is_none() {
            return Appended::Late(Box::pin(async move { drop(appending.await) }));
        }
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
