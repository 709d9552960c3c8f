//! Goes through all accounts, one piece after another. Accounts for which the store has no time are
//! tried again at the end.

use std::collections::BTreeMap;

use super::progress::Progress;
use super::protocol::{Answer, Request, Scanned, UnlistedPlace, Which};
use super::retry::{Retry, too_busy};
use super::{Problem, other_answer, say};
use crate::plural::count;

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

    /// What was not looked at, and was the time before.
    pub(super) fn missing_since(&self, before: &Self) -> Self {
        let is_new = |place: &u64| !before.unlisted.contains_key(place);
        let unlisted = self.unlisted.iter().filter(|(place, _)| is_new(place));
        Self {
            damaged: self.damaged.saturating_sub(before.damaged),
            busy: self.busy.saturating_sub(before.busy),
            unlisted: unlisted.map(|(place, why)| (*place, why.clone())).collect(),
            ..Self::default()
        }
    }

    /// What was not looked at, beside the damaged accounts, in lines for the operator.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.busy > 0 {
            lines.push(format!(
                "{} could not be looked at: {}; run this again",
                count(self.busy, "account"),
                too_busy(self.busy)
            ));
        }
        let mut places = BTreeMap::<_, u64>::new();
        for why in self.unlisted.values() {
            let number = places.entry(why).or_default();
            *number = number.saturating_add(1);
        }
        for (why, number) in places {
            let places = count(number, "place");
            lines.push(format!("{places} in the store cannot be listed: {why}"));
        }
        if !self.unlisted.is_empty() {
            lines.push("nothing is known of the accounts that are only there".to_owned());
        }
        lines
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
    let mut retry = Retry::new();
    while !busy.is_empty() && retry.wait().await {
        for accounts in std::mem::take(&mut busy).chunks(TOGETHER) {
            let mut scanned = ask(Which::These(accounts.to_vec())).await?;
            busy.append(&mut scanned.busy);
            add(&mut found, scanned, progress, names_damaged);
        }
    }
    found.busy = u64::try_from(busy.len()).unwrap_or(u64::MAX);
    let rows = busy.iter().filter(|account| account.had_row).count();
    found.rows = found.rows.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX));
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
