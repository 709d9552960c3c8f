//! HTTP/1 in front of a [`Handler`]: connections, limits, time-outs, and the stages that do not
//! look at the body.

mod bad_http;
mod body;
mod budget;
mod connection;
mod cors;
mod faked;
mod front;
mod handler;
mod hosts;
mod listener;
mod phase;
mod raw;
mod response;
mod run_to_end;
mod transport;
mod wire;

pub(crate) use body::{BodyError, read as read_body};
pub(crate) use budget::{Budget, Held};
pub use front::{Front, FrontSettings};
pub use handler::{Handler, NotReady};
pub use hosts::{AllowedName, Hosts};
pub use listener::Listener;
pub(crate) use run_to_end::RunToEnd;
