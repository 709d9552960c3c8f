//! Records appended to an account.

use super::Writer;
use super::group::Group;
use crate::store::embedded::engine::{Engine, record_key};
use crate::store::{AccountKey, Append, AppendError};

impl Writer {
    pub(super) fn append(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
        append: &Append,
    ) -> Result<(), AppendError> {
        let head = self.head(engine, account);
        let mut head = head.map_err(|_| AppendError::Unavailable("its files cannot be read"))?;
        if head.newest != append.after {
            return Err(AppendError::Conflict);
        }
        for record in &append.records {
            head.newest = head.newest.max(record.version);
            group.records = group.records.saturating_add(1);
            group.bytes = group.bytes.saturating_add(record.changes.len());
            let sealed = record.seal(account);
            group.batch.insert(&engine.records, record_key(account, record.version), &*sealed);
        }
        self.heads.insert(account.clone(), head);
        Ok(())
    }
}
