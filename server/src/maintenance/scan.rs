//! Goes through all accounts, one piece after another. Accounts for which the store has no time are
//! tried again at the end.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::sleep;

use super::progress::Progress;
use super::protocol::{Answer, Request, Scanned, UnlistedPlace, Which};
use super::{Problem, other_answer, say};

/// How often accounts are tried again.
const TRIES: u32 = 5;
/// How long is waited before the first time; twice as long before each next one.
const PAUSE: Duration = Duration::from_secs(1);
/// How many accounts are tried again with one request.
const TOGETHER: usize = 256;

/// What was found in all accounts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) accounts: u64,
    pub(super) rows: u64,
    pub(super) records: u64,
    pub(super) damaged: u64,
    /// How many accounts the store had no time for, however often they were tried.
    pub(super) busy: u64,
    /// Places that cannot be listed, and why.
    pub(super) unlisted: BTreeMap<u64, String>,
}

impl Found {
    /// Whether each account was looked at.
    pub(super) fn is_complete(&self) -> bool {
        self.damaged == 0 && self.busy == 0 && self.unlisted.is_empty()
    }

    /// Says what was not looked at, beside the damaged accounts.
    pub(super) fn say_missing(&self) {
        if self.busy > 0 {
            say(&format!(
                "{} accounts could not be looked at: the store took too long, or too much waited for them, each of {} times; run this again",
                self.busy,
                TRIES.saturating_add(1)
            ));
        }
        let mut places = BTreeMap::<_, u64>::new();
        for why in self.unlisted.values() {
            let number = places.entry(why).or_default();
            *number = number.saturating_add(1);
        }
        for (why, number) in places {
            say(&format!("{number} places in the store cannot be listed: {why}"));
        }
        if !self.unlisted.is_empty() {
            say("nothing is known of the accounts that are only there");
        }
    }
}

/// Asks for one piece after another, and names the damaged accounts if told to.
pub(super) async fn scan(
    ask: impl AsyncFn(Request) -> Result<Answer, Problem>,
    progress: &Progress,
    names_damaged: bool,
    request: impl Fn(Which) -> Request,
) -> Result<Found, Problem> {
    let mut found = Found::default();
    let mut busy = Vec::new();
    let mut after = None;
    let ask = async |which| match ask(request(which)).await? {
        Answer::Scanned(scanned) => Ok(scanned),
        _ => Err(other_answer()),
    };
    loop {
        let mut scanned = ask(Which::After(after)).await?;
        busy.append(&mut scanned.busy);
        after = scanned.last.take();
        add(&mut found, scanned, progress, names_damaged);
        if after.is_none() {
            break;
        }
    }
    let mut pause = PAUSE;
    for _ in 0..TRIES {
        if busy.is_empty() {
            break;
        }
        sleep(pause).await;
        pause = pause.saturating_mul(2);
        for users in std::mem::take(&mut busy).chunks(TOGETHER) {
            let mut scanned = ask(Which::These(users.to_vec())).await?;
            busy.append(&mut scanned.busy);
            add(&mut found, scanned, progress, names_damaged);
        }
    }
    found.busy = u64::try_from(busy.len()).unwrap_or(u64::MAX);
    Ok(found)
}

fn add(found: &mut Found, scanned: Scanned, progress: &Progress, names_damaged: bool) {
    let Scanned { accounts, rows, records, damaged, unlisted, .. } = scanned;
    for account in damaged {
        found.damaged = found.damaged.saturating_add(1);
        if names_damaged {
            // In quotes, and nothing in it can end them or the line.
            let user = serde_json::Value::from(account.user);
            progress.above(|| say(&format!("damaged: {user}: {}", account.damage)));
        }
    }
    found.accounts = found.accounts.saturating_add(accounts);
    found.rows = found.rows.saturating_add(rows);
    found.records = found.records.saturating_add(records);
    found.unlisted.extend(unlisted.into_iter().map(|UnlistedPlace { place, why }| (place, why)));
    progress.add(accounts);
}
