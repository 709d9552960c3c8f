//! An account replaced by a snapshot.

use super::Writer;
use super::group::Group;
use super::heads::Head;
use crate::store::embedded::engine::Engine;
use crate::store::{AccountKey, AppendError, Snapshot, StoreError, Version};

impl Writer {
    pub(super) fn restore(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
        after: Version,
        snapshot: &Snapshot,
    ) -> Result<(), AppendError> {
        let head = self.head(engine, account);
        let head = head.map_err(|_| AppendError::Unavailable("its files cannot be read"))?;
        if head.newest != after || snapshot.version <= after {
            return Err(AppendError::Conflict);
        }
        remove_records(engine, group, account, head.newest)
            .map_err(|_| AppendError::Unavailable("its files cannot be read"))?;
        let sealed = snapshot.seal(account);
        group.batch.insert(&engine.snapshots, account.as_str().as_bytes(), &*sealed);
        let version = snapshot.version;
        self.heads.insert(account.clone(), Head { newest: version, folded: version });
        Ok(())
    }
}

/// Removes all stored records of an account up to a version.
pub(super) fn remove_records(
    engine: &Engine,
    group: &mut Group,
    account: &AccountKey,
    last: Version,
) -> Result<(), StoreError> {
    let keys: Vec<_> = engine.record_keys(account, last).collect::<Result<_, _>>()?;
    for key in keys {
        group.batch.remove(&engine.records, key);
    }
    Ok(())
}
