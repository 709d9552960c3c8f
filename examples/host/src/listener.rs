//! Status 200 even for bytes that are no HTTP: the HTTP library answers those itself, with a 4xx that cannot be configured.
//! This rewrites that one answer on its way out. A host that can live with the 4xx needs nothing of this file.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use convmark::{Policy, Refusal};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

pub struct Always200(pub TcpListener);

impl Listener for Always200 {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (inner, address) = Listener::accept(&mut self.0).await;
        // An answer is written at once; waiting for more to send would only delay it.
        let _ = inner.set_nodelay(true);
        (Stream { inner, whole: true, instead: Vec::new(), written: 0 }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

pub struct Stream {
    inner: TcpStream,
    /// Whether all that was to be written is, so that what comes next begins an answer.
    whole: bool,
    /// What is written in the place of a 4xx, and how much of it already is.
    instead: Vec<u8>,
    written: usize,
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        // The answers of this host say 200.
        if this.whole && this.instead.is_empty() && bytes.starts_with(b"HTTP/1.") && bytes.get(9) == Some(&b'4') {
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
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}
