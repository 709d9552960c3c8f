//! One connection: how it is made and what it has prepared.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::Severity;
use tokio_postgres::{AsyncMessage, Client, Config, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::{code, words};
use super::hosts::each_host;
use super::no_connection::{NoConnection, Place, TOO_LATE};
use super::options::PostgresOptions;
use super::statements::Query;

/// How long a host is tried alone before the next one is tried beside it.
const HEAD_START: Duration = Duration::from_millis(500);

/// What every session is told. A cancelled wait for a synchronous standby would be answered as if it
/// had come to its end. A statement that waits for another writer of its account can give up: nothing
/// was done then. So an account that is stuck takes one connection and not more with each call.
const SETTINGS: &str = "SET statement_timeout = 0; SET lock_timeout = '3s'";

/// A connection. It is cut when it is dropped.
pub(super) struct Connection {
    pub(super) client: Client,
    /// A place for each statement.
    prepared: Vec<OnceCell<Statement>>,
    /// Whether PostgreSQL has warned since it was last asked.
    has_warned: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Connection {
    pub(super) fn forget_warnings(&self) {
        self.has_warned.store(false, Relaxed);
    }

    /// Whether there was a warning with the last answer. It comes before the answer.
    pub(super) fn was_warned(&self) -> bool {
        self.has_warned.load(Relaxed)
    }

    /// The statement as it is prepared on this connection.
    pub(super) async fn prepared(&self, query: &Query) -> Result<Statement, tokio_postgres::Error> {
        let prepare = || self.client.prepare_typed(&query.text, query.types);
        match self.prepared.get(query.place) {
            Some(cell) => cell.get_or_try_init(prepare).await.cloned(),
            None => prepare().await,
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Makes connections.
pub(super) struct Connector {
    /// One for each host, in their order.
    hosts: Vec<Config>,
    /// The place of the one that worked last: it is tried first.
    last: AtomicUsize,
    tls: MakeRustlsConnect,
    time: Duration,
    /// Whether a session stays the same from one statement to the next.
    has_sessions: bool,
    /// How many statements a connection can prepare.
    statements: usize,
}

impl Connector {
    pub(super) fn new(
        options: &PostgresOptions,
        tls: MakeRustlsConnect,
        statements: usize,
    ) -> Self {
        Self {
            hosts: each_host(&options.connection),
            last: AtomicUsize::new(0),
            tls,
            time: options.connect_timeout,
            has_sessions: options.prepare,
            statements,
        }
    }

    async fn connect(&self, host: &Config) -> Result<Connection, NoConnection> {
        let connect = host.connect(self.tls.clone());
        // With TLS and login: a host that accepts and says nothing must not keep the next one out.
        let (client, connection) =
            timeout(self.time, connect).await.map_err(|_| TOO_LATE)?.map_err(|error| {
                let problem = NoConnection::from(&error);
                tracing::debug!(sqlstate = code(&error), "no connection: {problem}");
                problem
            })?;
        let has_warned = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(drive(connection, Arc::clone(&has_warned)));
        let prepared = (0..self.statements).map(|_| OnceCell::new()).collect();
        let connection = Connection { client, prepared, has_warned, task };
        if self.has_sessions {
            let set = connection.client.batch_execute(SETTINGS);
            timeout(self.time, set)
                .await
                .map_err(|_| TOO_LATE)?
                .map_err(|error| NoConnection::from(&error))?;
        }
        Ok(connection)
    }

    /// The first connection.
    ///
    /// # Errors
    ///
    /// What is wrong with each host, and what to do.
    pub(super) async fn first(&self) -> Result<Connection, String> {
        self.any().await.map_err(|mut problems| {
            problems.sort_by_key(|(place, _)| *place);
            let named = problems.iter().filter_map(|(place, problem)| {
                Some(format!("{}: {problem}", Place(self.hosts.get(*place)?)))
            });
            named.collect::<Vec<_>>().join("; ")
        })
    }

    /// Tries the host that worked last, and the others in their order beside those that neither fail
    /// nor succeed for a while. So hosts that hang cost less than callers wait.
    ///
    /// # Errors
    ///
    /// The place of each host with its problem, in the order in which they failed.
    async fn any(&self) -> Result<Connection, Vec<(usize, NoConnection)>> {
        let last = self.last.load(Relaxed);
        let mut places = (last..self.hosts.len()).chain(0..last);
        let mut attempts = FuturesUnordered::new();
        let mut problems = Vec::new();
        loop {
            let next = places.next().and_then(|place| Some((place, self.hosts.get(place)?)));
            let ended = if let Some((place, host)) = next {
                attempts.push(async move { (place, self.connect(host).await) });
                let Ok(ended) = timeout(HEAD_START, attempts.next()).await else { continue };
                ended
            } else {
                attempts.next().await
            };
            match ended {
                Some((place, Ok(connection))) => {
                    self.last.store(place, Relaxed);
                    return Ok(connection);
                }
                Some((place, Err(problem))) => problems.push((place, problem)),
                None => return Err(problems),
            }
        }
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = NoConnection;

    async fn create(&self) -> Result<Connection, NoConnection> {
        self.any().await.map_err(|problems| {
            problems.last().map_or(NoConnection("no host is named"), |(_, problem)| *problem)
        })
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &Metrics,
    ) -> RecycleResult<NoConnection> {
        if connection.client.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        Ok(())
    }
}

/// Moves bytes until the connection ends. Notices are told without their texts.
async fn drive(
    mut connection: tokio_postgres::Connection<
        Socket,
        <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<Socket>>::Stream,
    >,
    has_warned: Arc<AtomicBool>,
) {
    let mut messages = stream::poll_fn(|context| connection.poll_message(context));
    while let Some(message) = messages.next().await {
        match message {
            Ok(AsyncMessage::Notice(notice))
                if notice.parsed_severity() == Some(Severity::Warning) =>
            {
                has_warned.store(true, Relaxed);
                tracing::warn!(
                    sqlstate = notice.code().code(),
                    "PostgreSQL warns; if it was made to stop waiting for its standby, a change may be on the primary only"
                );
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(sqlstate = code(&error), "{}", words(&error));
                return;
            }
        }
    }
}
