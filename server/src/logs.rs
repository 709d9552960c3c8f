//! Logs: text or JSON on standard error. Writing them never delays or costs an answer.

mod writer;

use tracing_subscriber::filter::LevelFilter;

pub use writer::Lines;

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(LevelFilter);

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

impl Level {
    /// Reads the name of a level.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let level = match text {
            "error" => LevelFilter::ERROR,
            "warn" => LevelFilter::WARN,
            "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            "trace" => LevelFilter::TRACE,
            _ => return Err("must be error, warn, info, debug or trace".to_owned()),
        };
        Ok(Self(level))
    }
}

impl Format {
    /// Reads the name of a format.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }
}

/// Logs from now on. What is returned can wait until the last lines are written.
#[must_use]
pub fn start(level: Level, format: Format) -> Lines {
    let lines = Lines::start(std::io::stderr());
    // The text of a panic can have what a caller sent, or be one of the engine on damaged files, which
    // is an ordinary error for the store.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the program gave up");
    }));
    let logs = tracing_subscriber::fmt().with_max_level(level.0).with_writer(lines.clone());
    // It fails only if logging has started already, which changes nothing.
    let _ = match format {
        Format::Text => tracing::subscriber::set_global_default(logs.with_ansi(false).finish()),
        Format::Json => {
            tracing::subscriber::set_global_default(logs.json().flatten_event(true).finish())
        }
    };
    lines
}
