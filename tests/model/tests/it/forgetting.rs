//! `Account::forget` in crowded accounts: conversations in up to 20 groups, with a capacity that
//! each forgotten one makes room in.

use crate::runner::on_bytes;
use convmark::policy::Capacity;
use convmark::{Command, Conversation, Revision};
use convmark_model::compare::ComparedAccount;
use convmark_model::generate::ByteSource;
use convmark_model::generate::operations::{Call, Operation};
use convmark_model::properties::capacity::{capacities_hold, counts_match_contents};
use convmark_model::reference::account::Facts;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::bodies::{Requester, chat_contact, mark_item, user_contact};

const A: Requester<'_> = Requester("a");
/// Seven users and, with the same IDs, seven group chats.
const IDS: [&str; 7] = ["u", "v", "w", "x", "y", "z", "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL"];

/// The most groups that a forgotten conversation was in, and how many additions afterwards
/// succeeded and failed.
static MOST_GROUPS: AtomicUsize = AtomicUsize::new(0);
static ADDED: AtomicUsize = AtomicUsize::new(0);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn forgetting_in_crowded_accounts_frees_exactly_its_places() {
    on_bytes(120, 500, |data| {
        let mut source = ByteSource::new(data);
        let (members, marked) = (source.pick(&[3, 8, 1, 2, 14]), source.pick(&[2, 0, 5, 14]));
        let capacity = match source.below(6) {
            4 => Capacity::Shared { rows: members + marked },
            5 => Capacity::Separate { grouped: members, marked },
            _ => Capacity::PerGroup { members, marked },
        };
        let policy = Revision::V2026_04.policy().to_builder().capacity(capacity);
        let mut crowd =
            Crowd { compared: ComparedAccount::new(policy.build().expect("in range")), now: 0 };
        for group in 0..source.in_range(1, 20) {
            let contacts = contacts(&mut source);
            crowd.call(Command::CreateContactGroup, A.create(&format!("g{group}"), &contacts));
        }
        for _ in 0..40 {
            if source.is_exhausted() {
                break;
            }
            crowd.operation(&mut source);
        }
    });
    assert!(MOST_GROUPS.load(Ordering::Relaxed) >= 15, "{MOST_GROUPS:?}");
    assert!(ADDED.load(Ordering::Relaxed) > 20, "{ADDED:?}");
    assert!(REFUSED.load(Ordering::Relaxed) > 20, "{REFUSED:?}");
}

struct Crowd {
    compared: ComparedAccount,
    now: u64,
}

impl Crowd {
    fn call(&mut self, command: Command, body: String) -> Vec<bool> {
        self.now += 1;
        let facts = Facts::default();
        let call = Call { command, body: body.into_bytes(), admin: true, facts, now: self.now };
        let response = self.compared.call(&call);
        self.assert_counts();
        response.items.iter().map(Option::is_none).collect()
    }

    fn assert_counts(&self) {
        counts_match_contents(&self.compared.account);
        capacities_hold(&self.compared.account, &self.compared.policy);
    }

    fn operation(&mut self, source: &mut ByteSource) {
        let group = format!("g{}", source.below(20));
        let contacts = contacts(source);
        match source.below(9) {
            0..=3 => self.forget(source),
            4 => drop(self.call(Command::UpdateContactGroup, A.remove(&group, &contacts))),
            5 => drop(self.call(Command::DelContactGroup, A.delete(&group))),
            6 => drop(self.call(Command::CreateContactGroup, A.create(&group, &contacts))),
            7 => {
                let members = source.pick(&[
                    r#","SetMark":[1]"#,
                    r#","CustomMark":"c""#,
                    r#","ClearMark":[1],"CustomMark":"""#,
                ]);
                let items: Vec<String> =
                    contacts.iter().map(|contact| mark_item(3, contact, members)).collect();
                if !items.is_empty() {
                    self.call(Command::MarkContact, A.mark(&items));
                }
            }
            _ => drop(self.compared.step(&Operation::Reload)),
        }
    }

    /// Forgets a conversation, then fills one of the places that it freed and one more.
    fn forget(&mut self, source: &mut ByteSource) {
        let id = source.pick(&IDS);
        let kind = source.pick(&[1, 2]);
        let made = if kind == 1 { Conversation::user(id) } else { Conversation::group(id) };
        let conversation = made.expect("an ID");
        let account = &self.compared.account;
        let (before, usage) = (account.clone(), account.usage());
        let row = before.row(&conversation);
        let groups: Vec<u32> = row.iter().flat_map(|row| row.group_ids()).collect();
        MOST_GROUPS.fetch_max(groups.len(), Ordering::Relaxed);
        self.now += 1;
        let changes = self.compared.forget(kind, id, self.now);
        self.assert_counts();
        let Some(row) = row else {
            assert!(changes.is_empty() && self.compared.account == before);
            return;
        };
        assert_eq!(changes.len(), 1);
        let is_marked = !row.standard_marks().is_empty() || row.custom_mark().is_some();
        let after = self.compared.account.usage();
        assert_eq!(after.rows, usage.rows - 1);
        assert_eq!(after.grouped, usage.grouped - u32::from(!groups.is_empty()));
        assert_eq!(after.marked, usage.marked - u32::from(is_marked));
        assert_eq!(after.groups, usage.groups);
        for (old, new) in before.groups().zip(self.compared.account.groups()) {
            let freed = u32::from(groups.contains(&old.id));
            assert_eq!((old.id, old.name, old.members - freed), (new.id, new.name, new.members));
        }
        let Some(group) = before.groups().find(|group| groups.contains(&group.id)) else { return };
        let (full, one) = (group.members, user_contact("new0"));
        let added = self.call(
            Command::UpdateContactGroup,
            A.add(group.name, &[one, user_contact("new1"), chat_contact("new0")]),
        );
        // Nobody has these IDs unless an earlier forgetting let them in.
        if let Capacity::PerGroup { members, .. } = self.compared.policy.capacity() {
            let is_new = ["new0", "new1"].iter().all(|id| {
                let peer = Conversation::user(*id).expect("an ID");
                let member =
                    before.row(&peer).is_some_and(|row| row.group_ids().any(|id| id == group.id));
                !member
            });
            if is_new && members == full {
                assert_eq!(added[..2], [true, false], "exactly one place is free");
            }
        }
        let count = |wanted: bool| added.iter().filter(|added| **added == wanted).count();
        ADDED.fetch_add(count(true), Ordering::Relaxed);
        REFUSED.fetch_add(count(false), Ordering::Relaxed);
    }
}

/// Any of the fourteen conversations, often all of them.
fn contacts(source: &mut ByteSource) -> Vec<String> {
    let chosen = [source.byte() | source.byte(), source.byte() | source.byte()];
    let is_chosen = |kind: usize, number: usize| chosen[kind] >> number & 1 == 1;
    let users =
        (0..7).filter(|number| is_chosen(0, *number)).map(|number| user_contact(IDS[number]));
    let chats =
        (0..7).filter(|number| is_chosen(1, *number)).map(|number| chat_contact(IDS[number]));
    users.chain(chats).collect()
}
