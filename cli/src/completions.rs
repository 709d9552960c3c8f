//! `completions`: prints a script that completes subcommands and options in a shell.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::failure::Failure;

/// Print a script that completes subcommands and options in a shell
#[derive(Args)]
pub struct Options {
    /// The shell
    shell: Shell,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let mut command = Cli::command();
    // Written to memory first: the generator panics if it cannot write, for example to a closed
    // pipe.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "convmark", &mut script);
    out.write_all(&script)?;
    Ok(0)
}
