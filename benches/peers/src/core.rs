//! The crate that is measured, used as a service would use it.

use convmark::request::{MembershipChange, UpdateKind};
use convmark::{Account, CheckedRequest, Conversation, Facts, Policy, Request as Wire, Validator};

pub use crate::service::{Service, command};
use crate::sqlite_state::{Code, Mark, Peer, SqliteState, Update};
use crate::workload::{OWNER, Request, START, Workload};

/// Decodes a request that is known to be valid.
pub fn decoded<'b>(request: &'b Request, policy: &Policy) -> CheckedRequest<'b> {
    Validator::new(policy)
        .decode(command(request.command), &request.body)
        .expect("a workload is valid")
}

/// Serves one request as [`Service::serve`] does, but with each fact asked for and answered.
#[inline]
pub fn serve_asking(service: &mut Service, account: &mut Account, request: &Request, now: u64) {
    let checked = service
        .validator
        .decode(command(request.command), &request.body)
        .expect("a workload is valid");
    service.facts.clear();
    for lookup in checked.lookups() {
        service.facts.answer(&lookup, true);
    }
    service.finish(account, checked, now);
}

/// Applies one decoded request and drops the outcome.
#[inline]
pub fn apply(
    account: &mut Account,
    validator: &mut Validator,
    facts: &Facts,
    checked: &CheckedRequest<'_>,
    now: u64,
) {
    let outcome =
        account.apply_with(validator, checked, facts, now).expect("the facts are complete");
    std::hint::black_box(&outcome);
    validator.reclaim_outcome(outcome);
}

/// The account of a workload before its first step, and the time of that step in Unix seconds.
pub fn prepared(setup: &[Request]) -> (Account, u64) {
    let mut account = Account::new();
    let mut service = Service::default();
    let mut now = START;
    for request in setup {
        service.serve(&mut account, request, now);
        now += 1;
    }
    (account, now)
}

fn peer<'a>(conversation: &'a Conversation<'_>) -> Peer<'a> {
    Peer { kind: conversation.kind(), id: conversation.id() }
}

/// The same decoded request, applied to the state in SQLite.
pub fn apply_sqlite(
    state: &mut SqliteState,
    checked: &CheckedRequest<'_>,
    now: u64,
    codes: &mut Vec<Code>,
) {
    codes.clear();
    let works = "SQLite works";
    let owner = checked.account().as_str();
    match checked.request() {
        Wire::Mark(request) => {
            let items = request.items().iter().map(|item| Mark {
                peer: peer(item.conversation()),
                clear: item.clear_marks().bits(),
                set: item.set_marks().bits(),
                custom: item.custom_mark(),
            });
            state.apply_mark(owner, items, now, codes).expect(works);
        }
        Wire::Update(request) => match request.kind() {
            UpdateKind::Rename(name) => {
                let _ = state.apply_rename(owner, request.group_name(), name).expect(works);
            }
            UpdateKind::Conversations(items) => {
                let items = items.iter().map(|item| Update {
                    peer: peer(&item.conversation),
                    add: item.change == MembershipChange::Add,
                });
                let _ = state
                    .apply_update(owner, request.group_name(), items, now, codes)
                    .expect(works);
            }
        },
        Wire::Create(request) => {
            let items = request.conversations().iter().map(peer);
            let _ =
                state.apply_create(owner, request.group_name(), items, now, codes).expect(works);
        }
        Wire::Delete(request) => {
            let _ = state.apply_del(owner, request.group_name(), now).expect(works);
        }
        Wire::Get(request) => {
            let each = |row: crate::sqlite_state::Row<'_>| {
                std::hint::black_box(row.at);
            };
            state.get(owner, request.start_index(), 100, each).expect(works);
        }
        Wire::Search(request) => {
            let each = |row: crate::sqlite_state::Row<'_>| {
                std::hint::black_box(row.at);
            };
            state.search(owner, request.conversations().iter().map(peer), each).expect(works);
        }
    }
}

/// SQLite with the account of a workload, under [`OWNER`] and as a copy under [`TEMPLATE`]; and the time of the first step.
pub fn prepared_sqlite(work: &Workload) -> (SqliteState, u64) {
    let mut state = SqliteState::new().expect("SQLite opens in memory");
    let (mut codes, mut now) = (Vec::new(), START);
    for request in &work.setup {
        apply_sqlite(&mut state, &decoded(request, &Policy::default()), now, &mut codes);
        now += 1;
    }
    state.copy(OWNER, TEMPLATE).expect("SQLite copies");
    (state, now)
}

/// The owner of the account in SQLite that fresh copies are made of.
pub const TEMPLATE: &str = "template";
