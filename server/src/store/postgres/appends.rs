//! Appends. Those to different accounts that wait at the same time are one statement, with one
//! commit.
//!
//! Such a statement, for one account, too, decides only what it advances. It waits for no lock, so
//! that no account is delayed by another one. What it leaves, and everything if it was undone as a
//! whole, is then sent by each caller as a statement of its own.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use tokio_postgres::Row;

use super::outcome::{Outcome, outcome, written};
use super::pool::{Pool, Values};
use super::statements::Statements;
use super::support::Support;
use super::together::{Answers, Together};
use super::values::{bytes, number};
use crate::store::{AccountKey, Append, AppendError, StoreError};

/// A longer append goes alone, so that no other waits for its bytes.
const TOGETHER_MAX_BYTES: usize = 16 << 10;

/// Appends records.
pub(super) struct Appends {
    sender: Arc<Sender>,
    together: Together<Arc<Sender>>,
}

impl Appends {
    pub(super) fn new(pool: &Arc<Pool>, statements: &Arc<Statements>) -> Self {
        let sender = Arc::new(Sender {
            pool: Arc::clone(pool),
            statements: Arc::clone(statements),
            support: Support::default(),
        });
        Self { together: Together::new(Arc::clone(&sender)), sender }
    }

    pub(super) async fn append(
        &self,
        account: &AccountKey,
        append: Append,
    ) -> Result<(), AppendError> {
        let Some(prepared) = Prepared::new(account, append).map_err(out_of_range)? else {
            return Ok(());
        };
        // The first append makes the head row. A statement for several would wait for others there.
        let is_alone = prepared.before == 0 || prepared.sealed_bytes() > TOGETHER_MAX_BYTES;
        if is_alone || !self.sender.support.is_likely() {
            return self.sender.alone(&prepared).await;
        }
        let prepared = Arc::new(prepared);
        match self.together.ask(Arc::clone(&prepared)).await {
            Some(Outcome::Decided(outcome)) => outcome,
            Some(Outcome::Open) => self.sender.alone(&prepared).await,
            None => Err(AppendError::Unknown("the append was given up")),
        }
    }
}

/// An append as it is sent.
struct Prepared {
    account: AccountKey,
    before: i64,
    newest: i64,
    versions: Vec<i64>,
    sealed: Vec<Bytes>,
}

impl Prepared {
    /// `None` if there is nothing to append.
    fn new(account: &AccountKey, append: Append) -> Result<Option<Self>, StoreError> {
        let Append { after, records } = append;
        let Some(last) = records.last() else { return Ok(None) };
        Ok(Some(Self {
            account: account.clone(),
            before: number(after)?,
            newest: number(last.version)?,
            versions: records
                .iter()
                .map(|record| number(record.version))
                .collect::<Result<_, _>>()?,
            sealed: records.iter().map(|record| record.seal(account)).collect(),
        }))
    }

    fn sealed_bytes(&self) -> usize {
        self.sealed.iter().map(Bytes::len).fold(0, usize::saturating_add)
    }
}

/// Sends appends, alone and together.
struct Sender {
    pool: Arc<Pool>,
    statements: Arc<Statements>,
    /// Of the statement for several.
    support: Support,
}

impl Sender {
    async fn alone(&self, append: &Prepared) -> Result<(), AppendError> {
        let query = if append.before == 0 {
            &self.statements.append_first
        } else {
            &self.statements.append
        };
        let sealed: Vec<&[u8]> = append.sealed.iter().map(|sealed| &**sealed).collect();
        let Prepared { account, before, newest, versions, .. } = append;
        let values: Values<'_> = &[&bytes(account), before, newest, versions, &sealed];
        written(self.pool.run(query, values).await.map(|rows| rows.len()), versions.len())
    }
}

impl Answers for Arc<Sender> {
    type Question = Arc<Prepared>;
    type Answer = Outcome;

    const RUNNING_MAX: usize = 2;
    const QUESTIONS_MAX: usize = 64;

    async fn answer(&self, appends: Vec<Arc<Prepared>>) -> Vec<Outcome> {
        let mut accounts = HashSet::with_capacity(appends.len());
        let mut columns = Columns::default();
        // A second append to an account is decided after the first one.
        let mut is_sent = Vec::with_capacity(appends.len());
        for append in &appends {
            let is_first = accounts.insert(&append.account);
            if is_first {
                columns.add(append);
            }
            is_sent.push(is_first);
        }
        let Columns { accounts, before, newest, versions, sealed } = &columns;
        let values: Values<'_> = &[accounts, before, newest, versions, sealed];
        let done = self.pool.run(&self.statements.append_together, values).await;
        let done = done.as_deref().map(count).map_err(|failure| *failure);
        self.support.note(done.as_ref().map(drop).map_err(|failure| *failure));
        let outcome = |append: &Prepared| {
            let rows = done.as_ref().map(|rows| rows.get(bytes(&append.account)));
            let rows = rows.map(|rows| rows.copied().unwrap_or(0)).map_err(|failure| *failure);
            outcome(rows, append.versions.len())
        };
        let outcomes = appends.iter().zip(is_sent);
        outcomes.map(|(append, sent)| if sent { outcome(append) } else { Outcome::Open }).collect()
    }
}

/// The parameters of a statement for several accounts: a place for each record.
#[derive(Default)]
struct Columns<'a> {
    accounts: Vec<&'a [u8]>,
    before: Vec<i64>,
    newest: Vec<i64>,
    versions: Vec<i64>,
    sealed: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn add(&mut self, append: &'a Prepared) {
        for (version, sealed) in append.versions.iter().zip(&append.sealed) {
            self.accounts.push(bytes(&append.account));
            self.before.push(append.before);
            self.newest.push(append.newest);
            self.versions.push(*version);
            self.sealed.push(sealed);
        }
    }
}

/// How many rows each account has.
fn count(rows: &[Row]) -> HashMap<&[u8], usize> {
    let mut counts = HashMap::with_capacity(rows.len());
    for account in rows.iter().filter_map(|row| row.try_get::<_, &[u8]>(0).ok()) {
        let count: &mut usize = counts.entry(account).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Of a version that PostgreSQL cannot have.
pub(super) fn out_of_range(_: StoreError) -> AppendError {
    AppendError::Unavailable("a version is out of range")
}
