//! The connections, and one statement on one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{PoolError, QueueMode, Timeouts};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::connection::Connector;
use super::error::{Meaning, code, is_unsupported, meaning, words};
use super::lease::Lease;
use super::statements::{Effect, Query};
use crate::metrics::PoolFigures;

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

/// A statement that waits for a connection, until this is dropped.
struct Waiting<'p>(&'p AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

pub(super) struct Pool {
    connections: deadpool::managed::Pool<Connector>,
    /// One permit for each statement that writes and has no answer yet, whether somebody waits for
    /// it or not.
    writes: Arc<Semaphore>,
    /// How many statements wait for a connection or for a permit.
    waiting: AtomicUsize,
    prepare: bool,
    /// Whether the last statement had no answer. Only changes are told.
    is_failing: AtomicBool,
}

impl Pool {
    pub(super) fn new(connector: Connector, size: usize, prepare: bool) -> Result<Self, String> {
        let size = size.max(1);
        let connections = deadpool::managed::Pool::builder(connector)
            .max_size(size)
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|problem| problem.to_string())?;
        Ok(Self {
            connections,
            writes: Arc::new(Semaphore::new(for_writes(size))),
            waiting: AtomicUsize::new(0),
            prepare,
            is_failing: AtomicBool::new(false),
        })
    }

    /// How many connections there are.
    pub(super) fn figures(&self) -> PoolFigures {
        let status = self.connections.status();
        PoolFigures {
            open: status.size,
            in_use: status.size.saturating_sub(status.available),
            waiting: self.waiting.load(Relaxed),
        }
    }

    /// Runs a statement. The result is its rows.
    ///
    /// If the future is dropped, a statement that writes keeps its connection until it is answered:
    /// see [`Lease`].
    pub(super) async fn run(&self, query: &Query, values: Values<'_>) -> Result<Vec<Row>, Failure> {
        let lease = self.lease(query.effect).await?;
        let connection = lease.get()?;
        connection.forget_warnings();
        let client = &connection.client;
        let result = if self.prepare {
            match connection.prepared(query).await {
                Ok(statement) => client.query(&statement, values).await,
                Err(error) => {
                    let words = self.told(&error);
                    lease.cut();
                    return Err(if is_unsupported(&error) {
                        Failure::Sent(Meaning::Unsupported, words)
                    } else {
                        Failure::NotSent(words)
                    });
                }
            }
        } else {
            client.query_typed(&query.text, &typed(query, values)).await
        };
        let was_warned = query.effect == Effect::Writes && connection.was_warned();
        match result {
            Ok(_) if was_warned => {
                lease.give_back();
                Err(Failure::Sent(
                    Meaning::Unknown,
                    "PostgreSQL was made to stop waiting for its standby",
                ))
            }
            Ok(rows) => {
                lease.give_back();
                if self.is_failing.swap(false, Relaxed) {
                    tracing::info!("PostgreSQL answers again");
                }
                Ok(rows)
            }
            Err(error) if meaning(&error) == Meaning::Conflict => {
                lease.give_back();
                Err(Failure::Sent(Meaning::Conflict, words(&error)))
            }
            Err(error) => {
                lease.cut();
                Err(Failure::Sent(meaning(&error), self.told(&error)))
            }
        }
    }

    async fn lease(&self, effect: Effect) -> Result<Lease, Failure> {
        self.waiting.fetch_add(1, Relaxed);
        let _waiting = Waiting(&self.waiting);
        let end = Instant::now().checked_add(WAIT).unwrap_or_else(Instant::now);
        let permit = match effect {
            Effect::Reads => None,
            Effect::Writes => Some(self.permit(end).await?),
        };
        let wait = Some(end.saturating_duration_since(Instant::now()));
        let timeouts = Timeouts { wait, create: None, recycle: None };
        match self.connections.timeout_get(&timeouts).await {
            Ok(connection) => Ok(Lease::new(connection, permit)),
            Err(PoolError::Backend(problem)) => Err(self.refused(problem.0)),
            Err(PoolError::Timeout(_)) => Err(self.refused("all connections are in use")),
            Err(PoolError::Closed) => Err(Failure::NotSent(CLOSED)),
            Err(_) => Err(self.refused("the pool of connections failed")),
        }
    }

    async fn permit(&self, end: Instant) -> Result<OwnedSemaphorePermit, Failure> {
        match timeout_at(end, Arc::clone(&self.writes).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Failure::NotSent(CLOSED)),
            Err(_) => Err(self.refused("all connections for writes are in use")),
        }
    }

    pub(super) fn close(&self) {
        self.connections.close();
        self.writes.close();
    }

    fn refused(&self, words: &'static str) -> Failure {
        self.tell_failure("none", words);
        Failure::NotSent(words)
    }

    fn told(&self, error: &Error) -> &'static str {
        let words = words(error);
        self.tell_failure(code(error), words);
        words
    }

    fn tell_failure(&self, sqlstate: &str, words: &str) {
        if self.is_failing.swap(true, Relaxed) {
            tracing::debug!(sqlstate, "{words}");
        } else {
            tracing::warn!(sqlstate, "{words}");
        }
    }
}

const CLOSED: &str = "it is closed";

/// How many of that many connections writes may use at once: they can wait for a standby for as long
/// as it is away, and reads go on meanwhile.
fn for_writes(size: usize) -> usize {
    let for_reads = size.div_euclid(4).max(1);
    size.saturating_sub(for_reads).max(1)
}

fn typed<'v>(
    query: &Query,
    values: Values<'v>,
) -> Vec<(&'v (dyn ToSql + Sync), tokio_postgres::types::Type)> {
    values.iter().copied().zip(query.types.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_connections_is_for_reads_alone() {
        for (size, expected) in [(1, 1), (2, 1), (3, 2), (4, 3), (7, 6), (8, 6), (16, 12)] {
            assert_eq!(for_writes(size), expected, "{size}");
        }
    }
}
