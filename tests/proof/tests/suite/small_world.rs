//! The exhaustive small world: every sequence of requests of a given length, crate against twin.
//!
//! The world: one account, two group names (`a`, `b`), two conversations (user `x`, group chat `y`), three bits (`1<<0`,
//! `1<<32`, `1<<63`), one custom mark (`c`). The policy: at most 2 groups, 2 rows (or 2 grouped and 2 marked; then, so that
//! capacities are met, 1 and 1), pages of 1. After every step these are compared: the answer, the changes, the snapshot, the
//! account that the changes alone make; before the last step of a sequence also both pages of `get` and a search, as reads
//! between any two steps. Prefixes that sequences share are run once: the walk goes depth first and copies both accounts.
//!
//! The wide alphabet has 32 letters and is walked to depth 4 at full effort: 32^4 = 1,048,576 sequences for each of four
//! readings of the capacity, 4,194,304 in all. The narrow one has 10 letters and depth 6: 10^6 = 1,000,000 sequences. An
//! optimised build takes about 12 seconds of processor time for each of the five. At normal effort the depths are 3 (2 for the
//! third and fourth reading) and 4, with `fast` 2 and 3.
//!
//! What the alphabets leave out: anything the schema refuses (judged without state, and compared elsewhere), more than two
//! items in a request, callers who are no admins, a plan that lacks the feature, an unknown requester, the other 61 bits,
//! group names at their limits, and clocks that stand still or step back: each step is one second later.

use convmark::{Capacity, Command, MarkBase, Policy, Revision};
use convmark_proof::compare::Pair;
use convmark_proof::effort::Effort;
use convmark_proof::generate::operations::Call;
use convmark_proof::twin::account::Facts;

const X: &str = r#"{"Type":1,"To_Account":"x"}"#;
const Y: &str = r#"{"Type":2,"ToGroupId":"y"}"#;

/// One thing that can happen.
#[derive(Clone)]
enum Letter {
    Call(Call),
    Forget(u8, &'static str),
}

fn call(command: Command, body: String) -> Letter {
    Letter::Call(Call { command, body: body.into_bytes(), admin: true, facts: Facts::default(), now: 0 })
}

fn create(name: &str, contacts: &[&str]) -> Letter {
    let body =
        format!(r#"{{"From_Account":"a","GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{}]}}]}}"#, contacts.join(","));
    call(Command::CreateContactGroup, body)
}

fn rename(old: &str, new: &str) -> Letter {
    let body = format!(
        r#"{{"From_Account":"a","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"{old}","NewGroupName":"{new}"}}}}"#
    );
    call(Command::UpdateContactGroup, body)
}

fn update(name: &str, items: &[(u8, &str)]) -> Letter {
    let item = |(operation, contact): &(u8, &str)| format!(r#"{{"ContactOptType":{operation},"ContactItem":{contact}}}"#);
    let items: Vec<String> = items.iter().map(item).collect();
    let body = format!(
        r#"{{"From_Account":"a","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":2,"OldGroupName":"{name}","ContactUpdateItem":[{}]}}}}"#,
        items.join(",")
    );
    call(Command::UpdateContactGroup, body)
}

fn delete(name: &str) -> Letter {
    let body = format!(r#"{{"From_Account":"a","GroupName":["{name}"]}}"#);
    call(Command::DelContactGroup, body)
}

fn mark(items: &[(&str, &str)]) -> Letter {
    let items: Vec<String> = items.iter().map(|(contact, rest)| format!(r#"{{"ContactItem":{contact},{rest}}}"#)).collect();
    let body = format!(r#"{{"From_Account":"a","MarkItem":[{}]}}"#, items.join(","));
    call(Command::MarkContact, body)
}

fn lacking(letter: Letter, facts: Facts) -> Letter {
    match letter {
        Letter::Call(call) => Letter::Call(Call { facts, ..call }),
        other => other,
    }
}

/// 32 letters.
fn wide() -> Vec<Letter> {
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
        lacking(update("a", &[(1, Y), (1, X)]), unresolved()),
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
        lacking(mark(&[(Y, r#""OptType":1,"ClearMark":[33]"#), (X, high)]), unresolved()),
        Letter::Forget(1, "x"),
        Letter::Forget(2, "y"),
    ]
}

/// 10 letters, those that make rows and groups come and go.
fn narrow() -> Vec<Letter> {
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
        Letter::Forget(1, "x"),
    ]
}

fn reads() -> Vec<Letter> {
    let get = |start: u8| {
        let body = format!(r#"{{"From_Account":"a","StartIndex":{start}}}"#);
        call(Command::GetContactGroup, body)
    };
    let search = format!(r#"{{"From_Account":"a","ContactItem":[{Y},{X}]}}"#);
    vec![get(0), get(1), call(Command::SearchContactGroup, search)]
}

fn policy(capacity: Capacity) -> Policy {
    let built =
        Revision::V2026_04.policy().to_builder().groups(2).capacity(capacity).page_size(1).mark_base(MarkBase::One).build();
    built.expect("within the range")
}

fn step(pair: &mut Pair, letter: &Letter, now: u64) {
    match letter {
        Letter::Call(call) => drop(pair.call(&Call { now, ..call.clone() })),
        Letter::Forget(kind, id) => drop(pair.forget(*kind, id, now)),
    }
}

/// Walks all sequences that start with this account; returns how many there are.
fn walk(pair: &Pair, alphabet: &[Letter], reads: &[Letter], depth: u32, now: u64) -> u64 {
    if depth == 0 {
        return 1;
    }
    let mut reader = pair.clone();
    for read in reads {
        step(&mut reader, read, now);
    }
    let next = |letter: &Letter| {
        let mut pair = pair.clone();
        step(&mut pair, letter, now);
        walk(&pair, alphabet, reads, depth - 1, now + 1)
    };
    alphabet.iter().map(next).sum()
}

/// All sequences of that length, on two threads, from an empty account.
fn all(alphabet: &[Letter], depth: u32, capacity: Capacity) {
    let reads = reads();
    let empty = Pair::new(policy(capacity));
    let first = |letters: &[Letter]| -> u64 {
        let each = |letter: &Letter| {
            let mut pair = empty.clone();
            step(&mut pair, letter, 1);
            walk(&pair, alphabet, &reads, depth - 1, 2)
        };
        letters.iter().map(each).sum()
    };
    let (left, right) = alphabet.split_at(alphabet.len() / 2);
    let count = std::thread::scope(|scope| {
        let other = scope.spawn(|| first(right));
        first(left) + other.join().expect("the other half agrees, too")
    });
    let letters = u64::try_from(alphabet.len()).expect("few");
    assert_eq!(count, letters.pow(depth));
    println!("{count} sequences of {depth} out of {letters} letters, {capacity:?}");
}

fn wide_depth() -> u32 {
    Effort::chosen().choose(2, 3, 4)
}

#[test]
fn shared_rows() {
    all(&wide(), wide_depth(), Capacity::Shared { rows: 2 });
}

#[test]
fn separate_rows() {
    all(&wide(), wide_depth(), Capacity::Separate { grouped: 1, marked: 1 });
}

#[test]
fn rows_per_group() {
    // The normal depth of the other readings covers most of it.
    all(&wide(), Effort::chosen().choose(2, 2, 4), Capacity::PerGroup { members: 1, marked: 1 });
}

#[test]
fn one_shared_row() {
    all(&wide(), Effort::chosen().choose(2, 2, 4), Capacity::Shared { rows: 1 });
}

#[test]
fn longer_sequences() {
    all(&narrow(), Effort::chosen().choose(3, 4, 6), Capacity::Separate { grouped: 2, marked: 2 });
}
