//! `replay`: applies requests to accounts in memory and prints the answers.

use std::io::Write;

use clap::Args;
use convmark::Change;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::engine::Service;
use crate::failure::Failure;
use crate::{input, policy};

/// Apply requests to accounts in memory and print one compact JSON answer per line
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    input: input::Source,
    /// Print {"response":{..},"changes":[..]} for each request
    #[arg(long)]
    changes: bool,
    /// Serialize and reload the account before each request. The output is the same
    #[arg(long)]
    reload: bool,
    /// Admit at most N calls of each command in any second, measured by now_ms [default: no limit]
    #[arg(long, value_name = "N")]
    calls_per_second: Option<u32>,
    #[command(flatten)]
    policy: policy::Settings,
}

#[derive(Serialize)]
struct WithChanges<'a> {
    response: &'a RawValue,
    changes: &'a [Change<'static>],
}

const HAR: &str =
    "it is a HAR file, which `validate`, `compare` and `import` read; `replay` reads JSON Lines";

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (_, policy) = options.policy.choose()?;
    let calls_per_second = options.calls_per_second.map(policy::calls_per_second).transpose()?;
    let mut service = Service::new(&policy, calls_per_second);
    let text = options.input.text(options.input.open()?)?;
    if text.is_har {
        let name = options.input.name();
        return Err(Failure::Refused(format!("{name}: {HAR}")));
    }
    let all_are_requests = options.input.read_lines(text, out, |line, envelope, out| {
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(error) => return input::print_error(line, error, out),
        };
        if options.reload {
            service.reload(envelope)?;
        }
        let (mut answer, changes) = service.serve(envelope)?;
        if options.changes {
            let response: &RawValue = serde_json::from_slice(&answer)?;
            return input::print_json(&WithChanges { response, changes: &changes }, out);
        }
        answer.push(b'\n');
        out.write_all(&answer)
    })?;
    Ok(if all_are_requests { 0 } else { 2 })
}
