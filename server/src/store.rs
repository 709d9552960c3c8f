//! Stores: an account is its changes in order.
//!
//! Version n+1 of an account is version n and the changes of one request: one [`Record`]. Version 0
//! is an account without data. A [`Snapshot`] is an account at one version; it replaces the records
//! up to that version. A store knows nothing of accounts and changes. It keeps sealed bytes, see
//! [`record`], so that damage is found wherever it happens.

mod account_key;
mod answers;
mod append;
pub mod embedded;
pub mod encoding;
mod error;
mod listed;
mod log;
pub mod memory;
pub mod postgres;
pub mod record;
mod version;

pub(crate) use log::{AccountLog, catch_up};

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;

pub use account_key::AccountKey;
pub use answers::{Found, Loaded};
pub use append::{Append, AppendId};
pub use error::{AppendError, StoreError};
pub use listed::{Listed, NotListed, Unlisted};
pub use record::{Damage, Record, Snapshot};
pub use version::Version;

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

    /// The accounts that have data, in order of their IDs: at most `limit` of those after `after`,
    /// and what cannot be listed on the way to the last of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. Damage is not an error but [`Listed::unlisted`].
    fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Listed, StoreError>> + Send;

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
    ) -> impl Future<Output = Result<Listed, StoreError>> + Send {
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
