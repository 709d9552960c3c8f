//! The compact form of a snapshot: tuples of fixed lengths, without names.
//!
//! ```text
//! snapshot = (version: u8, last_group_id: u32, groups: [group], ids: str, rows: [row])
//! group    = (difference of its ID to the ID before: u32, name: str)
//! row      = (head: u8, standard_mark: u64, custom_mark: str, groups: u64, difference of its timestamp: i64)
//! ```
//!
//! `ids` has the IDs of all rows one after another, and the head of a row says where its ID ends. They
//! come first, because their length, which nobody can claim without sending them, bounds the number
//! of rows.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// The version that is written, and the only one that is read.
const VERSION: u8 = 1;
