//! An account as a server knows it: its state at one version.

use std::sync::Arc;

use bytes::Bytes;
use convmark::{Account, CheckedRequest, Conversation, Facts, Misuse, Validator};
use tokio::time::Instant;

use super::fold::FoldProgress;
use super::trace::Trace;
use crate::store::{AppendId, Damage, Loaded, Record, Snapshot, Version, encoding};

/// An account at one version.
#[derive(Clone)]
pub(super) struct State {
    pub(super) account: Account,
    pub(super) version: Version,
    /// The time of the last record, in Unix seconds.
    pub(super) time_seconds: u64,
    /// The bytes of the records that were loaded or appended.
    pub(super) log_bytes: u64,
    pub(super) fold: Arc<FoldProgress>,
    /// A moment at or before the last one at which this was known to be the newest state: when the
    /// store was asked.
    pub(super) newest_at: Instant,
}

/// What a record takes beside its changes, in bytes.
const RECORD_BYTES: u64 = 33;

impl State {
    /// The account from everything that a store has of it.
    pub(super) fn whole(
        snapshot: Option<Snapshot>,
        records: &[Record],
        asked_at: Instant,
    ) -> Result<Self, Damage> {
        let mut state = match snapshot {
            Some(snapshot) => Self {
                account: encoding::read_account(&snapshot.account)?,
                version: snapshot.version,
                time_seconds: snapshot.time_seconds,
                log_bytes: 0,
                fold: Arc::new(FoldProgress::after(length(&snapshot.account))),
                newest_at: asked_at,
            },
            None => Self {
                account: Account::new(),
                version: Version::ZERO,
                time_seconds: 0,
                log_bytes: 0,
                fold: Arc::new(FoldProgress::after(0)),
                newest_at: asked_at,
            },
        };
        state.follow(records)?;
        Ok(state)
    }

    /// Takes over what a store has beyond this state. Whether there was anything is the result.
    /// After an error the state is good for nothing.
    pub(super) fn catch_up(&mut self, loaded: Loaded, asked_at: Instant) -> Result<bool, Damage> {
        self.newest_at = asked_at;
        match loaded {
            Loaded::NothingNew => return Ok(false),
            Loaded::Records(records) => self.follow(&records)?,
            Loaded::Whole { snapshot, records } => {
                *self = Self::whole(snapshot, &records, asked_at)?
            }
        }
        Ok(true)
    }

    /// Replays records that come right after this version.
    pub(super) fn follow(&mut self, records: &[Record]) -> Result<(), Damage> {
        for record in records {
            if record.version != self.version.next() {
                return Err(Damage::Gap);
            }
            let changes = encoding::read_changes(&record.changes)?;
            self.account.replay_all(&changes).map_err(|_| Damage::Changes)?;
            self.stored(record);
        }
        Ok(())
    }

    /// Notes that the account has the changes of this record.
    fn stored(&mut self, record: &Record) {
        self.version = record.version;
        self.time_seconds = self.time_seconds.max(record.time_seconds);
        let bytes = length(&record.changes).saturating_add(RECORD_BYTES);
        self.log_bytes = self.log_bytes.saturating_add(bytes);
    }

    /// Applies a request, and notes its changes as if they were stored.
    pub(super) fn judge(
        &mut self,
        validator: &mut Validator,
        request: &CheckedRequest<'_>,
        facts: &Facts,
        now_seconds: u64,
        append_id: AppendId,
        trace: Option<&Trace>,
    ) -> Result<(Bytes, Option<Record>), NotJudged> {
        // Clocks of several servers differ, and step. An account's time does not go back.
        let time_seconds = now_seconds.max(self.time_seconds);
        let outcome = self.account.apply_with(validator, request, facts, time_seconds)?;
        let mut answer = Vec::new();
        outcome.write_answer(&mut answer);
        let changes: Vec<_> = outcome.changes().collect();
        if let Some(trace) = trace {
            trace.judged(&outcome, &changes);
        }
        let encoded =
            if changes.is_empty() { None } else { Some(encoding::write_changes(&changes)?.into()) };
        drop(changes);
        validator.reclaim_outcome(outcome);
        let Some(changes) = encoded else { return Ok((answer.into(), None)) };
        Ok((answer.into(), Some(self.changed(time_seconds, append_id, changes))))
    }

    /// Drops the row of a conversation, and notes that as if it were stored; `None` if there is no
    /// row.
    pub(super) fn forget(
        &mut self,
        conversation: &Conversation<'_>,
        now_seconds: u64,
        append_id: AppendId,
    ) -> Result<Option<Record>, Damage> {
        let time_seconds = now_seconds.max(self.time_seconds);
        let Some(change) = self.account.forget(conversation, time_seconds) else {
            return Ok(None);
        };
        let changes = encoding::write_changes(&[change])?.into();
        Ok(Some(self.changed(time_seconds, append_id, changes)))
    }

    /// The record of changes that were just made, which counts as stored from now on.
    fn changed(&mut self, time_seconds: u64, append_id: AppendId, changes: Bytes) -> Record {
        let record = Record { version: self.version.next(), time_seconds, append_id, changes };
        self.stored(&record);
        record
    }

    /// Answers a request of a command that changes nothing; `None` if facts are missing.
    pub(super) fn read(
        &mut self,
        validator: &mut Validator,
        request: &CheckedRequest<'_>,
        facts: &Facts,
        now_seconds: u64,
        trace: Option<&Trace>,
    ) -> Option<Bytes> {
        let time_seconds = now_seconds.max(self.time_seconds);
        let outcome = self.account.apply_with(validator, request, facts, time_seconds).ok()?;
        if let Some(trace) = trace {
            trace.judged(&outcome, &[]);
        }
        let mut answer = Vec::new();
        outcome.write_answer(&mut answer);
        validator.reclaim_outcome(outcome);
        Some(answer.into())
    }

    /// What it takes in a cache, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<FoldProgress>().saturating_add(self.account.heap_bytes())
    }
}

/// Why a request has no outcome.
pub(super) enum NotJudged {
    /// Nothing was applied.
    Misuse,
    /// The account has changes that cannot be stored: it must be dropped.
    NotEncoded,
}

impl From<Misuse> for NotJudged {
    fn from(_: Misuse) -> Self {
        Self::Misuse
    }
}

impl From<Damage> for NotJudged {
    fn from(_: Damage) -> Self {
        Self::NotEncoded
    }
}

pub(super) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
