//! Limits and time-outs.

use std::time::Duration;

use super::ConfigError;
use super::layers::Layers;
use super::values::{bytes_in, number_in, time};

const MANY: u32 = 1_000_000;

/// How much there may be of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// Calls that are judged or stored at a time.
    pub calls: usize,
    /// Bytes of all bodies together.
    pub bodies_bytes: usize,
    /// Bytes of one body.
    pub body_bytes: usize,
    /// Bytes of a request line with its headers.
    pub head_bytes: usize,
}

/// How long what may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOuts {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// For judging and storing one call.
    pub call: Duration,
    /// For the client to take an answer.
    pub write: Duration,
    /// Between two requests of a connection.
    pub idle: Duration,
    /// From the signal until calls in flight are given up.
    pub shutdown: Duration,
}

impl Limits {
    pub(super) fn of(layers: &Layers) -> Result<Self, ConfigError> {
        let count = |option| {
            Ok::<_, ConfigError>(size(u64::from(layers.required(option, number_in(1, MANY))?)))
        };
        let bytes = |option, min, max| {
            Ok::<_, ConfigError>(size(layers.required(option, bytes_in(min, max))?))
        };
        Ok(Self {
            connections: count("connections-max")?,
            calls: count("calls-max")?,
            bodies_bytes: bytes("bodies-max-bytes", 1 << 10, 1 << 40)?,
            body_bytes: bytes("body-max-bytes", 1 << 10, 1 << 30)?,
            head_bytes: bytes("head-max-bytes", 8 << 10, 1 << 20)?,
        })
    }
}

impl TimeOuts {
    pub(super) fn of(layers: &Layers) -> Result<Self, ConfigError> {
        Ok(Self {
            head: layers.required("head-timeout", time)?,
            body: layers.required("body-timeout", time)?,
            call: layers.required("call-timeout", time)?,
            write: layers.required("write-timeout", time)?,
            idle: layers.required("idle-timeout", time)?,
            shutdown: layers.required("shutdown-timeout", time)?,
        })
    }
}

/// As many as the machine can address, where that is less.
pub(super) fn size(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
