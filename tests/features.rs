//! The features `arbitrary` and `proptest`: what they make is valid, varied, and does not change what anything means.
#![cfg(all(feature = "arbitrary", feature = "proptest"))]

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use convmark::{
    Account, Accounts, Answer, CheckedRequest, Command, ErrorDisplay, Facts, LastPageIndex, Operation, Operations, Policy,
    RenameItems, Request, Revision, decode, strategies,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};

/// The same bytes every time.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..length / 8).flat_map(next).collect()
}

fn arbitrary_values<T: for<'a> Arbitrary<'a>>(count: u64) -> impl Iterator<Item = T> {
    (1..=count).map(|seed| {
        let bytes = noise(seed, 4096);
        Unstructured::new(&bytes).arbitrary().expect("noise is enough for anything")
    })
}

fn strategy_values<S: Strategy>(strategy: S, count: usize) -> impl Iterator<Item = S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(move |_| strategy.new_tree(&mut runner).expect("nothing is rejected for long").current())
}

fn sequences() -> impl Strategy<Value = Operations> {
    strategies::policy().prop_flat_map(|policy| strategies::operations(policy, 0..40))
}

/// The request comes out of its own body again.
fn round_trip(request: &CheckedRequest<'_>) {
    let mut body = Vec::new();
    request.write_body(&mut body);
    assert_eq!(decode(request.command(), &body, request.policy()).as_ref(), Ok(request));
}

fn check(operations: &Operations, seen: &mut BTreeSet<(Command, i64, Option<i64>)>) {
    let mut last = 0;
    let accounts = operations.run(|step, answer| {
        assert_eq!(step.request.policy(), &operations.policy);
        assert!(last <= step.now);
        last = step.now;
        round_trip(&step.request);
        let answer = Answer::read(answer).expect("an answer");
        seen.insert((step.request.command(), answer.code.get(), None));
        seen.extend(answer.items.iter().map(|item| (step.request.command(), 0, Some(item.code.get()))));
    });
    for (_, account) in accounts.expect("every lookup is answered").iter() {
        let stored = serde_json::to_vec(account).unwrap();
        assert_eq!(&serde_json::from_slice::<Account>(&stored).unwrap(), account);
    }
}

/// Every answer that a valid request can draw.
fn reached(seen: &BTreeSet<(Command, i64, Option<i64>)>) {
    use Command::*;
    for command in Command::all() {
        assert!(seen.contains(&(*command, 0, None)) && seen.contains(&(*command, 50001, None)), "{command}");
    }
    for (command, code) in [
        (CreateContactGroup, 50002),
        (CreateContactGroup, 51010),
        (CreateContactGroup, 51013),
        (UpdateContactGroup, 50002),
        (UpdateContactGroup, 51009),
        (UpdateContactGroup, 51013),
        (DelContactGroup, 51009),
        (DelContactGroup, 51013),
    ] {
        assert!(seen.contains(&(command, code, None)), "{command} {code}");
    }
    for command in [CreateContactGroup, UpdateContactGroup, MarkContact] {
        for code in [0, 50001, 51007, 51008] {
            assert!(seen.contains(&(command, 0, Some(code))), "{command} item {code}");
        }
    }
    assert!(seen.contains(&(MarkContact, 0, Some(51013))));
}

#[test]
fn arbitrary_sequences_reach_every_answer() {
    let mut seen = BTreeSet::new();
    for operations in arbitrary_values::<Operations>(1000) {
        check(&operations, &mut seen);
    }
    reached(&seen);
}

#[test]
fn generated_sequences_reach_every_answer() {
    let mut seen = BTreeSet::new();
    for operations in strategy_values(sequences(), 400) {
        check(&operations, &mut seen);
    }
    reached(&seen);
}

#[test]
fn few_bytes_are_enough() {
    for length in 0..64 {
        for seed in 1..20 {
            let bytes: Vec<u8> = noise(seed, 64).into_iter().take(length).collect();
            // Whether it is enough is the type's own matter; it never panics.
            let _ = Operations::arbitrary(&mut Unstructured::new(&bytes));
            let _ = Operation::arbitrary(&mut Unstructured::new(&bytes));
            let _ = Policy::arbitrary(&mut Unstructured::new(&bytes));
            let _ = Facts::arbitrary(&mut Unstructured::new(&bytes));
        }
    }
    assert!(Operations::arbitrary(&mut Unstructured::new(&[])).is_ok());
}

fn check_policies(policies: impl Iterator<Item = Policy>) {
    let policies: Vec<_> = policies.collect();
    assert!(policies.iter().all(|policy| policy.to_builder().build() == Ok(*policy)));
    for revision in Revision::ALL {
        assert!(policies.contains(&revision.policy()), "{revision}");
    }
    assert!(ErrorDisplay::ALL.iter().all(|value| policies.iter().any(|policy| policy.error_display() == *value)));
    assert!(LastPageIndex::ALL.iter().all(|value| policies.iter().any(|policy| policy.last_page_index() == *value)));
    assert!(RenameItems::ALL.iter().all(|value| policies.iter().any(|policy| policy.rename_items() == *value)));
    assert!(policies.iter().map(|policy| format!("{policy:?}")).collect::<BTreeSet<_>>().len() > policies.len() / 2);
}

#[test]
fn policies_are_within_their_ranges() {
    check_policies(arbitrary_values(500));
    check_policies(strategy_values(strategies::policy(), 500));
}

fn check_requests(requests: impl Iterator<Item = Request<'static>>) {
    let (mut commands, mut valid, mut invalid) = (BTreeSet::new(), 0, 0);
    for request in requests {
        commands.insert(request.command());
        match CheckedRequest::new(request, &Revision::V2026_04.policy()) {
            Ok(request) => {
                valid += 1;
                round_trip(&request);
            }
            Err(report) => {
                invalid += 1;
                assert!(!report.is_valid());
            }
        }
    }
    assert_eq!(commands.len(), 6);
    assert!(valid > invalid && invalid > 50, "{valid} {invalid}");
}

#[test]
fn unchecked_requests_are_valid_or_refused() {
    check_requests(arbitrary_values(1000));
    check_requests(strategy_values(strategies::request(), 1000));
}

#[test]
fn checked_requests_are_valid_under_their_policy() {
    arbitrary_values::<CheckedRequest<'static>>(1000).for_each(|request| round_trip(&request));
    for revision in Revision::ALL {
        strategy_values(strategies::checked_request(revision.policy()), 500).for_each(|request| round_trip(&request));
    }
}

fn check_facts(facts: impl Iterator<Item = Facts>) {
    let body =
        br#"{"From_Account":"alice","GroupContactItem":[{"GroupName":"g","ContactItem":[{"Type":1,"To_Account":"bob"}]}]}"#;
    let request = decode(Command::CreateContactGroup, body, &Policy::default()).unwrap();
    let (mut codes, mut misuses) = (BTreeSet::new(), 0);
    for facts in facts {
        match Account::new().apply(&request, &facts, 1) {
            Ok(outcome) => {
                codes.insert(outcome.code().get());
                codes.extend(outcome.item_codes().map(|code| code.get()));
            }
            Err(_) => misuses += 1,
        }
    }
    assert_eq!(codes, BTreeSet::from([0, 50001, 51013]));
    assert!(misuses > 0);
}

#[test]
fn facts_say_yes_and_no_and_nothing() {
    check_facts(arbitrary_values(1000));
    check_facts(strategy_values(strategies::facts(), 1000));
}

#[test]
fn failing_sequences_shrink_to_what_matters() {
    let mut runner = TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let marks_something = |operations: &Operations| {
        let accounts: Accounts = operations.run(|_, _| {}).unwrap();
        accounts.iter().map(|(_, account)| account.usage().marked).sum::<u32>() > 0
    };
    let failed = runner.run(&sequences(), |operations| {
        prop_assert!(!marks_something(&operations));
        Ok(())
    });
    let Err(TestError::Fail(_, smallest)) = failed else { panic!("some sequence marks something") };
    assert_eq!(smallest.steps.len(), 1);
    assert_eq!(smallest.steps[0].request.command(), Command::MarkContact);
}
