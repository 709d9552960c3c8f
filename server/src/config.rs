//! The configuration: read from the command line, the environment and a file, then checked as a
//! whole.

mod callers;
mod command_line;
mod fake;
mod file;
mod layers;
mod limits;
pub mod options;
mod policy;
mod store;
mod values;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use convmark::Policy;

pub use callers::Callers;
pub use command_line::command;
pub use fake::FakeOptions;
pub use layers::Source;
pub use limits::{Limits, TimeOuts};
pub use store::{DEFAULT_DIRECTORY, StoreChoice, StoreOptions};

use crate::facts::Known;
use crate::http::AllowedName;
use crate::logs::{Format, Level};
use crate::maintenance::{Maintenance, Work};
use crate::tls::{Tls, TlsError};
use layers::Layers;

/// All that the server is told, checked.
#[derive(Debug)]
pub struct Config {
    /// Where calls are answered.
    pub listen: SocketAddr,
    /// The names that `Host` and `Origin` may have on loopback besides the known ones.
    pub allow_hosts: Vec<AllowedName>,
    /// The files of the certificates and of the private key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Where health and metrics are served.
    pub control: Option<SocketAddr>,
    /// How tests control the service, if they may.
    pub fake: Option<FakeOptions>,
    /// Where accounts are kept.
    pub store: StoreChoice,
    /// The file of `--config`, if it has a password of PostgreSQL.
    pub password_file: Option<PathBuf>,
    /// How they are kept.
    pub store_options: StoreOptions,
    /// The options that were given and mean nothing for this store.
    pub without_effect: Vec<&'static str>,
    /// Who may call.
    pub callers: Callers,
    /// What is known about accounts, group chats and the plan.
    pub known: Known,
    /// Calls admitted in one second, for each command.
    pub calls_per_second: Option<u32>,
    /// What requests are judged and applied under.
    pub policy: Policy,
    /// The limits.
    pub limits: Limits,
    /// The time-outs.
    pub time_outs: TimeOuts,
    /// What is logged, and how.
    pub logs: (Level, Format),
}

/// What is to be done.
#[derive(Debug)]
pub enum Task {
    /// Serve.
    Serve(Box<Config>),
    /// Say that the configuration is valid.
    Check(Box<Config>),
    /// Work on a whole store, by a subcommand.
    Maintain(Maintenance),
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The arguments are not those of the command, or help was asked for.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The value of an option is not allowed.
    #[error("--{option}{from} {problem}")]
    Value {
        /// The option, without dashes.
        option: &'static str,
        /// Where the value is from.
        from: Source,
        /// What is allowed, and what to do.
        problem: String,
    },
    /// A file is not as it should be.
    #[error("{}: {problem}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

impl Config {
    /// Reads arguments, environment and file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] says which option, where it was given, and what is allowed.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, ConfigError> {
        let matches = command().try_get_matches_from(arguments)?;
        if let Some((name, matches)) = matches.subcommand() {
            return maintenance(name, matches).map(Task::Maintain);
        }
        let layers = layers(&matches)?;
        let config = Box::new(Self::of(&layers)?);
        Ok(if matches.get_flag("check-config") { Task::Check(config) } else { Task::Serve(config) })
    }

    /// Reads the certificates and the private key, if TLS is to be served.
    ///
    /// # Errors
    ///
    /// [`TlsError`] names the file.
    pub fn read_tls(&self) -> Result<Option<Tls>, TlsError> {
        let files = self.tls.clone();
        files.map(|(certificates, key)| Tls::read(certificates, key)).transpose()
    }

    /// Reads the files of the certificates that connections are verified by.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub fn check_store(&self) -> Result<(), String> {
        match &self.store {
            StoreChoice::Postgres(options) => {
                options.check_files().map_err(|problem| format!("--store {problem}"))
            }
            StoreChoice::Memory | StoreChoice::Directory { .. } => Ok(()),
        }
    }

    /// The files with secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &Path> {
        let keys = self.callers.keys.iter().flat_map(|keys| keys.paths());
        let tls = self.tls.iter().map(|(_, key)| key);
        keys.chain(tls).chain(&self.password_file).map(PathBuf::as_path)
    }

    fn of(layers: &Layers) -> Result<Self, ConfigError> {
        let listen = layers.required("listen", values::address)?;
        let facts = layers.one("facts", values::path)?;
        let known = facts.map_or_else(|| Ok(Known::default()), |path| Known::read(&path))?;
        let callers = Callers::of(layers, &known)?;
        let insecure = layers.flag("insecure")?;
        if !listen.ip().is_loopback() && !callers.are_verified() && !insecure {
            let problem = format!(
                "is {listen}, which is not loopback, and without a key everyone is an admin; give --app, --key and \
                 --admins, or listen on 127.0.0.1, or say --insecure"
            );
            return Err(layers.error("listen", problem));
        }
        let (policy, calls_per_second) = policy::choose(layers)?;
        let store = store::choose(layers)?;
        let control = layers.one("control", values::address)?;
        let password_file = layers
            .file_of("store")
            .filter(|_| matches!(&store, StoreChoice::Postgres(options) if options.has_password()));
        Ok(Self {
            password_file: password_file.map(Path::to_owned),
            listen,
            allow_hosts: layers.many("allow-host", AllowedName::parse)?,
            tls: tls(layers)?,
            control,
            fake: FakeOptions::of(layers, &store, control, callers.app)?,
            without_effect: store::without_effect(&store, layers),
            store,
            store_options: StoreOptions::of(layers)?,
            callers,
            known,
            calls_per_second,
            policy,
            limits: Limits::of(layers)?,
            time_outs: TimeOuts::of(layers)?,
            logs: (
                layers.required("log-level", Level::parse)?,
                layers.required("log-format", Format::parse)?,
            ),
        })
    }
}

fn layers(matches: &ArgMatches) -> Result<Layers, ConfigError> {
    let path = matches.get_one::<PathBuf>("config").cloned();
    let file = path.as_deref().map(file::read).transpose()?.unwrap_or_default();
    Ok(Layers::merge(matches, file, path.unwrap_or_default()))
}

/// A subcommand: of the options, it has those of the store only.
fn maintenance(name: &str, matches: &ArgMatches) -> Result<Maintenance, ConfigError> {
    let layers = layers(matches)?;
    let work =
        Work::of(name, matches).map_err(|(option, problem)| layers.error(option, problem))?;
    let mut store = store::choose(&layers)?;
    match &mut store {
        StoreChoice::Memory => {
            let problem = "is memory, which ends with its process; give dir:PATH or \
                           postgres://USER@HOST/DATABASE";
            return Err(layers.error("store", problem.to_owned()));
        }
        StoreChoice::Directory { create, .. } => *create &= work.may_create(),
        StoreChoice::Postgres(options) => options.create = work.may_create(),
    }
    let store_timeout = layers.required("store-timeout", values::time)?;
    Ok(Maintenance { store, store_timeout, work })
}

fn tls(layers: &Layers) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
    match (layers.one("tls-cert", values::path)?, layers.one("tls-key", values::path)?) {
        (Some(certificates), Some(key)) => Ok(Some((certificates, key))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(layers.error("tls-cert", "needs --tls-key".to_owned())),
        (None, Some(_)) => Err(layers.error("tls-key", "needs --tls-cert".to_owned())),
    }
}
