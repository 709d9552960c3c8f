//! HTTP: one handler for every request, and status 200 for every answer.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{Method, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use convmark::call::Call;
use convmark::{Policy, Refusal};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::Host;

/// The maximum length of a body, in bytes. Not documented: many times what the largest request
/// needs under the default policy.
const BODY_MAX_BYTES: usize = 1 << 20;
/// How many bytes of a longer body are discarded before the answer: a client that is still sending
/// would not read it.
const BODY_DRAINED_BYTES: usize = 64 << 20;

/// Always answers with status 200: clients of the documented service read the code in the body. The
/// content type is not judged.
pub async fn handle(State(host): State<Arc<Host>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = read(body).await.filter(|_| head.method == Method::POST);
    let target =
        head.uri.path_and_query().map_or(String::new(), |target| target.as_str().to_owned());
    // The store blocks, so the call leaves the async threads. It runs to its end even if the client
    // is gone.
    let work = tokio::task::spawn_blocking({
        let (host, target) = (Arc::clone(&host), target.clone());
        move || host.answer(&target, body.as_deref())
    });
    let answer = work.await.unwrap_or_else(|panic| {
        eprintln!("convmark-host: {panic}");
        let command = Call::parse_target(&target).ok().map(|call| call.command());
        let mut answer = Vec::new();
        command
            .map_or_else(|| Refusal::bad_http(None), Refusal::host_fault)
            .write_answer(&host.policy, &mut answer);
        answer
    });
    ([(CONTENT_TYPE, "application/json")], answer).into_response()
}

/// The body, unless it is empty, too long or broken off.
async fn read(mut body: Body) -> Option<Vec<u8>> {
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let data = frame.ok()?.into_data().unwrap_or_default();
        length += data.len();
        if length > BODY_DRAINED_BYTES {
            return None;
        }
        if length <= BODY_MAX_BYTES {
            bytes.extend_from_slice(&data);
        }
    }
    (1..=BODY_MAX_BYTES).contains(&length).then_some(bytes)
}

/// Answers bytes that are not HTTP with status 200 too. The HTTP library answers those itself, with
/// a 4xx that cannot be configured; this listener rewrites that answer. A host that accepts the 4xx
/// does not need it.
pub struct Always200(pub TcpListener);

impl Listener for Always200 {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (inner, address) = Listener::accept(&mut self.0).await;
        // Each answer is written at once, so waiting for more data would only delay it.
        let _ = inner.set_nodelay(true);
        (Stream { inner, whole: true, instead: Vec::new(), written: 0 }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

pub struct Stream {
    inner: TcpStream,
    /// Whether all data so far is written, so that the next data starts an answer.
    whole: bool,
    /// The answer that replaces a 4xx, and how many bytes of it are written.
    instead: Vec<u8>,
    written: usize,
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        // Every answer of the host itself has status 200.
        if this.whole
            && this.instead.is_empty()
            && bytes.starts_with(b"HTTP/1.")
            && bytes.get(9) == Some(&b'4')
        {
            let mut answer = Vec::new();
            Refusal::bad_http(None).write_answer(&Policy::default(), &mut answer);
            this.instead = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                answer.len()
            )
            .into_bytes();
            this.instead.append(&mut answer);
        }
        while let Some(rest @ [_, ..]) = this.instead.get(this.written..) {
            this.written += ready!(Pin::new(&mut this.inner).poll_write(context, rest))?;
        }
        if !this.instead.is_empty() {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = ready!(Pin::new(&mut this.inner).poll_write(context, bytes))?;
        this.whole = written == bytes.len();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}
