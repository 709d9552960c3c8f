//! `export`: all accounts into a file.

use std::path::Path;

use super::file::{End, Line, Opened, Output};
use super::progress::Progress;
use super::protocol::{Answer, Read, Request};
use super::retry::{Retry, too_busy};
use super::{Ended, Problem, STANDARD, Target, other_answer, say, say_aside};
use crate::plural::{choose, count};

pub(super) async fn export(target: &Target, path: &Path, resume: bool) -> Result<Ended, Problem> {
    // Standard output may be the file.
    let say = if path.as_os_str() == STANDARD { say_aside } else { say };
    let mut output = match Output::open(path, resume)? {
        Opened::Open(output) => output,
        Opened::Complete(end) => {
            return Ok(ended(&end, "; the file was complete before", say));
        }
    };
    let progress = Progress::accounts("exported");
    progress.add(output.accounts());
    read_all(async |request| target.ask(request).await, &mut output, &progress).await?;
    let end = output.finish()?;
    progress.finish();
    Ok(ended(&end, "", say))
}

/// Writes one piece after another. An account for which the store has no time is asked for again.
pub(super) async fn read_all(
    ask: impl AsyncFn(Request) -> Result<Answer, Problem>,
    output: &mut Output,
    progress: &Progress,
) -> Result<(), Problem> {
    let mut after = output.last().map(|last| last.as_str().to_owned());
    let mut retry = Retry::new();
    loop {
        let asked = ask(Request::Read { after: after.clone() }).await?;
        let Answer::Read(Read { lines, last, next_is_busy }) = asked else {
            return Err(other_answer());
        };
        output.write(&lines)?;
        let accounts = lines.iter().filter(|line| matches!(line, Line::Account(_))).count();
        progress.add(u64::try_from(accounts).unwrap_or(u64::MAX));
        if last.is_none() && !next_is_busy {
            return Ok(());
        }
        if last != after {
            retry = Retry::new();
        }
        if next_is_busy && !retry.wait().await {
            return Err(Problem(format!("1 account could not be read: {}", too_busy(1))));
        }
        after = last;
    }
}

fn ended(end: &End, how: &str, say: fn(&str)) -> Ended {
    let End { accounts, damaged, unlisted, .. } = *end;
    say(&format!("{}, {damaged} damaged{how}", count(accounts, "account")));
    if damaged > 0 {
        say(choose(
            damaged,
            "the file names the damaged account and does not have its data",
            "the file names the damaged accounts and does not have their data",
        ));
    }
    if unlisted > 0 {
        say(&format!(
            "{} in the store cannot be listed: the file does not have the accounts that are only there",
            count(unlisted, "place")
        ));
    }
    if damaged == 0 && unlisted == 0 { Ended::Complete } else { Ended::Incomplete }
}
