//! The smallest embedding of the core that keeps its promises: no HTTP, one file as the store.
//!
//! ```sh
//! echo '{"command":"get_contact_group","body":{"From_Account":"user_0001","StartIndex":0}}' |
//!     cargo run --example embed -- changes.jsonl
//! ```
//!
//! Reads requests as JSON Lines, `{"command":"mark_contact","body":{..}}`, and prints an answer for
//! each. The file has one line for each request that changed an account, with all its changes, so
//! that a crash leaves a request stored as a whole or not at all.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, Read, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use convmark::{Account, Change, Command, Facts, Policy, Validator};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A line of the input. Other members are ignored.
#[derive(Deserialize)]
struct Line<'a> {
    command: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    account: String,
    #[serde(borrow)]
    changes: Vec<Change<'a>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("the argument must be the file of the changes")?;
    run(path.as_ref(), std::io::stdin().lock(), std::io::stdout())
}

/// Any error ends the program: what is in memory may then be ahead of the file.
fn run(path: &Path, input: impl BufRead, mut output: impl Write) -> Result<(), Box<dyn Error>> {
    let mut file = File::options().read(true).append(true).create(true).open(path)?;
    let mut accounts = load(&mut file)?;
    let mut validator = Validator::new(&Policy::default());
    for line in input.lines() {
        let mut answer = serve(&line?, &mut validator, &mut accounts, &file)?;
        answer.push(b'\n');
        output.write_all(&answer)?;
    }
    Ok(())
}

/// Replays the file. A last line that a crash cut short was never acknowledged and is removed.
fn load(file: &mut File) -> Result<BTreeMap<String, Account>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
    file.set_len(bytes.len().try_into()?)?;
    let mut accounts = BTreeMap::<String, Account>::new();
    for line in std::str::from_utf8(&bytes)?.lines() {
        let stored: Stored<'_> = serde_json::from_str(line)?;
        let account = accounts.entry(stored.account).or_default();
        for change in &stored.changes {
            account.replay(change)?;
        }
    }
    Ok(accounts)
}

/// Judges, applies and stores one request, and gives its answer.
fn serve(
    line: &str,
    validator: &mut Validator,
    accounts: &mut BTreeMap<String, Account>,
    mut file: &File,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let line: Line<'_> = serde_json::from_str(line)?;
    let command: Command = line.command.parse()?;
    let mut answer = Vec::new();
    let request = match validator.decode(command, line.body.get().as_bytes()) {
        Ok(request) => request,
        Err(refusal) => {
            refusal.write_answer(validator.policy(), &mut answer);
            return Ok(answer);
        }
    };
    let name = request.account().as_str();
    let account = accounts.entry(name.into()).or_default();
    let now_seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    // This host knows nothing about users and group chats, so it vouches for all of them.
    let outcome = account.apply_with(validator, &request, &Facts::vouched(), now_seconds)?;
    let changes: Vec<_> = outcome.changes().collect();
    if !changes.is_empty() {
        let stored = serde_json::to_string(&Stored { account: name.into(), changes })?;
        file.write_all(format!("{stored}\n").as_bytes())?;
        file.sync_data()?;
    }
    outcome.write_answer(&mut answer);
    Ok(answer)
}
