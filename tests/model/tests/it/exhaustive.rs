//! Bounded exhaustive testing: every sequence of actions of a given length, in the crate and in the reference model.
//!
//! * **Data**: one account, two group names (`a`, `b`), two conversations (user `x`, group chat `y`), three bits (`1<<0`,
//!   `1<<32`, `1<<63`), one custom mark (`c`).
//! * **Policy**: at most 2 groups, pages of 1 row, and capacities of 1 or 2 rows, so that they are reached.
//! * **Comparison**: after every action the answer, the changes, the snapshot, and the account that is rebuilt from the changes.
//!   Before every action also both pages of `get` and a search.
//! * **Size**: the wide alphabet has 32 actions. At full effort all sequences of 4 are tried: 32^4 = 1,048,576 for each of four
//!   kinds of capacity, 4,194,304 in all. The narrow alphabet has 10 actions and sequences of 6: 10^6 = 1,000,000. In an
//!   optimised build each of the five takes about 12 seconds of processor time. At normal effort the lengths are 3 (2 for the
//!   third and fourth kind of capacity) and 4, with `fast` 2 and 3. A prefix that sequences share is run once.
//!
//! The alphabets leave out: bodies with errors (they do not depend on the account, and other tests compare them), more than two
//! items in a request, callers who are not admins, a plan that lacks the feature, an unknown requester, the other 61 bits,
//! group names at their limits, and clocks that stand still or step back (each action is one second later).

use convmark::{Capacity, Command, MarkBase, Policy};
use convmark_model::compare::ComparedAccount;
use convmark_model::effort::Effort;
use convmark_model::generate::operations::Call;
use convmark_model::reference::account::Facts;

const X: &str = r#"{"Type":1,"To_Account":"x"}"#;
const Y: &str = r#"{"Type":2,"ToGroupId":"y"}"#;

/// One action on the account.
#[derive(Clone)]
enum Action {
    Call(Call),
    Forget(u8, &'static str),
}

fn call(command: Command, body: String) -> Action {
    Action::Call(Call { command, body: body.into_bytes(), admin: true, facts: Facts::default(), now: 0 })
}

fn create(name: &str, contacts: &[&str]) -> Action {
    let body =
        format!(r#"{{"From_Account":"a","GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{}]}}]}}"#, contacts.join(","));
    call(Command::CreateContactGroup, body)
}

fn rename(old: &str, new: &str) -> Action {
    let body = format!(
        r#"{{"From_Account":"a","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"{old}","NewGroupName":"{new}"}}}}"#
    );
    call(Command::UpdateContactGroup, body)
}

fn update(name: &str, items: &[(u8, &str)]) -> Action {
    let item = |(operation, contact): &(u8, &str)| format!(r#"{{"ContactOptType":{operation},"ContactItem":{contact}}}"#);
    let items: Vec<String> = items.iter().map(item).collect();
    let body = format!(
        r#"{{"From_Account":"a","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":2,"OldGroupName":"{name}","ContactUpdateItem":[{}]}}}}"#,
        items.join(",")
    );
    call(Command::UpdateContactGroup, body)
}

fn delete(name: &str) -> Action {
    let body = format!(r#"{{"From_Account":"a","GroupName":["{name}"]}}"#);
    call(Command::DelContactGroup, body)
}

fn mark(items: &[(&str, &str)]) -> Action {
    let items: Vec<String> = items.iter().map(|(contact, rest)| format!(r#"{{"ContactItem":{contact},{rest}}}"#)).collect();
    let body = format!(r#"{{"From_Account":"a","MarkItem":[{}]}}"#, items.join(","));
    call(Command::MarkContact, body)
}

fn with_facts(action: Action, facts: Facts) -> Action {
    match action {
        Action::Call(call) => Action::Call(Call { facts, ..call }),
        other => other,
    }
}

/// The wide alphabet: 32 actions.
fn wide() -> Vec<Action> {
    let unresolved = || Facts { unresolved_groups: vec!["y".into()], ..Facts::default() };
    let (star, high, top) = (r#""OptType":1,"SetMark":[1]"#, r#""OptType":1,"SetMark":[33]"#, r#""OptType":1,"SetMark":[64]"#);
    vec![
        create("a", &[]),
        create("a", &[X]),
        create("b", &[Y, X]),
        create("b", &[X, X]),
        rename("a", "b"),
        rename("b", "a"),
        rename("a", "a"),
        update("a", &[(1, X)]),
        update("a", &[(1, Y)]),
        update("a", &[(2, X)]),
        update("a", &[(2, Y)]),
        update("b", &[(1, X)]),
        update("b", &[(2, X), (1, Y)]),
        update("a", &[(1, Y), (2, X)]),
        update("a", &[]),
        with_facts(update("a", &[(1, Y), (1, X)]), unresolved()),
        delete("a"),
        delete("b"),
        mark(&[(X, star)]),
        mark(&[(X, r#""OptType":1,"ClearMark":[1]"#)]),
        mark(&[(X, r#""OptType":1,"ClearMark":[1,33,64],"SetMark":[64]"#)]),
        mark(&[(Y, high)]),
        mark(&[(Y, r#""OptType":1,"ClearMark":[33,64]"#)]),
        mark(&[(Y, r#""OptType":3,"SetMark":[64],"ClearMark":[33],"CustomMark":"c""#)]),
        mark(&[(X, r#""OptType":2,"CustomMark":"c""#)]),
        mark(&[(X, r#""OptType":2,"CustomMark":"""#)]),
        mark(&[(Y, r#""OptType":3,"CustomMark":"""#)]),
        mark(&[(X, star), (Y, top)]),
        mark(&[(Y, top), (X, r#""OptType":1,"ClearMark":[1]"#)]),
        with_facts(mark(&[(Y, r#""OptType":1,"ClearMark":[33]"#), (X, high)]), unresolved()),
        Action::Forget(1, "x"),
        Action::Forget(2, "y"),
    ]
}

/// The narrow alphabet: 10 actions that create and remove rows and groups.
fn narrow() -> Vec<Action> {
    vec![
        create("a", &[X]),
        create("b", &[Y]),
        update("a", &[(1, Y), (2, X)]),
        update("a", &[(1, X), (2, Y)]),
        update("b", &[(1, X), (2, Y)]),
        delete("a"),
        delete("b"),
        mark(&[(X, r#""OptType":1,"SetMark":[1]"#), (Y, r#""OptType":1,"ClearMark":[1]"#)]),
        mark(&[(Y, r#""OptType":1,"SetMark":[1]"#), (X, r#""OptType":1,"ClearMark":[1]"#)]),
        Action::Forget(1, "x"),
    ]
}

fn reads() -> Vec<Action> {
    let get = |start: u8| {
        let body = format!(r#"{{"From_Account":"a","StartIndex":{start}}}"#);
        call(Command::GetContactGroup, body)
    };
    let search = format!(r#"{{"From_Account":"a","ContactItem":[{Y},{X}]}}"#);
    vec![get(0), get(1), call(Command::SearchContactGroup, search)]
}

fn policy(capacity: Capacity) -> Policy {
    let built = Policy::REV_2026_04.to_builder().groups(2).capacity(capacity).page_size(1).mark_base(MarkBase::One).build();
    built.expect("within the range")
}

fn step(compared: &mut ComparedAccount, action: &Action, now: u64) {
    match action {
        Action::Call(call) => drop(compared.call(&Call { now, ..call.clone() })),
        Action::Forget(kind, id) => drop(compared.forget(*kind, id, now)),
    }
}

/// Tries all sequences of that length from this account, depth first. Returns how many there are.
fn try_sequences(compared: &ComparedAccount, alphabet: &[Action], reads: &[Action], depth: u32, now: u64) -> u64 {
    if depth == 0 {
        return 1;
    }
    let mut reader = compared.clone();
    for read in reads {
        step(&mut reader, read, now);
    }
    let next = |action: &Action| {
        let mut compared = compared.clone();
        step(&mut compared, action, now);
        try_sequences(&compared, alphabet, reads, depth - 1, now + 1)
    };
    alphabet.iter().map(next).sum()
}

/// Tries all sequences of that length from an empty account, on two threads.
fn try_all(alphabet: &[Action], depth: u32, capacity: Capacity) {
    let reads = reads();
    let empty = ComparedAccount::new(policy(capacity));
    let first = |actions: &[Action]| -> u64 {
        let each = |action: &Action| {
            let mut compared = empty.clone();
            step(&mut compared, action, 1);
            try_sequences(&compared, alphabet, &reads, depth - 1, 2)
        };
        actions.iter().map(each).sum()
    };
    let (left, right) = alphabet.split_at(alphabet.len() / 2);
    let count = std::thread::scope(|scope| {
        let other = scope.spawn(|| first(right));
        first(left) + other.join().expect("the other half agrees")
    });
    let actions = u64::try_from(alphabet.len()).expect("few");
    assert_eq!(count, actions.pow(depth));
    println!("{count} sequences of {depth} out of {actions} actions, {capacity:?}");
}

fn wide_length() -> u32 {
    Effort::chosen().choose(2, 3, 4)
}

#[test]
fn all_sequences_agree_when_all_rows_share_one_capacity() {
    try_all(&wide(), wide_length(), Capacity::Shared { rows: 2 });
}

#[test]
fn all_sequences_agree_when_grouped_and_marked_rows_are_counted_apart() {
    try_all(&wide(), wide_length(), Capacity::Separate { grouped: 1, marked: 1 });
}

#[test]
fn all_sequences_agree_when_each_group_has_its_own_capacity() {
    // Shorter at normal effort, because the other kinds of capacity cover most of it.
    try_all(&wide(), Effort::chosen().choose(2, 2, 4), Capacity::PerGroup { members: 1, marked: 1 });
}

#[test]
fn all_sequences_agree_when_there_is_one_shared_row() {
    try_all(&wide(), Effort::chosen().choose(2, 2, 4), Capacity::Shared { rows: 1 });
}

#[test]
fn longer_sequences_of_a_small_alphabet_agree() {
    try_all(&narrow(), Effort::chosen().choose(3, 4, 6), Capacity::Separate { grouped: 2, marked: 2 });
}
