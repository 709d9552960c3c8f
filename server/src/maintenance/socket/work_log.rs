//! What the log of the server says of the subcommand behind a connection: what it does, and at the end
//! how much it did. It names no account.

use crate::maintenance::file::Line;
use crate::maintenance::protocol::{Read, RestoredAccount};
use crate::maintenance::{Answer, Problem, Request};
use crate::service::{HowToRestore, Restored};

/// The work of one connection, which is that of one subcommand. Its end is logged when it is dropped.
#[derive(Debug, Default)]
pub struct WorkLog {
    operation: Option<&'static str>,
    /// Accounts that were read, imported or searched.
    accounts: u64,
    /// Of these, how many were changed.
    changed: u64,
    damaged: u64,
    /// How many requests failed.
    failed: u64,
}

impl WorkLog {
    /// Notes a request before it is performed. What is returned is needed to note its answer.
    pub fn asked(&mut self, request: &Request) -> Counted {
        let operation = match request {
            Request::Read { .. } => "export",
            Request::Verify { .. } => "verify",
            Request::Restore { .. } => "import",
            Request::Forget { .. } | Request::Empty { .. } | Request::EraseReplaced => "forget",
        };
        if self.operation.is_none() {
            self.operation = Some(operation);
            tracing::info!(operation, "a subcommand works on the store");
        }
        match request {
            // What is only looked at is gone through again.
            Request::Restore { how: HowToRestore::Compare, .. }
            | Request::Forget { only_look: true, .. } => Counted::No,
            _ => Counted::Yes,
        }
    }

    /// Notes what came of a request.
    pub fn answered(&mut self, counted: Counted, answer: &Result<Answer, Problem>) {
        let (accounts, changed, damaged) = match answer {
            Err(_) => {
                self.failed = self.failed.saturating_add(1);
                return;
            }
            Ok(_) if counted == Counted::No => return,
            Ok(Answer::Read(Read { lines, .. })) => {
                let damaged = count(lines, |line| matches!(line, Line::Damaged(_)));
                let whole = count(lines, |line| matches!(line, Line::Account(_)));
                (whole.saturating_add(damaged), 0, damaged)
            }
            Ok(Answer::Scanned(found)) => (
                found.accounts,
                found.rows.saturating_add(found.records),
                count(&found.damaged, |_| true),
            ),
            Ok(Answer::Restored(restored)) => (
                count(restored, |one| !matches!(one, RestoredAccount::Busy)),
                count(restored, |one| matches!(one, RestoredAccount::Is(Restored::Done))),
                count(restored, |one| matches!(one, RestoredAccount::Damaged)),
            ),
            Ok(Answer::Emptied(was_there)) => (0, u64::from(*was_there), 0),
            Ok(Answer::Erased) => (0, 0, 0),
        };
        self.accounts = self.accounts.saturating_add(accounts);
        self.changed = self.changed.saturating_add(changed);
        self.damaged = self.damaged.saturating_add(damaged);
    }
}

/// Whether the accounts of a request count: what is gone through twice counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Yes,
    No,
}

fn count<T>(all: &[T], is_one: impl Fn(&T) -> bool) -> u64 {
    u64::try_from(all.iter().filter(|one| is_one(one)).count()).unwrap_or(u64::MAX)
}

impl Drop for WorkLog {
    fn drop(&mut self) {
        let Self { operation: Some(operation), accounts, changed, damaged, failed } = *self else {
            return;
        };
        tracing::info!(operation, accounts, changed, damaged, failed, "the subcommand is gone");
    }
}
