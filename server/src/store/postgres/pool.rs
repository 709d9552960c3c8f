//! The connections, and one statement on one of them.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Object, PoolError, QueueMode, Timeouts};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::connection::Connector;
use super::error::{Meaning, code, meaning, words};
use super::statements::Query;

/// How long a statement waits for a connection that is free. Less than the service waits, so that it is
/// known that nothing was sent.
const WAIT: Duration = Duration::from_secs(2);

/// The values of the parameters of a statement.
pub(super) type Values<'v> = &'v [&'v (dyn ToSql + Sync)];

/// Why a statement has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It was not sent.
    NotSent(&'static str),
    /// It was sent.
    Sent(Meaning, &'static str),
}

impl Failure {
    /// In words for the operator.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::NotSent(words) | Self::Sent(_, words) => words,
        }
    }
}

pub(super) struct Pool {
    connections: deadpool::managed::Pool<Connector>,
    prepare: bool,
    /// Whether the last statement had no answer. Only changes are told.
    is_failing: AtomicBool,
}

impl Pool {
    pub(super) fn new(connector: Connector, size: usize, prepare: bool) -> Result<Self, String> {
        let timeouts = Timeouts { wait: Some(WAIT), create: None, recycle: None };
        let connections = deadpool::managed::Pool::builder(connector)
            .max_size(size.max(1))
            .timeouts(timeouts)
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|problem| problem.to_string())?;
        Ok(Self { connections, prepare, is_failing: AtomicBool::new(false) })
    }

    /// Connections at most.
    pub(super) fn size(&self) -> usize {
        self.connections.status().max_size
    }

    /// Runs a statement that writes. The result is the number of rows that were written.
    pub(super) async fn execute(&self, query: &Query, values: Values<'_>) -> Result<u64, Failure> {
        let connection = self.connection().await?;
        let client = &connection.get()?.client;
        let result = if self.prepare {
            let statement = connection.get()?.prepared(query).await;
            let statement = statement.map_err(|error| self.not_sent(&error))?;
            client.execute(&statement, values).await
        } else {
            client.execute_typed(&query.text, &typed(query, values)).await
        };
        self.ended(connection, result)
    }

    /// Runs a statement that answers with rows.
    pub(super) async fn query(
        &self,
        query: &Query,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Failure> {
        let connection = self.connection().await?;
        let client = &connection.get()?.client;
        let result = if self.prepare {
            let statement = connection.get()?.prepared(query).await;
            let statement = statement.map_err(|error| self.not_sent(&error))?;
            client.query(&statement, values).await
        } else {
            client.query_typed(&query.text, &typed(query, values)).await
        };
        self.ended(connection, result)
    }

    /// A connection for something else than a statement.
    pub(super) async fn connection(&self) -> Result<Lease, Failure> {
        let words = match self.connections.get().await {
            Ok(object) => return Ok(Lease(Some(object))),
            Err(PoolError::Backend(problem)) => problem.0,
            Err(PoolError::Timeout(_)) => "all connections are in use",
            Err(PoolError::Closed) => return Err(Failure::NotSent("it is closed")),
            Err(_) => "the pool of connections failed",
        };
        self.tell_failure("none", words);
        Err(Failure::NotSent(words))
    }

    pub(super) fn close(&self) {
        self.connections.close();
    }

    fn not_sent(&self, error: &Error) -> Failure {
        let words = words(error);
        self.tell_failure(code(error), words);
        Failure::NotSent(words)
    }

    fn ended<T>(&self, connection: Lease, result: Result<T, Error>) -> Result<T, Failure> {
        let failure = match result {
            Ok(value) => {
                connection.give_back();
                if self.is_failing.swap(false, Relaxed) {
                    tracing::info!("PostgreSQL answers again");
                }
                return Ok(value);
            }
            Err(error) => Failure::Sent(meaning(&error), {
                let words = words(&error);
                if meaning(&error) != Meaning::Conflict {
                    self.tell_failure(code(&error), words);
                }
                words
            }),
        };
        if matches!(failure, Failure::Sent(Meaning::Conflict, _)) {
            connection.give_back();
        }
        Err(failure)
    }

    fn tell_failure(&self, sqlstate: &str, words: &str) {
        if self.is_failing.swap(true, Relaxed) {
            tracing::debug!(sqlstate, "{words}");
        } else {
            tracing::warn!(sqlstate, "{words}");
        }
    }
}

fn typed<'v>(
    query: &Query,
    values: Values<'v>,
) -> Vec<(&'v (dyn ToSql + Sync), tokio_postgres::types::Type)> {
    values.iter().copied().zip(query.types.iter().cloned()).collect()
}

/// A connection in use. Unless it is given back, it is cut: after an error, and when nobody waits for
/// the answer any more, for a later statement would wait behind it.
pub(super) struct Lease(Option<Object<Connector>>);

impl Lease {
    pub(super) fn get(&self) -> Result<&super::connection::Connection, Failure> {
        self.0.as_deref().ok_or(Failure::NotSent("the connection is gone"))
    }

    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
