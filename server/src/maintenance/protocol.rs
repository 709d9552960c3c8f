//! What a subcommand asks, and what is answered: JSON over the control socket.

use convmark::Conversation;
use serde::{Deserialize, Deserializer, Serialize};

use super::file::{AccountLine, Line};
use crate::service::{HowToRestore, Restored};

/// One bounded piece of work. Pieces that go through all accounts start after one, and take a few
/// hundred; the next piece starts after the last account of the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// The next accounts with their contents.
    Read {
        /// The user ID after which to start.
        after: Option<String>,
    },
    /// Whether the next accounts can be read: snapshot and records.
    Verify {
        /// The user ID after which to start.
        after: Option<String>,
    },
    /// Restore these accounts.
    Restore {
        /// The accounts as they were exported.
        accounts: Vec<AccountLine>,
        /// What to do with accounts that have data.
        how: HowToRestore,
    },
    /// Forget a conversation in the next accounts.
    Forget {
        /// The user ID after which to start.
        after: Option<String>,
        /// The conversation.
        #[serde(deserialize_with = "owned")]
        conversation: Conversation<'static>,
        /// Change nothing, and only count.
        only_look: bool,
    },
    /// Make an account one without data.
    Empty {
        /// The user ID.
        user: String,
    },
    /// Erase from the files of the store what was replaced.
    EraseReplaced,
}

fn owned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Conversation<'static>, D::Error> {
    Conversation::deserialize(deserializer).map(Conversation::into_owned)
}

/// What was done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// To [`Request::Read`]: lines of the file. Without any, there are no more accounts.
    Read(Vec<Line>),
    /// To [`Request::Verify`] and [`Request::Forget`].
    Scanned(Scanned),
    /// To [`Request::Restore`]: one for each account.
    Restored(Vec<RestoredAccount>),
    /// To [`Request::Empty`]: whether it had data.
    Emptied(bool),
    /// To [`Request::EraseReplaced`].
    Erased,
}

/// What was found in a piece of all accounts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanned {
    /// How many accounts were looked at. 0: there are no more.
    pub accounts: u64,
    /// The user ID of the last one.
    pub last: Option<String>,
    /// Accounts with a row of the conversation, which is gone unless it was only to be looked for.
    pub rows: u64,
    /// Accounts without a row of it, whose records named it.
    pub records: u64,
    /// The accounts that are damaged.
    pub damaged: Vec<DamagedAccount>,
}

/// An account that cannot be read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DamagedAccount {
    /// The user ID.
    pub user: String,
    /// What is wrong.
    pub damage: String,
}

/// What became of restoring one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestoredAccount {
    /// As in [`Restored`].
    Is(Restored),
    /// What is stored of the account cannot be read.
    Damaged,
}
