//! One connection, from its first byte to its end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::bad_http::BadHttp;
use super::front::Front;
use super::handler::Handler;
use super::phase::{Phase, PhaseWatch};
use super::raw;
use super::transport::Transport;
use super::wire::Wire;

/// How long the rest of a request's headers is waited for once the server stops.
const HEAD_WHILE_STOPPING: Duration = Duration::from_secs(1);

/// How the HTTP library ended.
#[derive(Clone, Copy)]
enum Ended {
    /// In order, or because of the network.
    Closed,
    /// What it read is not HTTP.
    NotHttp,
    /// The headers are too long, or too many.
    LongHead,
    /// The client sends no more, in the middle of a request.
    BrokenOff,
}

/// Why a connection ended.
enum End {
    /// The HTTP library is done.
    Done(Ended),
    /// A phase took too long.
    Late(Phase),
}

/// Serves one connection until it ends, is too slow, or the server stops and it is idle.
pub async fn serve<H: Handler>(
    stream: Transport,
    front: Arc<Front<H>>,
    stopping: watch::Receiver<bool>,
) {
    let phase = PhaseWatch::new();
    let io = TokioIo::new(Wire::new(stream, phase.clone()));
    let service = service_fn({
        let (front, phase) = (Arc::clone(&front), phase.clone());
        move |request| Arc::clone(&front).answer(request, phase.clone())
    });
    let head_bytes = front.settings().limits.head_bytes;
    let mut connection = http1::Builder::new()
        // The time-outs are those of the phases.
        .header_read_timeout(None)
        .max_header_size(head_bytes)
        .max_buf_size(head_bytes.max(MINIMUM_BUFFER_BYTES))
        // A client that has sent its request and no more waits for the answer all the same.
        .half_close(true)
        .serve_connection(io, service);
    let end = run(&mut connection, &front, &phase, stopping).await;
    let wire = connection.into_parts().io.into_inner();
    // What is wrong, if the client waits for an answer.
    let why = match end {
        End::Late(Phase::Head) => Some(BadHttp::SlowHead),
        End::Late(_) => None,
        End::Done(Ended::NotHttp) => Some(BadHttp::NotHttp),
        End::Done(Ended::LongHead) => Some(BadHttp::LongHead),
        End::Done(Ended::BrokenOff) => {
            (wire.is_refused() || phase.phase() == Phase::Head).then_some(BadHttp::BrokenHead)
        }
        End::Done(Ended::Closed) => wire.is_refused().then_some(BadHttp::NotHttp),
    };
    if let Some(why) = why {
        raw::refuse(&mut wire.into_inner(), &front.bad_http(why, None)).await;
    } else if phase.lingers() {
        raw::linger(&mut wire.into_inner()).await;
    }
}

/// What the HTTP library needs.
const MINIMUM_BUFFER_BYTES: usize = 8192;

async fn run<C, H>(
    connection: &mut C,
    front: &Front<H>,
    phase: &PhaseWatch,
    mut stopping: watch::Receiver<bool>,
) -> End
where
    C: GracefulConnection,
    H: Handler,
{
    let times = front.settings().time_outs;
    let mut stop = pin!(async move {
        // The sender is dropped only with the server.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    });
    let mut stopped_at = None;
    let mut alarm = pin!(sleep_until(Instant::now()));
    poll_fn(|context| {
        if let Poll::Ready(ended) = connection.poll_end(context) {
            return Poll::Ready(End::Done(ended));
        }
        if stopped_at.is_none() && stop.as_mut().poll(context).is_ready() {
            stopped_at = Some(Instant::now());
            connection.stop();
            if let Poll::Ready(ended) = connection.poll_end(context) {
                return Poll::Ready(End::Done(ended));
            }
        }
        loop {
            let mut due = phase.due(&times);
            if let Some(stopped_at) = stopped_at {
                // What is idle, the library has closed.
                if phase.phase() == Phase::Head {
                    let end = stopped_at.checked_add(HEAD_WHILE_STOPPING);
                    due = due.into_iter().chain(end).min();
                }
            }
            let Some(due) = due else { return Poll::Pending };
            if due <= Instant::now() {
                return Poll::Ready(End::Late(phase.phase()));
            }
            // An alarm that comes too early is set again then: phases change often.
            if due < alarm.deadline() || alarm.is_elapsed() {
                alarm.as_mut().reset(due);
            }
            if alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// What `run` needs of a connection of the HTTP library.
trait GracefulConnection {
    /// Whether it ended, and how.
    fn poll_end(&mut self, context: &mut std::task::Context<'_>) -> Poll<Ended>;
    /// Takes no more requests.
    fn stop(&mut self);
}

impl<S, B> GracefulConnection for http1::Connection<TokioIo<Wire<Transport>>, S>
where
    S: hyper::service::HttpService<hyper::body::Incoming, ResBody = B> + Unpin,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    Self: Unpin,
{
    fn poll_end(&mut self, context: &mut std::task::Context<'_>) -> Poll<Ended> {
        Pin::new(self).poll(context).map(|ended| match ended {
            Err(error) if error.is_parse_too_large() => Ended::LongHead,
            Err(error) if error.is_parse() => Ended::NotHttp,
            Err(error) if error.is_incomplete_message() => Ended::BrokenOff,
            Ok(()) | Err(_) => Ended::Closed,
        })
    }

    fn stop(&mut self) {
        Pin::new(self).graceful_shutdown();
    }
}
