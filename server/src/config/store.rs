//! Which store is meant.

use std::path::PathBuf;

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
