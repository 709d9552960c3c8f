//! The command-line tool: validates and replays requests, explains codes and rules, prints OpenAPI
//! documents.

mod cli;
mod codes;
mod color;
mod compare;
mod completions;
mod describe;
mod engine;
mod envelope;
mod failure;
mod fault;
mod import;
mod input;
mod json;
mod lines;
mod man;
mod names;
mod one_of;
mod other_service;
mod plural;
mod policy;
mod recorded;
mod redact;
mod replay;
mod schema;
mod validate;
mod visible;
mod window;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Subcommand};
use failure::Failure;

fn main() -> ExitCode {
    let subcommand = Cli::parse().subcommand;
    let mut out = BufWriter::new(io::stdout().lock());
    let ended = match &subcommand {
        Subcommand::Replay(options) => replay::run(options, &mut out),
        Subcommand::Validate(options) => validate::run(options, &mut out),
        Subcommand::Compare(options) => compare::run(options, &mut out),
        Subcommand::Import(options) => import::run(options, &mut out),
        Subcommand::Describe(options) => describe::run(options, &mut out),
        Subcommand::Schema(options) => schema::run(options, &mut out),
        Subcommand::Completions(options) => completions::run(options, &mut out),
        Subcommand::Man(options) => man::run(options, &mut out),
    };
    match ended.and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => ExitCode::from(status),
        Err(Failure::Usage(problem)) => cli::refuse(subcommand.name(), problem),
        Err(Failure::Refused(problem)) => refuse(&problem),
        // The reader of the output closed it.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => refuse(&format!("the output cannot be written: {error}")),
    }
}

fn refuse(problem: &str) -> ExitCode {
    // There is no other place to report that standard error is closed.
    let _ = writeln!(io::stderr(), "convmark: {problem}");
    ExitCode::from(2)
}
