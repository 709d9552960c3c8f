//! The service over the store that the configuration names.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use convmark::{Command, UserId};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use crate::config::{StoreChoice, StoreOptions};
use crate::fake::{Accounts, Fake, KnownNow, Replaceable};
use crate::http::{Handler, NotReady};
use crate::maintenance::ControlSocket;
use crate::metrics::{Metrics, PoolMetrics, ServiceMetrics, Stage};
use crate::run::Opening;
use crate::service::{Figures, Service, ServiceOptions, Step, Trace};
use crate::store::embedded::{EmbeddedOptions, EmbeddedStore, OpenError};
use crate::store::memory::MemoryStore;
use crate::store::postgres::PostgresStore;
use crate::store::{AccountKey, Store, StoreError, Version};

/// How long a store that failed is left alone before it is opened again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);

/// The service over the store that the configuration names.
pub enum Backend {
    /// In memory: nothing outlives the process.
    Memory(Service<MemoryStore, KnownNow>),
    /// In memory, and tests replace it by a new one.
    Replaceable(Arc<Replaceable>),
    /// In a directory.
    Directory(Service<Arc<EmbeddedStore>, KnownNow>, Option<ControlSocket>),
    /// In PostgreSQL.
    Postgres(Service<PostgresStore, KnownNow>),
}

impl Backend {
    /// Opens the store.
    ///
    /// # Errors
    ///
    /// Why it cannot be opened, and what to do.
    pub async fn open(opening: Opening) -> Result<Self, String> {
        let Opening { store, options: kept, policy, known, metrics, fake } = opening;
        let known = fake.as_ref().map_or_else(
            || KnownNow::Fixed(Arc::new(known)),
            |fake| KnownNow::Changing(Arc::clone(&fake.facts)),
        );
        let options = service_options(kept, &metrics);
        let backend = match store {
            StoreChoice::Memory => {
                let make = move || {
                    Service::with_facts(MemoryStore::new(), known.clone(), &policy, options.clone())
                };
                match fake {
                    None => Self::Memory(make()),
                    Some(_) => Self::Replaceable(Arc::new(Replaceable::new(make))),
                }
            }
            StoreChoice::Directory { path, create } => {
                let embedded = EmbeddedOptions {
                    create,
                    keep_history: kept.keep_history,
                    commit_records: kept.commit_records,
                    ..EmbeddedOptions::default()
                };
                // The calls of one account that are stored together are one append, which is not
                // divided.
                let together_max = options.together_max.min(kept.commit_records);
                let options = ServiceOptions { together_max, ..options };
                let open = spawn_blocking(move || EmbeddedStore::open(path, embedded));
                let opened = open.await.map_err(|_| "it cannot be opened".to_owned())?;
                let store = Arc::new(opened.map_err(|error| error.to_string())?);
                metrics.register(|registry| store.commits().register(registry));
                tokio::spawn(open_again(Arc::downgrade(&store)));
                let service = Service::with_facts(Arc::clone(&store), known, &policy, options);
                let socket = open_socket(&store, &service);
                Self::Directory(service, socket)
            }
            StoreChoice::Postgres(mut postgres) => {
                postgres.keep_history = kept.keep_history;
                let store = PostgresStore::open(&postgres).await?;
                Self::Postgres(Service::with_facts(store, known, &policy, options))
            }
        };
        backend.register(&metrics);
        if let Some(fake) = fake {
            backend.give_to(&fake);
        }
        Ok(backend)
    }

    fn register(&self, metrics: &Metrics) {
        match self {
            Self::Memory(service) => register(metrics, service, Service::figures),
            Self::Replaceable(memory) => register(metrics, memory, |memory| memory.now().figures()),
            Self::Directory(service, _) => register(metrics, service, Service::figures),
            Self::Postgres(service) => {
                register(metrics, service, Service::figures);
                let service = service.clone();
                let pool = PoolMetrics::new(move || service.store().connections());
                metrics.register(|registry| registry.register_collector(Box::new(pool)));
            }
        }
    }

    fn give_to(&self, fake: &Fake) {
        fake.opened(match self {
            // Tests control a service in memory only if it can be replaced.
            Self::Memory(_) => return,
            Self::Replaceable(memory) => Accounts::Memory(Arc::clone(memory)),
            Self::Directory(service, _) => Accounts::Directory(service.clone()),
            Self::Postgres(service) => Accounts::Postgres(service.clone()),
        });
    }
}

fn service_options(kept: StoreOptions, metrics: &Arc<Metrics>) -> ServiceOptions {
    let defaults = ServiceOptions::default();
    let metrics = Arc::clone(metrics);
    ServiceOptions {
        cache_bytes: kept.cache_bytes,
        store_timeout: kept.timeout,
        reads: kept.reads,
        observer: Arc::new(move |step, time| match step {
            Step::Line => metrics.took(Stage::Line, time),
            Step::Load => metrics.took(Stage::Load, time),
            Step::Append => metrics.took(Stage::Append, time),
        }),
        ..defaults
    }
}

/// Whether the store answers a question.
async fn answers<S: Store>(store: &S) -> Result<(), NotReady> {
    let Ok(user) = UserId::new("ready") else { return Ok(()) };
    match store.find(&AccountKey::new(&user), Version::new(1)).await {
        // Damage is a matter of one account.
        Ok(_) | Err(StoreError::Damaged(_)) => Ok(()),
        Err(error @ StoreError::Unavailable(_)) => Err(NotReady(error.to_string())),
    }
}

fn register<S>(
    metrics: &Metrics,
    service: &S,
    figures: impl Fn(&S) -> Figures + Send + Sync + 'static,
) where
    S: Clone + Send + Sync + 'static,
{
    let service = service.clone();
    let figures = ServiceMetrics::new(move || figures(&service));
    metrics.register(|registry| registry.register_collector(Box::new(figures)));
}

/// Not every file system has sockets. Calls are answered all the same.
fn open_socket(
    store: &EmbeddedStore,
    service: &Service<Arc<EmbeddedStore>, KnownNow>,
) -> Option<ControlSocket> {
    match ControlSocket::open(store.path(), service.clone()) {
        Ok(socket) => Some(socket),
        Err(error) => {
            tracing::warn!(%error, "there is no control socket: subcommands need the server stopped");
            None
        }
    }
}

/// Opens the store again whenever it failed, as long as the service uses it.
async fn open_again(store: std::sync::Weak<EmbeddedStore>) {
    let mut said = None;
    loop {
        sleep(REOPEN_AFTER).await;
        let Some(store) = store.upgrade() else { return };
        if store.is_open() {
            continue;
        }
        match store.reopen().await {
            Ok(()) => {
                said = None;
                tracing::warn!("the store failed and is open again");
            }
            Err(OpenError::Closed { .. }) => return,
            Err(error) => {
                let problem = error.to_string();
                if said.as_ref() != Some(&problem) {
                    tracing::error!(
                        "the store failed and cannot be opened, which is tried on: {problem}"
                    );
                    said = Some(problem);
                }
            }
        }
    }
}

impl Handler for Backend {
    async fn call(&self, command: Command, body: Bytes, now_seconds: u64) -> Bytes {
        match self {
            Self::Memory(service) => service.call(command, &body, now_seconds).await,
            Self::Replaceable(memory) => memory.now().call(command, &body, now_seconds).await,
            Self::Directory(service, _) => service.call(command, &body, now_seconds).await,
            Self::Postgres(service) => service.call(command, &body, now_seconds).await,
        }
    }

    async fn call_traced(
        &self,
        command: Command,
        body: Bytes,
        now_seconds: u64,
        trace: Arc<Trace>,
    ) -> Bytes {
        let (now, trace) = (now_seconds, Some(&trace));
        match self {
            Self::Memory(service) => service.call_traced(command, &body, now, trace).await,
            Self::Replaceable(memory) => memory.now().call_traced(command, &body, now, trace).await,
            Self::Directory(service, _) => service.call_traced(command, &body, now, trace).await,
            Self::Postgres(service) => service.call_traced(command, &body, now, trace).await,
        }
    }

    async fn ready(&self) -> Result<(), NotReady> {
        match self {
            Self::Memory(service) => answers(service.store()).await,
            Self::Replaceable(memory) => answers(memory.now().store()).await,
            Self::Directory(service, _) if service.store().is_open() => {
                answers(service.store()).await
            }
            Self::Directory(..) => {
                Err(NotReady("the store failed and is being opened again".to_owned()))
            }
            Self::Postgres(service) => {
                service.store().ready().await.map_err(|problem| NotReady(problem.to_string()))
            }
        }
    }

    async fn stop(&self, until: Instant) {
        if let Self::Directory(_, Some(socket)) = self {
            socket.close(until).await;
        }
    }

    async fn close(&self) {
        let closed = match self {
            Self::Memory(service) => service.close().await,
            Self::Replaceable(memory) => memory.now().close().await,
            Self::Postgres(service) => service.close().await,
            Self::Directory(service, _) => service.close().await,
        };
        if let Err(error) = closed {
            tracing::error!("the store could not be closed: {error}");
        }
    }
}
