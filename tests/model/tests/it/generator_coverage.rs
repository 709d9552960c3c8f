//! Coverage of the generators: enough requests are applied, and every rule, warning and code
//! occurs.

use convmark::call::Incoming;
use convmark::rate::RateLimiters;
use convmark::{Account, Command, ErrorCode, Policy, Refusal, Revision, Rule, Validator, Warning};
use convmark_model::compare::{self, ComparedAccount};
use convmark_model::generate::operations::{Call, Operation, run};
use convmark_model::generate::{ByteSource, mutations, policies, requests, urls};
use convmark_model::reference::account::Facts;
use std::collections::{BTreeMap, BTreeSet};
use support::{codes, random};

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
    /// By command: codes of whole requests (false) and of items (true).
    by_command: BTreeSet<(Command, bool, i64)>,
}

impl Seen {
    fn rule(&mut self, rule: Rule) {
        *self.rules.entry(rule).or_default() += 1;
    }

    fn body(&mut self, command: Command, body: &[u8], policy: &Policy) {
        for finding in
            Validator::new(policy).with_max_findings(usize::MAX).report(command, body).findings()
        {
            if let Some(rule) = finding.rule() {
                self.rule(rule);
            }
            if let Some(warning) = finding.warning() {
                *self.warnings.entry(warning).or_default() += 1;
            }
        }
    }
}

#[test]
fn generators_reach_every_rule_warning_and_code() {
    let mut seen = Seen::default();
    // Sequences reach the rules that need a state.
    for seed in 0..400 {
        let bytes = random::bytes(seed, 600);
        let run = run(&mut ByteSource::new(&bytes), 24);
        let mut compared = ComparedAccount::new(run.policy);
        for operation in &run.operations {
            let Some(response) = compared.step(operation) else { continue };
            seen.calls += 1;
            seen.applied += usize::from(response.code.is_ok());
            *seen.codes.entry(response.code).or_default() += 1;
            if let Some(rule) = response.refused {
                seen.rule(rule);
            }
            for rule in &response.items {
                seen.items += 1;
                seen.items_fine += usize::from(rule.is_none());
                *seen.item_codes.entry(rule.map_or(ErrorCode::OK, Rule::code)).or_default() += 1;
                if let Some(rule) = rule {
                    seen.rule(*rule);
                }
            }
            if let Operation::Call(call) = operation {
                seen.by_command.insert((call.command, false, response.code.get()));
                for rule in &response.items {
                    let code = rule.map_or(ErrorCode::OK, Rule::code);
                    seen.by_command.insert((call.command, true, code.get()));
                }
                seen.body(call.command, &call.body, &run.policy);
            }
        }
    }
    assert!(seen.calls > 4000, "{} calls", seen.calls);
    assert!(
        seen.applied * 10 >= seen.calls * 4,
        "{} of {} calls are applied",
        seen.applied,
        seen.calls
    );
    assert!(
        seen.items_fine * 10 >= seen.items * 4,
        "{} of {} items succeed",
        seen.items_fine,
        seen.items
    );
    // Single bodies reach the rules of the schema.
    let (mut bodies, mut fine) = (0, 0);
    for seed in 0..4000 {
        let bytes = random::bytes(1000 + seed, 240);
        let mut source = ByteSource::new(&bytes);
        let policy = policies::policy(&mut source);
        let command = requests::command(&mut source);
        let body = mutations::near_valid_body(&mut source, command, &policy);
        bodies += 1;
        fine += usize::from(Validator::new(&policy).is_valid(command, &body));
        seen.body(command, &body, &policy);
        if let Some(code) =
            Validator::new(&policy).first_error(command, &body).and_then(|finding| finding.code())
        {
            seen.by_command.insert((command, false, code.get()));
        }
    }
    assert!(
        fine * 10 >= bodies * 4 && fine * 10 <= bodies * 9,
        "{fine} of {bodies} bodies are valid"
    );
    for seed in 0..2000 {
        let bytes = random::bytes(seed, 40);
        if let Err(refusal) = compare::url::compare(&urls::target(&mut ByteSource::new(&bytes))) {
            seen.rule(refusal.rule());
            *seen.codes.entry(refusal.code()).or_default() += 1;
        }
    }
    rules_outside_the_body(&mut seen);
    for rule in Rule::ALL {
        assert!(seen.rules.contains_key(rule), "{} never occurs", rule.id());
    }
    for warning in Warning::ALL {
        assert!(seen.warnings.contains_key(warning), "{} never occurs", warning.id());
    }
    // Every code of a rule was answered.
    for code in Rule::ALL.iter().flat_map(|rule| rule.info().codes) {
        assert!(
            seen.codes.contains_key(code) || seen.item_codes.contains_key(code),
            "{code:?} never occurs"
        );
    }
    for documented in codes::COMMANDS {
        let command: Command =
            documented.command.parse().expect("the documented commands are known");
        for code in codes::REQUESTS.iter().chain(documented.requests) {
            assert!(
                seen.by_command.contains(&(command, false, *code)),
                "{command} never answers {code}"
            );
        }
        for code in documented.items {
            assert!(
                seen.by_command.contains(&(command, true, *code)),
                "no item of {command} ever has {code}"
            );
        }
    }
    println!(
        "{} of {} calls applied, {} of {} items, {fine} of {bodies} bodies",
        seen.applied, seen.calls, seen.items_fine, seen.items
    );
    println!("{:?}\n{:?}\n{:?}", seen.rules, seen.warnings, seen.item_codes);
}

/// Rules that no body can break: the host's own faults, the URL, the rate limiter, and exhausted
/// group IDs.
fn rules_outside_the_body(seen: &mut Seen) {
    let command = Command::MarkContact;
    let mut limiters = RateLimiters::new(0);
    let target = "/v4/recentcontact/mark_contact?sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json";
    let policy = Policy::default();
    let too_frequent = Incoming::from_url(target, b"{}")
        .judge(&mut Validator::new(&policy), &mut limiters, 0)
        .unwrap_err();
    let refusals = [
        Refusal::bad_http(None),
        Refusal::bad_http(Some(command)),
        too_frequent,
        Refusal::host_fault(command),
        Refusal::host_timeout(command),
    ];
    for refusal in refusals {
        for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy(), Policy::observed()]
        {
            let mut answer = Vec::new();
            refusal.write_answer(&policy, &mut answer);
            let code = refusal.code().get();
            let known = refusal.command().map(Command::name);
            let reference_policy = compare::convert::policy(&policy);
            assert_eq!(
                compare::mask_messages(&answer),
                convmark_model::reference::account::fail_answer(known, code, &reference_policy)
            );
        }
        seen.rule(refusal.rule());
        *seen.codes.entry(refusal.code()).or_default() += 1;
    }
    let full = r#"{"version":1,"last_group_id":2147483647,"groups":[],"rows":[]}"#;
    let account: Account = serde_json::from_str(full).expect("the snapshot is valid");
    let mut compared = ComparedAccount::of(account, policy);
    let body = br#"{"From_Account":"a","GroupContactItem":[{"GroupName":"g"}]}"#.to_vec();
    let call = Call {
        command: Command::CreateContactGroup,
        body,
        admin: true,
        facts: Facts::default(),
        now: 1,
    };
    let response = compared.call(&call);
    assert_eq!(response.refused, Some(Rule::GroupIdsExhausted));
    seen.rule(Rule::GroupIdsExhausted);
    // One below the maximum, a group can still be created.
    let last = r#"{"version":1,"last_group_id":2147483646,"groups":[],"rows":[]}"#;
    let mut compared =
        ComparedAccount::of(serde_json::from_str(last).expect("the snapshot is valid"), policy);
    assert!(compared.call(&call).code.is_ok());
    assert_eq!(compared.account.last_group_id(), 2_147_483_647);
}

#[test]
fn generators_send_every_documented_field() {
    let policy = Policy::default();
    let mut sent = String::new();
    for seed in 0..600 {
        let noise = random::bytes(seed, 1024);
        let mut source = ByteSource::new(&noise);
        let command = Command::ALL[usize::try_from(seed).unwrap() % Command::ALL.len()];
        let body = mutations::near_valid_body(&mut source, command, &policy);
        sent += &String::from_utf8_lossy(&body);
    }
    for object in convmark::schema::Object::all() {
        for field in object.fields(&policy) {
            let name = field.name();
            assert!(
                sent.contains(&format!("\"{name}\"")),
                "no body has `{name}` of {object:?}: let tests/model/src/generate send it"
            );
        }
    }
}
