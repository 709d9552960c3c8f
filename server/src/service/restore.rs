//! An account restored in its turn.

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::exchange::Pending;
use super::shared::Shared;
use super::state::State;
use super::waiting::Failure;
use super::whole::StoredAccount;
use crate::store::{AccountKey, AppendError, AppendId, Store, Version};

/// When an account is restored that has data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowToRestore {
    /// Never: only what is there is compared.
    Compare,
    /// Only if nothing is stored of it.
    New,
    /// Always.
    Replace,
    /// Always, as if nothing had been stored of it: its time may go back.
    Anew,
}

/// What became of restoring an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restored {
    /// Nothing is stored of it, and nothing was to be changed.
    Missing,
    /// The same groups, rows and counters are there. Nothing was changed.
    Same,
    /// It has other data. Nothing was changed.
    Other,
    /// It was restored, and what was read back is the same.
    Done,
    /// It was restored, and what was read back is not the same.
    Different,
}

/// An account that waits for its turn to be restored.
pub(super) struct Restore {
    pub(super) stored: StoredAccount,
    pub(super) how: HowToRestore,
    pub(super) answer: oneshot::Sender<Result<Restored, Failure>>,
}

impl<S: Store> Shared<S> {
    /// Restores an account. The result is what can stay in the cache.
    pub(super) async fn restore(&self, account: &AccountKey, restore: Restore) -> Option<State> {
        let Restore { stored, how, answer } = restore;
        let mut pending = None;
        let restored = self.restore_to(account, &stored, how, &mut pending).await;
        let (state, restored) = match restored {
            Ok((state, restored)) => (Some(state), Ok(restored)),
            Err(failure) => (None, Err(failure)),
        };
        // The one who asked may be gone.
        let _ = answer.send(restored);
        if let Some(pending) = pending {
            pending.await;
        }
        state
    }

    /// `pending` is what the turn has to wait for before others get it.
    async fn restore_to<'a>(
        &'a self,
        account: &'a AccountKey,
        stored: &StoredAccount,
        how: HowToRestore,
        pending: &mut Option<Pending<'a>>,
    ) -> Result<(State, Restored), Failure> {
        // All tries store the same snapshot, which is there once or not.
        let id = AppendId::new((self.options.random)().to_le_bytes());
        let mut open = None;
        for attempt in 1..=self.options.tries_max {
            let (before, snapshot) = self.load_with_snapshot(account).await?;
            if let Some(after) = open {
                match what_became(after, id, before.version, snapshot) {
                    OpenTry::Stored => return Ok((before, Restored::Done)),
                    OpenTry::Refused => open = None,
                    OpenTry::Open => {}
                    OpenTry::Unknown => return Err(Failure::Timeout),
                }
            }
            if let Some(unchanged) = unchanged(&before, stored, how) {
                return Ok((before, unchanged));
            }
            let version = stored.version.max(before.version.next());
            let time_seconds = match how {
                HowToRestore::Anew => stored.time_seconds,
                _ => stored.time_seconds.max(before.time_seconds),
            };
            let snapshot = self.snapshot(version, time_seconds, &stored.account, id);
            let snapshot = snapshot.ok_or(Failure::Fault)?;
            let mut restoring = Box::pin(self.store.restore(account, before.version, snapshot));
            match self.within(&mut restoring).await {
                Some(Ok(())) => {
                    let after = self.load(account).await?;
                    // Another server may have gone on from there.
                    let is_same = after.version > version
                        || (after.version == version
                            && after.time_seconds == time_seconds
                            && after.account == stored.account);
                    let restored = if is_same { Restored::Done } else { Restored::Different };
                    return Ok((after, restored));
                }
                Some(Err(AppendError::Unavailable(_))) => return Err(Failure::Fault),
                // What is there by now is compared again.
                Some(Err(AppendError::Conflict)) => {}
                None if S::EXCLUSIVE => {
                    *pending = Some(Box::pin(async move { drop(restoring.await) }));
                    return Err(Failure::Timeout);
                }
                Some(Err(AppendError::Unknown(_))) | None => open = Some(before.version),
            }
            #[cfg(test)]
            if self.options.sabotage.restores_again {
                open = None;
            }
            tokio::time::sleep(self.pause(attempt)).await;
        }
        Err(Failure::Timeout)
    }
}

/// What restoring comes to if nothing is to be changed.
fn unchanged(before: &State, stored: &StoredAccount, how: HowToRestore) -> Option<Restored> {
    let is_missing = before.version == Version::ZERO;
    match how {
        HowToRestore::Anew => None,
        _ if !is_missing && before.account == stored.account => Some(Restored::Same),
        HowToRestore::Compare if is_missing => Some(Restored::Missing),
        HowToRestore::Replace => None,
        _ if is_missing => None,
        HowToRestore::Compare | HowToRestore::New => Some(Restored::Other),
    }
}

/// What became of a try whose end was not known.
enum OpenTry {
    Stored,
    /// It is not stored and never will be.
    Refused,
    /// It is not stored, and may still be.
    Open,
    /// A later snapshot hides it.
    Unknown,
}

/// What became of storing the snapshot with that ID after a version, from what is stored now.
fn what_became(
    after: Version,
    id: AppendId,
    newest: Version,
    snapshot: Option<(Version, AppendId)>,
) -> OpenTry {
    match snapshot {
        Some((_, stored)) if stored == id => OpenTry::Stored,
        Some((folded, _)) if folded > after => OpenTry::Unknown,
        _ if newest > after => OpenTry::Refused,
        _ => OpenTry::Open,
    }
}
