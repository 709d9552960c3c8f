//! The newest versions of accounts, asked together.

use std::collections::HashMap;
use std::sync::Arc;

use super::pool::Pool;
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
    async fn read(&self, accounts: &[AccountKey]) -> Result<Vec<Version>, StoreError> {
        let wanted: Vec<&[u8]> = accounts.iter().map(bytes).collect();
        let query = &self.statements.heads;
        let rows = self.pool.run(query, &[&wanted]).await.map_err(unavailable)?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let account: &[u8] = column(row, 0)?;
            found.insert(account, version(column(row, 1)?)?);
        }
        // An account without data has no head row.
        Ok(wanted.iter().map(|account| found.get(account).copied().unwrap_or_default()).collect())
    }
}

impl Answers for Heads {
    type Question = AccountKey;
    type Answer = Result<Version, StoreError>;

    const RUNNING_MAX: usize = 2;
    const QUESTIONS_MAX: usize = 256;

    async fn answer(&self, accounts: Vec<AccountKey>) -> Vec<Self::Answer> {
        match self.read(&accounts).await {
            Ok(versions) => versions.into_iter().map(Ok).collect(),
            Err(error) => accounts.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}
