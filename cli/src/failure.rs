//! Why a subcommand stops early.

use std::io;

#[derive(Debug)]
pub enum Failure {
    /// The options are wrong. Printed with the usage.
    Usage(String),
    /// What was asked for cannot be done, for example because a file cannot be read.
    Refused(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
