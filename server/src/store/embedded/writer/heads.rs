//! The newest versions of accounts, with what is not committed yet.

use super::Writer;
use crate::store::embedded::engine::Engine;
use crate::store::{AccountKey, StoreError, Version};

/// How many accounts the writer knows the versions of. Beyond, it forgets them all.
const HEADS_MAX: usize = 1 << 16;

/// The newest version of an account, and that of its snapshot, with this group.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) newest: Version,
    pub(super) folded: Version,
}

impl Writer {
    pub(super) fn head(
        &mut self,
        engine: &Engine,
        account: &AccountKey,
    ) -> Result<Head, StoreError> {
        if let Some(head) = self.heads.get(account) {
            return Ok(*head);
        }
        let (newest, folded) = engine.head(account)?;
        let head = Head { newest, folded };
        self.heads.insert(account.clone(), head);
        Ok(head)
    }

    /// Forgets the versions if they are too many.
    pub(super) fn limit_heads(&mut self) {
        if self.heads.len() > HEADS_MAX {
            self.heads.clear();
        }
    }
}
