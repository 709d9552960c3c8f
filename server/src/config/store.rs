//! Which store is meant.

use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::layers::Layers;
use super::limits::size;
use super::values::{bytes_in, number_in, time, yes_or_no};
use crate::service::ReadConsistency;
use crate::store::postgres::{PostgresOptions, SchemaName};

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
    Postgres(Box<PostgresOptions>),
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
            return Ok(Self::Postgres(Box::new(PostgresOptions::parse(text)?)));
        }
        // With a colon it is another scheme.
        let hint = if text.is_empty() || text.contains(':') {
            String::new()
        } else {
            format!("; for a directory, say dir:{text}")
        };
        Err(format!("must be memory, dir:PATH, or postgres://USER@HOST/DATABASE{hint}"))
    }

    /// How many connections to a database there are at most.
    #[must_use]
    pub const fn database_connections(&self) -> usize {
        match self {
            Self::Memory | Self::Directory { .. } => 0,
            Self::Postgres(options) => options.connections,
        }
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
    /// When calls that change nothing are answered.
    pub reads: ReadConsistency,
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
            reads: layers.required("read-consistency", read_consistency)?,
            timeout: layers.required("store-timeout", time)?,
        })
    }
}

/// The options that were given and mean nothing for this store.
pub(super) fn without_effect(choice: &StoreChoice, layers: &Layers) -> Vec<&'static str> {
    const POSTGRES: [&str; 5] = [
        "read-consistency",
        "postgres-schema",
        "postgres-connections",
        "postgres-connect-timeout",
        "postgres-prepare",
    ];
    let of_others: &[&str] = match choice {
        StoreChoice::Memory => &["create", "keep-history", "commit-max-records"],
        StoreChoice::Directory { .. } => &[],
        StoreChoice::Postgres(_) => &["create", "commit-max-records"],
    };
    let of_postgres: &[&str] =
        if matches!(choice, StoreChoice::Postgres(_)) { &[] } else { &POSTGRES };
    let given = of_others.iter().chain(of_postgres).filter(|option| layers.has(option));
    given.copied().collect()
}

/// The store that the options name.
pub(super) fn choose(layers: &Layers) -> Result<StoreChoice, ConfigError> {
    let create = layers.flag("create")?;
    let mut choice = layers.required("store", |text| StoreChoice::parse(text, create))?;
    let schema = layers.required("postgres-schema", SchemaName::new)?;
    let connections = layers.required("postgres-connections", number_in(1, 10_000))?;
    let connect_timeout = layers.one("postgres-connect-timeout", time)?;
    let prepare = layers.required("postgres-prepare", yes_or_no)?;
    if let StoreChoice::Postgres(options) = &mut choice {
        options.schema = schema;
        options.connections = usize::try_from(connections).unwrap_or(usize::MAX);
        options.connect_timeout = connect_timeout.unwrap_or(options.connect_timeout);
        options.prepare = prepare;
    }
    Ok(choice)
}

/// `strong`, or `cached:` and milliseconds.
fn read_consistency(text: &str) -> Result<ReadConsistency, String> {
    let cached = || {
        let milliseconds: u64 = text.strip_prefix("cached:")?.parse().ok()?;
        let age = Duration::from_millis(milliseconds);
        (1..=3_600_000).contains(&milliseconds).then_some(ReadConsistency::Cached(age))
    };
    match text {
        "strong" => Ok(ReadConsistency::Strong),
        _ => cached().ok_or_else(|| {
            "must be strong, or cached:MS with 1 to 3600000 milliseconds, for example cached:200".to_owned()
        }),
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
            Self::Postgres(_) => f.write_str("PostgreSQL"),
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
        let problem = |text| StoreChoice::parse(text, false).unwrap_err();
        let allowed = "must be memory, dir:PATH, or postgres://USER@HOST/DATABASE";
        assert_eq!(problem("./data"), format!("{allowed}; for a directory, say dir:./data"));
        assert_eq!(problem("mysql://u:secret@h/d"), allowed);
        for (text, expected) in [
            ("strong", Some(ReadConsistency::Strong)),
            ("cached:200", Some(ReadConsistency::Cached(Duration::from_millis(200)))),
            ("cached:0", None),
            ("cached:3600001", None),
            ("cached:200ms", None),
            ("weak", None),
        ] {
            assert_eq!(read_consistency(text).ok(), expected, "{text}");
        }
        let url = StoreChoice::parse("postgres://u:secret@h/d", false).unwrap();
        assert!(!format!("{url} {url:?}").contains("secret"));
    }
}
