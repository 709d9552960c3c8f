//! Users whose IDs have the same hash: rows are found by a hash with a fixed seed, so that equal
//! hashes can be made. Accounts with such users behave as the reference model, which has no hash.

use crate::runner::on_bytes;
use convmark::policy::Capacity;
use convmark::{Account, Command, Conversation, Policy, Validator, Warning};
use convmark_model::compare::ComparedAccount;
use convmark_model::generate::operations::{Call, Operation};
use convmark_model::generate::{ByteSource, policies};
use convmark_model::handle::handle;
use convmark_model::properties::capacity::counts_match_contents;
use convmark_model::properties::stored::{policy_with_64_groups, snapshots_round_trip};
use convmark_model::reference::account::Facts;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use support::bodies::{
    Requester, addition, chat_contact, mark_item, removal, user_contact, user_contacts,
};

const A: Requester<'_> = Requester("a");

/// As users, the first two have the same 64 bits. The next six agree with them in the bits that an
/// index of up to 1792 rows uses: the lowest 11 and the highest 7. The last two are ordinary.
const IDS: [&str; 10] = [
    "lpcklgkcoimbjihl",
    "nicjfilbljgppelk",
    "u361737",
    "u438943",
    "u506253",
    "u561209",
    "u806726",
    "u1055788",
    "u",
    "lpcklgkcoimbjihk",
];

/// Rows that no operation changes. Hashes are used for more than 16 rows only.
const FILLERS: u32 = 20;

static OPERATIONS: AtomicUsize = AtomicUsize::new(0);
/// Operations on an account with a row for both users whose hash is the same.
static WITH_BOTH: AtomicUsize = AtomicUsize::new(0);

#[test]
fn users_with_equal_hashes_agree_with_the_reference_model() {
    on_bytes(250, 500, |data| {
        let mut source = ByteSource::new(data);
        let policy = match source.below(3) {
            0 => with_room_for_fillers(policies::policy(&mut source)),
            _ => policy_with_64_groups(),
        };
        let mut compared = ComparedAccount::of(fillers(), policy);
        for now in 0..40 {
            if source.is_exhausted() {
                break;
            }
            let rows = compared.account.usage().rows;
            assert!(rows >= FILLERS, "the rows are found without a hash: {rows}");
            OPERATIONS.fetch_add(1, Relaxed);
            WITH_BOTH.fetch_add(usize::from(has_both(&compared.account)), Relaxed);
            compared.step(&operation(&mut source, now));
            counts_match_contents(&compared.account);
        }
        snapshots_round_trip(&compared.account);
    });
    let (operations, with_both) = (OPERATIONS.load(Relaxed), WITH_BOTH.load(Relaxed));
    println!("{with_both} of {operations} operations with both users");
    assert!(with_both * 5 >= operations, "{with_both} of {operations} operations");
}

/// An account whose only rows are marked users that [`IDS`] does not have.
fn fillers() -> Account {
    let items: Vec<String> = user_contacts(0..FILLERS as usize)
        .iter()
        .map(|contact| mark_item(1, contact, r#","SetMark":[5]"#))
        .collect();
    let (body, facts) = (A.mark(&items).into_bytes(), Facts::default());
    let call = Call { command: Command::MarkContact, body, admin: true, facts, now: 0 };
    let mut account = Account::new();
    handle(&mut account, &call, &policy_with_64_groups());
    assert_eq!(account.usage().rows, FILLERS);
    account
}

fn with_room_for_fillers(policy: Policy) -> Policy {
    let capacity = match policy.capacity() {
        Capacity::Shared { rows } => Capacity::Shared { rows: rows + FILLERS },
        Capacity::Separate { grouped, marked } => {
            Capacity::Separate { grouped, marked: marked + FILLERS }
        }
        Capacity::PerGroup { members, marked } => {
            Capacity::PerGroup { members, marked: marked + FILLERS }
        }
    };
    policy.to_builder().capacity(capacity).build().expect("every capacity is allowed")
}

fn has_both(account: &Account) -> bool {
    IDS[..2].iter().all(|id| {
        let user = Conversation::user(*id).expect("an ID");
        account.rows().any(|row| row.conversation().as_ref() == Some(&user))
    })
}

fn operation(source: &mut ByteSource, now: u64) -> Operation {
    let group = source.pick(&["n", "m"]);
    let (command, body) = match source.below(16) {
        14 => {
            let (kind, id) = (source.pick(&[1, 1, 2]), id(source));
            return Operation::Forget(kind, id.into(), now);
        }
        15 => return Operation::Reload,
        0 | 1 => (Command::CreateContactGroup, A.create(group, &contacts(source))),
        2 => (Command::DelContactGroup, A.delete(group)),
        3 => (Command::GetContactGroup, A.get(source.below(3))),
        4 | 5 => (Command::SearchContactGroup, A.search(&contacts(source))),
        6..=9 => {
            let items: Vec<String> = contacts(source)
                .iter()
                .map(|contact| if source.one_in(3) { removal(contact) } else { addition(contact) })
                .collect();
            (Command::UpdateContactGroup, A.change(group, &items))
        }
        _ => {
            let members = |source: &mut ByteSource| {
                source.pick(&[
                    r#","SetMark":[1]"#,
                    r#","ClearMark":[1]"#,
                    r#","CustomMark":"c""#,
                    r#","ClearMark":[1],"CustomMark":"""#,
                ])
            };
            let items: Vec<String> = contacts(source)
                .iter()
                .map(|contact| mark_item(3, contact, members(source)))
                .collect();
            (Command::MarkContact, A.mark(&items))
        }
    };
    let facts = Facts::default();
    Operation::Call(Call { command, body: body.into_bytes(), admin: true, facts, now })
}

/// Mostly the two whose hash is the same.
fn id(source: &mut ByteSource) -> &'static str {
    let end = source.pick(&[2, 2, 10]);
    IDS[source.below(end)]
}

fn contacts(source: &mut ByteSource) -> Vec<String> {
    (0..source.in_range(1, 4))
        .map(|_| match source.one_in(8) {
            true => chat_contact(id(source)),
            false => user_contact(id(source)),
        })
        .collect()
}

/// All pairs and all lists of three, in every command that has a list: a conversation is repeated
/// exactly if its kind and its ID are.
#[test]
fn users_with_equal_hashes_are_not_a_repeated_conversation() {
    let all: Vec<String> = IDS.iter().flat_map(|id| [user_contact(id), chat_contact(id)]).collect();
    for one in &all {
        for two in &all {
            for three in [&all[0], &all[2], &all[16]] {
                let body = A.search(&[one, two, three]);
                let report =
                    Validator::default().report(Command::SearchContactGroup, body.as_bytes());
                let found: Vec<String> = report
                    .findings()
                    .iter()
                    .inspect(|finding| {
                        assert_eq!(finding.warning(), Some(Warning::RepeatedConversation));
                    })
                    .map(convmark::Finding::path)
                    .collect();
                let second = (one == two).then(|| "/ContactItem/1".to_string());
                let third = (three == one || three == two).then(|| "/ContactItem/2".to_string());
                let expected: Vec<String> = second.into_iter().chain(third).collect();
                assert_eq!(found, expected, "{body}");
            }
        }
    }
}
