//! The second address, for operators: `/health`, `/ready`, `/metrics`, with real status codes.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::fake::{self, Fake, Routes};
use crate::http::{AllowedName, Handler, Hosts};
use crate::metrics::Metrics;

/// The paths of calls begin with this. They are served on the other address.
const CALLS: &str = "/v4/";
/// Connections at a time. More wait.
const CONNECTIONS: usize = 16;
/// How long one connection may take.
const TIME: Duration = Duration::from_secs(10);
/// The same where tests may reset a whole store.
const FAKE_TIME: Duration = Duration::from_secs(60);
/// How long the handler may take to say whether it is ready.
const READY_TIME: Duration = Duration::from_secs(2);
/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// What the control address tells about.
pub struct Control<H> {
    metrics: Arc<Metrics>,
    stopping: watch::Receiver<bool>,
    handler: OnceLock<Arc<H>>,
    fake: Option<Arc<Fake>>,
    routes: OnceLock<Arc<Routes>>,
}

impl<H: Handler> Control<H> {
    /// Nothing is ready yet.
    #[must_use]
    pub const fn new(
        metrics: Arc<Metrics>,
        stopping: watch::Receiver<bool>,
        fake: Option<Arc<Fake>>,
    ) -> Self {
        Self { metrics, stopping, handler: OnceLock::new(), fake, routes: OnceLock::new() }
    }

    /// The handler can be asked from now on.
    pub fn opened(&self, handler: Arc<H>) {
        let _ = self.handler.set(handler);
    }

    /// Opens the address and answers from now on. Returns where. Tests may call it by its own names
    /// and by those that are allowed.
    ///
    /// # Errors
    ///
    /// Of the operating system, for example that the port is in use.
    pub async fn start(
        self: Arc<Self>,
        address: SocketAddr,
        allowed: Vec<AllowedName>,
    ) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        if let Some(fake) = &self.fake {
            let routes = Routes::new(Arc::clone(fake), Hosts::new(address, allowed));
            let _ = self.routes.set(Arc::new(routes));
        }
        tokio::spawn(self.accept(listener));
        Ok(address)
    }

    async fn accept(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        // The semaphore is never closed.
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let control = Arc::clone(&self);
                    tokio::spawn(async move {
                        let time = if control.fake.is_some() { FAKE_TIME } else { TIME };
                        let _ = timeout(time, control.serve(stream)).await;
                        drop(place);
                    });
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(move |request| {
            let control = Arc::clone(&self);
            async move { Ok::<_, Infallible>(control.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        // What goes wrong is the client's affair.
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if fake::is_control(request.uri().path()) {
            return match self.routes.get() {
                Some(routes) => Arc::clone(routes).answer(request).await,
                None => fake::absent(request.into_body()).await,
            };
        }
        let path = request.uri().path();
        let is_here = matches!(path, "/health" | "/ready" | "/metrics");
        if is_here && request.method() != Method::GET {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "only GET is allowed\n".to_owned());
        }
        match path {
            "/health" => plain(StatusCode::OK, "ok\n".to_owned()),
            "/ready" => match self.ready().await {
                Ok(()) => plain(StatusCode::OK, "ready\n".to_owned()),
                Err(why) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")),
            },
            "/metrics" => self.metrics(),
            _ => {
                let paths = match self.fake {
                    Some(_) => "/health, /ready, /metrics and /_convmark/",
                    None => "/health, /ready and /metrics",
                };
                let calls = match path.starts_with(CALLS) {
                    true => "; calls go to the address of --listen",
                    false => "",
                };
                let problem = format!("there are {paths}{calls}\n");
                fake::drain(&mut request.into_body()).await;
                plain(StatusCode::NOT_FOUND, problem)
            }
        }
    }

    async fn ready(&self) -> Result<(), String> {
        if *self.stopping.borrow() {
            return Err("the server stops".to_owned());
        }
        let handler = self.handler.get().ok_or("the store is being opened")?;
        match timeout(READY_TIME, handler.ready()).await {
            Ok(ready) => ready.map_err(|why| why.to_string()),
            Err(_) => Err("the store does not answer".to_owned()),
        }
    }

    fn metrics(&self) -> Response<Full<Bytes>> {
        const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        let Ok(text) = self.metrics.text() else {
            let problem = "the metrics cannot be written\n".to_owned();
            return plain(StatusCode::INTERNAL_SERVER_ERROR, problem);
        };
        let mut response = plain(StatusCode::OK, text);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OPEN_METRICS));
        response
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}
