//! The file of an export: JSON Lines, format 1. `server/README.md` describes it.

mod input;
mod lines;
mod output;
mod reader;

pub(super) use input::Input;
pub use lines::{AccountLine, Line};
pub(super) use lines::{DamagedLine, End};
pub(super) use output::{Opened, Output};
pub(super) use reader::{LineReader, ReadError};

use sha2::{Digest, Sha256};

use crate::store::AccountKey;

/// What the end line says: a running count and checksum of the lines before it.
#[derive(Clone, Default)]
struct Summary {
    accounts: u64,
    damaged: u64,
    last: Option<AccountKey>,
    hash: Sha256,
}

impl Summary {
    /// Adds a line that is not the end line, with its line feed.
    fn add(&mut self, line: &Line, bytes: &[u8]) -> Result<(), String> {
        let user = match line {
            Line::Account(line) => &line.user,
            Line::Damaged(line) => &line.user,
            Line::End(_) => return Ok(()),
        };
        let key = AccountKey::from_stored(user.as_bytes());
        let key = key.ok_or("the user is not a valid user ID")?;
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err("the user does not come after that of the line before".to_owned());
        }
        self.last = Some(key);
        match line {
            Line::Damaged(_) => self.damaged = self.damaged.saturating_add(1),
            _ => self.accounts = self.accounts.saturating_add(1),
        }
        self.hash.update(bytes);
        Ok(())
    }

    fn end(&self) -> End {
        let sha256 = self.hash.clone().finalize();
        let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        End { accounts: self.accounts, damaged: self.damaged, sha256 }
    }
}
