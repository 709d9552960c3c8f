//! How changes and accounts become bytes: the compact forms of the core, in postcard. Another form is a
//! change of this file only.

use convmark::{Account, Change};

use super::Damage;

/// The changes of one record.
///
/// # Errors
///
/// [`Damage::Content`] if they cannot be written, which no change that the core made is known to
/// cause.
pub fn write_changes(changes: &[Change<'_>]) -> Result<Vec<u8>, Damage> {
    postcard::to_allocvec(changes).map_err(|_| Damage::Content)
}

/// Reads what [`write_changes`] wrote.
///
/// # Errors
///
/// [`Damage::Content`] if the bytes are not a list of changes.
pub fn read_changes(bytes: &[u8]) -> Result<Vec<Change<'_>>, Damage> {
    read_all(bytes)
}

/// The content of a snapshot.
///
/// # Errors
///
/// As [`write_changes`].
pub fn write_account(account: &Account) -> Result<Vec<u8>, Damage> {
    postcard::to_allocvec(account).map_err(|_| Damage::Content)
}

/// Reads what [`write_account`] wrote.
///
/// # Errors
///
/// [`Damage::Content`] if the bytes are not an account.
pub fn read_account(bytes: &[u8]) -> Result<Account, Damage> {
    read_all(bytes)
}

/// Reads a value that takes all of the bytes.
fn read_all<'de, T: serde::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Damage> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(Damage::Content),
    }
}
