//! Erases from the files what was replaced.
//!
//! The engine only ever adds to its files. What was removed goes when tables are merged, and stays in
//! a journal until a later one has begun and everything in it is in tables. The engine begins a
//! journal when one is longer than 64 MB, and cannot be asked to do so; so a value of that size is
//! written, and removed again.

use fjall::{Keyspace, PersistMode};

use super::engine::Engine;

/// What the engine lets a journal grow to, and some more, in bytes.
const FILL_BYTES: usize = 72 << 20;
/// Bytes in one write.
const PIECE_BYTES: usize = 8 << 20;
/// A key of the keyspace of groups, whose own key is longer.
const FILL_KEY: &[u8] = b"\0fill";

/// Erases what was replaced before. Nothing else may be written meanwhile.
pub(super) fn erase_replaced(engine: &Engine) -> fjall::Result<()> {
    let keyspaces = [&engine.records, &engine.snapshots, &engine.groups];
    let piece = vec![0; PIECE_BYTES];
    for _ in 0..FILL_BYTES.div_ceil(PIECE_BYTES) {
        let mut batch = engine.database.batch();
        batch.insert(&engine.groups, FILL_KEY, piece.as_slice());
        batch.commit()?;
    }
    // The first of these begins a new journal, if there was anything in it.
    flush(&keyspaces)?;
    let mut batch = engine.database.batch();
    batch.remove(&engine.groups, FILL_KEY);
    // What is in no table yet keeps the old journal: each keyspace gets a write after it.
    batch.remove(&engine.records, FILL_KEY);
    batch.remove(&engine.snapshots, FILL_KEY);
    batch.durability(Some(PersistMode::SyncData)).commit()?;
    flush(&keyspaces)?;
    for keyspace in keyspaces {
        keyspace.major_compact()?;
    }
    Ok(())
}

fn flush(keyspaces: &[&Keyspace]) -> fjall::Result<()> {
    keyspaces.iter().try_for_each(|keyspace| keyspace.rotate_memtable_and_wait())
}
