//! Which way a subcommand goes: it opens the store itself, or asks the server that has it open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use convmark::Policy;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::socket::Client;
use super::{Answer, Problem, Request, WithoutStore, perform};
use crate::config::StoreChoice;
use crate::service::{Service, ServiceOptions};
use crate::store::Store;
use crate::store::embedded::{EmbeddedOptions, EmbeddedStore, OpenError};
use crate::store::memory::MemoryStore;
use crate::store::postgres::{PostgresOptions, PostgresStore};

/// How long a server may take to start, once it has the store open, or to end.
const START_TIME: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// Who does the work.
pub enum Target {
    /// This process, in a directory.
    Directory(Service<Arc<EmbeddedStore>>),
    /// This process, in memory: a store that would be made.
    Nothing(Service<MemoryStore>),
    /// This process, in PostgreSQL, beside any servers.
    Postgres(Service<PostgresStore>),
    /// The server that has the directory open.
    Server(Client),
}

impl Target {
    /// Opens a store, or connects to the server that has it open. The store may take `store_timeout`
    /// for one operation.
    ///
    /// # Errors
    ///
    /// [`Problem`] says why not, and what to do.
    pub async fn open(
        store: StoreChoice,
        store_timeout: Duration,
        without: WithoutStore,
    ) -> Result<Self, Problem> {
        let name = store.to_string();
        let opened = match store {
            StoreChoice::Directory { path, create } => {
                Self::open_directory(path, create, store_timeout, without).await
            }
            StoreChoice::Memory => {
                Err("it ends with its process; give dir:PATH or postgres://USER@HOST/DATABASE"
                    .to_owned())
            }
            StoreChoice::Postgres(options) => {
                Self::open_postgres(&options, store_timeout, without).await
            }
        };
        opened.map_err(|problem| Problem(format!("--store {name}: {problem}")))
    }

    async fn open_directory(
        path: PathBuf,
        create: bool,
        store_timeout: Duration,
        without: WithoutStore,
    ) -> Result<Self, String> {
        let start = Instant::now();
        let pretends = without == WithoutStore::Pretends;
        loop {
            let create_now = create && !pretends;
            let options = EmbeddedOptions { create: create_now, ..EmbeddedOptions::default() };
            let directory = path.clone();
            let open = spawn_blocking(move || EmbeddedStore::open(directory, options));
            match open.await.map_err(|_| "it cannot be opened".to_owned())? {
                Ok(store) => return Ok(Self::Directory(service(Arc::new(store), store_timeout))),
                Err(OpenError::InUse { .. }) => {}
                Err(OpenError::Missing { path }) if create && pretends => {
                    EmbeddedStore::check(&path, create).map_err(|error| error.to_string())?;
                    return Ok(Self::Nothing(service(MemoryStore::new(), store_timeout)));
                }
                Err(OpenError::Missing { path }) if without == WithoutStore::Fails => {
                    return Err(format!(
                        "there is no store at {}; correct the name",
                        path.display()
                    ));
                }
                Err(error) => return Err(error.to_string()),
            }
            let refused = match Client::connect(&path).await {
                Ok(client) => return Ok(Self::Server(client)),
                Err(error) => error,
            };
            if start.elapsed() > START_TIME {
                return Err(format!(
                    "another process has the store open and cannot be asked ({refused}); if it is another subcommand, wait for its end"
                ));
            }
            sleep(PAUSE).await;
        }
    }

    async fn open_postgres(
        options: &PostgresOptions,
        store_timeout: Duration,
        without: WithoutStore,
    ) -> Result<Self, String> {
        if without == WithoutStore::Pretends && PostgresStore::is_missing(options).await? {
            return Ok(Self::Nothing(service(MemoryStore::new(), store_timeout)));
        }
        let store = PostgresStore::open(options).await?;
        Ok(Self::Postgres(service(store, store_timeout)))
    }

    /// Has it done.
    ///
    /// # Errors
    ///
    /// [`Problem`].
    pub async fn ask(&self, request: Request) -> Result<Answer, Problem> {
        match self {
            Self::Directory(service) => perform(service, request).await,
            Self::Nothing(service) => perform(service, request).await,
            Self::Postgres(service) => perform(service, request).await,
            Self::Server(client) => client.ask(&request).await,
        }
    }

    /// Closes the store, if this process has it open.
    ///
    /// # Errors
    ///
    /// [`Problem`] if what was done may not be complete.
    pub async fn close(self) -> Result<(), Problem> {
        let closed = match self {
            Self::Directory(service) => service.close().await.map_err(|error| error.to_string()),
            Self::Postgres(service) => service.close().await.map_err(|error| error.to_string()),
            Self::Nothing(_) | Self::Server(_) => Ok(()),
        };
        closed.map_err(|error| Problem(format!("the store cannot be closed: {error}")))
    }
}

/// A service that makes snapshots only when it is told to: nobody has said whether the records that
/// they replace are history to be kept.
fn service<S: Store>(store: S, store_timeout: Duration) -> Service<S> {
    let options =
        ServiceOptions { store_timeout, fold_min_bytes: u64::MAX, ..ServiceOptions::default() };
    Service::new(store, &Policy::default(), options)
}
