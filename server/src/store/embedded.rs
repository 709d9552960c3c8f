//! Accounts in a directory, on the log-structured engine `fjall`: the store without set-up.
//!
//! Why fjall: it is log-structured, so that a small append costs few bytes. With records of 60 bytes and
//! 64 writers it wrote about 180 bytes an append; redb, a B-tree, wrote about 5,800 with the key
//! (account, version), and 700 with a sequence as the key, which makes folding an account expensive. It
//! passed the tests with crashes, torn writes, damage and a full disk, with the help of `journal`.
//!
//! | in the directory | what |
//! |---|---|
//! | `FORMAT` | the version of this layout |
//! | `lock` | locked by the process that has the store open |
//! | `engine/` | the engine's files |
//! | `acknowledged` | the number of the last group that was acknowledged, see `witness` |
//! | `control.sock` | what subcommands ask a server through, see [`maintenance`](crate::maintenance::socket) |
//! | `cut-*` | what a crash left unfinished at the end of a journal, kept to be looked at |
//!
//! One thread writes (`writer`): it takes everything that waits and makes it durable together.
//! What arrives meanwhile waits for the next group, without an artificial window. An append is
//! acknowledged after the sync that covers it, and is visible to readers from then on. Threads of
//! their own read (`reader`), so nothing here blocks the threads of the async runtime.
//!
//! Accounts are listed past damaged files (`listing`, `past_damage`).
//!
//! After a sync that failed nothing is known of what was written since the one before. The store is
//! closed then: appends of that group are [`AppendError::Unknown`], everything else is unavailable
//! until [`EmbeddedStore::reopen`].

mod commits;
mod directory;
mod engine;
mod erase;
mod journal;
mod listing;
mod open_error;
mod options;
mod past_damage;
mod reader;
#[cfg(test)]
mod tests;
mod witness;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::oneshot;

pub use commits::Commits;
pub use open_error::OpenError;
pub use options::EmbeddedOptions;

use super::{
    AccountKey, Append, AppendError, Found, Listed, Loaded, Record, Snapshot, Store, StoreError,
    Version,
};
use engine::Engine;
use reader::Readers;
use writer::{Task, Writer};

/// How many appends, folds and other tasks may wait for the writer. More are refused.
const WAITING_MAX: usize = 1 << 16;
const CLOSED: &str = "it is closed";
const FAILED: &str = "it failed and must be opened again";
const BUSY: &str = "too much is waiting for it";

/// A store in a directory. Closed when it is dropped, at the latest.
pub struct EmbeddedStore {
    path: PathBuf,
    engine: Arc<SharedEngine>,
    commits: Commits,
    writer: SyncSender<Task>,
    readers: Readers,
}

/// The open engine; nothing while the store is closed.
type SharedEngine = RwLock<Result<Arc<Engine>, &'static str>>;

fn engine(shared: &SharedEngine) -> Result<Arc<Engine>, &'static str> {
    // Only whole values are assigned while it is locked.
    shared.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn set_engine(shared: &SharedEngine, engine: Result<Arc<Engine>, &'static str>) {
    *shared.write().unwrap_or_else(PoisonError::into_inner) = engine;
}

impl EmbeddedStore {
    /// Opens a store. This blocks: it reads the journals, and checks them.
    ///
    /// The directory is made for this user only. The modes of the files in it are those that the
    /// process gives new files: a mask of 077 ([`umask`](crate::files::for_owner_only)) keeps them
    /// private, too, should the directory be opened to others.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn open(path: impl Into<PathBuf>, options: EmbeddedOptions) -> Result<Self, OpenError> {
        let path = path.into();
        let engine = Arc::new(Engine::open(&path, options)?);
        let shared = Arc::new(RwLock::new(Ok(Arc::clone(&engine))));
        let (writer, tasks) = sync_channel(WAITING_MAX);
        let commits = Commits::new();
        let thread =
            Writer::new(path.clone(), options, engine, Arc::clone(&shared), commits.clone());
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || thread.run(&tasks))
            .map_err(|error| OpenError::Files { path: path.clone(), error })?;
        let readers = Readers::start(options.reader_threads, &shared)
            .map_err(|error| OpenError::Files { path: path.clone(), error })?;
        Ok(Self { path, engine: shared, commits, writer, readers })
    }

    /// Finds what [`open`](Self::open) would find in the directory, and neither opens nor makes anything. That
    /// another process has the store open is not a problem here.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn check(path: &Path, create: bool) -> Result<(), OpenError> {
        directory::check(path, create)
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is measured of its commits.
    #[must_use]
    pub const fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Whether the store works; not after a failure or [`close`](Store::close).
    #[must_use]
    pub fn is_open(&self) -> bool {
        engine(&self.engine).is_ok()
    }

    /// Opens a store again that failed. It recovers what is on the disk and has everything that was
    /// acknowledged. An open store stays open.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; [`OpenError::Closed`] if the store was closed for good.
    pub async fn reopen(&self) -> Result<(), OpenError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.writer.try_send(Task::Reopen { answer });
        let closed = || OpenError::Closed { path: self.path.clone() };
        sent.map_err(|_| closed())?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    fn send(&self, task: Task) -> Result<(), &'static str> {
        self.writer.try_send(task).map_err(|error| match error {
            TrySendError::Full(_) => BUSY,
            TrySendError::Disconnected(_) => CLOSED,
        })
    }

    /// For tests: the next group fails as if the disk had.
    #[cfg(test)]
    pub(crate) fn fail_next_sync(&self) {
        self.send(Task::FailNextSync).unwrap();
    }
}

impl Store for EmbeddedStore {
    const EXCLUSIVE: bool = true;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let task = Task::Append { account: account.clone(), append, answer };
        self.send(task).map_err(AppendError::Unavailable)?;
        answered.await.unwrap_or(Err(AppendError::Unknown(CLOSED)))
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let account = account.clone();
        self.readers.read(move |engine| engine.load(&account, known)).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        let task = Task::Fold { account: account.clone(), snapshot, answer };
        self.send(task).map_err(StoreError::Unavailable)?;
        answered.await.unwrap_or(Err(StoreError::Unavailable(CLOSED)))
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        let (answer, answered) = oneshot::channel();
        let task = Task::Restore { account: account.clone(), after, snapshot, answer };
        self.send(task).map_err(AppendError::Unavailable)?;
        answered.await.unwrap_or(Err(AppendError::Unknown(CLOSED)))
    }

    async fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        let account = account.clone();
        self.readers.read(move |engine| engine.find(&account, version)).await
    }

    async fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let after = after.cloned();
        self.readers.read(move |engine| listing::accounts(engine, after.as_ref(), limit)).await
    }

    async fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let account = account.clone();
        self.readers.read(move |engine| engine.history(&account, after, limit)).await
    }

    async fn cut_history(&self, account: &AccountKey) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let task = Task::CutHistory { account: account.clone(), answer };
        self.send(task).map_err(StoreError::Unavailable)?;
        answered.await.unwrap_or(Err(StoreError::Unavailable(CLOSED))).map(drop)
    }

    async fn erase_replaced(&self) -> Result<(), StoreError> {
        erase::erase_replaced(self).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        match self.writer.try_send(Task::Close { answer }) {
            Ok(()) => answered.await.unwrap_or(Ok(())),
            Err(TrySendError::Full(_)) => Err(StoreError::Unavailable(BUSY)),
            // It was closed before.
            Err(TrySendError::Disconnected(_)) => Ok(()),
        }
    }
}
