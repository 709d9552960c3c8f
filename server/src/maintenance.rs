//! Operations on whole stores: export, import, verify, and forgetting an ID everywhere.
//!
//! A subcommand asks for one [`Request`] after another, each bounded in accounts and bytes. It either
//! has the store open itself, or a server has and answers over its [control socket](socket); it finds
//! out by itself ([`Target`]). In both cases [`perform()`] does what was asked, by a
//! [`Service`](crate::service::Service), so that calls which a server answers meanwhile see each
//! account either before or after it.

mod command_line;
mod export;
mod file;
mod forget;
mod import;
mod perform;
mod progress;
mod protocol;
mod retry;
mod scan;
#[cfg_attr(not(unix), path = "maintenance/no_socket.rs")]
pub mod socket;
mod target;
#[cfg(test)]
mod tests;
mod verify;

pub use command_line::{Maintenance, WithoutStore, Work, subcommands};
pub use perform::perform;
pub use protocol::{Answer, Request};
pub use socket::ControlSocket;
pub use target::Target;

use std::io::Write;
use std::process::ExitCode;

/// How an operation ended that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything was done.
    Complete,
    /// It went to its end, but not all accounts are as they should be. What is wrong was printed.
    Incomplete,
}

/// Why an operation was not done, in words for the operator. It says nothing about users.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

/// Runs an operation. The result is the exit status of the process: 0 done, 1 not, or not
/// completely.
pub async fn run(maintenance: Maintenance) -> ExitCode {
    let Maintenance { store, store_timeout, work } = maintenance;
    let ended = match Target::open(store, store_timeout, work.without_store()).await {
        Ok(target) => {
            let ended = perform_work(&target, work).await;
            let closed = target.close().await;
            ended.and_then(|ended| closed.map(|()| ended))
        }
        Err(problem) => Err(problem),
    };
    match ended {
        Ok(Ended::Complete) => ExitCode::SUCCESS,
        Ok(Ended::Incomplete) => ExitCode::FAILURE,
        Err(problem) => {
            // There is no other place to report that standard error is closed.
            let _ = writeln!(std::io::stderr(), "convmark-server: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn perform_work(target: &Target, work: Work) -> Result<Ended, Problem> {
    match work {
        Work::Export { file, resume } => export::export(target, &file, resume).await,
        Work::Import { file, replace, dry_run } => {
            import::import(target, &file, replace, dry_run).await
        }
        Work::Verify => verify::verify(target).await,
        Work::Forget { conversation, account } => {
            forget::forget(target, conversation, account).await
        }
    }
}

/// The name of a file that stands for standard input or output.
const STANDARD: &str = "-";

/// Prints a line of the result on standard error.
fn say_aside(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a line of the result.
fn say(line: &str) {
    // If nobody can read it, the exit status still tells.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// What a server of another release could answer.
fn other_answer() -> Problem {
    Problem("the server gave an answer to another question; use its own release".to_owned())
}
