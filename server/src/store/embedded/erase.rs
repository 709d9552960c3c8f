//! Erases from the files what was replaced.
//!
//! The engine only ever adds to its files. What was removed goes when tables are merged, and stays in
//! a journal until a later one has begun and everything in it is in tables. The engine begins a
//! journal when one is longer than 64 MB, and cannot be asked to do so; so a value of that size is
//! written, and removed again.
//!
//! The writer writes it in pieces, between what others want to be written. Tables are written and
//! merged on another thread.

use fjall::OwnedWriteBatch;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::engine::Engine;
use super::writer::Task;
use super::{EmbeddedStore, FAILED, engine};
use crate::store::StoreError;

/// What the engine lets a journal grow to, and some more, in bytes.
const FILL_BYTES: usize = 72 << 20;
/// Bytes in one write.
const PIECE_BYTES: usize = 1 << 20;
/// A key that no account and no group has.
const FILL_KEY: &[u8] = b"\0fill";

/// Erases what was replaced before.
pub(super) async fn erase_replaced(store: &EmbeddedStore) -> Result<(), StoreError> {
    for _ in 0..FILL_BYTES.div_ceil(PIECE_BYTES) {
        write(store, Some(vec![0; PIECE_BYTES])).await?;
    }
    // The first table of these begins a new journal.
    work(store, flush).await?;
    // The old journal goes when each keyspace has a table with a write after it.
    write(store, None).await?;
    work(store, flush).await?;
    work(store, merge).await
}

/// Adds a piece to what is written, or removes it everywhere.
pub(super) fn fill(engine: &Engine, batch: &mut OwnedWriteBatch, piece: Option<&[u8]>) {
    match piece {
        Some(piece) => batch.insert(&engine.groups, FILL_KEY, piece),
        None => {
            for keyspace in [&engine.records, &engine.snapshots, &engine.groups] {
                batch.remove(keyspace, FILL_KEY);
            }
        }
    }
}

async fn write(store: &EmbeddedStore, piece: Option<Vec<u8>>) -> Result<(), StoreError> {
    let (answer, answered) = oneshot::channel();
    store.send(Task::Fill { piece, answer }).map_err(StoreError::Unavailable)?;
    answered.await.unwrap_or(Err(StoreError::Unavailable(FAILED))).map(drop)
}

/// Runs what takes long and does not write to the journal.
async fn work(
    store: &EmbeddedStore,
    work: impl FnOnce(&Engine) -> fjall::Result<()> + Send + 'static,
) -> Result<(), StoreError> {
    let engine = engine(&store.engine).map_err(StoreError::Unavailable)?;
    let worked = spawn_blocking(move || work(&engine)).await;
    // The engine may panic on damaged files.
    match worked {
        Ok(Ok(())) => Ok(()),
        _ => Err(StoreError::Unavailable("its files cannot be rewritten")),
    }
}

fn flush(engine: &Engine) -> fjall::Result<()> {
    let keyspaces = [&engine.records, &engine.snapshots, &engine.groups];
    keyspaces.iter().try_for_each(|keyspace| keyspace.rotate_memtable_and_wait())
}

fn merge(engine: &Engine) -> fjall::Result<()> {
    let keyspaces = [&engine.records, &engine.snapshots, &engine.groups];
    keyspaces.iter().try_for_each(|keyspace| keyspace.major_compact())
}
