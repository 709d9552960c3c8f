//! The control socket: HTTP over a Unix domain socket in the directory of the store, for the user of
//! the server only.
//!
//! A request is `POST /1` with a [`Request`](super::Request) in JSON. Its answer has status 200 and an
//! [`Answer`](super::Answer), or another status and a text.

mod client;
mod name;
mod server;
mod work_log;

pub use client::Client;
pub use server::ControlSocket;

/// The path of requests: the version of the protocol.
const PATH: &str = "/1";
/// What one request, and one answer, may have, in bytes.
const BODY_MAX_BYTES: usize = 2 << 30;
