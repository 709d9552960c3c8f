//! The file of accounts that the server imports: JSON Lines, format 1.

use std::io::{self, Write};

use convmark::Account;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::accounts::ByUser;

/// The format of the file.
const FORMAT: u32 = 1;

/// How many changes an account has had: nobody knows, and 1 is the fewest.
const STORE_VERSION: u64 = 1;

#[derive(Serialize)]
struct AccountLine<'a> {
    export: u32,
    user: &'a str,
    store_version: u64,
    /// Unix seconds.
    time: u64,
    account: &'a Account,
}

#[derive(Serialize)]
struct EndLine {
    export: u32,
    end: End,
}

#[derive(Serialize)]
struct End {
    accounts: usize,
    damaged: usize,
    sha256: String,
}

/// Writes the accounts, in the order of their user IDs, and the end line.
pub fn write(accounts: &ByUser, out: &mut dyn Write) -> io::Result<()> {
    let mut hash = Sha256::new();
    let mut line = Vec::new();
    for (user, account) in accounts {
        line.clear();
        let (user, time) = (user.as_str(), time(account));
        let content =
            AccountLine { export: FORMAT, user, store_version: STORE_VERSION, time, account };
        serde_json::to_writer(&mut line, &content)?;
        line.push(b'\n');
        hash.update(&line);
        out.write_all(&line)?;
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let end = End { accounts: accounts.len(), damaged: 0, sha256 };
    serde_json::to_writer(&mut *out, &EndLine { export: FORMAT, end })?;
    out.write_all(b"\n")
}

/// The time of the last change that the account still shows.
fn time(account: &Account) -> u64 {
    account.rows().map(|row| row.timestamp_seconds()).max().unwrap_or(0)
}
