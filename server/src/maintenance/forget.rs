//! `forget`: an ID leaves the store.

use convmark::Conversation;

use super::progress::Progress;
use super::protocol::{Answer, Request};
use super::verify::scan;
use super::{Ended, Problem, Target, other_answer, say};

pub(super) async fn forget(
    target: &Target,
    conversation: Conversation<'static>,
    with_account: bool,
) -> Result<Ended, Problem> {
    let request = |only_look| {
        let conversation = &conversation;
        move |after| {
            let conversation = conversation.clone();
            Request::Forget { after, conversation, only_look }
        }
    };
    let progress = Progress::accounts("searched");
    let found = scan(target, &progress, true, request(false)).await?;
    progress.finish();
    say(&format!(
        "{} accounts, {} had a row of it, {} more had records of it, {} damaged",
        found.accounts, found.rows, found.records, found.damaged
    ));
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
    let Answer::Erased = target.ask(Request::EraseReplaced).await? else {
        return Err(other_answer());
    };
    let progress = Progress::accounts("searched again");
    let behind = scan(target, &progress, false, request(true)).await?;
    progress.finish();
    let made = behind.rows.saturating_add(behind.records);
    if made > 0 {
        say(&format!(
            "{made} accounts have it again: calls named it meanwhile; keep them from doing so, and run this again"
        ));
    }
    if found.damaged > 0 {
        say("nothing is known of the damaged accounts");
    }
    Ok(if made == 0 && found.damaged == 0 { Ended::Complete } else { Ended::Incomplete })
}
