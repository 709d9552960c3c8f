//! The command-line tool: replays and validates requests given as JSON Lines, explains codes and rules, prints the schema.
//! All I/O of the project lives here.

mod describe;
mod envelope;
mod excerpt;
mod lines;
mod options;
mod paint;
mod people;
mod replay;
mod schema;
mod validate;
mod width;

use std::io::{self, Write};
use std::process::ExitCode;

use options::Subcommand;

fn main() -> ExitCode {
    let arguments: Result<Vec<String>, _> = std::env::args_os().skip(1).map(std::ffi::OsString::into_string).collect();
    let parsed = match arguments {
        Ok(arguments) => options::parse(arguments.into_iter()),
        Err(_) => Err("the arguments must be UTF-8; a file of another name can be given on standard input".into()),
    };
    let options = match parsed {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = match options.subcommand {
        Subcommand::Help => writeln!(out, "{}", options::HELP).map(|()| 0),
        Subcommand::Replay => replay::run(&options, &mut out),
        Subcommand::Validate => validate::run(&options, &mut out),
        Subcommand::Describe => describe::run(&options, &mut out),
        Subcommand::Schema => schema::run(&options, &mut out),
    };
    match ended.and_then(|status| out.flush().map(|()| status)) {
        Ok(status) => ExitCode::from(status),
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("convmark: {error}");
            ExitCode::from(2)
        }
    }
}
