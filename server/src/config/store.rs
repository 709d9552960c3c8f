//! Which store is meant.

use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::layers::Layers;
use super::limits::size;
use super::values::{bytes_in, number_in, time};

/// The directory that is made without `--create`.
pub const DEFAULT_DIRECTORY: &str = "convmark-data";

/// Which store is meant.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// In memory, for tests: nothing outlives the process.
    Memory,
    /// A directory.
    Directory {
        /// Its path.
        path: PathBuf,
        /// Whether it is made if it does not exist.
        create: bool,
    },
    /// PostgreSQL.
    Postgres {
        /// The connection string, which can hold a password.
        url: String,
    },
}

impl StoreChoice {
    /// Reads `memory`, `dir:PATH`, `postgres://..` or `postgresql://..`.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn parse(text: &str, create: bool) -> Result<Self, String> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("dir:").filter(|path| !path.is_empty()) {
            let create = create || path == DEFAULT_DIRECTORY;
            return Ok(Self::Directory { path: path.into(), create });
        }
        let is_url = |scheme| text.strip_prefix(scheme).is_some_and(|rest: &str| !rest.is_empty());
        if is_url("postgres://") || is_url("postgresql://") {
            return Ok(Self::Postgres { url: text.to_owned() });
        }
        Err("must be memory, dir:PATH, or postgres://USER@HOST/DATABASE".to_owned())
    }
}

/// How accounts are kept, in any store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// What the accounts in the cache may take, in bytes.
    pub cache_bytes: usize,
    /// Whether records that a snapshot replaces are kept.
    pub keep_history: bool,
    /// How many records one sync makes durable, at most.
    pub commit_records: usize,
    /// How long the store may take for one operation.
    pub timeout: Duration,
}

impl StoreOptions {
    pub(super) fn of(layers: &Layers) -> Result<Self, ConfigError> {
        let records = layers.required("commit-max-records", number_in(1, 1 << 16))?;
        Ok(Self {
            cache_bytes: size(layers.required("cache-max-bytes", bytes_in(0, 1 << 40))?),
            keep_history: layers.flag("keep-history")?,
            commit_records: size(u64::from(records)),
            timeout: layers.required("store-timeout", time)?,
        })
    }
}

/// Without the connection string.
impl std::fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Without the connection string.
impl std::fmt::Display for StoreChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Directory { path, .. } => write!(f, "dir:{}", path.display()),
            Self::Postgres { .. } => f.write_str("PostgreSQL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_default_directory_is_made_without_being_told() {
        let create = |text, create| match StoreChoice::parse(text, create) {
            Ok(StoreChoice::Directory { create, .. }) => create,
            other => panic!("{other:?}"),
        };
        assert!(create("dir:convmark-data", false));
        assert!(!create("dir:data", false));
        assert!(create("dir:data", true));
        assert!(!create("dir:./convmark-data", false));
        for wrong in ["", "dir:", "Memory", "data", "postgres://", "mysql://x"] {
            assert!(StoreChoice::parse(wrong, true).is_err(), "{wrong}");
        }
        let url = StoreChoice::parse("postgres://u:secret@h/d", false).unwrap();
        assert!(!format!("{url} {url:?}").contains("secret"));
    }
}
