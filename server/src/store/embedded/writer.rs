//! The thread that writes: groups of appends, each made durable by one sync.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use fjall::PersistMode;
use tokio::sync::oneshot;

use super::commits::Commits;
use super::directory::OpenError;
use super::engine::{Engine, record_key};
use super::erase;
use super::{CLOSED, EmbeddedOptions, FAILED, SharedEngine, set_engine};
use crate::store::{AccountKey, Append, AppendError, Snapshot, StoreError, Version};

/// What a group takes at most beside the records of the options; the rest waits for the next one.
const GROUP_TASKS: usize = 4096;
const GROUP_BYTES: usize = 8 << 20;
/// How many accounts the writer knows the versions of. Beyond, it forgets them all.
const HEADS_MAX: usize = 1 << 16;

/// What the writer is asked for.
pub(super) enum Task {
    Append {
        account: AccountKey,
        append: Append,
        answer: oneshot::Sender<Result<(), AppendError>>,
    },
    Fold {
        account: AccountKey,
        snapshot: Snapshot,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    Restore {
        account: AccountKey,
        after: Version,
        snapshot: Snapshot,
        answer: oneshot::Sender<Result<(), AppendError>>,
    },
    CutHistory {
        account: AccountKey,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    /// See [`erase`].
    Fill {
        piece: Option<Vec<u8>>,
        answer: oneshot::Sender<Result<bool, StoreError>>,
    },
    Reopen {
        answer: oneshot::Sender<Result<(), OpenError>>,
    },
    Close {
        answer: oneshot::Sender<Result<(), StoreError>>,
    },
    #[cfg(test)]
    FailNextSync,
}

impl Task {
    fn records(&self) -> usize {
        if let Self::Append { append, .. } = self { append.records.len() } else { 0 }
    }

    /// About how many bytes it writes.
    fn bytes(&self) -> usize {
        match self {
            Self::Append { append, .. } => append
                .records
                .iter()
                .fold(0, |sum, record| sum.saturating_add(record.changes.len())),
            Self::Fill { piece, .. } => piece.as_ref().map_or(0, Vec::len),
            Self::Fold { snapshot, .. } | Self::Restore { snapshot, .. } => snapshot.account.len(),
            _ => 0,
        }
    }
}

/// The newest version of an account, and that of its snapshot, with this group.
#[derive(Clone, Copy)]
struct Head {
    newest: Version,
    folded: Version,
}

pub(super) struct Writer {
    path: PathBuf,
    options: EmbeddedOptions,
    /// Nothing after a failure.
    engine: Option<Arc<Engine>>,
    shared: Arc<SharedEngine>,
    commits: Commits,
    heads: HashMap<AccountKey, Head>,
    /// The number of the last synced group.
    group: u64,
    #[cfg(test)]
    fails_next: bool,
}

/// A group being put together.
struct Group {
    batch: fjall::OwnedWriteBatch,
    records: usize,
    bytes: usize,
    appends: Vec<oneshot::Sender<Result<(), AppendError>>>,
    folds: Vec<oneshot::Sender<Result<bool, StoreError>>>,
}

impl Writer {
    pub(super) fn new(
        path: PathBuf,
        options: EmbeddedOptions,
        engine: Arc<Engine>,
        shared: Arc<SharedEngine>,
        commits: Commits,
    ) -> Self {
        let group = engine.group;
        Self {
            path,
            // What was there once is never made again.
            options: EmbeddedOptions { create: false, ..options },
            engine: Some(engine),
            shared,
            commits,
            heads: HashMap::new(),
            group,
            #[cfg(test)]
            fails_next: false,
        }
    }

    /// Works until it is told to close, or until nobody can ask for anything any more.
    pub(super) fn run(mut self, tasks: &Receiver<Task>) {
        let mut left_over = None;
        while let Some(first) = left_over.take().or_else(|| tasks.recv().ok()) {
            let (mut bytes, mut records) = (first.bytes(), first.records());
            let mut waiting = vec![first];
            while waiting.len() < GROUP_TASKS && bytes < GROUP_BYTES {
                let Ok(task) = tasks.try_recv() else { break };
                bytes = bytes.saturating_add(task.bytes());
                records = records.saturating_add(task.records());
                if records > self.options.commit_records {
                    left_over = Some(task);
                    break;
                }
                waiting.push(task);
            }
            // The engine may panic on damaged files. Then nothing is known, as after a failed sync;
            // those who wait are told so, as their side of the answer is dropped.
            let written = catch_unwind(AssertUnwindSafe(|| self.write(waiting)));
            let Ok(closing) = written else {
                let _ = self.close(FAILED);
                continue;
            };
            if let Some(closing) = closing {
                let closed = self.close(CLOSED);
                for answer in closing {
                    // The one who asked may be gone; so it is with every answer here.
                    let _ = answer.send(closed.clone());
                }
                return;
            }
        }
        // Nobody is there to be told.
        let _ = self.close(CLOSED);
    }

    /// Writes everything that waits. Returns whom to tell if the store is to be closed then.
    fn write(
        &mut self,
        waiting: Vec<Task>,
    ) -> Option<Vec<oneshot::Sender<Result<(), StoreError>>>> {
        let mut closing = Vec::new();
        let mut group = None;
        for task in waiting {
            match task {
                Task::Append { account, append, answer } => {
                    let Some(engine) = self.engine.clone() else {
                        let _ = answer.send(Err(AppendError::Unavailable(FAILED)));
                        continue;
                    };
                    let group = group.get_or_insert_with(|| Group::new(&engine));
                    match self.append(&engine, group, &account, &append) {
                        Ok(()) => group.appends.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::Fold { account, snapshot, answer } => {
                    let Some(engine) = self.engine.clone() else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
                    let group = group.get_or_insert_with(|| Group::new(&engine));
                    match self.fold(&engine, group, &account, &snapshot) {
                        Ok(true) => group.folds.push(answer),
                        other => drop(answer.send(other)),
                    }
                }
                Task::Restore { account, after, snapshot, answer } => {
                    self.commit_records_of(&account, &mut group);
                    let Some(engine) = self.engine.clone() else {
                        let _ = answer.send(Err(AppendError::Unavailable(FAILED)));
                        continue;
                    };
                    let group = group.get_or_insert_with(|| Group::new(&engine));
                    match self.restore(&engine, group, &account, after, &snapshot) {
                        Ok(()) => group.appends.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::CutHistory { account, answer } => {
                    self.commit_records_of(&account, &mut group);
                    let Some(engine) = self.engine.clone() else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
                    let group = group.get_or_insert_with(|| Group::new(&engine));
                    match self.cut_history(&engine, group, &account) {
                        Ok(()) => group.folds.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::Fill { piece, answer } => {
                    let Some(engine) = self.engine.clone() else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
                    let group = group.get_or_insert_with(|| Group::new(&engine));
                    erase::fill(&engine, &mut group.batch, piece.as_deref());
                    group.folds.push(answer);
                }
                Task::Reopen { answer } => drop(answer.send(self.reopen())),
                Task::Close { answer } => closing.push(answer),
                #[cfg(test)]
                Task::FailNextSync => self.fails_next = true,
            }
        }
        if let Some(group) = group {
            self.commit(group);
        }
        if self.heads.len() > HEADS_MAX {
            self.heads.clear();
        }
        (!closing.is_empty()).then_some(closing)
    }

    fn head(&mut self, engine: &Engine, account: &AccountKey) -> Result<Head, StoreError> {
        if let Some(head) = self.heads.get(account) {
            return Ok(*head);
        }
        let (newest, folded) = engine.head(account)?;
        let head = Head { newest, folded };
        self.heads.insert(account.clone(), head);
        Ok(head)
    }

    fn append(
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

    fn fold(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
        snapshot: &Snapshot,
    ) -> Result<bool, StoreError> {
        let mut head = self.head(engine, account)?;
        if snapshot.version <= head.folded || snapshot.version > head.newest {
            return Ok(false);
        }
        let sealed = snapshot.seal(account);
        group.batch.insert(&engine.snapshots, account.as_str().as_bytes(), &*sealed);
        if !self.options.keep_history {
            let mut cut = head.folded;
            while cut < snapshot.version {
                cut = cut.next();
                group.batch.remove(&engine.records, record_key(account, cut));
            }
        }
        head.folded = snapshot.version;
        self.heads.insert(account.clone(), head);
        Ok(true)
    }

    fn restore(
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

    fn cut_history(
        &mut self,
        engine: &Engine,
        group: &mut Group,
        account: &AccountKey,
    ) -> Result<(), StoreError> {
        let head = self.head(engine, account)?;
        remove_records(engine, group, account, head.folded)
    }

    /// Commits the group if it has records of an account, so that they are found among the stored
    /// ones.
    fn commit_records_of(&mut self, account: &AccountKey, group: &mut Option<Group>) {
        let (Some(head), Some(engine)) = (self.heads.get(account), &self.engine) else { return };
        let is_stored = engine.head(account).is_ok_and(|(newest, _)| newest == head.newest);
        if !is_stored && let Some(group) = group.take() {
            self.commit(group);
        }
    }

    fn commit(&mut self, mut group: Group) {
        let Some(engine) = self.engine.clone() else { return };
        if group.batch.is_empty() {
            // There was no history to cut.
            for answer in group.folds {
                let _ = answer.send(Ok(true));
            }
            return;
        }
        // A fold alone loses nothing if it is lost.
        let mode = if group.appends.is_empty() {
            PersistMode::Buffer
        } else {
            self.group = self.group.saturating_add(1);
            let number = self.group.to_be_bytes();
            group.batch.insert(&engine.groups, engine.group_key.as_slice(), number);
            PersistMode::SyncData
        };
        #[cfg(test)]
        let fails = std::mem::take(&mut self.fails_next);
        #[cfg(not(test))]
        let fails = false;
        let begun = Instant::now();
        // The engine syncs before it shows the batch to readers.
        if fails || group.batch.durability(Some(mode)).commit().is_err() {
            drop(engine);
            // What failed is told below, to those whom it concerns.
            let _ = self.close(FAILED);
            for answer in group.appends {
                let _ = answer.send(Err(AppendError::Unknown("its disk failed")));
            }
            for answer in group.folds {
                let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
            }
            return;
        }
        if mode == PersistMode::SyncData {
            self.commits.note(group.records, group.bytes, begun.elapsed());
            let mut witness = engine.witness.lock().unwrap_or_else(PoisonError::into_inner);
            // If it cannot be written, damage may go unnoticed later, and nothing else.
            let _ = witness.note(self.group);
        }
        for answer in group.appends {
            let _ = answer.send(Ok(()));
        }
        for answer in group.folds {
            let _ = answer.send(Ok(true));
        }
    }

    fn close(&mut self, why: &'static str) -> Result<(), StoreError> {
        set_engine(&self.shared, Err(why));
        self.heads.clear();
        let Some(engine) = self.engine.take() else {
            return if why == CLOSED { Ok(()) } else { Err(StoreError::Unavailable(why)) };
        };
        if why != CLOSED {
            return Ok(());
        }
        let synced = engine.database.persist(PersistMode::SyncAll).is_ok();
        let witness = engine.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let synced = synced && witness.sync().is_ok();
        if synced { Ok(()) } else { Err(StoreError::Unavailable("its last sync failed")) }
    }

    fn reopen(&mut self) -> Result<(), OpenError> {
        if self.engine.is_none() {
            let engine = Arc::new(Engine::open(&self.path, self.options)?);
            self.group = engine.group;
            set_engine(&self.shared, Ok(Arc::clone(&engine)));
            self.engine = Some(engine);
        }
        Ok(())
    }
}

/// Removes all stored records of an account up to a version.
fn remove_records(
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

impl Group {
    fn new(engine: &Engine) -> Self {
        let batch = engine.database.batch();
        Self { batch, records: 0, bytes: 0, appends: Vec::new(), folds: Vec::new() }
    }
}
