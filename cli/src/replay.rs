//! `replay`: applies requests to accounts in memory and prints the answers.

use std::io::{self, Write};

use convmark::{Account, Accounts, Buffers, Gates};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::envelope::Envelope;
use crate::lines;
use crate::options::Options;

#[derive(Serialize)]
struct WithChanges<'a> {
    response: &'a RawValue,
    changes: &'a [convmark::Change<'static>],
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> io::Result<u8> {
    let mut accounts = Accounts::new();
    let mut gates = options.calls_per_second.map(Gates::new);
    let unreadable = lines::read(options, out, |_, envelope, out| {
        if options.reload {
            reload(&mut accounts, envelope, options)?;
        }
        let gates = gates.as_mut().map(|gates| (gates, envelope.now_ms));
        let served = accounts.serve(&envelope.incoming(), &options.policy, &envelope.facts, envelope.now, gates);
        let (mut answer, changes) = served.map_err(io::Error::other)?.into_parts();
        if options.changes {
            let response: &RawValue = serde_json::from_slice(&answer).map_err(io::Error::other)?;
            return lines::print_json(&WithChanges { response, changes: &changes }, out);
        }
        answer.push(b'\n');
        out.write_all(&answer)
    })?;
    Ok(if unreadable { 2 } else { 0 })
}

/// Stores and loads the account that the request is about.
fn reload(accounts: &mut Accounts, envelope: &Envelope<'_>, options: &Options) -> io::Result<()> {
    let Ok(request) = envelope.incoming().judge(&mut Buffers::new(), &options.policy, None) else { return Ok(()) };
    if let Some(account) = accounts.get(request.account()) {
        let stored = serde_json::to_vec(account).map_err(io::Error::other)?;
        let loaded: Account = serde_json::from_slice(&stored).map_err(io::Error::other)?;
        accounts.insert(request.account().clone(), loaded);
    }
    Ok(())
}
