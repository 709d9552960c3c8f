//! Why a store did not do what was asked.

use super::Damage;

/// Why a store did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is closed, or has too much to do. Nothing was done.
    #[error("the store is not available: {0}")]
    Unavailable(&'static str),
    /// What is stored of this account cannot be read. Other accounts are not concerned.
    #[error("the stored data of an account is damaged: {0}")]
    Damaged(#[from] Damage),
}

/// Why an append is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The account has another version than the append expects. Nothing was appended.
    #[error("the account has another version by now")]
    Conflict,
    /// Nothing was appended, and nothing will be.
    #[error("the store is not available: {0}")]
    Unavailable(&'static str),
    /// The records may be appended, now or later, or not.
    #[error("it is not known whether the store has the records: {0}")]
    Unknown(&'static str),
}
