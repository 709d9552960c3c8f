//! Values of the store as PostgreSQL has them, and back.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::pool::Failure;
use crate::store::{AccountKey, Damage, StoreError, Version};

pub(super) fn bytes(account: &AccountKey) -> &[u8] {
    account.as_str().as_bytes()
}

pub(super) fn number(version: Version) -> Result<i64, StoreError> {
    i64::try_from(version.get()).map_err(|_| StoreError::Unavailable("a version is out of range"))
}

pub(super) fn version(number: i64) -> Result<Version, StoreError> {
    Ok(Version::new(u64::try_from(number).map_err(|_| Damage::Files)?))
}

pub(super) fn column<'r, T: FromSql<'r>>(row: &'r Row, place: usize) -> Result<T, StoreError> {
    // Another type than the tables have.
    row.try_get(place).map_err(|_| Damage::Files.into())
}

pub(super) const fn unavailable(failure: Failure) -> StoreError {
    StoreError::Unavailable(failure.words())
}
