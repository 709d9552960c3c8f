//! `import`: all accounts of a file, after a look at the whole file and at what is there.

use std::path::Path;

use super::file::{AccountLine, Input, Line, ReadError};
use super::progress::Progress;
use super::protocol::{Answer, Request, RestoredAccount};
use super::retry::{Retry, too_busy};
use super::{Ended, Problem, Target, other_answer, say};
use crate::plural::{choose, count};
use crate::service::{HowToRestore, Restored};

/// What is sent together, at most: accounts, and bytes of them but for the last.
const PIECE_ACCOUNTS: usize = 256;
const PIECE_BYTES: usize = 1 << 20;
/// How many line numbers an error has.
const LINES_SHOWN: usize = 10;

/// The lines of the file by what became of their accounts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Results {
    pub(super) same: u64,
    pub(super) missing: u64,
    pub(super) done: u64,
    pub(super) other: Vec<u64>,
    pub(super) different: Vec<u64>,
    pub(super) damaged: Vec<u64>,
    /// Those that were damaged when they were exported.
    pub(super) left_out: u64,
    /// How many places could not be listed when they were exported.
    pub(super) unlisted: u64,
}

pub(super) async fn import(
    target: &Target,
    path: &Path,
    replace: bool,
    dry_run: bool,
) -> Result<Ended, Problem> {
    let input = Input::open(path)?;
    let nothing = |Problem(text)| Problem(format!("{text}; nothing was imported"));
    let ask = async |request| target.ask(request).await;
    let before = pass(ask, &input, HowToRestore::Compare, "checked").await.map_err(nothing)?;
    if !before.damaged.is_empty() {
        return Err(Problem(format!(
            "what is stored of {} is damaged ({}), so that it cannot be compared or replaced; nothing was imported; import into a new store",
            count(number(&before.damaged), "account"),
            lines(&before.damaged)
        )));
    }
    if !before.other.is_empty() && !replace {
        return Err(Problem(format!(
            "{} {} with other data ({}); nothing was imported; choose another store, or give --replace",
            count(number(&before.other), "account"),
            choose(number(&before.other), "exists", "exist"),
            lines(&before.other)
        )));
    }
    if dry_run {
        return Ok(would(&before));
    }
    let how = if replace { HowToRestore::Replace } else { HowToRestore::New };
    let some = |Problem(text)| {
        Problem(format!(
            "{text}; accounts of lines before are imported, and the same command goes on"
        ))
    };
    let results = pass(ask, &input, how, "imported").await.map_err(some)?;
    let Results { same, done, left_out, unlisted, .. } = results;
    let imported = format!("{} imported and read back", count(done, "account"));
    let there = format!("{same} {} there before", choose(same, "was", "were"));
    say(&match number(&before.other) {
        0 => format!("{imported}, {there}"),
        replaced => {
            format!("{imported}, {replaced} in place of other data; {there} with the same data")
        }
    });
    let mut ended = Ended::Complete;
    for (wrong, one, many) in [
        (
            &results.other,
            "got other data meanwhile and was not imported",
            "got other data meanwhile and were not imported",
        ),
        (
            &results.different,
            "was imported, but what was read back is not the same",
            "were imported, but what was read back is not the same",
        ),
        (
            &results.damaged,
            "is damaged in the store and was not imported",
            "are damaged in the store and were not imported",
        ),
    ] {
        if !wrong.is_empty() {
            let what = choose(number(wrong), one, many);
            say(&format!("{} {what} ({})", count(number(wrong), "account"), lines(wrong)));
            ended = Ended::Incomplete;
        }
    }
    if is_all_there(left_out, unlisted) { Ok(ended) } else { Ok(Ended::Incomplete) }
}

/// Says what an import would do.
fn would(found: &Results) -> Ended {
    let Results { same, missing, other, left_out, unlisted, .. } = found;
    say(&format!(
        "{} would be imported, {} replaced, {same} {} there; nothing was changed",
        count(*missing, "account"),
        other.len(),
        choose(*same, "is", "are")
    ));
    if is_all_there(*left_out, *unlisted) { Ended::Complete } else { Ended::Incomplete }
}

/// Says what the file does not have.
fn is_all_there(left_out: u64, unlisted: u64) -> bool {
    if left_out > 0 {
        let what = choose(
            left_out,
            "was damaged when it was exported and is missing",
            "were damaged when they were exported and are missing",
        );
        say(&format!("{} {what}", count(left_out, "account")));
    }
    if unlisted > 0 {
        say(&format!(
            "{} in the store could not be listed at the export: accounts that were only there are missing",
            count(unlisted, "place"),
        ));
    }
    left_out == 0 && unlisted == 0
}

fn lines(numbers: &[u64]) -> String {
    let shown: Vec<_> = numbers.iter().take(LINES_SHOWN).map(u64::to_string).collect();
    let more = if numbers.len() > LINES_SHOWN { ", .." } else { "" };
    let word = choose(number(numbers), "line", "lines");
    format!("{word} {}{more}", shown.join(", "))
}

fn number(lines: &[u64]) -> u64 {
    u64::try_from(lines.len()).unwrap_or(u64::MAX)
}

/// Goes through the file once.
pub(super) async fn pass(
    ask: impl AsyncFn(Request) -> Result<Answer, Problem>,
    input: &Input,
    how: HowToRestore,
    verb: &'static str,
) -> Result<Results, Problem> {
    let problem =
        |error: &dyn std::fmt::Display| Problem(format!("{}: {error}", input.name().display()));
    let mut reader = input.reader().map_err(|error| problem(&error))?;
    let progress = Progress::bytes(input.bytes(), verb);
    let mut results = Results::default();
    let mut piece = Vec::new();
    let mut bytes = 0_usize;
    loop {
        let line = reader.next().map_err(|error| problem(&error))?;
        let is_last = line.is_none();
        if let Some(Line::Account(line)) = line {
            // Also checked where it is restored; here the number of the line is known.
            line.stored()
                .map_err(|reason| problem(&ReadError::Line { line: reader.line(), reason }))?;
            bytes = bytes.saturating_add(line.account.get().len());
            piece.push((reader.line(), line));
        }
        if piece.len() >= PIECE_ACCOUNTS || bytes >= PIECE_BYTES || is_last {
            restore(&ask, std::mem::take(&mut piece), how, &mut results).await?;
            bytes = 0;
            progress.set(reader.end());
        }
        if is_last {
            progress.finish();
            results.left_out = reader.damaged();
            results.unlisted = reader.unlisted();
            return Ok(results);
        }
    }
}

/// Restores a piece. Accounts for which the store has no time are asked for again.
async fn restore(
    ask: &impl AsyncFn(Request) -> Result<Answer, Problem>,
    mut piece: Vec<(u64, AccountLine)>,
    how: HowToRestore,
    results: &mut Results,
) -> Result<(), Problem> {
    let mut retry = Retry::new();
    let mut is_again = false;
    while !piece.is_empty() {
        let accounts = piece.iter().map(|(_, line)| line.clone()).collect();
        let Answer::Restored(restored) = ask(Request::Restore { accounts, how }).await? else {
            return Err(other_answer());
        };
        if restored.len() != piece.len() {
            return Err(other_answer());
        }
        let mut busy = Vec::new();
        for ((number, line), restored) in piece.into_iter().zip(restored) {
            match restored {
                // The time before, it may have been done after all.
                RestoredAccount::Is(Restored::Same) if is_again && how != HowToRestore::Compare => {
                    results.done = results.done.saturating_add(1);
                }
                RestoredAccount::Is(Restored::Same) => {
                    results.same = results.same.saturating_add(1);
                }
                RestoredAccount::Is(Restored::Missing) => {
                    results.missing = results.missing.saturating_add(1);
                }
                RestoredAccount::Is(Restored::Done) => {
                    results.done = results.done.saturating_add(1);
                }
                RestoredAccount::Is(Restored::Other) => results.other.push(number),
                RestoredAccount::Is(Restored::Different) => results.different.push(number),
                RestoredAccount::Damaged => results.damaged.push(number),
                RestoredAccount::Busy => busy.push((number, line)),
            }
        }
        piece = busy;
        is_again = true;
        if !piece.is_empty() && !retry.wait().await {
            let numbers: Vec<_> = piece.iter().map(|(number, _)| *number).collect();
            return Err(Problem(format!(
                "{} could not be compared or stored ({}): {}",
                count(number(&numbers), "account"),
                lines(&numbers),
                too_busy(number(&numbers))
            )));
        }
    }
    Ok(())
}
