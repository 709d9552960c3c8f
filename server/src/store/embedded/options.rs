//! The settings of a store in a directory.

/// How to open a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddedOptions {
    /// Make the store if nothing is there. Without it, a store that is not there is an error: a
    /// wrong name or a volume that is not mounted must not look like accounts without data.
    pub create: bool,
    /// Keep the records that a snapshot replaces. They are never read again by the service.
    pub keep_history: bool,
    /// How many records one sync makes durable, at most. More wait for the next one; an append is
    /// never divided.
    pub commit_records: usize,
    /// The engine's cache of blocks, in bytes.
    pub cache_bytes: u64,
    /// How many threads read.
    pub reader_threads: usize,
    /// How many bytes of new data are kept in memory before they become a table, for records and
    /// for snapshots. It counts when the store is made.
    pub memtable_bytes: u64,
}

impl Default for EmbeddedOptions {
    fn default() -> Self {
        Self {
            create: false,
            keep_history: false,
            commit_records: 4096,
            cache_bytes: 16 << 20,
            reader_threads: 2,
            memtable_bytes: 16 << 20,
        }
    }
}
