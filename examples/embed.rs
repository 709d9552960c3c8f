//! The smallest embedding of the core that keeps its promises: no HTTP, one file as the store.
//!
//!     echo '{"command":"get_contact_group","body":{"From_Account":"user_0001","StartIndex":0}}' |
//!         cargo run --example embed -- changes.jsonl
//!
//! Reads requests as JSON Lines and prints an answer for each. The file has a line with the account and all changes
//! of each request that made any, so that a crash leaves a request stored as a whole or not at all.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use convmark::{Account, Change, Facts, Policy, Validator};
use serde_json::value::RawValue;

struct Host {
    file: File,
    accounts: BTreeMap<String, Account>,
    validator: Validator,
}

impl Host {
    /// Replays the file. A last line that a crash cut short was never acknowledged and is removed.
    fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        let mut file = File::options().read(true).append(true).create(true).open(path)?;
        // A new file is there after a crash once its directory is synced.
        #[cfg(unix)]
        File::open(path.canonicalize()?.parent().ok_or("the path must name a file")?)?
            .sync_all()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        file.set_len(bytes.len().try_into()?)?;
        let mut accounts = BTreeMap::<String, Account>::new();
        for line in std::str::from_utf8(&bytes)?.lines() {
            let (account, changes): (String, Vec<Change<'_>>) = serde_json::from_str(line)?;
            accounts.entry(account).or_default().replay_all(&changes)?;
        }
        Ok(Self { file, accounts, validator: Validator::new(&Policy::default()) })
    }

    /// Judges, applies and stores one request, and gives its answer. After an error the program must
    /// end: what is in memory may be ahead of the file.
    fn serve(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        let members: BTreeMap<&str, &RawValue> = serde_json::from_str(line)?;
        let member = |name| members.get(name).ok_or_else(|| format!("{name} is missing"));
        let command: String = serde_json::from_str(member("command")?.get())?;
        let mut answer = Vec::new();
        match self.validator.decode(command.parse()?, member("body")?.get().as_bytes()) {
            Err(refusal) => refusal.write_answer(self.validator.policy(), &mut answer),
            Ok(request) => {
                let name = request.account().as_str();
                let account = self.accounts.entry(name.to_owned()).or_default();
                let now_seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
                // This host knows nothing about users and group chats, so it vouches for all of them.
                let outcome = account.apply(&request, &Facts::vouched(), now_seconds)?;
                let changes: Vec<_> = outcome.changes().collect();
                if !changes.is_empty() {
                    let stored = serde_json::to_string(&(name, changes))?;
                    self.file.write_all(format!("{stored}\n").as_bytes())?;
                    self.file.sync_data()?;
                }
                outcome.write_answer(&mut answer);
            }
        }
        Ok(String::from_utf8(answer)?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("the argument must be the file of the changes")?;
    let mut host = Host::open(path.as_ref())?;
    for line in std::io::stdin().lines() {
        println!("{}", host.serve(&line?)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use support::bodies::{Requester, user_contact};

    use super::*;

    #[test]
    fn the_example_stores_changes_before_it_answers() {
        let name = format!("convmark-embed-{}.jsonl", std::process::id());
        let path = std::env::temp_dir().join(name);
        let lines = || fs::read_to_string(&path).unwrap().lines().count();
        let line = |command, body| format!("{{\"command\":\"{command}\",\"body\":{body}}}");
        let me = Requester("me");
        let create = line("create_contact_group", me.create("g", &user_contact("a")));
        let get = line("get_contact_group", me.get(0));

        let mut host = Host::open(&path).unwrap();
        assert_eq!(
            host.serve(&create).unwrap(),
            r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":1},"ResultItem":[{"ContactItem":{"Type":1,"To_Account":"a"},"ResultCode":0,"ResultInfo":""}]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#
        );
        assert_eq!(lines(), 1);
        let again = host.serve(&create).unwrap();
        assert!(again.contains(r#""ErrorInfo":"group-name-taken: "#), "{again}");
        let wrong = host.serve(&line("get_contact_group", "{}".into())).unwrap();
        assert!(wrong.contains(r#""ErrorInfo":"missing-field at /From_Account: "#), "{wrong}");
        assert_eq!(lines(), 1);
        let page = host.serve(&get).unwrap();
        assert!(page.contains(r#""GroupItem":[{"GroupName":"g","GroupId":1}]"#), "{page}");

        // A line that a crash cut short is removed.
        let stored = fs::read(&path).unwrap();
        fs::write(&path, [&stored[..], &stored[..stored.len() / 2]].concat()).unwrap();
        assert_eq!(Host::open(&path).unwrap().serve(&get).unwrap(), page);
        assert_eq!(fs::read(&path).unwrap(), stored);
        fs::remove_file(&path).unwrap();
    }
}
