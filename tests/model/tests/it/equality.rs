//! Two accounts are equal exactly if their snapshots are, whatever made them.

use crate::runner::on_bytes;
use convmark::{Account, Change, Command, Policy};
use convmark_model::compare::convert;
use convmark_model::generate::ByteSource;
use convmark_model::generate::operations::Call;
use convmark_model::handle::handle;
use convmark_model::properties::stored::policy_with_64_groups;
use convmark_model::reference::account::Facts;
use convmark_model::reference::conversation::Conversation;
use convmark_model::reference::snapshot;
use support::bodies::{Requester, chat_contact, mark_item, user_contact};

const A: Requester<'_> = Requester("a");
const GROUPS: [&str; 3] = ["n", "m", "k"];

#[test]
fn accounts_are_equal_exactly_if_their_snapshots_are() {
    on_bytes(400, 600, |data| {
        let mut source = ByteSource::new(data);
        let mut accounts = vec![Account::new()];
        while !source.is_exhausted() && accounts.len() < 28 {
            // Mostly the newest, so that histories are long.
            let newest = accounts.len() - 1;
            let place = if source.one_in(4) { source.below(accounts.len()) } else { newest };
            let account = accounts[place].clone();
            accounts.extend(next(account, &mut source));
        }
        let stored: Vec<String> = accounts.iter().map(stored).collect();
        for (one, one_stored) in accounts.iter().zip(&stored) {
            for (other, other_stored) in accounts.iter().zip(&stored) {
                let expected = one_stored == other_stored;
                assert_eq!(one == other, expected, "{one_stored}\n{other_stored}");
                assert_eq!(one != other, !expected, "{one_stored}\n{other_stored}");
            }
        }
    });
}

/// Accounts with another history: after one request, and the same again from its changes; dropped
/// conversations; loaded from the snapshot; a snapshot with one small difference.
fn next(mut account: Account, source: &mut ByteSource) -> Vec<Account> {
    match source.below(8) {
        7 => vec![reloaded(&stored(&account))],
        6 => changed(&account, source).map(|text| reloaded(&text)).into_iter().collect(),
        5 => {
            let rows: Vec<_> = account.rows().filter_map(|row| row.conversation()).collect();
            let Some(row) = rows.get(source.below(rows.len().max(1))) else { return Vec::new() };
            let row = row.clone().into_owned();
            account.forget(&row, 1);
            vec![account]
        }
        _ => {
            let mut replayed = account.clone();
            let (command, body) = request(source);
            let call = Call {
                command,
                body: body.into_bytes(),
                admin: true,
                facts: Facts::default(),
                now: source.pick(&[1, 1, 2]),
            };
            for change in handle(&mut account, &call, &policy()).changes {
                let change: Change = serde_json::from_str(&change).expect("changes can be read");
                replayed.replay(&change).expect("changes fit");
            }
            vec![account, replayed]
        }
    }
}

fn policy() -> Policy {
    policy_with_64_groups()
}

fn request(source: &mut ByteSource) -> (Command, String) {
    let group = source.pick(&GROUPS);
    let contact = match source.below(3) {
        0 => user_contact("u"),
        1 => chat_contact("u"),
        _ => user_contact("v"),
    };
    match source.below(8) {
        0 | 1 => (Command::CreateContactGroup, A.create(group, &contact)),
        2 => (Command::DelContactGroup, A.delete(group)),
        3 => (Command::UpdateContactGroup, A.rename(group, source.pick(&GROUPS))),
        4 => (Command::UpdateContactGroup, A.remove(group, &[contact])),
        5 => (Command::UpdateContactGroup, A.add(group, &[contact])),
        _ => {
            let members = source.pick(&[
                r#","SetMark":[1]"#,
                r#","SetMark":[64]"#,
                r#","ClearMark":[1,64]"#,
                r#","CustomMark":"c""#,
                r#","CustomMark":"d""#,
                r#","CustomMark":"""#,
            ]);
            (Command::MarkContact, A.mark(&mark_item(3, &contact, members)))
        }
    }
}

fn stored(account: &Account) -> String {
    serde_json::to_string(account).expect("accounts can be stored")
}

fn reloaded(text: &str) -> Account {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The snapshot of the account with one small difference, if there is a place for it.
fn changed(account: &Account, source: &mut ByteSource) -> Option<String> {
    let mut account = convert::account(account);
    let choice = source.below(9);
    let (groups, rows) = (account.groups.len(), account.rows.len());
    match choice {
        0 => account.last_group_id += 1,
        // The others keep their IDs, so that only the name of one tells the accounts apart.
        1 => {
            // With its ID, so that no two groups get the same name.
            let last = account.groups.last_mut()?;
            last.name += &format!("x{}", last.id);
        }
        2 => {
            let last = account.groups.last_mut()?;
            let old = last.id;
            account.last_group_id += 1;
            last.id = account.last_group_id;
            for id in account.rows.iter_mut().flat_map(|row| &mut row.group_ids) {
                if *id == old {
                    *id = account.last_group_id;
                }
            }
        }
        3 if rows > 1 => account.rows.swap(0, rows - 1),
        _ => {
            let row = account.rows.get_mut(source.below(rows.max(1)))?;
            match choice {
                4 => row.timestamp ^= 1,
                5 => row.standard ^= 1 << 63,
                6 => row.custom.push('x'),
                7 if groups > 0 => {
                    let group = account.groups[source.below(groups)].id;
                    match row.group_ids.iter().position(|id| *id == group) {
                        Some(place) => drop(row.group_ids.remove(place)),
                        None => row.group_ids.push(group),
                    }
                    row.group_ids.sort_unstable();
                }
                _ => {
                    row.conversation = match &row.conversation {
                        Conversation::OneToOne(id) => Conversation::GroupChat(format!("{id}x")),
                        Conversation::GroupChat(id) => Conversation::OneToOne(format!("{id}x")),
                    }
                }
            }
        }
    }
    // A row without data and a conversation twice are no snapshot.
    let is_empty = |row: &convmark_model::reference::account::Row| {
        row.standard == 0 && row.custom.is_empty() && row.group_ids.is_empty()
    };
    let mut names: Vec<_> = account.rows.iter().map(|row| &row.conversation).collect();
    names.sort();
    names.dedup();
    let fits = !account.rows.iter().any(is_empty) && names.len() == rows;
    fits.then(|| snapshot::to_json(&account))
}

/// The same groups and rows in other slots: one account kept the slots that its deleted groups
/// left, the other was loaded and has none.
#[test]
fn groups_in_other_slots_are_equal() {
    for groups in 2..8 {
        for deleted in 0..1_u32 << groups {
            let mut account = Account::new();
            let mut run = |command, body: String| {
                let call = Call {
                    command,
                    body: body.into_bytes(),
                    admin: true,
                    facts: Facts::default(),
                    now: 1,
                };
                assert!(handle(&mut account, &call, &policy()).code.is_ok());
            };
            for group in 0..groups {
                let members = [user_contact("u"), chat_contact(&format!("c{}", group % 3))];
                run(Command::CreateContactGroup, A.create(&format!("g{group}"), &members));
            }
            for group in (0..groups).filter(|group| deleted >> group & 1 == 1) {
                run(Command::DelContactGroup, A.delete(&format!("g{group}")));
            }
            let member = [user_contact("v")];
            run(Command::CreateContactGroup, A.create("last", &member));
            let loaded = reloaded(&stored(&account));
            assert!(loaded == account, "{}", stored(&account));
            assert!(account == loaded, "{}", stored(&account));
            // In the same slots of the loaded account are other groups: they must not be taken
            // for equal.
            let mut other = convert::account(&account);
            let ids: Vec<u32> = other.groups.iter().map(|group| group.id).collect();
            let [first, .., last] = ids[..] else { continue };
            for row in &mut other.rows {
                row.group_ids = match row.group_ids[..] {
                    [id] if id == last => vec![first],
                    _ => row.group_ids.clone(),
                };
            }
            let other = reloaded(&snapshot::to_json(&other));
            assert_eq!(other == account, stored(&other) == stored(&account));
            assert!(other != account);
        }
    }
}
