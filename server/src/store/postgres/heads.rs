//! The newest versions of accounts, asked together.
//!
//! What cannot be said is left open, so that no account harms another one: the load of the account
//! then says what is wrong with it.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::Meaning;
use super::pool::{Failure, Pool};
use super::statements::Statements;
use super::together::Answers;
use super::values::{bytes, column, unavailable, version};
use crate::store::{AccountKey, StoreError, Version};

/// Answers which version accounts have.
pub(super) struct Heads {
    pub(super) pool: Arc<Pool>,
    pub(super) statements: Arc<Statements>,
}

impl Heads {
    async fn read(&self, accounts: &[AccountKey]) -> Result<Vec<Option<Version>>, StoreError> {
        let wanted: Vec<&[u8]> = accounts.iter().map(bytes).collect();
        let rows = match self.pool.run(&self.statements.heads, &[&wanted]).await {
            Ok(rows) => rows,
            Err(failure @ (Failure::NotSent(_) | Failure::Sent(Meaning::Lost, _))) => {
                return Err(unavailable(failure));
            }
            // Maybe because of one of them.
            Err(Failure::Sent(..)) => return Ok(vec![None; accounts.len()]),
        };
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let account: &[u8] = column(row, 0)?;
            found.insert(account, column(row, 1).and_then(version).ok());
        }
        // An account without data has no head row.
        let none = Some(Version::ZERO);
        Ok(wanted.iter().map(|account| found.get(account).copied().unwrap_or(none)).collect())
    }
}

impl Answers for Heads {
    type Question = AccountKey;
    /// `None` is open.
    type Answer = Result<Option<Version>, StoreError>;

    const RUNNING_MAX: usize = 2;
    const QUESTIONS_MAX: usize = 256;

    async fn answer(&self, accounts: Vec<AccountKey>) -> Vec<Self::Answer> {
        match self.read(&accounts).await {
            Ok(versions) => versions.into_iter().map(Ok).collect(),
            Err(error) => accounts.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}
