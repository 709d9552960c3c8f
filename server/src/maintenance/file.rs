//! The file of an export: JSON Lines, format 1. `server/README.md` describes it.

mod input;
mod lines;
mod output;
mod reader;
mod wrong_line;

pub(super) use input::Input;
pub use lines::{AccountLine, Line};
pub(super) use lines::{DamagedLine, End, UnlistedLine};
pub(super) use output::{Opened, Output};
pub(super) use reader::{LineReader, ReadError};

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::store::AccountKey;

/// What the end line says: a running count and checksum of the lines before it.
#[derive(Clone, Default)]
struct Summary {
    accounts: u64,
    damaged: u64,
    /// The places that could not be listed.
    unlisted: HashSet<String>,
    last: Option<AccountKey>,
    hash: Sha256,
}

impl Summary {
    /// Adds a line that is not the end line, with its line feed.
    fn add(&mut self, line: &Line, bytes: &[u8]) -> Result<(), String> {
        match line {
            Line::Account(line) => {
                self.add_user(&line.user)?;
                self.accounts = self.accounts.saturating_add(1);
            }
            Line::Damaged(line) => {
                self.add_user(&line.user)?;
                self.damaged = self.damaged.saturating_add(1);
            }
            Line::Unlisted(line) => {
                if !self.unlisted.insert(line.place.clone()) {
                    return Err("the place was named before".to_owned());
                }
            }
            Line::End(_) => return Ok(()),
        }
        self.hash.update(bytes);
        Ok(())
    }

    fn add_user(&mut self, user: &str) -> Result<(), String> {
        let key = AccountKey::from_stored(user.as_bytes());
        let key = key.ok_or("the user is not a valid user ID")?;
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err("the user does not come after that of the line before".to_owned());
        }
        self.last = Some(key);
        Ok(())
    }

    fn unlisted(&self) -> u64 {
        u64::try_from(self.unlisted.len()).unwrap_or(u64::MAX)
    }

    fn end(&self) -> End {
        let sha256 = self.hash.clone().finalize();
        let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let (accounts, damaged, unlisted) = (self.accounts, self.damaged, self.unlisted());
        End { accounts, damaged, unlisted, sha256 }
    }
}
