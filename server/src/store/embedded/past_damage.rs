//! Lists accounts although files are damaged: all whose keys can be read.
//!
//! A table is blocks of keys in order. Its iterator gives an error for a block that cannot be read,
//! and goes on with the next one. What is missing is between two keys that can be read: a gap. If it
//! is the index of the blocks that cannot be read, some iterators give errors without end: a table
//! ends with a gap after more errors than it has blocks. The engine offers single tables to its own
//! tests; tests here flip bits in each block in turn, so that another release which behaves
//! differently is noticed.

use std::collections::BTreeSet;
use std::ops::{Bound, RangeBounds};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::sleep;
use std::time::Duration;

use fjall::{AbstractTree, Keyspace, UserKey};
use xxhash_rust::xxh3::xxh3_64;

use super::engine::Engine;
use super::listing::{account_of_record, records_after, snapshots_after};
use crate::store::{Listed, NotListed, Unlisted};

/// How often, and how long after each other, it is looked whether all data that left memory is in
/// tables. If it is not by then, later listings do not wait for it.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(20);

/// Whether data that left memory was waited for in vain.
#[derive(Default)]
pub(super) struct IsLate(AtomicBool);

/// The accounts that have data: at most `limit` of those after `after`.
pub(super) fn accounts(engine: &Engine, after: Option<&[u8]>, limit: usize) -> Listed {
    let mut listed = Listed::default();
    let mut after = after.map(<[u8]>::to_vec);
    loop {
        let mut found = Found::default();
        let last = after.as_deref();
        let records = Part {
            keyspace: &engine.records,
            start: records_after(last).0,
            account: account_of_record,
            is_late: &engine.is_late,
        };
        let snapshots = Part {
            keyspace: &engine.snapshots,
            start: snapshots_after(last).0,
            account: |key| key,
            is_late: &engine.is_late,
        };
        records.read(limit, &mut found);
        snapshots.read(limit, &mut found);
        for account in found.accounts.iter().take(limit) {
            listed.add(account);
            after = Some(account.clone());
        }
        listed.unlisted.extend(found.gaps);
        if found.accounts.is_empty() || !listed.accounts.is_empty() {
            return listed;
        }
    }
}

/// What was read.
#[derive(Default)]
struct Found {
    /// The keys of accounts. At least the first ones, up to the limit, are all that there are.
    accounts: BTreeSet<Vec<u8>>,
    gaps: Vec<Unlisted>,
}

/// The keys of one keyspace.
struct Part<'a> {
    keyspace: &'a Keyspace,
    /// Where to start.
    start: Bound<Vec<u8>>,
    /// The account of a key.
    account: fn(&[u8]) -> &[u8],
    is_late: &'a IsLate,
}

impl Part<'_> {
    /// Reads the first accounts of what is in memory and of each table.
    fn read(&self, limit: usize, found: &mut Found) {
        let tree = &self.keyspace.tree;
        let (memory, tables) = 'whole: {
            let IsLate(is_late) = self.is_late;
            for _ in 0..TRIES {
                let memory = tree.active_memtable();
                let is_written = tree.sealed_memtable_count() == 0;
                let tables = tree.current_version();
                if is_written && tree.active_memtable().id() == memory.id() {
                    break 'whole (memory, tables);
                }
                if is_late.load(Relaxed) {
                    break;
                }
                sleep(PAUSE);
            }
            // What left memory cannot be written.
            is_late.store(true, Relaxed);
            found.gaps.push(self.gap(u64::MAX, None));
            (tree.active_memtable(), tree.current_version())
        };
        let start = self.start.as_ref().map(Vec::as_slice);
        let range: (Bound<&[u8]>, Bound<&[u8]>) = (start, Bound::Unbounded);
        let items = memory.items.iter();
        let items =
            items.filter(|item| RangeBounds::<[u8]>::contains(&range, &*item.key().user_key));
        let keys = items.map(|item| {
            let key = item.key();
            Ok((!key.is_tombstone()).then(|| key.user_key.clone()))
        });
        self.read_keys(0, 0, keys, limit, found);
        for table in tables.iter_tables() {
            // A range after the last key needs the index alone, which is not read again for each error.
            let after_all = [table.metadata.key_range.max(), &[0][..]].concat();
            let after_all = (Bound::Included(UserKey::from(after_all)), Bound::Unbounded);
            let index = catch_unwind(AssertUnwindSafe(|| table.range(after_all).next()));
            let blocks = if matches!(index, Ok(None)) {
                table.metadata.data_block_count.saturating_add(table.metadata.index_block_count)
            } else {
                0
            };
            let items = table.range((start.map(UserKey::from), Bound::Unbounded));
            let keys = items.map(|item| {
                let key = item.map_err(drop)?.key;
                Ok((!key.is_tombstone()).then_some(key.user_key))
            });
            self.read_keys(table.id(), blocks, keys, limit, found);
        }
    }

    /// Reads the first accounts of a table, or of what is in memory. A key that was removed is `None`.
    /// More errors than that many blocks are its end.
    fn read_keys(
        &self,
        table: u64,
        blocks: u64,
        mut keys: impl Iterator<Item = Result<Option<UserKey>, ()>>,
        limit: usize,
        found: &mut Found,
    ) {
        let mut count = 0;
        let mut errors = 0_u64;
        let mut last: Option<Vec<u8>> = None;
        let mut is_in_gap = false;
        while count < limit || is_in_gap {
            // The engine may panic on damaged files.
            let key = catch_unwind(AssertUnwindSafe(|| keys.next()));
            if matches!(key, Ok(Some(Err(())))) {
                errors = errors.saturating_add(1);
            }
            let is_over = errors > blocks || !matches!(key, Ok(Some(_)));
            let next = match key {
                Ok(Some(Ok(Some(key)))) => Some((self.account)(&key).to_vec()),
                Ok(Some(Ok(None))) => continue,
                Ok(Some(Err(()))) | Err(_) => {
                    is_in_gap = true;
                    None
                }
                Ok(None) => None,
            };
            if is_in_gap && (is_over || next.is_some()) {
                // Between two keys of one account there is no other.
                if next.is_none() || next != last {
                    found.gaps.push(self.gap(table, next.as_deref()));
                }
                is_in_gap = false;
            }
            if is_over {
                return;
            }
            if let Some(next) = next
                && last.as_ref() != Some(&next)
            {
                count = count.saturating_add(1);
                found.accounts.insert(next.clone());
                last = Some(next);
            }
        }
    }

    /// The gap before an account in a table, or at its end.
    fn gap(&self, table: u64, before: Option<&[u8]>) -> Unlisted {
        let keyspace = self.keyspace.name().as_bytes();
        let end: &[u8] = if before.is_none() { &[0] } else { &[1] };
        let place = [keyspace, end, &table.to_be_bytes(), before.unwrap_or_default()].concat();
        Unlisted { place: xxh3_64(&place), why: NotListed::Files }
    }
}
