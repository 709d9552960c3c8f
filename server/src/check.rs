//! `--check-config`: finds what a start would find, and opens neither a port nor a store. The times of
//! a certificate, which a start only warns of, are an error here.

use crate::config::{Config, StoreChoice, Warning};
use crate::files;
use crate::store::embedded::EmbeddedStore;

/// Checks the files and the store that a configuration names, and the limits of the process. What
/// is only warned of is the result.
///
/// # Errors
///
/// What is wrong, which option it is about, and what to do.
pub fn check(config: &Config) -> Result<Vec<Warning>, String> {
    if let Some(tls) = config.read_tls().map_err(|error| error.to_string())? {
        tls.check_times().map_err(|error| error.to_string())?;
    }
    let store = &config.store;
    match store {
        StoreChoice::Memory => {}
        StoreChoice::Directory { path, create } => EmbeddedStore::check(path, *create)
            .map_err(|problem| format!("--store {store}: {problem}"))?,
        StoreChoice::Postgres(options) => {
            options.check_files().map_err(|problem| format!("--store {problem}"))?;
        }
    }
    let mut warnings = config.warnings();
    let connections = files::connections(config.limits.connections, store.database_connections())?;
    if connections < config.limits.connections {
        warnings.push(Warning::fewer_connections(connections));
    }
    Ok(warnings)
}
