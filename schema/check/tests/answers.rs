//! The schema judges the crate's answers: nothing undescribed is in them, and nothing described is
//! missing.

use std::collections::BTreeSet;

use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::generate::strategies;
use convmark::{Command, Facts};
use convmark_schema_check::{Document, near_valid};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;
use support::random::Random;

fn check(document: &Document, command: Command, answer: &[u8], codes: &mut BTreeSet<i64>) {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    if let Err(error) = document.check_answer(command, &answer) {
        panic!("{command}: {error}: {answer}");
    }
    codes.insert(answer["ErrorCode"].as_i64().expect("a code"));
}

#[test]
fn answers_to_valid_requests_are_as_described() {
    for document in Document::all() {
        let mut codes = BTreeSet::new();
        let mut runner = TestRunner::deterministic();
        let sequences = strategies::operations(document.policy, 60);
        for _ in 0..100 {
            let operations = sequences.new_tree(&mut runner).expect("a sequence").current();
            operations
                .run(|step, answer| check(&document, step.request.command(), answer, &mut codes))
                .expect("full facts");
        }
        assert!(codes.is_superset(&BTreeSet::from([0, 50001, 50002, 51009, 51013])), "{codes:?}");
    }
}

#[test]
fn answers_to_any_body_are_as_described() {
    for document in Document::all() {
        let mut codes = BTreeSet::new();
        let mut service = Service::new(&document.policy);
        for seed in 1..=500 {
            for command in Command::ALL {
                let body = near_valid(*command, &document.policy, &mut Random::new(seed));
                let call = Incoming::new(*command, body.as_bytes());
                let time = Time::from_seconds(seed);
                let outcome = service.serve(&call, &Facts::vouched(), time).expect("full facts");
                check(&document, *command, outcome.answer(), &mut codes);
            }
        }
        assert!(
            codes.is_superset(&BTreeSet::from([0, 50002, 51006, 51011, 60003, 60015])),
            "{codes:?}"
        );
    }
}
