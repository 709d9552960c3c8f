//! What is behind HTTP.

use std::future::{Future, ready};
use std::sync::Arc;

use bytes::Bytes;
use convmark::Command;
use tokio::time::Instant;

use crate::service::Trace;

/// Why a handler cannot answer now, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotReady(pub String);

/// The stages of a call from its JSON on: decode, facts, account, apply, store, answer.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a call of a command by an app admin, at `now_seconds` (Unix seconds).
    ///
    /// It runs to its end even if the client is gone or its time is over.
    fn call(
        &self,
        command: Command,
        body: Bytes,
        now_seconds: u64,
    ) -> impl Future<Output = Bytes> + Send;

    /// As [`call`](Self::call), and notes what became of it.
    fn call_traced(
        &self,
        command: Command,
        body: Bytes,
        now_seconds: u64,
        trace: Arc<Trace>,
    ) -> impl Future<Output = Bytes> + Send {
        drop(trace);
        self.call(command, body, now_seconds)
    }

    /// Whether calls can be answered now: the store answers.
    ///
    /// # Errors
    ///
    /// [`NotReady`] says why not.
    fn ready(&self) -> impl Future<Output = Result<(), NotReady>> + Send {
        ready(Ok(()))
    }

    /// Ends what is done besides calls, until then at the latest. The server stops.
    fn stop(&self, _until: Instant) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// Makes durable what is not yet, after the last call.
    fn close(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}
