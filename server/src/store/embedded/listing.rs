//! Which accounts there are.
//!
//! As long as the engine can read its files, it is asked for the first key after the account before.
//! When it cannot, its answers are of no use from there on: it merges its tables, and leaves out all
//! that comes later in a table with a damaged block. Then the tables are read one by one
//! ([`past_damage`]).

use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fjall::{Iter, Readable};

use super::engine::{Engine, unreadable};
use super::past_damage;
use crate::store::{AccountKey, Listed, StoreError};

/// The accounts that have data: at most `limit` of those after `after`.
pub(super) fn accounts(
    engine: &Engine,
    after: Option<&AccountKey>,
    limit: usize,
) -> Result<Listed, StoreError> {
    let after = after.map(|after| after.as_str().as_bytes());
    // The engine may panic on damaged files.
    match catch_unwind(AssertUnwindSafe(|| whole(engine, after, limit))) {
        Ok(Ok(listed)) => Ok(listed),
        Ok(Err(error @ StoreError::Unavailable(_))) => Err(error),
        Ok(Err(StoreError::Damaged(_))) | Err(_) => Ok(past_damage::accounts(engine, after, limit)),
    }
}

fn whole(engine: &Engine, after: Option<&[u8]>, limit: usize) -> Result<Listed, StoreError> {
    let read = engine.database.snapshot();
    let mut listed = Listed::default();
    let mut last = after.map(<[u8]>::to_vec);
    while listed.accounts.len() < limit {
        let record = first(read.range(&engine.records, records_after(last.as_deref())))?;
        let snapshot = first(read.range(&engine.snapshots, snapshots_after(last.as_deref())))?;
        let record = record.map(|key| account_of_record(&key).to_vec());
        let Some(next) = [record, snapshot].into_iter().flatten().min() else { break };
        listed.add(&next);
        last = Some(next);
    }
    Ok(listed)
}

fn first(mut range: Iter) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(item) = range.next() else { return Ok(None) };
    Ok(Some(item.key().map_err(|error| unreadable(&error))?.to_vec()))
}

type Range = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// The keys of records after those of an account.
pub(super) fn records_after(account: Option<&[u8]>) -> Range {
    // The byte 1 comes after the byte 0 that ends an account in the keys of records, and before all
    // that a longer ID can go on with.
    let start =
        account.map_or(Bound::Unbounded, |account| Bound::Included([account, &[1]].concat()));
    (start, Bound::Unbounded)
}

/// The keys of snapshots after that of an account.
pub(super) fn snapshots_after(account: Option<&[u8]>) -> Range {
    let start = account.map_or(Bound::Unbounded, |account| Bound::Excluded(account.to_vec()));
    (start, Bound::Unbounded)
}

/// The account in the key of a record; all of a key without a byte 0.
pub(super) fn account_of_record(key: &[u8]) -> &[u8] {
    key.split(|byte| *byte == 0).next().unwrap_or(key)
}
