//! `import`: turns recorded pages of `get_contact_group` into accounts that the server can import.

mod accounts;
mod file;
mod output;
mod required;

use std::io::{self, Write};
use std::path::PathBuf;

use accounts::{Accounts, Readings};
use clap::Args;

use crate::failure::Failure;
use crate::plural::count;
use crate::recorded::{Recorded, Recording};

/// Turn recorded pages of get_contact_group into a file of accounts that `convmark-server import`
/// reads
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    recording: Recording,
    /// The file to write, which only this user will be able to read. It is there when it is
    /// complete, and replaces one that was there before [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// If an account was read several times, take the last complete reading. Without this it is an
    /// error
    #[arg(long)]
    latest: bool,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let refused = |problem: String| {
        Failure::Refused(format!("{}: {problem}; nothing was written", options.recording.name()))
    };
    let readings = if options.latest { Readings::Latest } else { Readings::Single };
    let mut accounts = Accounts::new(readings);
    options.recording.read(&mut |place, recorded| match recorded {
        Recorded::Exchange(exchange) if exchange.is_of_another_service() => {
            accounts.skip_foreign(place);
            Ok(())
        }
        Recorded::Exchange(exchange) => accounts.add(place, &exchange).map_err(refused),
        Recorded::NotPost(_) | Recorded::Foreign(_) => {
            accounts.skip_foreign(place);
            Ok(())
        }
        Recorded::Wrong(problem) => Err(refused(format!("{place}: {problem}"))),
    })?;
    let (accounts, counts) = accounts.finish().map_err(refused)?;
    match &options.output {
        Some(path) => output::replace(path, |out| file::write(&accounts, out))?,
        None => {
            file::write(&accounts, out)?;
            out.flush()?;
        }
    }
    let made = count(accounts.len() as u64, "account");
    let mut stderr = io::stderr().lock();
    // There is no other place to report that standard error is closed.
    let _ = writeln!(stderr, "convmark: {made} from {counts}");
    let _ = writeln!(stderr, "convmark: {LAST_GROUP_ID}");
    Ok(0)
}

const LAST_GROUP_ID: &str = "pages do not say which group ID of an account was the highest ever \
    used; it is taken to be that of its newest group, so that a new group can get the ID of a deleted one";
