//! The accounts that are cached or have their turn, and the calls that wait for them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::ServiceOptions;
use super::state::State;
use super::waiting::Waiting;
use crate::store::AccountKey;

/// What an entry takes beside its key and its account: the entry, the place in the order, and
/// what maps add.
const ENTRY_BYTES: usize = size_of::<Entry>() + 128;

/// One lock guards everything here. It is held for a few lookups, never while an account is judged,
/// loaded or stored.
pub(super) struct Table {
    entries: Mutex<Entries>,
    cache_bytes: usize,
    line_max: usize,
    together_max: usize,
    idle: Notify,
}

#[derive(Default)]
struct Entries {
    accounts: HashMap<AccountKey, Entry>,
    /// The cached accounts that are not having their turn, by when they were used.
    order: BTreeMap<u64, AccountKey>,
    /// What those take, in bytes.
    bytes: usize,
    /// Counts the uses.
    uses: u64,
    /// How many accounts are having their turn.
    turns: usize,
}

enum Entry {
    /// Cached.
    Idle { state: State, used: u64, bytes: usize },
    /// Somebody has the account; these calls wait for it.
    Turn { line: VecDeque<Waiting> },
}

/// What became of a call.
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is returned")]
pub(super) enum Joined {
    /// It is its account's turn: the state, if it is cached.
    Turn(Option<State>, Waiting),
    /// It waits.
    Line,
    /// It may not wait.
    Full,
}

impl Table {
    pub(super) fn new(options: &ServiceOptions) -> Self {
        Self {
            entries: Mutex::default(),
            cache_bytes: options.cache_bytes,
            line_max: options.line_max,
            together_max: options.together_max.max(1),
            idle: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Nothing that runs while it is locked panics half-way.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the turn of an account that is cached and idle.
    pub(super) fn begin_cached(&self, user: &str) -> Option<(AccountKey, State)> {
        let mut entries = self.lock();
        let (account, _) = entries.accounts.get_key_value(user)?;
        let account = account.clone();
        let state = entries.begin(&account)?;
        Some((account, state))
    }

    /// Begins the turn of an account, or waits for it.
    pub(super) fn join(&self, account: &AccountKey, waiting: Waiting) -> Joined {
        let mut entries = self.lock();
        match entries.accounts.get_mut(account) {
            Some(Entry::Turn { line }) => {
                if line.len() >= self.line_max {
                    return Joined::Full;
                }
                line.push_back(waiting);
                Joined::Line
            }
            Some(Entry::Idle { .. }) => Joined::Turn(entries.begin(account), waiting),
            None => {
                entries.turns = entries.turns.saturating_add(1);
                let line = VecDeque::new();
                entries.accounts.insert(account.clone(), Entry::Turn { line });
                Joined::Turn(None, waiting)
            }
        }
    }

    /// Ends a turn, if nobody waits, and keeps the state. Otherwise the turn goes on with those
    /// who wait.
    pub(super) fn end(
        &self,
        account: &AccountKey,
        state: Option<State>,
    ) -> Option<(Option<State>, Vec<Waiting>)> {
        let mut entries = self.lock();
        if let Some(Entry::Turn { line }) = entries.accounts.get_mut(account)
            && !line.is_empty()
        {
            let together = line.len().min(self.together_max);
            return Some((state, line.drain(..together).collect()));
        }
        entries.finish(account, state);
        let dropped = entries.shrink(self.cache_bytes);
        if entries.turns == 0 {
            self.idle.notify_waiters();
        }
        drop(entries);
        // Large accounts are freed without the lock.
        drop(dropped);
        None
    }

    /// Ends a turn that went wrong. Who waits gets no answer.
    pub(super) fn abandon(&self, account: &AccountKey) {
        let mut entries = self.lock();
        entries.finish(account, None);
        if entries.turns == 0 {
            self.idle.notify_waiters();
        }
    }

    /// Waits until no account has its turn.
    pub(super) async fn wait_until_idle(&self) {
        loop {
            let idle = self.idle.notified();
            if self.lock().turns == 0 {
                return;
            }
            idle.await;
        }
    }

    /// How many accounts are cached, and what they take, in bytes.
    pub(super) fn cached(&self) -> (usize, usize) {
        let entries = self.lock();
        (entries.order.len(), entries.bytes)
    }
}

impl Entries {
    /// Takes the state of an idle account, whose turn begins.
    fn begin(&mut self, account: &AccountKey) -> Option<State> {
        let entry = self.accounts.get_mut(account)?;
        if matches!(entry, Entry::Turn { .. }) {
            return None;
        }
        let turn = Entry::Turn { line: VecDeque::new() };
        let Entry::Idle { state, used, bytes } = std::mem::replace(entry, turn) else {
            return None;
        };
        self.order.remove(&used);
        self.bytes = self.bytes.saturating_sub(bytes);
        self.turns = self.turns.saturating_add(1);
        Some(state)
    }

    fn finish(&mut self, account: &AccountKey, state: Option<State>) {
        self.turns = self.turns.saturating_sub(1);
        let Some(state) = state else {
            self.accounts.remove(account);
            return;
        };
        self.uses = self.uses.saturating_add(1);
        let used = self.uses;
        let bytes = [state.bytes(), account.as_str().len(), ENTRY_BYTES];
        let bytes = bytes.into_iter().fold(0, usize::saturating_add);
        self.bytes = self.bytes.saturating_add(bytes);
        self.order.insert(used, account.clone());
        self.accounts.insert(account.clone(), Entry::Idle { state, used, bytes });
    }

    /// Takes out the accounts that were not used for the longest time.
    fn shrink(&mut self, cache_bytes: usize) -> Vec<Entry> {
        let mut dropped = Vec::new();
        while self.bytes > cache_bytes
            && let Some((_, account)) = self.order.pop_first()
        {
            if let Some(entry) = self.accounts.remove(&account) {
                if let Entry::Idle { bytes, .. } = &entry {
                    self.bytes = self.bytes.saturating_sub(*bytes);
                }
                dropped.push(entry);
            }
        }
        dropped
    }
}
