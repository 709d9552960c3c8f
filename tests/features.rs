//! The features `arbitrary` and `proptest`: what they generate is valid and varied.

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use convmark::answer::Answer;
use convmark::fake::Service;
use convmark::generate::strategies;
use convmark::generate::{Operation, Operations};
use convmark::policy::{ErrorDisplay, LastPageIndex, RenameItems};
use convmark::{Account, CheckedRequest, Command, Facts, Policy, Request, Revision, Validator};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};
use support::bodies::{Requester, user_contact};
use support::random;

fn arbitrary_values<T: for<'a> Arbitrary<'a>>(count: u64) -> impl Iterator<Item = T> {
    (1..=count).map(|seed| {
        let bytes = random::bytes(seed, 4096);
        Unstructured::new(&bytes).arbitrary().expect("4096 bytes are enough")
    })
}

fn strategy_values<S: Strategy>(strategy: S, count: usize) -> impl Iterator<Item = S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(move |_| {
        strategy.new_tree(&mut runner).expect("nothing is rejected for long").current()
    })
}

fn sequences() -> impl Strategy<Value = Operations> {
    strategies::policy().prop_flat_map(|policy| strategies::operations(policy, 0..40))
}

/// Writing and decoding the body gives the same request.
fn round_trip(request: &CheckedRequest<'_>) {
    let mut body = Vec::new();
    request.write_body(&mut body);
    assert_eq!(
        Validator::new(request.policy()).decode(request.command(), &body).as_ref(),
        Ok(request)
    );
}

fn check(operations: &Operations, seen: &mut BTreeSet<(Command, i64, Option<i64>)>) {
    let mut last = 0;
    let service = operations.run(|step, answer| {
        assert_eq!(step.request.policy(), &operations.policy);
        assert!(last <= step.now_seconds);
        last = step.now_seconds;
        round_trip(&step.request);
        let answer = Answer::read(answer).expect("an answer");
        seen.insert((step.request.command(), answer.code.get(), None));
        seen.extend(
            answer.items.iter().map(|item| (step.request.command(), 0, Some(item.code.get()))),
        );
    });
    for (_, account) in service.expect("every lookup is answered").accounts() {
        let stored = serde_json::to_vec(account).unwrap();
        assert_eq!(&serde_json::from_slice::<Account>(&stored).unwrap(), account);
    }
}

/// Asserts that every answer to a valid request occurred.
fn reached(seen: &BTreeSet<(Command, i64, Option<i64>)>) {
    use Command::*;
    for command in Command::ALL {
        assert!(
            seen.contains(&(*command, 0, None)) && seen.contains(&(*command, 50001, None)),
            "{command}"
        );
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
fn generation_from_few_bytes_never_panics() {
    for length in 0..64 {
        for seed in 1..20 {
            let bytes: Vec<u8> = random::bytes(seed, length);
            // This may fail, but it must not panic.
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
    assert!(
        ErrorDisplay::ALL
            .iter()
            .all(|value| policies.iter().any(|policy| policy.error_display() == *value))
    );
    assert!(
        LastPageIndex::ALL
            .iter()
            .all(|value| policies.iter().any(|policy| policy.last_page_index() == *value))
    );
    assert!(
        RenameItems::ALL
            .iter()
            .all(|value| policies.iter().any(|policy| policy.rename_items() == *value))
    );
    assert!(
        policies.iter().map(|policy| format!("{policy:?}")).collect::<BTreeSet<_>>().len()
            > policies.len() / 2
    );
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
        match Validator::new(&Revision::V2026_04.policy()).check(request) {
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
fn generated_requests_are_valid_or_refused() {
    check_requests(arbitrary_values(1000));
    check_requests(strategy_values(strategies::request(), 1000));
}

#[test]
fn checked_requests_are_valid_under_their_policy() {
    arbitrary_values::<CheckedRequest<'static>>(1000).for_each(|request| round_trip(&request));
    for revision in Revision::ALL {
        strategy_values(strategies::checked_request(revision.policy()), 500)
            .for_each(|request| round_trip(&request));
    }
}

fn check_facts(facts: impl Iterator<Item = Facts>) {
    let body = Requester("alice").create("g", &user_contact("bob"));
    let request = Validator::new(&Policy::default())
        .decode(Command::CreateContactGroup, body.as_bytes())
        .unwrap();
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
fn generated_facts_have_every_kind_of_answer() {
    check_facts(arbitrary_values(1000));
    check_facts(strategy_values(strategies::facts(), 1000));
}

#[test]
fn a_failing_sequence_shrinks_to_one_operation() {
    let mut runner =
        TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let marks_something = |operations: &Operations| {
        let service: Service = operations.run(|_, _| {}).unwrap();
        service.accounts().map(|(_, account)| account.usage().marked).sum::<u32>() > 0
    };
    let failed = runner.run(&sequences(), |operations| {
        prop_assert!(!marks_something(&operations));
        Ok(())
    });
    let Err(TestError::Fail(_, smallest)) = failed else { panic!("some sequence marks something") };
    assert_eq!(smallest.steps.len(), 1);
    assert_eq!(smallest.steps[0].request.command(), Command::MarkContact);
}
