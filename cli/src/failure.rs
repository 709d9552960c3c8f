//! Why a subcommand stops early.

use std::io;

#[derive(Debug)]
pub enum Failure {
    /// The options are wrong: said with the usage.
    Usage(String),
    /// The input cannot be read or the output cannot be written.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
