//! The port: accepts connections, bounds their number, and stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};

use super::connection;
use super::front::Front;
use super::handler::Handler;
use super::raw;
use super::transport::Transport;
use crate::tls::Tls;

/// How long the listener waits when no connection can be accepted, for example without free file
/// descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How often that is logged at most.
const SAID_EVERY: Duration = Duration::from_secs(10);
/// How many connections beyond the limit are answered at a time. More are closed without answer.
const REFUSING: usize = 64;

/// The port on which calls are answered.
pub struct Listener {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
}

impl Listener {
    /// Opens the port.
    ///
    /// # Errors
    ///
    /// Of the operating system, for example that the port is in use.
    pub async fn bind(address: SocketAddr, tls: Option<Arc<Tls>>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, tls })
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// Of the operating system.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stopping` says true. Then closes the port, and waits until all connections
    /// have ended.
    pub async fn serve<H: Handler>(
        self,
        front: Arc<Front<H>>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let limit = front.settings().limits.connections;
        let places = Arc::new(Semaphore::new(limit));
        let refusing = Arc::new(Semaphore::new(REFUSING));
        let connections = stopping.clone();
        let accept = async {
            let mut last_said = None;
            loop {
                let stream = match self.listener.accept().await {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        pause(&error, &mut last_said).await;
                        continue;
                    }
                };
                // An answer is written at once, so waiting for more data would only delay it.
                let _ = stream.set_nodelay(true);
                let front = Arc::clone(&front);
                if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                    let (tls, stopping) = (self.tls.clone(), connections.clone());
                    tokio::spawn(async move {
                        front.metrics().connected();
                        if let Some(stream) =
                            secured(stream, tls, front.settings().time_outs.head).await
                        {
                            connection::serve(stream, Arc::clone(&front), stopping).await;
                        }
                        front.metrics().disconnected();
                        drop(place);
                    });
                } else {
                    front.metrics().connection_refused();
                    refuse(stream, &front, &refusing, self.tls.is_some());
                }
            }
        };
        tokio::select! {
            () = accept => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        drop(self.listener);
        let all = u32::try_from(limit).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = places.acquire_many(all).await;
    }
}

/// Waits after an error of accepting: trying again at once would take a whole processor.
async fn pause(error: &io::Error, last_said: &mut Option<Instant>) {
    let is_of_one_connection =
        matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset);
    if !is_of_one_connection {
        if last_said.is_none_or(|last| last.elapsed() >= SAID_EVERY) {
            *last_said = Some(Instant::now());
            tracing::warn!(%error, "no connection can be accepted; trying again");
        }
        sleep(PAUSE).await;
    }
}

async fn secured(stream: TcpStream, tls: Option<Arc<Tls>>, most: Duration) -> Option<Transport> {
    let Some(tls) = tls else { return Some(Transport::Plain(stream)) };
    match timeout(most, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => Some(Transport::Tls(Box::new(stream))),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

/// Answers a connection that is one too many. With TLS it is only closed: a handshake is work.
fn refuse<H: Handler>(
    mut stream: TcpStream,
    front: &Arc<Front<H>>,
    refusing: &Arc<Semaphore>,
    has_tls: bool,
) {
    let Ok(place) = Arc::clone(refusing).try_acquire_owned() else { return };
    if has_tls {
        return;
    }
    let front = Arc::clone(front);
    tokio::spawn(async move {
        raw::refuse(&mut stream, &front.too_many_connections()).await;
        drop(place);
    });
}
