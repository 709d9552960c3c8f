//! The configuration: read from the command line, the environment and a file, then checked as a
//! whole.

mod callers;
mod command_line;
mod documents;
mod environment;
mod fake;
mod file;
mod layers;
mod limits;
mod listening;
pub mod options;
mod policy;
mod store;
mod values;
mod warnings;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use convmark::Policy;

pub use callers::Callers;
pub use command_line::command;
pub use fake::FakeOptions;
pub use layers::Source;
pub use limits::{Limits, TimeOuts};
pub use store::{DEFAULT_DIRECTORY, StoreChoice, StoreOptions};
pub use warnings::Warning;

use crate::facts::Known;
use crate::health::{self, Health};
use crate::http::AllowedName;
use crate::logs::{Format, Level};
use crate::maintenance::{Maintenance, WithoutStore, Work};
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
    /// Whether tests would control the service if `--control` were on loopback.
    pub fake_is_missed: bool,
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
    /// Ask a server whether it works.
    Health(Health),
    /// Print this.
    Print(Vec<u8>),
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
    /// An environment variable is named as if it were an option.
    #[error("the environment variable {name} is not an option; {meant}")]
    Variable {
        /// Its name.
        name: String,
        /// What was probably meant, or what to do.
        meant: String,
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
    /// Reads arguments, environment and file. `variables` are those of the environment, to find names
    /// that are not options.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] says which option, where it was given, and what is allowed.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Task, ConfigError> {
        let matches = command().try_get_matches_from(arguments)?;
        environment::check(variables)?;
        if let Some((name, matches)) = matches.subcommand() {
            return subcommand(name, matches);
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
        let control = listening::control(layers, listen)?;
        let password_file = layers
            .file_of("store")
            .filter(|_| matches!(&store, StoreChoice::Postgres(options) if options.has_password()));
        Ok(Self {
            password_file: password_file.map(Path::to_owned),
            listen,
            allow_hosts: layers.many("allow-host", AllowedName::parse)?,
            tls: listening::tls(layers)?,
            control,
            fake: FakeOptions::of(layers, &store, control, callers.app)?,
            fake_is_missed: FakeOptions::are_missed(layers, &store, control, callers.app),
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
    let given = matches.get_one::<OsString>(options::CONFIG).filter(|path| {
        !path.is_empty() || matches.value_source(options::CONFIG) != Some(ValueSource::EnvVariable)
    });
    let path = given.map(PathBuf::from);
    let file = path.as_deref().map(file::read).transpose()?.unwrap_or_default();
    Ok(Layers::merge(matches, file, path.unwrap_or_default()))
}

fn subcommand(name: &str, matches: &ArgMatches) -> Result<Task, ConfigError> {
    if let Some(document) = documents::document(name, matches) {
        return Ok(Task::Print(document));
    }
    if name != health::NAME {
        return maintenance(name, matches).map(Task::Maintain);
    }
    let layers = layers(matches)?;
    let control = layers.one("control", values::address)?;
    let health = Health::of(control, matches);
    health.map(Task::Health).map_err(|problem| layers.error("control", problem))
}

/// A subcommand: of the options, it has those of the store only.
fn maintenance(name: &str, matches: &ArgMatches) -> Result<Maintenance, ConfigError> {
    let layers = layers(matches)?;
    let work =
        Work::of(name, matches).map_err(|(option, problem)| layers.error(option, problem))?;
    let mut store = store::choose(&layers)?;
    match &mut store {
        StoreChoice::Memory => {
            let instead = if matches!(work, Work::Import { .. }) {
                "; a server in memory that tests control takes an account by PUT /_convmark/accounts/{user} of its --control"
            } else {
                ""
            };
            let problem = format!(
                "is memory, which ends with its process; give dir:PATH or postgres://USER@HOST/DATABASE{instead}"
            );
            return Err(layers.error("store", problem));
        }
        StoreChoice::Directory { create, .. } => {
            *create &= work.without_store() != WithoutStore::Fails;
        }
        StoreChoice::Postgres(options) => {
            options.create = work.without_store() == WithoutStore::Makes;
        }
    }
    let store_timeout = layers.required("store-timeout", values::time)?;
    Ok(Maintenance { store, store_timeout, work })
}
