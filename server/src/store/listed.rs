//! What a store answers about all accounts.

use xxhash_rust::xxh3::xxh3_64;

use super::AccountKey;

/// Some of the accounts of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In order of their IDs. Without any, there are no more.
    pub accounts: Vec<AccountKey>,
    /// What was met on the way and cannot be listed. The same place may be met again with the next
    /// accounts.
    pub unlisted: Vec<Unlisted>,
}

/// A place in a store that should say which accounts there are, and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unlisted {
    /// Tells this place from others, each time it is met.
    pub place: u64,
    /// What is wrong there.
    pub why: NotListed,
}

/// Why a place in a store cannot be listed. It says nothing about users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum NotListed {
    /// A key is not a user ID.
    #[error("a key is not a user ID")]
    Key,
    /// A part of a file cannot be read. Accounts that are only there are not known.
    #[error("a part of a file cannot be read")]
    Files,
}

impl Listed {
    /// Adds the account of a stored key.
    pub(crate) fn add(&mut self, key: &[u8]) {
        match AccountKey::from_stored(key) {
            Some(account) => self.accounts.push(account),
            None => self.unlisted.push(Unlisted { place: xxh3_64(key), why: NotListed::Key }),
        }
    }
}
