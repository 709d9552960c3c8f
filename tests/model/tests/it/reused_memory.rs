//! One validator, one value of facts and one buffer, reused for requests of all commands, give at
//! every step what new ones give.

use crate::runner::on_bytes;
use convmark::account::Outcome;
use convmark::{Account, CheckedRequest, ErrorCode, Facts, Misuse, Policy, Rule, Validator};
use convmark_model::compare::convert;
use convmark_model::compare::findings::shown;
use convmark_model::generate::operations::Call;
use convmark_model::generate::{ByteSource, facts, mutations, policies, requests};
use convmark_model::handle::json_of;

#[test]
fn memory_reused_for_other_requests_makes_no_difference() {
    on_bytes(900, 1200, |data| {
        let (choices, bodies) = data.split_at(data.len() / 8);
        let (mut choices, mut bodies) = (ByteSource::new(choices), ByteSource::new(bodies));
        let policy = policies::policy(&mut choices);
        let max_findings = choices.pick(&[256, 1, 3, usize::MAX]);
        let calls: Vec<Call> = (0..40)
            .map_while(|now| (!bodies.is_exhausted()).then(|| call(&mut bodies, &policy, now)))
            .collect();
        let mut reused = Reused::new(&policy, max_findings);
        for call in &calls {
            reused.step(call, &mut choices);
        }
    });
}

fn call(source: &mut ByteSource, policy: &Policy, now: u64) -> Call {
    let command = requests::command(source);
    let body = match source.below(3) {
        0 => mutations::near_valid_body(source, command, policy),
        _ => requests::mostly_valid_body(source, command, policy).spelled(source),
    };
    Call { command, body, admin: true, facts: facts::facts(source), now }
}

/// Everything that an outcome shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    code: ErrorCode,
    refused: Option<Rule>,
    items: Vec<(ErrorCode, Option<Rule>)>,
    changes: Vec<String>,
    answer: String,
}

impl Shown {
    /// The buffer is emptied first, as a host does with one that it keeps.
    fn of(outcome: &Outcome, buffer: &mut Vec<u8>) -> Self {
        buffer.clear();
        outcome.write_answer(buffer);
        Self {
            code: outcome.code(),
            refused: outcome.refusal().map(convmark::Refusal::rule),
            items: outcome.item_codes().zip(outcome.item_rules()).collect(),
            changes: outcome.changes().map(|change| json_of(&change)).collect(),
            answer: shown(buffer),
        }
    }
}

/// What is kept from one request to the next.
struct Reused<'b> {
    policy: Policy,
    max_findings: usize,
    validator: Validator,
    facts: Facts,
    buffer: Vec<u8>,
    account: Account,
    /// Requests that are given back later, in another order, or never.
    held: Vec<CheckedRequest<'b>>,
}

impl<'b> Reused<'b> {
    fn new(policy: &Policy, max_findings: usize) -> Self {
        Self {
            policy: *policy,
            max_findings,
            validator: Validator::new(policy).with_max_findings(max_findings),
            facts: Facts::asked(),
            buffer: Vec::new(),
            account: Account::new(),
            held: Vec::new(),
        }
    }

    fn new_validator(&self) -> Validator {
        Validator::new(&self.policy).with_max_findings(self.max_findings)
    }

    fn step(&mut self, call: &'b Call, choices: &mut ByteSource) {
        let (command, body) = (call.command, &call.body[..]);
        match choices.below(10) {
            0 => assert_eq!(
                self.validator.report(command, body),
                self.new_validator().report(command, body),
                "{}",
                shown(body)
            ),
            1 => assert_eq!(
                self.validator.first_error(command, body),
                self.new_validator().first_error(command, body),
                "{}",
                shown(body)
            ),
            2 => assert_eq!(
                self.validator.is_valid(command, body),
                self.new_validator().is_valid(command, body),
                "{}",
                shown(body)
            ),
            3 => self.check(call, choices),
            4 if !self.held.is_empty() => {
                let place = choices.below(self.held.len());
                self.validator.reclaim(self.held.swap_remove(place));
            }
            5 => self.deserialize(call, choices),
            _ => self.apply(call, choices),
        }
    }

    /// Checks the request of the body as one that was built in code, under the policy of the run.
    fn check(&mut self, call: &'b Call, choices: &mut ByteSource) {
        let Ok(request) = Validator::default().decode(call.command, &call.body) else { return };
        let request = request.into_request();
        let checked = self.validator.check(request.clone());
        assert!(checked == self.new_validator().check(request), "{}", shown(&call.body));
        if let Ok(checked) = checked {
            self.keep(checked, choices);
        }
    }

    /// Reads the request with a deserializer, which leaves what is behind the value to the caller.
    fn deserialize(&mut self, call: &'b Call, choices: &mut ByteSource) {
        let mut readers = [(); 2].map(|()| serde_json::Deserializer::from_slice(&call.body));
        let [one, other] = &mut readers;
        let read = self.validator.deserialize(call.command, one).ok();
        let expected = self.new_validator().deserialize(call.command, other).ok();
        assert!(read == expected, "{}", shown(&call.body));
        if let Some(read) = read {
            self.keep(read, choices);
        }
    }

    fn apply(&mut self, call: &'b Call, choices: &mut ByteSource) {
        let decoded = self.validator.decode(call.command, &call.body);
        assert!(
            decoded == self.new_validator().decode(call.command, &call.body),
            "another request or refusal: {}",
            shown(&call.body)
        );
        let request = match decoded {
            Ok(request) => request,
            Err(refusal) => {
                self.buffer.clear();
                refusal.write_answer(&self.policy, &mut self.buffer);
                let mut expected = Vec::new();
                refusal.write_answer(&self.policy, &mut expected);
                assert_eq!(shown(&self.buffer), shown(&expected));
                return;
            }
        };
        let fresh = self.answer_lookups(call, &request, choices);
        let mut account = self.account.clone();
        let expected = account.apply(&request, &fresh, call.now);
        let outcome = self.account.apply_with(&mut self.validator, &request, &self.facts, call.now);
        match (outcome, expected) {
            (Ok(outcome), Ok(expected)) => {
                assert_eq!(
                    Shown::of(&outcome, &mut self.buffer),
                    Shown::of(&expected, &mut Vec::new()),
                    "{}",
                    shown(&call.body)
                );
                assert!(outcome.account() == expected.account());
                match choices.below(4) {
                    0 => drop(outcome),
                    1 => drop(outcome.into_owned()),
                    _ => self.validator.reclaim_outcome(outcome),
                }
            }
            (Err(misuse), Err(expected)) => assert_eq!(misuse, expected),
            (found, expected) => {
                let misuse = |result: &Result<Outcome, Misuse>| result.as_ref().err().copied();
                panic!(
                    "{:?} instead of {:?}: {}",
                    misuse(&found),
                    misuse(&expected),
                    shown(&call.body)
                );
            }
        }
        assert!(self.account == account, "{}", shown(&call.body));
        self.keep(request, choices);
    }

    /// Gives the kept facts and new ones the same answers. Returns the new ones. Sometimes an
    /// answer is left out.
    fn answer_lookups(
        &mut self,
        call: &Call,
        request: &CheckedRequest,
        choices: &mut ByteSource,
    ) -> Facts {
        if choices.one_in(8) {
            self.facts = convert::facts(&call.facts);
            return self.facts.clone();
        }
        let mut fresh = Facts::asked();
        self.facts.clear();
        let left_out = if choices.one_in(6) { choices.below(4) } else { usize::MAX };
        for (number, lookup) in request.lookups().enumerate() {
            if number != left_out {
                let yes = convert::answer(&call.facts, &lookup);
                self.facts.answer(&lookup, yes);
                fresh.answer(&lookup, yes);
            }
        }
        fresh
    }

    /// Gives the request back, holds it for later, or drops it.
    fn keep(&mut self, request: CheckedRequest<'b>, choices: &mut ByteSource) {
        match choices.below(6) {
            0 => self.held.push(request),
            1 => drop(request),
            _ => self.validator.reclaim(request),
        }
    }
}
