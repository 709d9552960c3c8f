//! The stored forms of an account: objects with named members, such as
//!
//! ```json
//! {"version":1,"last_group_id":3,
//!  "groups":[{"group_id":1,"name":"a"}],
//!  "rows":[{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"111","custom_mark":"abcd","group_ids":[1],"timestamp":1700000000}]}
//! ```
//!
//! for formats that people read, and a compact form for all others. `docs/formats.md` in the
//! repository describes both.

mod compact;
mod error;
mod load;
mod read;
mod write;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

pub use error::{SnapshotError, SnapshotPlace};
pub(super) use load::{GroupProblem, Loader, NewRow, RepeatedRow, RowProblem};

use super::Account;

/// The version of both forms that is written, and the only one that is read.
const VERSION: u64 = 1;

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            write::write(self, serializer)
        } else {
            compact::write(self, serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            read::read(deserializer)
        } else {
            compact::read(deserializer)
        }
    }
}
