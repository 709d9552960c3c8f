//! `verify`: reads every account and names the damaged ones.

use super::progress::Progress;
use super::protocol::Request;
use super::scan::scan;
use super::{Ended, Problem, Target, say};
use crate::plural::count;

pub(super) async fn verify(target: &Target) -> Result<Ended, Problem> {
    let progress = Progress::accounts("verified");
    let ask = async |request| target.ask(request).await;
    let found = scan(ask, &progress, true, |which| Request::Verify { which }).await?;
    progress.finish();
    say(&format!("{}, {} damaged", count(found.accounts, "account"), found.damaged));
    found.missing().iter().for_each(|line| say(line));
    Ok(if found.is_complete() { Ended::Complete } else { Ended::Incomplete })
}
