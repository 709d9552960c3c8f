//! `forget`: an ID leaves the store.

use convmark::Conversation;

use super::progress::Progress;
use super::protocol::{Answer, Request};
use super::scan::{Found, scan};
use super::{Ended, Problem, Target, other_answer, say};
use crate::plural::{choose, count};

pub(super) async fn forget(
    target: &Target,
    conversation: Conversation<'static>,
    with_account: bool,
) -> Result<Ended, Problem> {
    let request = |only_look| {
        let conversation = &conversation;
        move |which| {
            let conversation = conversation.clone();
            Request::Forget { which, conversation, only_look }
        }
    };
    let ask = async |request| target.ask(request).await;
    let progress = Progress::accounts("searched");
    let found = scan(ask, &progress, true, request(false)).await?;
    progress.finish();
    say(&format!(
        "{}, {} had a row of it, {} more had records of it, {} damaged",
        count(found.accounts, "account"),
        found.rows,
        found.records,
        found.damaged
    ));
    found.missing().iter().for_each(|line| say(line));
    if with_account {
        let user = conversation.id().to_owned();
        let Answer::Emptied(was_there) = target.ask(Request::Empty { user }).await? else {
            return Err(other_answer());
        };
        say(if was_there {
            "their own account is empty now"
        } else {
            "they had no data of their own"
        });
    }
    let erased = target.ask(Request::EraseReplaced).await;
    let erased = erased.map_err(|Problem(problem)| {
        Problem(format!("{problem}; what was replaced may still be in the files"))
    });
    let Answer::Erased = erased? else {
        return Err(other_answer());
    };
    let progress = Progress::accounts("searched again");
    let behind = scan(ask, &progress, false, request(true)).await?;
    progress.finish();
    let made = behind.rows.saturating_add(behind.records);
    if made > 0 {
        say(&format!(
            "{} {} it again: calls named it meanwhile; keep them from doing so, and run this again",
            count(made, "account"),
            choose(made, "has", "have")
        ));
    }
    if found.damaged > 0 {
        let damaged = choose(found.damaged, "account", "accounts");
        say(&format!("nothing is known of the damaged {damaged}"));
    }
    missing_again(&found, &behind).iter().for_each(|line| say(line));
    let is_complete = made == 0 && found.is_complete() && behind.is_complete();
    Ok(if is_complete { Ended::Complete } else { Ended::Incomplete })
}

/// What the second search did not look at and the first one did, in lines for the operator.
pub(super) fn missing_again(found: &Found, behind: &Found) -> Vec<String> {
    let since = behind.missing_since(found);
    let mut lines = Vec::new();
    if since.damaged > 0 {
        lines.push(format!(
            "{} more {} damaged, and nothing is known of {}; verify names {}",
            since.damaged,
            choose(since.damaged, "account is", "accounts are"),
            choose(since.damaged, "it", "them"),
            choose(since.damaged, "it", "them")
        ));
    }
    lines.extend(since.missing());
    lines
}
