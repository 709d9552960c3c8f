//! The subcommands and their arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use convmark::Conversation;

use super::STANDARD;
use crate::config::StoreChoice;

/// A subcommand, read.
#[derive(Debug)]
pub struct Maintenance {
    /// Which store.
    pub store: StoreChoice,
    /// How long it may take for one operation, if this process has it open.
    pub store_timeout: Duration,
    /// What to do with it.
    pub work: Work,
}

/// What to do with a store.
#[derive(Debug)]
pub enum Work {
    /// Write all accounts into a file.
    Export {
        /// The file.
        file: PathBuf,
        /// Go on with a file that is there.
        resume: bool,
    },
    /// Store all accounts of a file.
    Import {
        /// The file.
        file: PathBuf,
        /// Replace accounts that have other data.
        replace: bool,
        /// Only compare.
        dry_run: bool,
    },
    /// Read every account.
    Verify,
    /// Forget a conversation everywhere.
    Forget {
        /// The conversation.
        conversation: Conversation<'static>,
        /// Also make the user's own account one without data.
        account: bool,
    },
}

/// What holds if there is no store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutStore {
    /// It is an error.
    Fails,
    /// One is made if told to, by `--create`.
    Makes,
    /// It is as if there were one without accounts, where [`Makes`](Self::Makes) makes one.
    Pretends,
}

/// The subcommands, without the options that they share with the server.
#[must_use]
pub fn subcommands() -> [Command; 4] {
    let file = |help| {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    [
        Command::new("export")
            .about("Writes all accounts into a file of JSON Lines")
            .arg(file("The file. It must not exist, and only this user will be able to read it. - is standard output, which cannot be resumed; the result is on standard error then"))
            .arg(flag("resume", "Go on with a file that an export has left, after its last complete line"))
            .after_help(status(
                "Each account is of one moment, and different accounts may be of different moments.",
                "0 all accounts are in the file; 1 failed, or some accounts are damaged or cannot be listed, and are not in it",
            )),
        Command::new("import")
            .about("Stores all accounts of an exported file, and reads them back")
            .arg(file("The file. All of it is checked before anything is stored. - is standard input, which is copied into a temporary file first (TMPDIR); to go on after an interruption, give all of it again"))
            .arg(flag("replace", "Replace accounts that have other data. Without it, any such account is an error. Given again, it also overwrites what calls changed since the first time"))
            .arg(flag("dry-run", "Read and check the whole file, compare it with the store, say what an import would do, and change nothing"))
            .after_help(status(
                "After it was interrupted, the same command goes on: accounts that are there with the same data are left alone. With \
                 --replace, that also overwrites what calls changed in imported accounts since: keep calls away until it is done.",
                "0 all accounts of the file are there; 1 failed, or some are not",
            )),
        Command::new("verify")
            .about("Reads every account and names the damaged ones")
            .after_help(status(
                "The names of damaged accounts are printed on standard output.",
                "0 all accounts can be read; 1 failed, or some cannot be read or listed",
            )),
        Command::new("forget")
            .about("Removes a group chat or a user from the conversations of all accounts")
            .arg(Arg::new("chat").long("chat").value_name("ID").help("The ID of the group chat"))
            .arg(Arg::new("user").long("user").value_name("ID").help("The ID of the user"))
            .group(ArgGroup::new("who").args(["chat", "user"]).required(true))
            .arg(
                flag("account", "With --user: also remove all data from that user's own account. That it was there, under its ID, stays known")
                    .conflicts_with("chat"),
            )
            .after_help(status(
                "Rows of the conversation are removed, records that name it are replaced by snapshots, and the files of a dir: \
                 store are rewritten. Of an account that names it, all that --keep-history kept is removed. Group names and custom marks are not searched. After it was interrupted, run it again.",
                "0 the ID is gone; 1 failed, or calls named it meanwhile, or some accounts are damaged, busy or cannot be listed",
            )),
    ]
}

fn status(text: &str, status: &str) -> String {
    format!(
        "{text}\n\nIt opens a dir: store itself, or has the server do it that has the store open.\n\n\
         Exit status: {status}; 2 the options are wrong."
    )
}

impl Work {
    /// Reads the arguments of a subcommand.
    ///
    /// # Errors
    ///
    /// Which option is wrong, and what is allowed.
    pub(crate) fn of(name: &str, matches: &ArgMatches) -> Result<Self, (&'static str, String)> {
        let file = || matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
        Ok(match name {
            "export" => {
                let (file, resume) = (file(), matches.get_flag("resume"));
                if resume && file.as_os_str() == STANDARD {
                    let problem = "cannot go on with standard output; name a file".to_owned();
                    return Err(("resume", problem));
                }
                Self::Export { file, resume }
            }
            "import" => Self::Import {
                file: file(),
                replace: matches.get_flag("replace"),
                dry_run: matches.get_flag("dry-run"),
            },
            "forget" => {
                let id = |option| matches.get_one::<String>(option).cloned();
                let wrong = |option: &'static str| {
                    move |error: convmark::conversation::IdError| {
                        (option, format!("must be an ID: {error}"))
                    }
                };
                let conversation = match (id("chat"), id("user")) {
                    (Some(chat), _) => Conversation::group(chat).map_err(wrong("chat"))?,
                    (None, user) => {
                        Conversation::user(user.unwrap_or_default()).map_err(wrong("user"))?
                    }
                };
                Self::Forget { conversation, account: matches.get_flag("account") }
            }
            _ => Self::Verify,
        })
    }

    /// What holds if there is no store.
    pub(crate) const fn without_store(&self) -> WithoutStore {
        match self {
            Self::Import { dry_run: true, .. } => WithoutStore::Pretends,
            Self::Import { .. } => WithoutStore::Makes,
            _ => WithoutStore::Fails,
        }
    }
}
