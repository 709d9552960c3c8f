//! The reference model passes the conformance cases.

use convmark_model::reference::account::{Account, Facts, fail_answer, from_account, handle};
use convmark_model::reference::json::{Document, Kind, parse, quote};
use convmark_model::reference::policy::{ErrorDisplay, Policy};
use convmark_model::reference::rate_limiter::RateLimiter;
use convmark_model::reference::schema::{Finding, Severity, findings};
use convmark_model::reference::snapshot;
use convmark_model::reference::url::parse_url;
use std::collections::BTreeMap;

/// A value and the text that contains it.
#[derive(Clone, Copy)]
struct Value<'a> {
    source: &'a str,
    document: &'a Document,
    node: usize,
}

impl<'a> Value<'a> {
    fn get(self, name: &str) -> Option<Self> {
        self.document.get(self.node, name).map(|node| Self { node, ..self })
    }
    fn has(self, name: &str) -> bool {
        self.document.members(self.node).iter().any(|(key, _)| key.text == name)
    }
    fn elements(self) -> Vec<Self> {
        self.document.elements(self.node).iter().map(|node| Self { node: *node, ..self }).collect()
    }
    fn text(self) -> Option<&'a str> {
        self.document.string(self.node)
    }
    fn number(self) -> Option<u64> {
        self.document.unsigned(self.node)
    }
    fn truth(self) -> Option<bool> {
        match self.document.kind(self.node) {
            Kind::Bool(value) => Some(*value),
            _ => None,
        }
    }
    fn raw(self) -> &'a str {
        let node = &self.document.nodes[self.node];
        &self.source[node.start..node.end]
    }
    fn texts(self, name: &str) -> Vec<String> {
        let list = self.get(name).map(Self::elements).unwrap_or_default();
        list.into_iter().map(|value| value.text().expect("text").to_string()).collect()
    }
    fn compact(self) -> String {
        let child = |node: &usize| Self { node: *node, ..self }.compact();
        match self.document.kind(self.node) {
            Kind::String(text) => quote(&text.text),
            Kind::Array(elements) => {
                format!("[{}]", elements.iter().map(child).collect::<Vec<_>>().join(","))
            }
            Kind::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, node)| format!("{}:{}", quote(&name.text), child(node)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            _ => self.raw().to_string(),
        }
    }
}

fn load(name: &str) -> (String, Document) {
    let path = format!("{}/../cases/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(&path).expect(&path);
    let document = parse(source.as_bytes()).expect("the cases are JSON");
    (source, document)
}

/// Calls `run` with each case's name, options and steps.
fn each_case(file: &str, mut run: impl FnMut(&str, Value, Vec<Value>)) {
    let (source, document) = load(file);
    let cases = Value { source: &source, document: &document, node: 0 }.elements();
    assert!(!cases.is_empty());
    for case in cases {
        let name = case.get("name").and_then(Value::text).expect("name");
        let steps = case.get("steps").expect("steps").elements();
        assert!(!steps.is_empty(), "{name}");
        run(name, case.get("options").expect("options"), steps);
    }
}

fn option_number(options: Value, name: &str) -> Option<u64> {
    let value = options.get(name)?;
    value.number().or_else(|| value.text()?.parse().ok())
}

fn policy(options: Value) -> Policy {
    let mut policy = match options.get("revision").and_then(Value::text) {
        _ if options.get("observed").is_some() => Policy::observed(),
        Some("2023-03") => Policy::rev_2023_03(),
        None | Some("2026-04") => Policy::rev_2026_04(),
        Some(other) => panic!("revision {other}"),
    };
    if let Some(base) = option_number(options, "mark-base") {
        policy.mark_base = u32::try_from(base).expect("mark-base");
    }
    if let Some(size) = option_number(options, "page-size") {
        policy.page_size = u32::try_from(size).expect("page-size");
    }
    match options.get("error-display").and_then(Value::text) {
        Some("none") => policy.error_display = ErrorDisplay::None,
        Some("sampled") => policy.error_display = ErrorDisplay::Sampled,
        Some("all") => policy.error_display = ErrorDisplay::All,
        None => {}
        Some(other) => panic!("error-display {other}"),
    }
    match options.get("last-page-index").and_then(Value::text) {
        Some("zero") => policy.last_page_has_index = true,
        Some("absent") => policy.last_page_has_index = false,
        None => {}
        Some(other) => panic!("last-page-index {other}"),
    }
    match options.get("rename-items").and_then(Value::text) {
        Some("absent") => policy.rename_has_items = false,
        Some("empty") => policy.rename_has_items = true,
        None => {}
        Some(other) => panic!("rename-items {other}"),
    }
    policy
}

/// Calls `run` with the envelope, which is an object or the text of one.
fn with_envelope(input: Value, run: impl FnOnce(Value)) {
    match input.text() {
        Some(line) => {
            let document = parse(line.as_bytes()).expect("envelope");
            run(Value { source: line, document: &document, node: 0 });
        }
        None => run(input),
    }
}

/// The exact body of an envelope.
fn body(envelope: Value) -> String {
    if envelope.has("body") {
        let members = envelope.document.members(envelope.node);
        let (_, node) = members.iter().find(|(name, _)| name.text == "body").expect("body");
        Value { node: *node, ..envelope }.raw().to_string()
    } else {
        envelope.get("raw").and_then(Value::text).expect("body or raw").to_string()
    }
}

/// The command, or the error of the URL with the command if it is known.
fn command(envelope: Value) -> Result<&'static str, (Option<&'static str>, Finding)> {
    if let Some(url) = envelope.get("url") {
        let url = url.text().expect("url");
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        return parse_url(path, query).map(|call| call.command);
    }
    let name = envelope.get("command").and_then(Value::text).expect("command or url");
    Ok(convmark_model::reference::command::known(name).expect("command"))
}

#[derive(Default)]
struct Service {
    accounts: BTreeMap<String, Account>,
    /// The accounts rebuilt from the changes alone.
    replayed: BTreeMap<String, Account>,
    limiters: BTreeMap<String, RateLimiter>,
}

impl Service {
    fn step(
        &mut self,
        envelope: Value,
        policy: &Policy,
        calls: Option<u64>,
    ) -> (String, Vec<String>) {
        let now = envelope.get("now").map_or(0, |now| now.number().expect("now"));
        let now_ms = envelope.get("now_ms").map_or(now * 1000, |now| now.number().expect("now_ms"));
        let command = match command(envelope) {
            Ok(command) => command,
            Err((command, finding)) => {
                return (fail_answer(command, finding.code.expect("code"), policy), Vec::new());
            }
        };
        if let Some(calls) = calls {
            let calls = u32::try_from(calls).expect("calls-per-second");
            let limiter =
                self.limiters.entry(command.to_string()).or_insert_with(|| RateLimiter::new(calls));
            if !limiter.admit(now_ms) {
                return (fail_answer(Some(command), 60007, policy), Vec::new());
            }
        }
        let body = body(envelope);
        let name = from_account(command, body.as_bytes(), policy);
        let mut facts = Facts::default();
        let mut admin = true;
        if let Some(given) = envelope.get("facts") {
            admin = given.get("admin").and_then(Value::truth).unwrap_or(true);
            facts.plan = given.get("plan").and_then(Value::truth).unwrap_or(true);
            facts.unknown_accounts = given.texts("unknown_accounts");
            facts.unresolved_groups = given.texts("unresolved_groups");
        }
        facts.requester_known =
            name.as_ref().is_none_or(|name| !facts.unknown_accounts.contains(name));
        let name = name.unwrap_or_default();
        let account = self.accounts.entry(name.clone()).or_default();
        let before = account.clone();
        let handled = handle(account, command, body.as_bytes(), admin, &facts, policy, now);
        assert_eq!(handled.changes.is_empty(), before == *account);
        let replayed = self.replayed.entry(name).or_default();
        for change in &handled.changes {
            assert_eq!(replayed.replay(change), Ok(()), "{change}");
        }
        assert_eq!(replayed, account);
        let stored = snapshot::to_json(account);
        let parsed = parse(stored.as_bytes()).expect("the snapshot is JSON");
        assert_eq!(Value { source: &stored, document: &parsed, node: 0 }.compact(), stored);
        (handled.answer, handled.changes)
    }
}

#[test]
fn the_replay_cases_give_the_expected_answers() {
    let mut count = 0;
    each_case("replay", |name, options, steps| {
        let policy = policy(options);
        let calls = option_number(options, "calls-per-second");
        let with_changes = options.get("changes").and_then(Value::truth) == Some(true);
        let mut service = Service::default();
        for (number, step) in steps.into_iter().enumerate() {
            let expected = step.get("out").expect("out").compact();
            with_envelope(step.get("in").expect("in"), |envelope| {
                let (answer, changes) = service.step(envelope, &policy, calls);
                let line = match with_changes {
                    true => {
                        format!("{{\"response\":{answer},\"changes\":[{}]}}", changes.join(","))
                    }
                    false => answer,
                };
                assert_eq!(line, expected, "{name}, step {number}");
            });
            count += 1;
        }
    });
    assert!(count > 100, "{count}");
}

#[test]
fn the_validate_cases_give_the_expected_findings() {
    let mut count = 0;
    each_case("validate", |name, options, steps| {
        let policy = policy(options);
        for (number, step) in steps.into_iter().enumerate() {
            let show = |finding: Finding| {
                let (severity, code) = match finding.severity {
                    Severity::Error => {
                        ("error", format!("\"code\":{},", finding.code.expect("code")))
                    }
                    Severity::Warning => ("warning", String::new()),
                };
                format!(
                    "{{\"severity\":\"{severity}\",\"rule\":\"{}\",{code}\"path\":{}}}",
                    finding.rule,
                    quote(&finding.path)
                )
            };
            // Errors are compared in order, warnings sorted.
            let order = |all: Vec<String>| {
                let (errors, mut warnings): (Vec<_>, Vec<_>) =
                    all.into_iter().partition(|one| one.contains("\"code\":"));
                warnings.sort();
                (errors, warnings)
            };
            let expected = step.get("findings").expect("findings").elements();
            let expected = order(expected.into_iter().map(Value::compact).collect());
            with_envelope(step.get("in").expect("in"), |envelope| {
                let (command, mut found) = match command(envelope) {
                    Ok(command) => (Some(command), Vec::new()),
                    Err((command, finding)) => (command, vec![finding]),
                };
                if let Some(command) = command {
                    found.extend(findings(command, body(envelope).as_bytes(), &policy));
                }
                assert_eq!(
                    order(found.into_iter().map(show).collect()),
                    expected,
                    "{name}, step {number}"
                );
            });
            count += 1;
        }
    });
    assert!(count > 50, "{count}");
}
