//! `export`: all accounts into a file.

use std::path::Path;

use super::file::{Line, Opened, Output};
use super::progress::Progress;
use super::protocol::{Answer, Request};
use super::{Ended, Problem, STANDARD, Target, other_answer, say, say_aside};

pub(super) async fn export(target: &Target, path: &Path, resume: bool) -> Result<Ended, Problem> {
    // Standard output may be the file.
    let say = if path.as_os_str() == STANDARD { say_aside } else { say };
    let mut output = match Output::open(path, resume)? {
        Opened::Open(output) => output,
        Opened::Complete(accounts, damaged) => {
            say(&format!("{accounts} accounts, {damaged} damaged; the file was complete before"));
            return Ok(ended(damaged, say));
        }
    };
    let progress = Progress::accounts("exported");
    progress.add(output.counts().0);
    loop {
        let after = output.last().map(|last| last.as_str().to_owned());
        let Answer::Read(lines) = target.ask(Request::Read { after }).await? else {
            return Err(other_answer());
        };
        if lines.is_empty() {
            break;
        }
        output.write(&lines)?;
        let accounts = lines.iter().filter(|line| matches!(line, Line::Account(_))).count();
        progress.add(u64::try_from(accounts).unwrap_or(u64::MAX));
    }
    let (accounts, damaged) = output.counts();
    output.finish()?;
    progress.finish();
    say(&format!("{accounts} accounts, {damaged} damaged"));
    Ok(ended(damaged, say))
}

fn ended(damaged: u64, say: fn(&str)) -> Ended {
    if damaged == 0 {
        return Ended::Complete;
    }
    say("the file names the damaged accounts and does not have their data");
    Ended::Incomplete
}
