//! Bounded exhaustive testing: every sequence of actions of a given length, in the crate and in the
//! reference model.
//!
//! * **Data**: one account, two group names (`a`, `b`), two conversations (user `x`, group chat
//!   `y`), three bits (`1<<0`, `1<<32`, `1<<63`), one custom mark (`c`).
//! * **Policy**: at most 2 groups, pages of 1 row, and capacities of 1 or 2 rows, so that they are
//!   reached.
//! * **Comparison**: after every action the answer, the changes, the snapshot, and the account that
//!   is rebuilt from the changes. Before every action also both pages of `get` and a search.
//! * **Size**: the wide alphabet has 32 actions. At full effort all sequences of 4 are tried: 32^4
//!   = 1,048,576 for each of four kinds of capacity, 4,194,304 in all. The narrow alphabet has 10
//!   actions and sequences of 6: 10^6 = 1,000,000. In an optimised build each of the five takes
//!   about 12 seconds of processor time. At normal effort the lengths are 3 (2 for the third and
//!   fourth kind of capacity) and 4, with `fast` 2 and 3. A prefix that sequences share is run
//!   once.
//!
//! The alphabets leave out: bodies with errors (they do not depend on the account, and other tests
//! compare them), more than two items in a request, callers who are not admins, a plan that lacks
//! the feature, an unknown requester, the other 61 bits, group names at their limits, and clocks
//! that stand still or step back (each action is one second later).

use convmark::marks::MarkBase;
use convmark::policy::Capacity;
use convmark::{Command, Policy, Revision};
use convmark_model::compare::ComparedAccount;
use convmark_model::effort::Effort;
use convmark_model::generate::operations::Call;
use convmark_model::reference::account::Facts;
use support::bodies::{Requester, addition, mark_item, removal};

/// Bodies are made for this requester.
const A: Requester<'_> = Requester("a");
const X: &str = r#"{"Type":1,"To_Account":"x"}"#;
const Y: &str = r#"{"Type":2,"ToGroupId":"y"}"#;

/// One action on the account.
#[derive(Clone)]
enum Action {
    Call(Call),
    Forget(u8, &'static str),
}

fn call(command: Command, body: String) -> Action {
    Action::Call(Call {
        command,
        body: body.into_bytes(),
        admin: true,
        facts: Facts::default(),
        now: 0,
    })
}

fn create(name: &str, contacts: &[&str]) -> Action {
    call(Command::CreateContactGroup, A.create(name, contacts))
}

fn rename(old: &str, new: &str) -> Action {
    call(Command::UpdateContactGroup, A.rename(old, new))
}

/// Changes the members of a group. The items are [`addition`]s and [`removal`]s.
fn update(name: &str, items: &[String]) -> Action {
    call(Command::UpdateContactGroup, A.change(name, items))
}

fn delete(name: &str) -> Action {
    call(Command::DelContactGroup, A.delete(name))
}

/// Marks conversations. Each item is an operation, a contact and the further members.
fn mark(items: &[(u8, &str, &str)]) -> Action {
    let item =
        |(operation, contact, members): &(u8, &str, &str)| mark_item(*operation, contact, members);
    call(Command::MarkContact, A.mark(&items.iter().map(item).collect::<Vec<_>>()))
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
    let (star, high, top) = (r#","SetMark":[1]"#, r#","SetMark":[33]"#, r#","SetMark":[64]"#);
    vec![
        create("a", &[]),
        create("a", &[X]),
        create("b", &[Y, X]),
        create("b", &[X, X]),
        rename("a", "b"),
        rename("b", "a"),
        rename("a", "a"),
        update("a", &[addition(X)]),
        update("a", &[addition(Y)]),
        update("a", &[removal(X)]),
        update("a", &[removal(Y)]),
        update("b", &[addition(X)]),
        update("b", &[removal(X), addition(Y)]),
        update("a", &[addition(Y), removal(X)]),
        update("a", &[]),
        with_facts(update("a", &[addition(Y), addition(X)]), unresolved()),
        delete("a"),
        delete("b"),
        mark(&[(1, X, star)]),
        mark(&[(1, X, r#","ClearMark":[1]"#)]),
        mark(&[(1, X, r#","ClearMark":[1,33,64],"SetMark":[64]"#)]),
        mark(&[(1, Y, high)]),
        mark(&[(1, Y, r#","ClearMark":[33,64]"#)]),
        mark(&[(3, Y, r#","SetMark":[64],"ClearMark":[33],"CustomMark":"c""#)]),
        mark(&[(2, X, r#","CustomMark":"c""#)]),
        mark(&[(2, X, r#","CustomMark":"""#)]),
        mark(&[(3, Y, r#","CustomMark":"""#)]),
        mark(&[(1, X, star), (1, Y, top)]),
        mark(&[(1, Y, top), (1, X, r#","ClearMark":[1]"#)]),
        with_facts(mark(&[(1, Y, r#","ClearMark":[33]"#), (1, X, high)]), unresolved()),
        Action::Forget(1, "x"),
        Action::Forget(2, "y"),
    ]
}

/// The narrow alphabet: 10 actions that create and remove rows and groups.
fn narrow() -> Vec<Action> {
    vec![
        create("a", &[X]),
        create("b", &[Y]),
        update("a", &[addition(Y), removal(X)]),
        update("a", &[addition(X), removal(Y)]),
        update("b", &[addition(X), removal(Y)]),
        delete("a"),
        delete("b"),
        mark(&[(1, X, r#","SetMark":[1]"#), (1, Y, r#","ClearMark":[1]"#)]),
        mark(&[(1, Y, r#","SetMark":[1]"#), (1, X, r#","ClearMark":[1]"#)]),
        Action::Forget(1, "x"),
    ]
}

fn reads() -> Vec<Action> {
    let get = |start: u8| call(Command::GetContactGroup, A.get(start));
    vec![get(0), get(1), call(Command::SearchContactGroup, A.search(&[Y, X]))]
}

fn policy(capacity: Capacity) -> Policy {
    let built = Revision::V2026_04
        .policy()
        .to_builder()
        .groups(2)
        .capacity(capacity)
        .page_size(1)
        .mark_base(MarkBase::One)
        .build();
    built.expect("within the range")
}

fn step(compared: &mut ComparedAccount, action: &Action, now: u64) {
    match action {
        Action::Call(call) => drop(compared.call(&Call { now, ..call.clone() })),
        Action::Forget(kind, id) => drop(compared.forget(*kind, id, now)),
    }
}

/// Tries all sequences of that length from this account, depth first. Returns how many there are.
fn try_sequences(
    compared: &ComparedAccount,
    alphabet: &[Action],
    reads: &[Action],
    depth: u32,
    now: u64,
) -> u64 {
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
    try_all(
        &wide(),
        Effort::chosen().choose(2, 2, 4),
        Capacity::PerGroup { members: 1, marked: 1 },
    );
}

#[test]
fn all_sequences_agree_when_there_is_one_shared_row() {
    try_all(&wide(), Effort::chosen().choose(2, 2, 4), Capacity::Shared { rows: 1 });
}

#[test]
fn longer_sequences_of_a_small_alphabet_agree() {
    try_all(
        &narrow(),
        Effort::chosen().choose(3, 4, 6),
        Capacity::Separate { grouped: 2, marked: 2 },
    );
}
