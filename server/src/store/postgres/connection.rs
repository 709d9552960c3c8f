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
use super::options::PostgresOptions;
use super::statements::{COUNT, Query};

/// How long a host is tried alone before the next one is tried beside it.
const HEAD_START: Duration = Duration::from_millis(500);

/// What every session is told. A cancelled wait for a synchronous standby would be answered as if it
/// had come to its end. A statement that waits for another writer of its account can give up: nothing
/// was done then. So an account that is stuck takes one connection and not more with each call.
const SETTINGS: &str = "SET statement_timeout = 0; SET lock_timeout = '3s'";

/// Why there is no connection, in words for the operator.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoConnection(pub(super) &'static str);

/// A connection. It is cut when it is dropped.
pub(super) struct Connection {
    pub(super) client: Client,
    prepared: [OnceCell<Statement>; COUNT],
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
}

impl Connector {
    pub(super) fn new(options: &PostgresOptions, tls: MakeRustlsConnect) -> Self {
        Self {
            hosts: each_host(&options.connection),
            last: AtomicUsize::new(0),
            tls,
            time: options.connect_timeout,
            has_sessions: options.prepare,
        }
    }

    async fn connect(&self, host: &Config) -> Result<Connection, NoConnection> {
        let connect = host.connect(self.tls.clone());
        // With TLS and login: a host that accepts and says nothing must not keep the next one out.
        let (client, connection) = timeout(self.time, connect)
            .await
            .map_err(|_| NoConnection("PostgreSQL does not answer in time"))?
            .map_err(|error| {
                tracing::debug!(sqlstate = code(&error), "no connection: {}", words(&error));
                NoConnection(words(&error))
            })?;
        let has_warned = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(drive(connection, Arc::clone(&has_warned)));
        let connection = Connection { client, prepared: Default::default(), has_warned, task };
        if self.has_sessions {
            let set = connection.client.batch_execute(SETTINGS);
            timeout(self.time, set)
                .await
                .map_err(|_| NoConnection("PostgreSQL does not answer in time"))?
                .map_err(|error| NoConnection(words(&error)))?;
        }
        Ok(connection)
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = NoConnection;

    /// Tries the host that worked last, and the others in their order beside those that neither fail
    /// nor succeed for a while. So hosts that hang cost less than callers wait.
    async fn create(&self) -> Result<Connection, NoConnection> {
        let last = self.last.load(Relaxed);
        let mut places = (last..self.hosts.len()).chain(0..last);
        let mut attempts = FuturesUnordered::new();
        let mut problem = NoConnection("no host is named");
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
                Some((_, Err(error))) => problem = error,
                None => return Err(problem),
            }
        }
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
