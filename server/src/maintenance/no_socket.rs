//! The control socket where there are no Unix domain sockets: nothing listens, and connecting fails.

use std::io;
use std::path::Path;

use tokio::time::Instant;

use super::{Answer, Problem, Request};
use crate::service::{FactsSource, Service};
use crate::store::Store;

const NONE: &str = "servers have no control socket on this system";

/// Nothing.
pub struct ControlSocket;

impl ControlSocket {
    /// Opens nothing.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn open<S: Store, F: FactsSource>(_: &Path, _: Service<S, F>) -> io::Result<Self> {
        Ok(Self)
    }

    /// Closes nothing.
    pub async fn close(&self, _: Instant) {}
}

/// Never there.
pub enum Client {}

impl Client {
    /// Connects to nothing.
    ///
    /// # Errors
    ///
    /// Always.
    pub async fn connect(_: &Path) -> io::Result<Self> {
        Err(io::Error::other(NONE))
    }

    /// Cannot be called.
    ///
    /// # Errors
    ///
    /// Never.
    pub async fn ask(&self, _: &Request) -> Result<Answer, Problem> {
        match *self {}
    }
}
