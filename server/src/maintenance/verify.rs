//! `verify`: reads every account and names the damaged ones.

use super::progress::Progress;
use super::protocol::{Answer, Request, Scanned};
use super::{Ended, Problem, Target, say};

pub(super) async fn verify(target: &Target) -> Result<Ended, Problem> {
    let progress = Progress::accounts("verified");
    let found = scan(target, &progress, true, |after| Request::Verify { after }).await?;
    progress.finish();
    say(&format!("{} accounts, {} damaged", found.accounts, found.damaged));
    Ok(if found.damaged == 0 { Ended::Complete } else { Ended::Incomplete })
}

/// What was found in all accounts.
#[derive(Default)]
pub(super) struct Found {
    pub(super) accounts: u64,
    pub(super) rows: u64,
    pub(super) records: u64,
    pub(super) damaged: u64,
}

/// Asks for one piece after another, and names the damaged accounts if told to.
pub(super) async fn scan(
    target: &Target,
    progress: &Progress,
    names_damaged: bool,
    request: impl Fn(Option<String>) -> Request,
) -> Result<Found, Problem> {
    let mut found = Found::default();
    let mut after = None;
    loop {
        let Answer::Scanned(Scanned { accounts, last, rows, records, damaged }) =
            target.ask(request(after)).await?
        else {
            return Err(super::other_answer());
        };
        for account in damaged {
            found.damaged = found.damaged.saturating_add(1);
            if !names_damaged {
                continue;
            }
            // In quotes, and nothing in it can end them or the line.
            let user = serde_json::Value::from(account.user);
            progress.above(|| say(&format!("damaged: {user}: {}", account.damage)));
        }
        if last.is_none() {
            return Ok(found);
        }
        found.accounts = found.accounts.saturating_add(accounts);
        found.rows = found.rows.saturating_add(rows);
        found.records = found.records.saturating_add(records);
        progress.add(accounts);
        after = last;
    }
}
