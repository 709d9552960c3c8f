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
    /// Whether accounts can be read: snapshot and records.
    Verify {
        /// Which ones.
        which: Which,
    },
    /// Restore these accounts.
    Restore {
        /// The accounts as they were exported.
        accounts: Vec<AccountLine>,
        /// What to do with accounts that have data.
        how: HowToRestore,
    },
    /// Forget a conversation in accounts.
    Forget {
        /// Which ones.
        which: Which,
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

/// Which accounts a piece of work is for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Which {
    /// The next ones after this user ID; without it, the first ones.
    After(Option<String>),
    /// Those that were busy.
    These(Vec<BusyAccount>),
}

fn owned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Conversation<'static>, D::Error> {
    Conversation::deserialize(deserializer).map(Conversation::into_owned)
}

/// What was done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// To [`Request::Read`].
    Read(Read),
    /// To [`Request::Verify`] and [`Request::Forget`].
    Scanned(Scanned),
    /// To [`Request::Restore`]: one for each account.
    Restored(Vec<RestoredAccount>),
    /// To [`Request::Empty`]: whether it had data.
    Emptied(bool),
    /// To [`Request::EraseReplaced`].
    Erased,
}

/// A piece of all accounts with their contents.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Lines of the file.
    pub lines: Vec<Line>,
    /// The user ID of the last account. Without it, there are no more, unless the next one is busy.
    pub last: Option<String>,
    /// Whether the store had no time for the next account: it is to be asked for again.
    pub next_is_busy: bool,
}

/// What was found in a piece of all accounts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanned {
    /// How many accounts were looked at.
    pub accounts: u64,
    /// The user ID of the last one. Without it, there are no more.
    pub last: Option<String>,
    /// Accounts with a row of the conversation, which is gone unless it was only to be looked for.
    pub rows: u64,
    /// Accounts without a row of it, whose records named it.
    pub records: u64,
    /// The accounts that are damaged.
    pub damaged: Vec<DamagedAccount>,
    /// The accounts for which the store had no time. They are not among those that were looked at.
    pub busy: Vec<BusyAccount>,
    /// What cannot be listed. A place may be in several answers.
    pub unlisted: Vec<UnlistedPlace>,
}

/// A place in the store that should say which accounts there are, and does not.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlistedPlace {
    /// Tells it from others.
    pub place: u64,
    /// What is wrong there.
    pub why: String,
}

/// An account for which the store had no time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusyAccount {
    /// The user ID.
    pub user: String,
    /// Whether it had a row of the conversation, which may be gone.
    pub had_row: bool,
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
    /// The store had no time for it. It may have been restored.
    Busy,
}
