//! What a valid configuration is warned of, at the start and by `--check-config`.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Config;
use crate::files;

/// What a valid configuration is warned of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is, and what to do.
    text: String,
    /// The file that it is about.
    path: Option<PathBuf>,
}

impl Warning {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), path: None }
    }

    fn readable(path: &Path) -> Self {
        let text = "everyone on this machine can read this secret: chmod 600";
        Self { path: Some(path.to_owned()), ..Self::new(text) }
    }

    /// Fewer connections can be open than `--connections-max`.
    #[must_use]
    pub fn fewer_connections(connections: usize) -> Self {
        Self::new(format!(
            "only {connections} connections can be open, fewer than --connections-max: the process may not open more \
             files (ulimit -n)"
        ))
    }

    /// Writes it into the log.
    pub fn log(&self) {
        match &self.path {
            Some(path) => tracing::warn!(path = %path.display(), "{}", self.text),
            None => tracing::warn!("{}", self.text),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl Config {
    /// What this configuration is warned of.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let without_effect = self.without_effect.iter();
        let mut warnings: Vec<_> = without_effect
            .map(|option| Warning::new(format!("--{option} has no effect with this store")))
            .collect();
        let is_open = !self.listen.ip().is_loopback();
        for (is_so, text) in [
            (
                is_open && !self.callers.are_verified(),
                "everyone who reaches the port is an admin: --insecure without --key",
            ),
            (
                is_open && self.tls.is_none(),
                "calls and UserSigs are not encrypted here: no --tls-cert",
            ),
            (
                self.control.is_some_and(|address| !address.ip().is_loopback()),
                "everyone who reaches --control can read the metrics",
            ),
            (
                self.fake_is_missed,
                "tests may not control the service under /_convmark/: --control is not on loopback; say for example \
                 --control 127.0.0.1:8081",
            ),
        ] {
            if is_so {
                warnings.push(Warning::new(text));
            }
        }
        let secrets = self.secrets().filter(|path| files::everyone_can_read(path));
        warnings.extend(secrets.map(Warning::readable));
        warnings
    }
}
