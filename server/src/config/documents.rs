//! What is made from the list of options besides the help: completions of shells and manual pages.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use clap_mangen::Man;

use super::command_line::{NAME, command};

const COMPLETIONS: &str = "completions";
const MAN: &str = "man";
const SHELL: &str = "shell";
const PAGE: &str = "subcommand";

/// The subcommands that print these documents. There are pages of the subcommands with these names,
/// and of these two.
pub(super) fn subcommands(pages: Vec<String>) -> [Command; 2] {
    let pages = pages.into_iter().chain([COMPLETIONS, MAN].map(str::to_owned));
    [
        Command::new(COMPLETIONS)
            .about("Prints a script that completes the options in a shell")
            .arg(
                Arg::new(SHELL)
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(value_parser!(Shell)),
            ),
        Command::new(MAN)
            .about("Prints the manual page, or that of a subcommand, in the format roff")
            .arg(
                Arg::new(PAGE)
                    .value_name("SUBCOMMAND")
                    .value_parser(PossibleValuesParser::new(pages)),
            ),
    ]
}

/// The document that a subcommand prints; `None` if it is not one of these.
pub(super) fn document(name: &str, matches: &ArgMatches) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut command = command();
    match name {
        COMPLETIONS => {
            let shell = *matches.get_one::<Shell>(SHELL)?;
            clap_complete::generate(shell, &mut command, NAME, &mut text);
        }
        MAN => {
            // The subcommand `help` has no page.
            command = command.disable_help_subcommand(true);
            command.build();
            let page = matches.get_one::<String>(PAGE);
            let command = match page {
                Some(page) => command.find_subcommand(page)?.clone(),
                None => command,
            };
            // Writing into memory does not fail.
            Man::new(command).render(&mut text).ok()?;
        }
        _ => return None,
    }
    Some(text)
}
