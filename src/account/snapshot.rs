//! The stored form of an account, version 1.
//!
//! ```json
//! {"version":1,"last_group_id":3,
//!  "groups":[{"group_id":1,"name":"a"}],
//!  "rows":[{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"111","custom_mark":"abcd","group_ids":[1],"timestamp":1700000000}]}
//! ```
//!
//! All members are always there. Groups and group IDs ascend. Rows are in the order in which their
//! conversations first got data.

mod error;
mod read;
mod write;

pub use error::{SnapshotError, SnapshotPlace};

/// The version that is written, and the only one that is read.
const VERSION: u64 = 1;
