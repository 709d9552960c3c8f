//! The service: one call from its body to its answer, over any store.
//!
//! ```text
//! decode ─▶ facts ─▶ the account's turn: cached or loaded ─▶ apply ─▶ append ─▶ answer
//! ```
//!
//! * Calls of one account are judged in turn, those of different accounts in parallel. What waits
//!   for one account is judged and appended together. Waiting takes no thread.
//! * What a call changed is seen by others after the store has acknowledged it.
//! * An answer without changes is given only if the state that it was judged on was the newest at
//!   some moment after the call arrived, or as long before as [`ReadConsistency`] allows.
//! * The time given to the core is never before the account's last record.
//!
//! | what happens | code |
//! |---|---|
//! | the store is not available, or the account is damaged | 50004 |
//! | facts are missing | 50004 |
//! | too many calls wait for the account, too many conflicts, the store takes too long | 50005 |
//! | it is not known whether the changes are stored | 50005 |

mod exchange;
mod facts;
mod figures;
mod fold;
mod judge;
mod options;
mod restore;
mod shared;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod trace;
mod turn;
mod validators;
mod waiting;
mod whole;

use std::sync::Arc;

use bytes::Bytes;
use convmark::{CheckedRequest, Command, Facts, Policy, Refusal};

pub use facts::{FactsError, FactsSource, Vouched};
pub use figures::Figures;
pub use options::{Observer, ReadConsistency, ServiceOptions, Step};
pub use restore::{HowToRestore, Restored};
pub use trace::{Trace, Traced};
pub use whole::{Forgotten, NotForgotten, StoredAccount, WholeError};

use crate::store::{AccountKey, Store, StoreError};
use shared::Shared;
use turn::Turn;
use waiting::{Failure, Work};

/// Answers calls over a store. Cheap to clone; clones are the same service.
///
/// It needs a tokio runtime with time.
pub struct Service<S: Store, F: FactsSource = Vouched> {
    shared: Arc<Shared<S>>,
    facts: Arc<F>,
}

impl<S: Store, F: FactsSource> Clone for Service<S, F> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), facts: Arc::clone(&self.facts) }
    }
}

impl<S: Store> Service<S> {
    /// A service that knows every user and every group chat.
    #[must_use]
    pub fn new(store: S, policy: &Policy, options: ServiceOptions) -> Self {
        Self::with_facts(store, Vouched, policy, options)
    }
}

impl<S: Store, F: FactsSource> Service<S, F> {
    /// A service that asks for facts.
    #[must_use]
    pub fn with_facts(store: S, facts: F, policy: &Policy, options: ServiceOptions) -> Self {
        Self { shared: Arc::new(Shared::new(store, policy, options)), facts: Arc::new(facts) }
    }

    /// The policy that calls are judged under.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.shared.policy
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.shared.store
    }

    /// What it has done so far, and what it holds.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.shared.figures()
    }

    /// Stages 2 to 7 of a call: its body judged and applied, the changes stored. `now_seconds` is
    /// Unix seconds. There is always an answer, compact JSON.
    ///
    /// What was begun is finished even if the future is dropped: the store is told, only the answer
    /// is lost.
    pub async fn call(&self, command: Command, body: &[u8], now_seconds: u64) -> Bytes {
        self.call_traced(command, body, now_seconds, None).await
    }

    /// As [`call`](Self::call). What became of it is noted, if somebody asks.
    pub async fn call_traced(
        &self,
        command: Command,
        body: &[u8],
        now_seconds: u64,
        trace: Option<&Arc<Trace>>,
    ) -> Bytes {
        let decoded = self.shared.validators.with(|validator| validator.decode(command, body));
        let request = match decoded {
            Ok(request) => request,
            Err(refusal) => return self.shared.refuse(&refusal),
        };
        match self.facts.facts(&request).await {
            Ok(facts) => self.apply(request, facts, now_seconds, trace).await,
            Err(FactsError::Timeout) => self.shared.refuse(&Refusal::host_timeout(command)),
            Err(FactsError::Unavailable) => self.shared.refuse(&Refusal::host_fault(command)),
        }
    }

    async fn apply(
        &self,
        request: CheckedRequest<'_>,
        facts: Facts,
        now_seconds: u64,
        trace: Option<&Arc<Trace>>,
    ) -> Bytes {
        let command = request.command();
        if !command.writes()
            && self.shared.may_skip_store()
            && let Some(answer) = self.read(&request, &facts, now_seconds, trace)
        {
            self.shared.validators.with(|validator| validator.reclaim(request));
            return answer;
        }
        let account = AccountKey::new(request.account());
        let work = Work::Request { request: request.into_owned(), facts, trace: trace.cloned() };
        match self.shared.in_turn(account, work, now_seconds).await {
            Ok(answer) => answer,
            Err(Failure::Fault | Failure::Damaged(_)) => {
                self.shared.refuse(&Refusal::host_fault(command))
            }
            Err(Failure::Timeout) => self.shared.refuse(&Refusal::host_timeout(command)),
        }
    }

    /// The short way of a read, without a task: the account is cached, nobody has its turn, and the
    /// cached state is new enough.
    fn read(
        &self,
        request: &CheckedRequest<'_>,
        facts: &Facts,
        now_seconds: u64,
        trace: Option<&Arc<Trace>>,
    ) -> Option<Bytes> {
        let (account, mut state) = self.shared.table.begin_cached(request.account().as_str())?;
        let turn = Turn::new(&self.shared, account);
        let is_fresh = self.shared.is_fresh(&state, false);
        if is_fresh {
            self.shared.hit(true);
        }
        let read = |validator: &mut convmark::Validator| {
            state.read(validator, request, facts, now_seconds, trace.map(AsRef::as_ref))
        };
        let answer = is_fresh.then(|| self.shared.validators.with(read)).flatten();
        turn.end(state);
        answer
    }

    /// Waits until no account has its turn: what was begun is stored, or never will be by this service.
    pub async fn turns_end(&self) {
        self.shared.table.wait_until_idle().await;
    }

    /// Waits for what was begun, and closes the store.
    ///
    /// # Errors
    ///
    /// As [`Store::close`].
    pub async fn close(&self) -> Result<(), StoreError> {
        self.turns_end().await;
        self.shared.store.close().await
    }
}
