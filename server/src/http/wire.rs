//! The stream under the HTTP library: it notes the phase of the connection, and keeps the library
//! from answering by itself.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::phase::{Phase, PhaseWatch};

/// The stream under the HTTP library.
///
/// The library answers what is not HTTP with a 4xx of its own. That is the only thing that it
/// writes while no request is being answered. Such bytes are dropped here, and the connection then
/// gives the answer that the service gives.
pub struct Wire<S> {
    inner: S,
    phase: PhaseWatch,
    is_refused: bool,
}

impl<S> Wire<S> {
    pub const fn new(inner: S, phase: PhaseWatch) -> Self {
        Self { inner, phase, is_refused: false }
    }

    /// Whether the library refused what it read.
    pub const fn is_refused(&self) -> bool {
        self.is_refused
    }

    pub fn into_inner(self) -> S {
        self.inner
    }

    /// Whether these bytes are the library's own.
    fn refuses(&mut self) -> bool {
        if matches!(self.phase.phase(), Phase::Idle | Phase::Head) {
            self.is_refused = true;
        }
        self.is_refused
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        if buffer.filled().len() > before && self.phase.phase() == Phase::Idle {
            self.phase.enter(Phase::Head);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.refuses() {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.refuses() {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// The library flushes once it has written a whole answer.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_refused {
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(&mut self.inner).poll_flush(context))?;
        if self.phase.phase() == Phase::Write {
            self.phase.enter(Phase::Idle);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_refused {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
