//! The side of the server.

use std::convert::Infallible;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};

use super::name::Name;
use super::work_log::WorkLog;
use super::{BODY_MAX_BYTES, PATH};
use crate::maintenance::{Problem, perform};
use crate::service::{FactsSource, Service};
use crate::store::Store;

/// Connections at a time. More wait.
const CONNECTIONS: usize = 4;
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// The open socket of a server that has a directory open.
pub struct ControlSocket {
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    path: PathBuf,
}

impl ControlSocket {
    /// Opens the socket in the directory of the store, and answers from now on. The store must be
    /// open in this process: a socket that is there is of a process that has ended.
    ///
    /// # Errors
    ///
    /// Of the operating system.
    pub fn open<S: Store, F: FactsSource>(
        directory: &Path,
        service: Service<S, F>,
    ) -> io::Result<Self> {
        let name = Name::of(directory)?;
        match fs::remove_file(&name.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Nobody else reaches it in between: the directory is for this user only.
        let listener = UnixListener::bind(&name.path)?;
        fs::set_permissions(&name.path, Permissions::from_mode(0o600))?;
        let path = fs::canonicalize(&name.path)?;
        let (stop, stopping) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, service, stopping));
        Ok(Self { stop, accepting, path })
    }

    /// Removes the socket, and waits for what was begun, but no longer than until then.
    pub async fn close(&self, until: Instant) {
        let _ = fs::remove_file(&self.path);
        self.stop.send_replace(true);
        let stopped = async {
            while !self.accepting.is_finished() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        if timeout_at(until, stopped).await.is_err() {
            tracing::warn!("requests on the control socket are given up");
            self.accepting.abort();
        }
    }
}

async fn accept<S: Store, F: FactsSource>(
    listener: UnixListener,
    service: Service<S, F>,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = wait(&mut stopping) => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                let (service, stopping) = (service.clone(), stopping.clone());
                connections.spawn(async move {
                    serve(stream, service, stopping).await;
                    drop(place);
                });
            }
            Err(_) => sleep(PAUSE).await,
        }
    }
    while connections.join_next().await.is_some() {}
}

/// Waits until the server stops.
async fn wait(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn serve<S: Store, F: FactsSource>(
    stream: UnixStream,
    service: Service<S, F>,
    mut stopping: watch::Receiver<bool>,
) {
    let log = Arc::new(Mutex::new(WorkLog::default()));
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let (service, log) = (service.clone(), Arc::clone(&log));
        async move { Ok::<_, Infallible>(answer(&service, &log, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);
    // What goes wrong is the client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = wait(&mut stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer<S: Store, F: FactsSource>(
    service: &Service<S, F>,
    log: &Mutex<WorkLog>,
    request: hyper::Request<Incoming>,
) -> Response<Full<Bytes>> {
    if request.method() != Method::POST || request.uri().path() != PATH {
        let text = format!("only POST {PATH} is answered: the server is of another release");
        return respond(StatusCode::NOT_FOUND, text.into());
    }
    let body = Limited::new(request.into_body(), BODY_MAX_BYTES).collect().await;
    let Ok(body) = body else {
        return respond(StatusCode::BAD_REQUEST, "the request is not complete, or too long".into());
    };
    // The library's text could quote values.
    let Ok(asked) = serde_json::from_slice(&body.to_bytes()) else {
        let text = "the request is not known: the server is of another release";
        return respond(StatusCode::BAD_REQUEST, text.into());
    };
    // A panic cannot leave its numbers half changed.
    let counted = log.lock().unwrap_or_else(PoisonError::into_inner).asked(&asked);
    let answered = perform(service, asked).await;
    log.lock().unwrap_or_else(PoisonError::into_inner).answered(counted, &answered);
    let answered = answered.and_then(|answer| {
        serde_json::to_vec(&answer).map_err(|_| Problem("the answer cannot be written".to_owned()))
    });
    match answered {
        Ok(json) => respond(StatusCode::OK, json),
        Err(Problem(text)) => respond(StatusCode::INTERNAL_SERVER_ERROR, text.into()),
    }
}

fn respond(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}
