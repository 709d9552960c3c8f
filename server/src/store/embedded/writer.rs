//! The thread that writes: groups of appends, each made durable by one sync.

mod append;
mod fold;
mod group;
mod heads;
mod restore;
mod task;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};

use fjall::PersistMode;
use tokio::sync::oneshot;

pub(super) use task::Task;

use super::commits::Commits;
use super::engine::Engine;
use super::erase;
use super::open_error::OpenError;
use super::{CLOSED, EmbeddedOptions, FAILED, SharedEngine, set_engine};
use crate::store::{AccountKey, AppendError, StoreError};
use group::Group;
use heads::Head;

/// What a group takes at most beside the records of the options; the rest waits for the next one.
const GROUP_TASKS: usize = 4096;
const GROUP_BYTES: usize = 8 << 20;

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
                    let Some((engine, group)) = self.join(&mut group) else {
                        let _ = answer.send(Err(AppendError::Unavailable(FAILED)));
                        continue;
                    };
                    match self.append(&engine, group, &account, &append) {
                        Ok(()) => group.appends.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::Fold { account, snapshot, answer } => {
                    let Some((engine, group)) = self.join(&mut group) else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
                    match self.fold(&engine, group, &account, &snapshot) {
                        Ok(true) => group.folds.push(answer),
                        other => drop(answer.send(other)),
                    }
                }
                Task::Restore { account, after, snapshot, answer } => {
                    self.commit_records_of(&account, &mut group);
                    let Some((engine, group)) = self.join(&mut group) else {
                        let _ = answer.send(Err(AppendError::Unavailable(FAILED)));
                        continue;
                    };
                    match self.restore(&engine, group, &account, after, &snapshot) {
                        Ok(()) => group.appends.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::CutHistory { account, answer } => {
                    self.commit_records_of(&account, &mut group);
                    let Some((engine, group)) = self.join(&mut group) else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
                    match self.cut_history(&engine, group, &account) {
                        Ok(()) => group.folds.push(answer),
                        Err(error) => drop(answer.send(Err(error))),
                    }
                }
                Task::Fill { piece, answer } => {
                    let Some((engine, group)) = self.join(&mut group) else {
                        let _ = answer.send(Err(StoreError::Unavailable(FAILED)));
                        continue;
                    };
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
        self.limit_heads();
        (!closing.is_empty()).then_some(closing)
    }

    /// The group that is put together, which is begun if there is none; nothing after a failure.
    fn join<'g>(&self, group: &'g mut Option<Group>) -> Option<(Arc<Engine>, &'g mut Group)> {
        let engine = self.engine.clone()?;
        let group = group.get_or_insert_with(|| Group::new(&engine));
        Some((engine, group))
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
