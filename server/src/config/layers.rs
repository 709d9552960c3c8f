//! Merges what was given: the command line over the environment over the file over the defaults.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::ConfigError;
use super::options::{Arity, OptionInfo, all};

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    CommandLine,
    /// The environment variable of that name.
    Environment(String),
    /// That file.
    File(PathBuf),
    /// The default.
    Default,
}

/// What is added to the name of an option in an error.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => Ok(()),
            Self::Environment(name) => write!(f, " (from {name})"),
            Self::File(path) => write!(f, " (from {})", path.display()),
            Self::Default => f.write_str(" (default)"),
        }
    }
}

/// The values of one option, all from one source: the sources are not mixed.
#[derive(Clone, Debug)]
struct Given {
    values: Vec<String>,
    source: Source,
}

/// The values of all options.
#[derive(Clone, Debug)]
pub struct Layers {
    given: HashMap<&'static str, Given>,
}

impl Layers {
    /// Merges the arguments, which clap has merged with the environment, with the file.
    pub fn merge(
        matches: &ArgMatches,
        mut file: HashMap<&'static str, Vec<String>>,
        path: PathBuf,
    ) -> Self {
        let mut given = HashMap::new();
        // A subcommand has some of the options only.
        for option in all().filter(|option| matches.try_contains_id(option.name).is_ok()) {
            let from_file = file.remove(option.name);
            let value = match matches.value_source(option.name) {
                Some(ValueSource::CommandLine) => {
                    Some(Given { values: texts(matches, option), source: Source::CommandLine })
                }
                Some(ValueSource::EnvVariable) if !is_empty(matches, option) => Some(Given {
                    values: texts(matches, option),
                    source: Source::Environment(option.variable()),
                }),
                _ => from_file
                    .map(|values| Given { values, source: Source::File(path.clone()) })
                    .or_else(|| {
                        let values = vec![option.default?.to_owned()];
                        Some(Given { values, source: Source::Default })
                    }),
            };
            if let Some(value) = value {
                given.insert(option.name, value);
            }
        }
        Self { given }
    }

    /// Whether a value was given, other than by default.
    pub fn has(&self, option: &str) -> bool {
        self.given.get(option).is_some_and(|given| given.source != Source::Default)
    }

    /// The file that the value of an option is from.
    pub fn file_of(&self, option: &str) -> Option<&Path> {
        match &self.given.get(option)?.source {
            Source::File(path) => Some(path),
            Source::CommandLine | Source::Environment(_) | Source::Default => None,
        }
    }

    /// The value of an option that was given, or its default.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Value`] with what `parse` says is allowed.
    pub fn one<T>(
        &self,
        option: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        Ok(self.many(option, parse)?.pop())
    }

    /// The values of an option.
    ///
    /// # Errors
    ///
    /// As [`one`](Self::one).
    pub fn many<T>(
        &self,
        option: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, ConfigError> {
        let Some(given) = self.given.get(option) else { return Ok(Vec::new()) };
        let values = given.values.iter().map(|value| parse(value));
        values.collect::<Result<_, _>>().map_err(|problem| self.error(option, problem))
    }

    /// The value of an option that has a default.
    ///
    /// # Errors
    ///
    /// As [`one`](Self::one).
    pub fn required<T>(
        &self,
        option: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        self.one(option, parse)?.ok_or_else(|| self.error(option, "is required".to_owned()))
    }

    /// Whether a flag is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Value`] if it is neither `true` nor `false`.
    pub fn flag(&self, option: &'static str) -> Result<bool, ConfigError> {
        Ok(self.one(option, super::values::yes_or_no)?.unwrap_or(false))
    }

    /// An error about the option, with where its value is from.
    pub fn error(&self, option: &'static str, problem: String) -> ConfigError {
        let source = self.given.get(option).map_or(Source::Default, |given| given.source.clone());
        let source = if source == Source::Default { Source::CommandLine } else { source };
        ConfigError::Value { option, from: source, problem }
    }
}

/// An empty variable counts as not set.
fn is_empty(matches: &ArgMatches, option: &OptionInfo) -> bool {
    matches.get_many::<String>(option.name).into_iter().flatten().all(String::is_empty)
}

fn texts(matches: &ArgMatches, option: &OptionInfo) -> Vec<String> {
    let values = matches.get_many::<String>(option.name).into_iter().flatten();
    match option.arity {
        Arity::List => {
            values.flat_map(|value| value.split(',')).map(|value| value.trim().to_owned()).collect()
        }
        _ => values.cloned().collect(),
    }
}
