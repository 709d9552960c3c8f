//! Operations on one whole account, for export, import, verify and forget.

use convmark::account::ChangeKind;
use convmark::{Account, Conversation};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::restore::{HowToRestore, Restore, Restored};
use super::shared::Shared;
use super::state::State;
use super::waiting::{Failure, Waiting, Work};
use super::{FactsSource, Service};
use crate::store::{AccountKey, Damage, Loaded, Record, Store, Version, encoding};

/// How many records of kept history are read at a time.
const HISTORY_RECORDS: usize = 256;

/// An account with what a store says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAccount {
    /// How many records it has had, 1 or more.
    pub version: Version,
    /// The time of the last record, in Unix seconds.
    pub time_seconds: u64,
    /// The account.
    pub account: Account,
}

/// Why an operation on an account was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WholeError {
    /// The store is not available.
    #[error("the store is not available")]
    Unavailable,
    /// The store takes too long, others are faster, or too much waits for the account. It is not
    /// known whether it was done.
    #[error("the store takes too long, or too much waits for the account")]
    Timeout,
    /// What is stored of the account is damaged.
    #[error("the stored data of the account is damaged: {0}")]
    Damaged(#[from] Damage),
}

/// What forgetting did to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// Nothing: the conversation is not in what is stored of the account.
    Nothing,
    /// The account had no row of it. Records that named it were replaced by a snapshot.
    Records,
    /// Its row is gone, and so are the records that named it.
    Row,
}

/// Why a conversation was not forgotten in an account, or not completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotForgotten {
    /// Whether the account had a row of it, which may be gone.
    pub had_row: bool,
    /// Why.
    pub why: WholeError,
}

impl From<WholeError> for NotForgotten {
    fn from(why: WholeError) -> Self {
        Self { had_row: false, why }
    }
}

impl From<Failure> for NotForgotten {
    fn from(failure: Failure) -> Self {
        WholeError::from(failure).into()
    }
}

impl From<Failure> for WholeError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault => Self::Unavailable,
            Failure::Timeout => Self::Timeout,
            Failure::Damaged(damage) => Self::Damaged(damage),
        }
    }
}

impl<S: Store, F: FactsSource> Service<S, F> {
    /// What is stored of an account: the snapshot with the records after it replayed, all of one
    /// moment. `None` if nothing is.
    ///
    /// # Errors
    ///
    /// [`WholeError`].
    pub async fn stored(&self, account: &AccountKey) -> Result<Option<StoredAccount>, WholeError> {
        let State { account, version, time_seconds, .. } = self.shared.load(account).await?;
        Ok((version != Version::ZERO).then_some(StoredAccount { version, time_seconds, account }))
    }

    /// Makes an account what it was elsewhere, in its turn, and reads it back.
    ///
    /// It keeps the version if it had no data. Replacing takes a version after the one that is
    /// there, if that is later.
    ///
    /// # Errors
    ///
    /// [`WholeError`].
    pub async fn restore(
        &self,
        account: &AccountKey,
        stored: StoredAccount,
        how: HowToRestore,
    ) -> Result<Restored, WholeError> {
        let (answer, answered) = oneshot::channel();
        let restore = Restore { stored, how, answer };
        self.shared.join(account.clone(), Waiting::Restore(restore))?;
        Ok(answered.await.unwrap_or(Err(Failure::Fault))?)
    }

    /// What [`forget`](Self::forget) would find. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`WholeError`].
    pub async fn look_for(
        &self,
        account: &AccountKey,
        conversation: &Conversation<'_>,
    ) -> Result<Forgotten, WholeError> {
        Ok(self.shared.look_for(account, conversation).await?)
    }

    /// Removes the row of a conversation from an account, by an ordinary append in its turn, and
    /// replaces all records by a snapshot, kept history included, so that nothing that is stored of the account names the
    /// conversation. `now_seconds` is Unix seconds.
    ///
    /// # Errors
    ///
    /// [`NotForgotten`]. Forgetting again goes on with what is left.
    pub async fn forget(
        &self,
        account: &AccountKey,
        conversation: &Conversation<'_>,
        now_seconds: u64,
    ) -> Result<Forgotten, NotForgotten> {
        let found = self.shared.look_for(account, conversation).await?;
        let had_row = found == Forgotten::Row;
        let not_forgotten = |why| NotForgotten { had_row, why };
        if found == Forgotten::Nothing {
            return Ok(found);
        }
        if had_row {
            let work = Work::Forget(conversation.clone().into_owned());
            let removed = self.shared.in_turn(account.clone(), work, now_seconds).await;
            removed.map_err(|failure| not_forgotten(failure.into()))?;
        }
        self.fold_and_cut(account).await.map_err(not_forgotten)?;
        Ok(found)
    }

    /// Replaces an account by one without data, with its records. Whether there was anything is the
    /// result. `now_seconds` is Unix seconds.
    ///
    /// # Errors
    ///
    /// [`WholeError`].
    pub async fn empty(&self, account: &AccountKey, now_seconds: u64) -> Result<bool, WholeError> {
        if self.stored(account).await?.is_none() {
            return Ok(false);
        }
        let (version, time_seconds) = (Version::ZERO, now_seconds);
        let nothing = StoredAccount { version, time_seconds, account: Account::new() };
        match self.restore(account, nothing, HowToRestore::Replace).await? {
            Restored::Same => self.fold_and_cut(account).await.map(|()| false),
            Restored::Different => Err(Damage::Content.into()),
            _ => Ok(true),
        }
    }

    /// Replaces all records by a snapshot, kept history included.
    async fn fold_and_cut(&self, account: &AccountKey) -> Result<(), WholeError> {
        #[cfg(test)]
        if self.shared.options.sabotage.forgets_without_fold {
            return Ok(());
        }
        let state = self.shared.load(account).await?;
        self.shared.fold(account, &state).await.ok_or(WholeError::Unavailable)?;
        Ok(self.shared.ask(self.shared.store.cut_history(account)).await?)
    }
}

impl<S: Store> Shared<S> {
    /// Where the conversation is in what is stored of an account.
    async fn look_for(
        &self,
        account: &AccountKey,
        conversation: &Conversation<'_>,
    ) -> Result<Forgotten, Failure> {
        let asked = Instant::now();
        let Loaded::Whole { snapshot, records } = self.ask(self.store.load(account, None)).await?
        else {
            return Err(Failure::Damaged(Damage::Gap));
        };
        let damaged = Failure::Damaged;
        let mut state = State::whole(snapshot, &[], asked).map_err(damaged)?;
        let is_in_snapshot = state.account.row(conversation).is_some();
        let is_named = is_in_snapshot
            || name_it(&records, conversation).map_err(damaged)?
            || (state.version != Version::ZERO
                && self.history_names(account, conversation).await?);
        state.follow(&records).map_err(damaged)?;
        Ok(match (state.account.row(conversation), is_named) {
            (Some(_), _) => Forgotten::Row,
            (None, true) => Forgotten::Records,
            (None, false) => Forgotten::Nothing,
        })
    }

    /// Whether kept history of an account names a conversation.
    async fn history_names(
        &self,
        account: &AccountKey,
        conversation: &Conversation<'_>,
    ) -> Result<bool, Failure> {
        let mut after = Version::ZERO;
        loop {
            let records = self.ask(self.store.history(account, after, HISTORY_RECORDS)).await?;
            let Some(last) = records.last() else { return Ok(false) };
            after = last.version;
            if name_it(&records, conversation).map_err(Failure::Damaged)? {
                return Ok(true);
            }
        }
    }
}

/// Whether any of the records names a conversation.
fn name_it(records: &[Record], conversation: &Conversation<'_>) -> Result<bool, Damage> {
    for record in records {
        let changes = encoding::read_changes(&record.changes)?;
        if changes.iter().any(|change| conversation_of(change.kind()) == Some(conversation)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn conversation_of<'c, 'a>(change: &'c ChangeKind<'a>) -> Option<&'c Conversation<'a>> {
    match change {
        ChangeKind::ConversationAdded { conversation, .. }
        | ChangeKind::ConversationRemoved { conversation, .. }
        | ChangeKind::ConversationMarked { conversation, .. }
        | ChangeKind::ConversationForgotten { conversation } => Some(conversation),
        _ => None,
    }
}
