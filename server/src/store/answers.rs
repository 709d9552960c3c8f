//! What a store answers about one account.

use super::{Record, Snapshot};

/// What a store has of an account that a caller may know in part.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// The known version is the newest one.
    NothingNew,
    /// The records after the known version, at least one, without a gap.
    Records(Vec<Record>),
    /// The newest snapshot, if there is one, and the records after it, without a gap. Both are
    /// absent for an account that was never stored.
    Whole {
        /// The newest snapshot.
        snapshot: Option<Snapshot>,
        /// The records after it.
        records: Vec<Record>,
    },
}

/// What a store has at one version.
#[derive(Clone, Debug)]
pub enum Found {
    /// No record: the account has not come that far.
    NotYet,
    /// The record was replaced by a snapshot of that version or a later one.
    Folded,
    /// The record.
    Record(Record),
}
