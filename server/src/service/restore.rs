//! An account restored in its turn.

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::shared::Shared;
use super::state::State;
use super::waiting::Failure;
use super::whole::StoredAccount;
use crate::store::{AccountKey, AppendError, Store, Version};

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
        let (state, restored) = match self.restore_to(account, &stored, how).await {
            Ok((state, restored)) => (Some(state), Ok(restored)),
            Err(failure) => (None, Err(failure)),
        };
        // The one who asked may be gone.
        let _ = answer.send(restored);
        state
    }

    async fn restore_to(
        &self,
        account: &AccountKey,
        stored: &StoredAccount,
        how: HowToRestore,
    ) -> Result<(State, Restored), Failure> {
        for attempt in 1..=self.options.tries_max {
            let before = self.load(account).await?;
            let is_missing = before.version == Version::ZERO;
            let unchanged = match how {
                HowToRestore::Anew => None,
                _ if !is_missing && before.account == stored.account => Some(Restored::Same),
                HowToRestore::Compare if is_missing => Some(Restored::Missing),
                HowToRestore::Replace => None,
                _ if is_missing => None,
                HowToRestore::Compare | HowToRestore::New => Some(Restored::Other),
            };
            if let Some(unchanged) = unchanged {
                return Ok((before, unchanged));
            }
            let version = stored.version.max(before.version.next());
            let time_seconds = match how {
                HowToRestore::Anew => stored.time_seconds,
                _ => stored.time_seconds.max(before.time_seconds),
            };
            let snapshot = self.snapshot(version, time_seconds, &stored.account);
            let snapshot = snapshot.ok_or(Failure::Fault)?;
            match self.within(self.store.restore(account, before.version, snapshot)).await {
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
                Some(Err(AppendError::Conflict | AppendError::Unknown(_))) | None => {
                    tokio::time::sleep(self.pause(attempt)).await;
                }
            }
        }
        Err(Failure::Timeout)
    }
}
