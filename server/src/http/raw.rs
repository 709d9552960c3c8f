//! Answers a connection without the HTTP library: what it sent is not HTTP, or it is one too many.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// How many bytes are read after the answer, so that the client gets it: a connection that is
/// closed with unread bytes is reset.
const DRAINED_BYTES: u64 = 1 << 20;
/// How long writing the answer, and then reading, may take each.
const TIME: Duration = Duration::from_secs(1);

/// Sends the answer with status 200 and closes the connection.
pub async fn refuse(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), answer: &[u8]) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-content-type-options: nosniff\r\n\
         cache-control: no-store\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        answer.len()
    );
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(answer);
    let write = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    };
    if matches!(timeout(TIME, write).await, Ok(Ok(()))) {
        linger(stream).await;
    }
}

/// Reads on after the end of the answers.
pub async fn linger(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = stream.take(DRAINED_BYTES);
    // The client is not waited for longer; what it does then is its affair.
    let _ = timeout(TIME, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
}
