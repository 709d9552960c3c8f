//! Reads bodies: bounded in bytes, in pieces and in time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::{Instant, timeout_at};

use super::budget::{Budget, Held};

/// How many bytes of a body that is refused are read, so that a client that is still sending can
/// read the answer.
const DRAINED_BYTES: usize = 1 << 20;
/// How long that may take.
const DRAINED_FOR: Duration = Duration::from_secs(1);
/// What a piece counts at least, in bytes: a chunk of one byte costs as much work as one of many.
const PIECE_BYTES: usize = 16;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is empty.
    Empty,
    /// It has too many bytes, or too many pieces.
    Long,
    /// It broke off, or is not HTTP.
    Broken,
    /// It took too long.
    Slow,
    /// All bodies together take too many bytes.
    Busy,
}

/// What came of a body.
#[derive(Debug)]
pub struct Read {
    /// The body, with its place in the budget.
    pub body: Result<(Bytes, Held), BodyError>,
    /// Whether all of it was read, so that the connection can go on.
    pub is_whole: bool,
}

/// Reads a body of at most `max_bytes` until `deadline`. A client that `waits` to be asked for its body
/// is not asked for one that is too long.
pub async fn read(
    body: &mut Incoming,
    budget: &Budget,
    max_bytes: usize,
    deadline: Instant,
    waits: bool,
) -> Read {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > max_bytes && waits {
        return Read { body: Err(BodyError::Long), is_whole: false };
    }
    let result = if announced > max_bytes {
        Err(BodyError::Long)
    } else {
        collect(body, budget, max_bytes, deadline).await
    };
    let is_whole = match result {
        Ok(_) | Err(BodyError::Empty) => true,
        Err(BodyError::Broken | BodyError::Slow) => false,
        Err(BodyError::Long | BodyError::Busy) => drain(body, deadline).await,
    };
    Read { body: result, is_whole }
}

async fn collect(
    body: &mut Incoming,
    budget: &Budget,
    max_bytes: usize,
    deadline: Instant,
) -> Result<(Bytes, Held), BodyError> {
    let mut held = budget.hold();
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    let mut pieces_bytes = 0_usize;
    loop {
        let frame = match timeout_at(deadline, body.frame()).await {
            Err(_) => return Err(BodyError::Slow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(BodyError::Broken),
            Ok(Some(Ok(frame))) => frame,
        };
        // Trailers say nothing here.
        let Ok(data) = frame.into_data() else { continue };
        pieces_bytes = pieces_bytes.saturating_add(data.len().max(PIECE_BYTES));
        let length = first.len().saturating_add(more.len()).saturating_add(data.len());
        if length > max_bytes || pieces_bytes > max_bytes.saturating_add(PIECE_BYTES) {
            return Err(BodyError::Long);
        }
        if !held.take(data.len()) {
            return Err(BodyError::Busy);
        }
        if first.is_empty() && more.is_empty() {
            // Most bodies are one piece, and are not copied.
            first = data;
        } else {
            if more.is_empty() {
                more.extend_from_slice(&std::mem::take(&mut first));
            }
            more.extend_from_slice(&data);
        }
    }
    let whole = if more.is_empty() { first } else { more.freeze() };
    if whole.is_empty() { Err(BodyError::Empty) } else { Ok((whole, held)) }
}

/// Reads on and forgets. Whether the end was reached.
async fn drain(body: &mut Incoming, deadline: Instant) -> bool {
    let enough = Instant::now().checked_add(DRAINED_FOR).map_or(deadline, |end| end.min(deadline));
    let mut left = DRAINED_BYTES;
    while let Ok(frame) = timeout_at(enough, body.frame()).await {
        let Some(Ok(frame)) = frame else { return frame.is_none() };
        let length = frame.data_ref().map_or(PIECE_BYTES, |data| data.len().max(PIECE_BYTES));
        let Some(rest) = left.checked_sub(length) else { return false };
        left = rest;
    }
    false
}
