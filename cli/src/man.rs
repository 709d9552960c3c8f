//! `man`: prints a man page.

use std::io::Write;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::names;

/// Print the man page of the tool, or of one of its subcommands
#[derive(Args)]
pub struct Options {
    /// The subcommand. Without it, the page is that of the tool
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    // The subcommand `help` has no page.
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let page = match &options.subcommand {
        None => Man::new(command),
        Some(name) => Man::new(subcommand(&command, name)?.clone()),
    };
    page.render(out)?;
    Ok(0)
}

fn subcommand<'c>(command: &'c Command, name: &str) -> Result<&'c Command, Failure> {
    let known: Vec<_> = command.get_subcommands().collect();
    let names = known.iter().map(|known| known.get_name());
    let found = known.iter().find(|known| known.get_name() == name);
    found.copied().ok_or_else(|| Failure::Usage(names::unknown("subcommand", name, "", names)))
}
