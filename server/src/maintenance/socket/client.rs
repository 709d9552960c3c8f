//! The side of the subcommand.

use std::io;
use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::StatusCode;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::sync::Mutex;

use super::name::Name;
use super::{BODY_MAX_BYTES, PATH};
use crate::maintenance::{Answer, Problem, Request};

/// A connection to the server that has a store open.
pub struct Client {
    sender: Mutex<SendRequest<Full<Bytes>>>,
}

impl Client {
    /// Connects to the socket in the directory of the store.
    ///
    /// # Errors
    ///
    /// Of the operating system: no server is there, or it is not this user's.
    pub async fn connect(directory: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(&Name::of(directory)?.path).await?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { sender: Mutex::new(sender) })
    }

    /// Asks the server.
    ///
    /// # Errors
    ///
    /// What the server says, or that it has gone.
    pub async fn ask(&self, request: &Request) -> Result<Answer, Problem> {
        let body = serde_json::to_vec(request).map_err(|error| Problem(error.to_string()))?;
        let request = hyper::Request::post(PATH).header("host", "convmark-server");
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| Problem(error.to_string()))?;
        let gone = |error: &dyn std::fmt::Display| {
            Problem(format!("the server that has the store open does not answer any more: {error}"))
        };
        let mut sender = self.sender.lock().await;
        sender.ready().await.map_err(|error| gone(&error))?;
        let response = sender.send_request(request).await.map_err(|error| gone(&error))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), BODY_MAX_BYTES).collect().await;
        let body = body.map_err(|error| gone(&error))?.to_bytes();
        if status != StatusCode::OK {
            let text = String::from_utf8_lossy(&body);
            return Err(Problem(format!("the server that has the store open: {text}")));
        }
        serde_json::from_slice(&body).map_err(|_| crate::maintenance::other_answer())
    }
}
