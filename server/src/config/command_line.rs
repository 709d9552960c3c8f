//! The command line, made from the list of options.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, value_parser};

use crate::health;
use crate::maintenance::subcommands;

use super::documents;
use super::options::{Arity, CONFIG, GROUPS, OptionInfo, PREFIX, all, variable};

/// The name of the command.
pub(super) const NAME: &str = "convmark-server";

/// The command with all options.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Serves the commands on conversation groups and marks of the chat service v4/recentcontact over HTTP")
        .after_help(AFTER_HELP)
        .next_help_heading("General")
        .arg(config())
        .arg(
            Arg::new("check-config")
                .long("check-config")
                .action(ArgAction::SetTrue)
                .help("Check all options and the files that they name, say what is wrong, and stop"),
        );
    for group in GROUPS {
        for option in group.options {
            command = command.arg(argument(option).help_heading(group.heading));
        }
    }
    let mut subcommands: Vec<_> = subcommands().map(with_store).into();
    subcommands.push(with_options(health::subcommand(), |name| name == "control"));
    let pages = subcommands.iter().map(|subcommand| subcommand.get_name().to_owned()).collect();
    command
        .args_conflicts_with_subcommands(true)
        .subcommands(subcommands)
        .subcommands(documents::subcommands(pages))
}

fn config() -> Arg {
    Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("FILE")
        .env(format!("{PREFIX}{}", variable(CONFIG)))
        .hide_env_values(true)
        // Unlike a path, a variable may be empty.
        .value_parser(value_parser!(OsString))
        .help("Read options from this file, TOML: the names below without dashes in front are the keys")
}

/// The options of the store for a subcommand.
fn with_store(subcommand: Command) -> Command {
    let may_create = subcommand.get_name() == "import";
    with_options(subcommand.next_help_heading("Store"), |name| match name {
        "create" => may_create,
        name => matches!(name, "store" | "store-timeout") || name.starts_with("postgres-"),
    })
}

/// Some of the options for a subcommand.
fn with_options(subcommand: Command, has: impl Fn(&str) -> bool) -> Command {
    let options = all().filter(|option| has(option.name));
    subcommand.arg(config()).args(options.map(argument))
}

fn argument(option: &OptionInfo) -> Arg {
    let default = option.default.map(|default| format!(" [default: {default}]"));
    let argument = Arg::new(option.name)
        .long(option.name)
        .help(format!("{}{}", option.help, default.unwrap_or_default()))
        .env(option.variable())
        .hide_env_values(true);
    match option.arity {
        Arity::Flag => argument
            .value_name("true|false")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .action(ArgAction::Set),
        Arity::One => argument.value_name(option.value).action(ArgAction::Set),
        Arity::Many | Arity::List => argument.value_name(option.value).action(ArgAction::Append),
    }
}

const AFTER_HELP: &str = "\
Options may be given on the command line, as environment variables, or in the file of --config. The command line wins over the \
environment, the environment over the file, and the file over the defaults.

Calls are POST /v4/recentcontact/<command>?<parameters>. Every call is answered with status 200; the code is in the body.

Signals: SIGTERM and SIGINT stop the server; a second one ends it at once. SIGHUP reads the certificates and the keys again.

Exit status: 0 stopped by a signal; 1 it could not start, or a second signal ended it; 2 the options are wrong.";
