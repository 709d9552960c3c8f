//! What simulated callers do with whole accounts.

use convmark::{Account, Command, Conversation, Facts, Validator};
use support::bodies::Requester;
use support::random::Random;

use super::callers::{Asked, Restore, key};
use super::servers::{START_SECONDS, Server};
use crate::service::{HowToRestore, StoredAccount, WholeError};
use crate::store::Version;

/// Without an answer, it is not known what was done.
const CRASHED: WholeError = WholeError::Timeout;

/// What was stored of the account; one without data if nothing was, or if there was no answer.
pub(super) async fn export<const EXCLUSIVE: bool>(
    server: &Server<EXCLUSIVE>,
    user: &str,
) -> (Asked, Option<StoredAccount>) {
    let exported = server.run(async |service, _| service.stored(&key(user)).await).await;
    let exported = exported.unwrap_or(Err(CRASHED));
    let stored = exported.clone().ok().map(|stored| {
        stored.unwrap_or_else(|| StoredAccount {
            version: Version::ZERO,
            time_seconds: START_SECONDS,
            account: Account::new(),
        })
    });
    (Asked::Export(exported), stored)
}

/// The account with a row that no other has.
pub(super) fn change(mut stored: StoredAccount, token: &str) -> StoredAccount {
    let body = Requester("any").set_custom_mark("imported", token);
    let mut validator = Validator::default();
    let request = validator.decode(Command::MarkContact, body.as_bytes()).unwrap();
    let time_seconds = stored.time_seconds;
    let outcome = stored.account.apply(&request, &Facts::vouched(), time_seconds).unwrap();
    assert!(outcome.changes().next().is_some(), "a token is used once");
    stored.version = stored.version.next();
    stored
}

pub(super) fn draw_how(random: &mut Random) -> HowToRestore {
    let hows = [HowToRestore::Compare, HowToRestore::New, HowToRestore::Replace];
    if random.one_in(3) { *random.pick(&hows) } else { HowToRestore::Replace }
}

pub(super) async fn restore<const EXCLUSIVE: bool>(
    server: &Server<EXCLUSIVE>,
    user: &str,
    stored: StoredAccount,
    how: HowToRestore,
) -> (Asked, ()) {
    let restore = Restore { stored: stored.clone(), how };
    let restored =
        server.run(async |service, _| service.restore(&key(user), stored, how).await).await;
    (Asked::Restore(restore, restored.unwrap_or(Err(CRASHED))), ())
}

pub(super) async fn empty<const EXCLUSIVE: bool>(
    server: &Server<EXCLUSIVE>,
    user: &str,
) -> (Asked, ()) {
    let emptied = server.run(async |service, now| service.empty(&key(user), now).await).await;
    (Asked::Empty(emptied.unwrap_or(Err(CRASHED))), ())
}

pub(super) async fn forget<const EXCLUSIVE: bool>(
    server: &Server<EXCLUSIVE>,
    user: &str,
    contact: &'static str,
) -> (Asked, ()) {
    let contact = Conversation::user(contact).unwrap();
    let forgotten =
        server.run(async |service, now| service.forget(&key(user), &contact, now).await).await;
    let forgotten = forgotten.map(|forgotten| forgotten.map_err(|not| not.why));
    (Asked::Forget(contact, forgotten.unwrap_or(Err(CRASHED))), ())
}
