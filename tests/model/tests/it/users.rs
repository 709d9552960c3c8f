//! Several users of one fake service: each sees what they would see in a service of their own.

use crate::runner::on_bytes;
use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Account, Conversation, UserId};
use convmark_model::compare::convert;
use convmark_model::compare::findings::shown;
use convmark_model::generate::json::text;
use convmark_model::generate::operations::Call;
use convmark_model::generate::{ByteSource, facts, policies, requests};
use convmark_model::handle::json_of;

/// IDs that are easily taken for each other: by case, by a space, as prefix or suffix, as numbers,
/// by an escape of JSON or of a URL, by the 32nd byte, and IDs that peers have.
const IDS: [&str; 24] = [
    "u",
    "U",
    "u ",
    " u",
    "uu",
    "u\0",
    "u1",
    "u01",
    "u1.0",
    "1",
    "01",
    "1 ",
    "+1",
    "u\"",
    "u\\\"",
    "u/",
    "u%2F",
    "u~1",
    "v",
    "a",
    "A",
    "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL",
    "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLl",
    "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL",
];

struct User {
    id: UserId<'static>,
    alone: Service,
}

#[test]
fn users_with_similar_ids_never_see_each_other() {
    on_bytes(400, 1200, |data| {
        let mut source = ByteSource::new(data);
        let policy = policies::policy(&mut source);
        let ids = IDS.iter().filter_map(|id| UserId::new(*id).ok());
        let mut users: Vec<User> =
            ids.map(|id| User { id, alone: Service::new(&policy) }).collect();
        assert_eq!(users.len(), IDS.len() - 1, "all but the one with a control character");
        let mut together = Service::new(&policy);
        for now in 1..60 {
            if source.is_exhausted() {
                break;
            }
            // Few of them are busy, so that their accounts grow.
            let place = if source.one_in(4) { source.below(users.len()) } else { source.below(4) };
            match source.below(12) {
                10 => forget(&mut together, &mut users[place], now),
                11 => together = together.clone(),
                9 => {
                    let other = source.below(users.len());
                    copy(&mut together, &mut users, place, other);
                }
                _ => serve(&mut together, &mut users[place], &mut source, now),
            }
            assert_accounts(&together, &users);
        }
    });
}

/// Serves a request of the user in both services, and compares.
fn serve(together: &mut Service, user: &mut User, source: &mut ByteSource, now: u64) {
    let policy = *together.policy();
    let command = requests::command(source);
    let mut body = requests::mostly_valid_body(source, command, &policy);
    *body.member("From_Account").expect("every body has it") = text(user.id.as_str());
    let body = body.spelled(source);
    let call = Call { command, body, admin: true, facts: facts::facts(source), now };
    let facts = convert::facts(&call.facts);
    let incoming = Incoming::new(command, &call.body);
    let [served, alone] = [together, &mut user.alone].map(|service| {
        service.serve(&incoming, &facts, Time::from_seconds(now)).expect("the facts are complete")
    });
    assert_eq!(shown(served.answer()), shown(alone.answer()), "{}", shown(&call.body));
    assert_eq!(
        served.changes().iter().map(json_of).collect::<Vec<_>>(),
        alone.changes().iter().map(json_of).collect::<Vec<_>>()
    );
    assert_eq!(served.code(), alone.code());
}

/// Drops the first row of the user, as a host does, and stores the account again.
fn forget(together: &mut Service, user: &mut User, now: u64) {
    let Some(mut account) = together.account(&user.id).cloned() else { return };
    let first =
        account.rows().next().and_then(|row| row.conversation().map(Conversation::into_owned));
    let Some(first) = first else { return };
    assert!(account.forget(&first, now).is_some());
    for service in [together, &mut user.alone] {
        service.insert(user.id.clone(), account.clone());
    }
}

/// Gives one user what the other has.
fn copy(together: &mut Service, users: &mut [User], to: usize, from: usize) {
    let account = together.account(&users[from].id).cloned().unwrap_or_default();
    for service in [together, &mut users[to].alone] {
        service.insert(users[to].id.clone(), account.clone());
    }
}

/// Every user has the account that they have alone, and nobody else has one.
fn assert_accounts(together: &Service, users: &[User]) {
    let mut expected: Vec<(&str, &Account)> = Vec::new();
    for user in users {
        let alone = user.alone.account(&user.id);
        assert!(together.account(&user.id) == alone, "another account of {:?}", user.id.as_str());
        assert_eq!(user.alone.accounts().count(), usize::from(alone.is_some()));
        assert!(alone.is_none_or(|account| !account.is_empty()), "an account without data is kept");
        expected.extend(alone.map(|account| (user.id.as_str(), account)));
    }
    expected.sort_by_key(|(id, _)| *id);
    let found = together.accounts().map(|(id, account)| (id.as_str(), account));
    assert!(found.eq(expected), "other users than those with data, or another order");
}
