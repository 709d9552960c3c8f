//! Stores: an account is its changes in order.
//!
//! Version n+1 of an account is version n and the changes of one request: one [`Record`]. Version 0
//! is an account without data. A [`Snapshot`] is an account at one version; it replaces the records
//! up to that version. A store knows nothing of accounts and changes. It keeps sealed bytes, see
//! [`record`], so that damage is found wherever it happens.

pub mod embedded;
pub mod encoding;
mod log;
pub mod memory;
pub mod postgres;
pub mod record;

pub(crate) use log::{AccountLog, catch_up};

use std::borrow::Borrow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use convmark::UserId;
pub use record::{Damage, Record, Snapshot};

/// Which account: the user ID. Cheap to clone.
///
/// `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(Arc<str>);

impl AccountKey {
    /// The key of a user's account.
    #[must_use]
    pub fn new(user: &UserId<'_>) -> Self {
        Self(user.as_str().into())
    }

    /// The key that a store has kept, if it is a user ID.
    #[must_use]
    pub fn from_stored(text: &[u8]) -> Option<Self> {
        let user = UserId::new(std::str::from_utf8(text).ok()?).ok()?;
        Some(Self::new(&user))
    }

    /// The user ID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key orders and hashes as its text does.
impl Borrow<str> for AccountKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountKey({} bytes)", self.0.len())
    }
}

/// How many records an account has had. 0 is an account without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// An account without data.
    pub const ZERO: Self = Self(0);

    /// The version with that number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        self.plus(1)
    }

    /// The version after that many records.
    #[must_use]
    pub const fn plus(self, records: u64) -> Self {
        // 2^64 records are never reached: at a million a second, it takes 580,000 years.
        Self(self.0.saturating_add(records))
    }
}

/// What tells one append from all others: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppendId([u8; 16]);

impl AppendId {
    /// The ID with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// What to append to one account: the records of one or more requests, all or none.
#[derive(Clone, Debug)]
pub struct Append {
    /// The version that the requests were judged on.
    pub after: Version,
    /// The records, with consecutive versions that start right after `after`. They share one ID.
    pub records: Vec<Record>,
}

/// What a store has of an account that a caller may know in part.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// The known version is the newest one.
    NothingNew,
    /// The records after the known version, at least one, without a gap.
    Records(Vec<Record>),
    /// The newest snapshot, if there is one, and the records after it, without a gap. Both are
    /// absent for an account that was never stored.
    Whole {
        /// The newest snapshot.
        snapshot: Option<Snapshot>,
        /// The records after it.
        records: Vec<Record>,
    },
}

/// What a store has at one version.
#[derive(Clone, Debug)]
pub enum Found {
    /// No record: the account has not come that far.
    NotYet,
    /// The record was replaced by a snapshot of that version or a later one.
    Folded,
    /// The record.
    Record(Record),
}

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

/// Where accounts are kept. Every method may be called from any number of tasks at once, and
/// none blocks the thread that it is called on.
///
/// The trait is used as a type parameter, not as an object: a call then costs no allocation.
pub trait Store: Send + Sync + 'static {
    /// Whether this value is the only way to the data: nobody else can append while it is open.
    /// Then what this process has appended and loaded is the newest there is, and answers need no
    /// confirmation by the store.
    const EXCLUSIVE: bool;

    /// Appends records, all or none, if the account still has the version `append.after`. `Ok`
    /// means that they are as durable as the store can make them. This is the only lock
    /// between writers.
    ///
    /// # Errors
    ///
    /// [`AppendError`].
    fn append(
        &self,
        account: &AccountKey,
        append: Append,
    ) -> impl Future<Output = Result<(), AppendError>> + Send;

    /// One consistent read of what comes after `known`; without it, of everything.
    ///
    /// A caller that is older than the snapshot gets the snapshot. So does one that claims a
    /// version that the store does not have.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. A gap between records is [`StoreError::Damaged`].
    fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> impl Future<Output = Result<Loaded, StoreError>> + Send;

    /// Replaces the records up to the snapshot's version by the snapshot, in one step. It does
    /// nothing if the store has a snapshot of that version or a later one, or has not reached that
    /// version. Whether it did something is the result.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. Then it is not known whether it was done, which makes no difference: the
    /// account is the same.
    fn fold(
        &self,
        account: &AccountKey,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Makes an account what the snapshot says, in one step, if it still has the version `after`.
    /// What was stored of it before is gone, kept history included. The snapshot's version must be later than `after`, and
    /// may be any such version: a caller that knows an older one gets the snapshot.
    ///
    /// # Errors
    ///
    /// [`AppendError`]. [`AppendError::Conflict`] also if the snapshot's version is not later.
    fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<(), AppendError>> + Send;

    /// What is stored at one version: the question after [`AppendError::Unknown`].
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn find(
        &self,
        account: &AccountKey,
        version: Version,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send;

    /// The accounts that have data, in order of their IDs: at most `limit` of those after `after`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<AccountKey>, StoreError>> + Send;

    /// The records of an account that its snapshot has replaced and that were kept all the same: at
    /// most `limit` of those after a version, in order. Versions may be missing.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        let _ = (account, after, limit);
        std::future::ready(Ok(Vec::new()))
    }

    /// Removes the [`history`](Self::history) of an account, in one step.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. Then it is not known whether it was done.
    fn cut_history(
        &self,
        account: &AccountKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = account;
        std::future::ready(Ok(()))
    }

    /// Rewrites the files of the store without what folds and restores have replaced, if the store
    /// has files of its own that keep it for a while. It can take seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. Then the accounts are the same, and it is not known what is left.
    fn erase_replaced(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        std::future::ready(Ok(()))
    }

    /// Finishes what was begun and refuses everything else from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if what was acknowledged may not be complete.
    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A shared store is a store.
impl<S: Store> Store for Arc<S> {
    const EXCLUSIVE: bool = S::EXCLUSIVE;

    fn append(
        &self,
        account: &AccountKey,
        append: Append,
    ) -> impl Future<Output = Result<(), AppendError>> + Send {
        (**self).append(account, append)
    }

    fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> impl Future<Output = Result<Loaded, StoreError>> + Send {
        (**self).load(account, known)
    }

    fn fold(
        &self,
        account: &AccountKey,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        (**self).fold(account, snapshot)
    }

    fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> impl Future<Output = Result<(), AppendError>> + Send {
        (**self).restore(account, after, snapshot)
    }

    fn find(
        &self,
        account: &AccountKey,
        version: Version,
    ) -> impl Future<Output = Result<Found, StoreError>> + Send {
        (**self).find(account, version)
    }

    fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<AccountKey>, StoreError>> + Send {
        (**self).accounts(after, limit)
    }

    fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        (**self).history(account, after, limit)
    }

    fn cut_history(
        &self,
        account: &AccountKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).cut_history(account)
    }

    fn erase_replaced(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).erase_replaced()
    }

    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).close()
    }
}

/// The bytes of a record or a snapshot as a store keeps them, with the version that they are for.
pub(crate) type Sealed = (Version, Bytes);
