//! Starts everything, in order, and stops it, in order.

use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use convmark::Policy;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::config::{Config, StoreChoice, StoreOptions, Warning};
use crate::control::Control;
use crate::facts::Known;
use crate::fake::Fake;
use crate::files;
use crate::http::{Front, FrontSettings, Handler, Hosts, Listener};
use crate::metrics::Metrics;
use crate::shutdown::{Reloaded, Signals};
use crate::tls::TlsError;

/// What a handler is opened with.
pub struct Opening {
    /// Where accounts are kept.
    pub store: StoreChoice,
    /// How they are kept.
    pub options: StoreOptions,
    /// What requests are judged and applied under.
    pub policy: Policy,
    /// What is known about accounts, group chats and the plan.
    pub known: Known,
    /// Where its metrics are registered.
    pub metrics: Arc<Metrics>,
    /// What controls it, if tests may.
    pub fake: Option<Arc<Fake>>,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store cannot be opened.
    #[error("--store {store}: {problem}")]
    Store {
        /// Which store.
        store: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The process may not do what it must.
    #[error("{0}")]
    Process(String),
    /// A port cannot be opened.
    #[error("--{option} {address}: {problem}; choose {}", what_to_choose(problem))]
    Port {
        /// The option.
        option: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        problem: io::Error,
    },
    /// TLS cannot be served.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Signals cannot be received.
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
}

fn what_to_choose(problem: &io::Error) -> &'static str {
    match problem.kind() {
        io::ErrorKind::AddrNotAvailable => "an address of this machine, or 0.0.0.0 for all",
        io::ErrorKind::PermissionDenied => "a port from 1024, or allow this user the one named",
        _ => "another port, or 0 for a free one",
    }
}

/// Runs the server until a signal stops it.
///
/// # Errors
///
/// [`RunError`] if it does not start.
pub async fn run<H, O, F>(mut config: Config, open: O) -> Result<(), RunError>
where
    H: Handler,
    O: FnOnce(Opening) -> F,
    F: Future<Output = Result<H, String>>,
{
    let tls = config.read_tls()?.map(Arc::new);
    if let Some(Err(error)) = tls.as_ref().map(|tls| tls.check_times()) {
        tracing::warn!(%error, "clients refuse the certificate");
    }
    let reloaded = Reloaded { tls: tls.clone(), keys: config.callers.keys.clone() };
    let mut stopping = Signals::listen(reloaded).map_err(RunError::Signals)?;
    let metrics = Arc::new(Metrics::new());
    let fake = config.fake.map(|options| {
        let known = config.known.clone().with_admins(config.callers.admins().cloned());
        Arc::new(Fake::new(options, known, &config.policy, stopping.clone()))
    });
    let control = Arc::new(Control::new(Arc::clone(&metrics), stopping.clone(), fake.clone()));
    let control_address = match config.control {
        None => None,
        Some(address) => {
            let started = Arc::clone(&control).start(address, config.allow_hosts.clone()).await;
            let error = |problem| RunError::Port { option: "control", address, problem };
            Some(started.map_err(error)?)
        }
    };
    let connections =
        files::connections(config.limits.connections, config.store.database_connections())
            .map_err(RunError::Process)?;
    if connections < config.limits.connections {
        Warning::fewer_connections(connections).log();
        config.limits.connections = connections;
    }
    say_what_is_assumed(&config);
    let store = config.store.to_string();
    let opening = Opening {
        store: config.store,
        options: config.store_options,
        policy: config.policy,
        known: config.known,
        metrics: Arc::clone(&metrics),
        fake: fake.clone(),
    };
    let handler = tokio::select! {
        opened = open(opening) => Arc::new(opened.map_err(|problem| RunError::Store { store, problem })?),
        _ = stopping.wait_for(|stopping| *stopping) => return Ok(()),
    };
    let port_error = |problem| RunError::Port { option: "listen", address: config.listen, problem };
    // After the store: who reaches the port is served.
    let listener = Listener::bind(config.listen, tls.clone()).await.map_err(port_error)?;
    let address = listener.address().map_err(port_error)?;
    let settings = FrontSettings {
        policy: config.policy,
        callers: config.callers,
        calls_per_second: config.calls_per_second,
        hosts: Hosts::new(address, config.allow_hosts),
        limits: config.limits,
        time_outs: config.time_outs,
    };
    let front = Front::new(settings, Arc::clone(&handler), metrics);
    let front = Arc::new(front.with_fake(fake));
    control.opened(Arc::clone(&handler));
    let scheme = if tls.is_some() { "https" } else { "http" };
    tracing::info!(%address, scheme, "listening");
    say(&format!("convmark-server listens on {scheme}://{address}"));
    if let Some(address) = control_address {
        tracing::info!(%address, "controlled");
        say(&format!("convmark-server is controlled on http://{address}"));
    }
    serve(listener, front, handler, stopping).await;
    Ok(())
}

async fn serve<H: Handler>(
    listener: Listener,
    front: Arc<Front<H>>,
    handler: Arc<H>,
    mut stopping: watch::Receiver<bool>,
) {
    let most = front.settings().time_outs.shutdown;
    let mut serving = tokio::spawn(listener.serve(Arc::clone(&front), stopping.clone()));
    let _ = stopping.wait_for(|stopping| *stopping).await;
    let now = Instant::now();
    let end = now.checked_add(most).unwrap_or(now);
    tracing::info!("stopping: finishing what is in flight");
    let stop = handler.stop(end);
    if tokio::join!(timeout_at(end, &mut serving), stop).0.is_err() {
        tracing::warn!("connections are given up");
    }
    if timeout_at(end, front.calls_end()).await.is_err() {
        tracing::warn!("calls are given up");
    }
    // What is stored is made durable even if all of the time was needed.
    let now = Instant::now();
    let end = now.checked_add(most).unwrap_or(now);
    if timeout_at(end, handler.close()).await.is_err() {
        tracing::error!("the store could not be closed in time");
    }
    tracing::info!("stopped");
}

fn say_what_is_assumed(config: &Config) {
    tracing::info!(store = %config.store, "opening the store");
    config.warnings().iter().for_each(Warning::log);
    if !config.callers.are_verified() {
        tracing::info!("UserSigs are not verified: no --key");
    }
    if config.fake.is_some() {
        tracing::info!("tests may control the service under /_convmark/ of --control");
    } else if config.store == StoreChoice::Memory
        && config.control.is_some()
        && !config.fake_is_missed
    {
        tracing::info!(
            "tests may not control the service: that needs --control on loopback, and neither --app nor --fake=false"
        );
    }
    if config.callers.everyone_is_admin() {
        tracing::info!("every caller is an admin: neither --admins nor admins in --facts");
    }
    if config.known.is_everything() {
        tracing::info!(
            "every account and every group chat is known, and the plan includes the feature: no --facts"
        );
    }
    if config.calls_per_second.is_none() {
        tracing::info!("calls are not limited by time: no --calls-per-second (documented: 200)");
    }
}

/// Prints a line for those who started the server. The server goes on if nobody can read it.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
