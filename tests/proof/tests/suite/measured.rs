//! What the generators reach: enough of what they make is applied, and every rule, warning and item code occurs.

use convmark::{
    Account, Command, ErrorCode, Gates, Incoming, Policy, Refusal, Revision, Rule, Warning, first_error, report_up_to,
};
use convmark_proof::compare::{self, Pair};
use convmark_proof::generate::draw::noise;
use convmark_proof::generate::operations::{Call, Operation, run};
use convmark_proof::generate::{Draw, mutations, policies, requests, urls};
use convmark_proof::twin::account::Facts;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Seen {
    calls: usize,
    applied: usize,
    items: usize,
    items_fine: usize,
    rules: BTreeMap<Rule, usize>,
    warnings: BTreeMap<Warning, usize>,
    item_codes: BTreeMap<ErrorCode, usize>,
    codes: BTreeMap<ErrorCode, usize>,
    /// By command: codes of the whole and of items.
    by_command: BTreeSet<(Command, bool, i64)>,
}

impl Seen {
    fn rule(&mut self, rule: Rule) {
        *self.rules.entry(rule).or_default() += 1;
    }

    fn body(&mut self, command: Command, body: &[u8], policy: &Policy) {
        for finding in report_up_to(command, body, policy, usize::MAX).findings() {
            if let Some(rule) = finding.rule() {
                self.rule(rule);
            }
            if let Some(warning) = finding.warning() {
                *self.warnings.entry(warning).or_default() += 1;
            }
        }
    }
}

/// The rules of items.
const ITEM_RULES: [Rule; 4] = [Rule::PlanRequired, Rule::AccountUnknown, Rule::GroupUnresolved, Rule::CapacityExceeded];

/// The codes that each command can answer with, for the whole and for items, from the body and the account alone.
fn codes_of_commands() -> Vec<(Command, Vec<i64>, Vec<i64>)> {
    let always = [0, 50001, 50002, 50003, 60003, 60015];
    let with = |more: &[i64]| always.iter().chain(more).copied().collect::<Vec<i64>>();
    vec![
        (Command::CreateContactGroup, with(&[51006, 51010, 51011, 51013]), vec![0, 50001, 51007, 51008]),
        (Command::UpdateContactGroup, with(&[51006, 51009, 51011, 51013]), vec![0, 50001, 51007, 51008]),
        (Command::DelContactGroup, with(&[51009, 51013]), vec![]),
        (Command::MarkContact, with(&[51006]), vec![0, 50001, 51007, 51008, 51013]),
        (Command::GetContactGroup, with(&[]), vec![]),
        (Command::SearchContactGroup, with(&[]), vec![]),
    ]
}

#[test]
fn generators_reach_everything() {
    let mut seen = Seen::default();
    // Sequences: what is applied, and what only a state can refuse.
    for seed in 0..400 {
        let bytes = noise(seed, 600);
        let run = run(&mut Draw::new(&bytes), 24);
        let mut pair = Pair::new(run.policy);
        for operation in &run.operations {
            let Some(acted) = pair.step(operation) else { continue };
            seen.calls += 1;
            seen.applied += usize::from(acted.code.is_ok());
            *seen.codes.entry(acted.code).or_default() += 1;
            if let Some(rule) = acted.refused {
                seen.rule(rule);
            }
            for rule in &acted.items {
                seen.items += 1;
                seen.items_fine += usize::from(rule.is_none());
                *seen.item_codes.entry(rule.map_or(ErrorCode::OK, Rule::code)).or_default() += 1;
                if let Some(rule) = rule {
                    seen.rule(*rule);
                }
            }
            if let Operation::Call(call) = operation {
                seen.by_command.insert((call.command, false, acted.code.get()));
                for rule in &acted.items {
                    let code = rule.map_or(ErrorCode::OK, Rule::code);
                    seen.by_command.insert((call.command, true, code.get()));
                }
                seen.body(call.command, &call.body, &run.policy);
            }
        }
    }
    assert!(seen.calls > 4000, "{} calls", seen.calls);
    assert!(seen.applied * 10 >= seen.calls * 4, "{} of {} calls are applied", seen.applied, seen.calls);
    assert!(seen.items_fine * 10 >= seen.items * 4, "{} of {} items succeed", seen.items_fine, seen.items);
    // Single bodies: what the schema says.
    let (mut bodies, mut fine) = (0, 0);
    for seed in 0..4000 {
        let bytes = noise(1000 + seed, 240);
        let mut draw = Draw::new(&bytes);
        let policy = policies::policy(&mut draw);
        let command = requests::command(&mut draw);
        let body = mutations::near_valid_body(&mut draw, command, &policy);
        bodies += 1;
        fine += usize::from(convmark::is_valid(command, &body, &policy));
        seen.body(command, &body, &policy);
        if let Some(code) = first_error(command, &body, &policy).and_then(|finding| finding.code()) {
            seen.by_command.insert((command, false, code.get()));
        }
    }
    assert!(fine * 10 >= bodies * 4 && fine * 10 <= bodies * 9, "{fine} of {bodies} bodies are valid");
    for seed in 0..2000 {
        let bytes = noise(seed, 40);
        if let Err(refusal) = compare::url::compare(&urls::target(&mut Draw::new(&bytes))) {
            seen.rule(refusal.rule());
            *seen.codes.entry(refusal.code()).or_default() += 1;
        }
    }
    through_their_own_doors(&mut seen);
    for rule in Rule::all() {
        assert!(seen.rules.contains_key(rule), "{} never occurs", rule.id());
    }
    for warning in Warning::all() {
        assert!(seen.warnings.contains_key(warning), "{} never occurs", warning.id());
    }
    for rule in ITEM_RULES {
        assert!(seen.item_codes.contains_key(&rule.code()), "{} never fails an item", rule.id());
    }
    // Every code that some rule can answer with was answered.
    for code in Rule::all().iter().flat_map(|rule| rule.info().codes) {
        assert!(seen.codes.contains_key(code) || seen.item_codes.contains_key(code), "{code:?} never occurs");
    }
    for (command, codes, item_codes) in codes_of_commands() {
        for code in codes {
            assert!(seen.by_command.contains(&(command, false, code)), "{command} never answers {code}");
        }
        for code in item_codes {
            assert!(seen.by_command.contains(&(command, true, code)), "no item of {command} ever has {code}");
        }
    }
    println!(
        "{} of {} calls applied, {} of {} items, {fine} of {bodies} bodies",
        seen.applied, seen.calls, seen.items_fine, seen.items
    );
    println!("{:?}\n{:?}\n{:?}", seen.rules, seen.warnings, seen.item_codes);
}

/// Rules that no body can break: the host's own faults, what HTTP hosts see, call frequency, and the end of the counter.
fn through_their_own_doors(seen: &mut Seen) {
    let command = Command::MarkContact;
    let mut gates = Gates::new(0);
    let target = "/v4/recentcontact/mark_contact?sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json";
    let policy = Policy::default();
    let too_frequent =
        Incoming::to_url(target, b"{}").judge(&mut convmark::Buffers::new(), &policy, Some((&mut gates, 0))).unwrap_err();
    let refusals = [
        Refusal::bad_http(None),
        Refusal::bad_http(Some(command)),
        too_frequent,
        Refusal::host_fault(command),
        Refusal::host_timeout(command),
    ];
    for refusal in refusals {
        for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy(), Policy::observed()] {
            let mut answer = Vec::new();
            refusal.write_answer(&policy, &mut answer);
            let code = refusal.code().get();
            let known = refusal.command().map(Command::name);
            let theirs = compare::translate::policy(&policy);
            assert_eq!(compare::masked(&answer), convmark_proof::twin::account::fail_answer(known, code, &theirs));
        }
        seen.rule(refusal.rule());
        *seen.codes.entry(refusal.code()).or_default() += 1;
    }
    let full = r#"{"version":1,"last_group_id":2147483647,"groups":[],"rows":[]}"#;
    let account: Account = serde_json::from_str(full).expect("a sound snapshot");
    let mut pair = Pair::of(account, policy);
    let body = br#"{"From_Account":"a","GroupContactItem":[{"GroupName":"g"}]}"#.to_vec();
    let call = Call { command: Command::CreateContactGroup, body, admin: true, facts: Facts::default(), now: 1 };
    let acted = pair.call(&call);
    assert_eq!(acted.refused, Some(Rule::GroupIdsExhausted));
    seen.rule(Rule::GroupIdsExhausted);
    // Nobody but the last user of the counter's range: one below its end still works.
    let last = r#"{"version":1,"last_group_id":2147483646,"groups":[],"rows":[]}"#;
    let mut pair = Pair::of(serde_json::from_str(last).expect("a sound snapshot"), policy);
    assert!(pair.call(&call).code.is_ok());
    assert_eq!(pair.ours.last_group_id(), 2_147_483_647);
}
