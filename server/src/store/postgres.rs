//! Accounts in PostgreSQL, for any number of servers.
//!
//! The tables are in `server/migrations`. The head row of an account is its lock: one statement
//! advances it from the expected version and inserts the records; nothing advanced is a conflict.
//! Every operation is one statement, and so sees one state. What waits at the same time is asked or
//! appended together: `together.rs`, `heads.rs` and `appends.rs`. A statement is sent again only if it is
//! known that it did nothing: an append that went with others, alone.
//!
//! | an append ends with | result |
//! |---|---|
//! | as many rows as records | done |
//! | no row, SQLSTATE 23505 or 40001 | conflict |
//! | no connection, or another error after which the session goes on | unavailable: nothing was done |
//! | a connection that broke, an error that ends the session, classes 08, 57, 58 and XX (but for XX001 and XX002), 40003 | unknown |
//! | a warning: somebody ended the wait for a standby | unknown |
//!
//! In a statement for several, a conflict and an error after which the session goes on say nothing about
//! one of them, unless it is unknown: each is sent again, alone.
//!
//! What [`Store::find`] finds is on the standby, too: it writes, and waits as an append does.
//! A statement that writes and that nobody waits for any more keeps its connection until it is
//! answered.

mod appends;
mod connection;
mod error;
mod heads;
mod hosts;
mod lease;
mod migrations;
mod no_connection;
mod options;
mod outcome;
mod pool;
mod statements;
mod support;
mod tls;
mod together;
mod values;

use std::sync::Arc;

use bytes::Bytes;
use tokio_postgres::Row;

pub use options::{PostgresOptions, SchemaName};

use super::{
    AccountKey, Append, AppendError, Damage, Found, Listed, Loaded, Record, Sealed, Snapshot,
    Store, StoreError, Version, catch_up,
};
use appends::{Appends, out_of_range};
use connection::Connector;
use heads::Heads;
use outcome::written;
use pool::Pool;
use statements::{Statements, part};
use together::Together;
use values::{bytes, column, number, unavailable, version};

use crate::metrics::PoolFigures;

/// Accounts in PostgreSQL.
pub struct PostgresStore {
    pool: Arc<Pool>,
    statements: Arc<Statements>,
    heads: Together<Heads>,
    appends: Appends,
    keep_history: bool,
}

impl PostgresStore {
    /// Connects, and makes or extends the tables if needed.
    ///
    /// # Errors
    ///
    /// What is wrong, and what to do, without the connection string.
    pub async fn open(options: &PostgresOptions) -> Result<Self, String> {
        let statements = Arc::new(Statements::new(&options.schema));
        let connector = Connector::new(options, tls::connector(&options.verify)?, statements.count);
        let mut first = connector.first().await?;
        if options.create {
            migrations::migrate(&mut first.client, &options.schema).await?;
        } else {
            migrations::check(&first.client, &options.schema).await?;
        }
        drop(first);
        let pool = Arc::new(Pool::new(connector, options.connections, options.prepare)?);
        let heads = Heads { pool: Arc::clone(&pool), statements: Arc::clone(&statements) };
        Ok(Self {
            heads: Together::new(heads),
            appends: Appends::new(&pool, &statements),
            pool,
            statements,
            keep_history: options.keep_history,
        })
    }

    /// Whether there are no tables, so that opening would make all of them. Nothing is changed.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn is_missing(options: &PostgresOptions) -> Result<bool, String> {
        let statements = Statements::new(&options.schema);
        let connector = Connector::new(options, tls::connector(&options.verify)?, statements.count);
        let first = connector.first().await?;
        migrations::are_missing(&first.client, &options.schema).await
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> PoolFigures {
        self.pool.figures()
    }

    /// Whether PostgreSQL answers and accepts writes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] in words for the operator.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let rows = self.pool.run(&self.statements.read_only, &[]).await.map_err(unavailable)?;
        let is_read_only = rows.first().and_then(|row| row.try_get::<_, String>(0).ok());
        if is_read_only.as_deref() == Some("off") {
            Ok(())
        } else {
            Err(StoreError::Unavailable("PostgreSQL does not accept writes"))
        }
    }

    async fn load_after(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let after = known.map_or(Ok(-1), number)?;
        let query = &self.statements.load;
        let rows = self.pool.run(query, &[&bytes(account), &after]).await.map_err(unavailable)?;
        let mut stored = Stored::default();
        for row in &rows {
            stored.add(row)?;
        }
        if known.is_some_and(|known| known > stored.head) {
            // A version that the store does not have. What came is what is after it: nothing.
            return Box::pin(self.load_after(account, None)).await;
        }
        let Stored { head, folded, snapshot, records } = stored;
        catch_up(account, known, head, folded, || Ok(snapshot), |_| Ok(records))
    }
}

/// The rows of one load.
#[derive(Default)]
struct Stored {
    head: Version,
    folded: Version,
    snapshot: Option<Bytes>,
    records: Vec<Sealed>,
}

impl Stored {
    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let (part, at): (i32, i64) = (column(row, 0)?, column(row, 1)?);
        let at = version(at)?;
        let sealed: Option<&[u8]> = column(row, 2)?;
        let sealed = sealed.map(Bytes::copy_from_slice);
        match part {
            part::HEAD => self.head = at,
            part::SNAPSHOT => (self.folded, self.snapshot) = (at, sealed),
            part::RECORD => self.records.push((at, sealed.ok_or(Damage::Files)?)),
            _ => return Err(Damage::Files.into()),
        }
        Ok(())
    }
}

impl Store for PostgresStore {
    const EXCLUSIVE: bool = false;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        self.appends.append(account, append).await
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        if let Some(known) = known {
            // Most often nothing is new, which the head row alone says.
            let head = self.heads.ask(account.clone()).await;
            let head = head.unwrap_or(Err(StoreError::Unavailable("the question was given up")))?;
            if head == Some(known) {
                return Ok(Loaded::NothingNew);
            }
        }
        self.load_after(account, known).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        let query = if self.keep_history {
            &self.statements.fold_keeping_history
        } else {
            &self.statements.fold
        };
        let (at, sealed) = (number(snapshot.version)?, snapshot.seal(account));
        let values: pool::Values<'_> = &[&bytes(account), &at, &&*sealed];
        let rows = self.pool.run(query, values).await.map_err(unavailable)?;
        Ok(!rows.is_empty())
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        if snapshot.version <= after {
            return Err(AppendError::Conflict);
        }
        let (before, version) =
            (number(after).map_err(out_of_range)?, number(snapshot.version).map_err(out_of_range)?);
        let sealed = snapshot.seal(account);
        let query = if after == Version::ZERO {
            &self.statements.restore_first
        } else {
            &self.statements.restore
        };
        let values: pool::Values<'_> = &[&bytes(account), &before, &version, &&*sealed];
        written(self.pool.run(query, values).await.map(|rows| rows.len()), 1)
    }

    async fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        let at = number(version)?;
        let query = &self.statements.find;
        let rows = self.pool.run(query, &[&bytes(account), &at]).await.map_err(unavailable)?;
        let row = rows.first().ok_or(StoreError::Unavailable("PostgreSQL answered nothing"))?;
        let (sealed, folded): (Option<&[u8]>, Option<i64>) = (column(row, 0)?, column(row, 1)?);
        match sealed {
            Some(sealed) => {
                let sealed = Bytes::copy_from_slice(sealed);
                Ok(Found::Record(Record::open(account, version, sealed)?))
            }
            None if folded.is_some_and(|folded| at <= folded) => Ok(Found::Folded),
            None => Ok(Found::NotYet),
        }
    }

    async fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        let mut after = after.map_or(&[][..], bytes).to_vec();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let query = &self.statements.accounts;
        let mut listed = Listed::default();
        loop {
            let rows = self.pool.run(query, &[&&*after, &limit]).await.map_err(unavailable)?;
            for row in &rows {
                after = column::<&[u8]>(row, 0)?.to_vec();
                listed.add(&after);
            }
            if rows.is_empty() || !listed.accounts.is_empty() {
                return Ok(listed);
            }
        }
    }

    async fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (after, limit) = (number(after)?, i64::try_from(limit).unwrap_or(i64::MAX));
        let values: pool::Values<'_> = &[&bytes(account), &after, &limit];
        let rows = self.pool.run(&self.statements.history, values).await.map_err(unavailable)?;
        let record = |row| {
            let (at, sealed): (i64, &[u8]) = (column(row, 0)?, column(row, 1)?);
            Ok(Record::open(account, version(at)?, Bytes::copy_from_slice(sealed))?)
        };
        rows.iter().map(record).collect()
    }

    async fn cut_history(&self, account: &AccountKey) -> Result<(), StoreError> {
        let query = &self.statements.cut_history;
        let cut = self.pool.run(query, &[&bytes(account)]).await;
        cut.map(drop).map_err(unavailable)
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.pool.close();
        Ok(())
    }
}
