//! Records replaced by a snapshot, and those that were kept all the same.

use super::Writer;
use super::group::Group;
use super::restore::remove_records;
use crate::store::embedded::engine::{Engine, record_key};
use crate::store::{AccountKey, Snapshot, StoreError};

impl Writer {
    pub(super) fn fold(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
        snapshot: &Snapshot,
    ) -> Result<bool, StoreError> {
        let mut head = self.head(engine, account)?;
        if snapshot.version <= head.folded || snapshot.version > head.newest {
            return Ok(false);
        }
        let sealed = snapshot.seal(account);
        group.batch.insert(&engine.snapshots, account.as_str().as_bytes(), &*sealed);
        if !self.options.keep_history {
            let mut cut = head.folded;
            while cut < snapshot.version {
                cut = cut.next();
                group.batch.remove(&engine.records, record_key(account, cut));
            }
        }
        head.folded = snapshot.version;
        self.heads.insert(account.clone(), head);
        Ok(true)
    }

    pub(super) fn cut_history(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
    ) -> Result<(), StoreError> {
        let head = self.head(engine, account)?;
        remove_records(engine, group, account, head.folded)
    }
}
