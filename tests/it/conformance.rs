//! The conformance cases, one test per case.

use std::collections::BTreeSet;

use convmark::call::{Call, Caller, Incoming};
use convmark::fake::{Service, Time};
use convmark::marks::MarkBase;
use convmark::rate::RateLimiters;
use convmark::report::Severity;
use convmark::{Account, Command, Conversation, Facts, Policy, Report, Revision, Validator};

use support::json::{Json, quote};

const REPLAY: &str = include_str!("../cases/replay.json");
const VALIDATE: &str = include_str!("../cases/validate.json");

#[derive(serde::Deserialize)]
struct Named {
    name: String,
}

/// The name and the text of each case.
fn cases(file: &str) -> Vec<(String, &str)> {
    let cases: Vec<&serde_json::value::RawValue> = serde_json::from_str(file).unwrap();
    let named = |case: &str| serde_json::from_str::<Named>(case).unwrap().name;
    cases.into_iter().map(|case| (named(case.get()), case.get())).collect()
}

fn find(file: &str, name: &str) -> Json {
    let mut found = cases(file).into_iter().filter(|(known, _)| known == name);
    let (_, case) = found.next().unwrap_or_else(|| panic!("no case is called {name:?}"));
    assert!(found.next().is_none(), "two cases are called {name:?}");
    Json::parse(case)
}

fn policy(options: &Json) -> Policy {
    let revision = options
        .get("revision")
        .map_or("2026-04", |name| name.text().unwrap())
        .parse::<Revision>()
        .unwrap();
    let base =
        if options.get("observed").is_some() { Policy::observed() } else { revision.policy() };
    let mut builder = base.to_builder();
    let named = |option| options.get(option).map(|name| name.text().unwrap());
    if let Some(name) = named("error-display") {
        builder = builder.error_display(name.parse().unwrap());
    }
    if let Some(name) = named("last-page-index") {
        builder = builder.last_page_index(name.parse().unwrap());
    }
    if let Some(name) = named("rename-items") {
        builder = builder.rename_items(name.parse().unwrap());
    }
    if let Some(base) = options.get("mark-base") {
        builder = builder.mark_base(if base.number() == Some(0) {
            MarkBase::Zero
        } else {
            MarkBase::One
        });
    }
    if let Some(size) = options.get("page-size") {
        builder = builder.page_size(u32::try_from(size.number().unwrap()).unwrap());
    }
    builder.build().unwrap()
}

/// One input line.
struct Envelope {
    command: Option<Command>,
    url: Option<String>,
    body: String,
    now: u64,
    now_ms: u64,
    caller: Caller,
    facts: Facts,
}

impl Envelope {
    fn read(line: &Json) -> Self {
        let now = line.get("now").map_or(0, |now| now.number().unwrap());
        let raw = line.get("raw").map(|raw| raw.text().unwrap().to_string());
        let given = line.get("facts");
        let says_no = |name: &str| {
            given.and_then(|facts| facts.get(name)).and_then(Json::truth) == Some(false)
        };
        let listed = |name: &str| -> Vec<String> {
            let list = given.and_then(|facts| facts.get(name)).map_or(&[][..], Json::elements);
            list.iter().map(|id| id.text().unwrap().to_string()).collect()
        };
        let mut facts =
            if says_no("plan") { Facts::vouched().without_plan() } else { Facts::vouched() };
        for id in listed("unknown_accounts") {
            facts = facts.with_unknown(Conversation::user(id).unwrap());
        }
        for id in listed("unresolved_groups") {
            facts = facts.with_unknown(Conversation::group(id).unwrap());
        }
        Self {
            command: line.get("command").map(|name| name.text().unwrap().parse().unwrap()),
            url: line.get("url").map(|url| url.text().unwrap().to_string()),
            body: raw.unwrap_or_else(|| line.member("body").unwrap().raw.clone()),
            now,
            now_ms: line.get("now_ms").map_or(now * 1000, |now| now.number().unwrap()),
            caller: if says_no("admin") { Caller::Other } else { Caller::Admin },
            facts,
        }
    }

    fn incoming(&self) -> Incoming<'_> {
        let incoming = match (&self.command, &self.url) {
            (Some(command), None) => Incoming::new(*command, self.body.as_bytes()),
            (None, Some(url)) => Incoming::from_url(url, self.body.as_bytes()),
            _ => panic!("one of command and url"),
        };
        incoming.by(self.caller)
    }
}

fn reloaded(service: &Service) -> Service {
    let mut again = service.clone();
    for (user, account) in service.accounts() {
        let stored = serde_json::to_string(account).unwrap();
        let loaded: Account = serde_json::from_str(&stored).unwrap();
        assert_eq!(&loaded, account);
        again.insert(user.borrowed(), loaded);
    }
    again
}

/// The accounts rebuilt from the changes alone.
fn replayed(shadow: &mut Service, incoming: &Incoming<'_>, changes: &[convmark::Change<'_>]) {
    if changes.is_empty() {
        return;
    }
    let mut validator = Validator::new(shadow.policy());
    let request = incoming.judge(&mut validator, &mut RateLimiters::unlimited(), 0);
    let request = request.expect("only accepted requests change anything");
    let user = request.account().clone();
    let mut account = shadow.account(&user).cloned().unwrap_or_default();
    for change in changes {
        account.replay(change).unwrap();
    }
    shadow.insert(user, account);
}

fn replay(name: &str, reload: bool) {
    let case = find(REPLAY, name);
    let options = case.get("options").unwrap();
    let policy = policy(options);
    let calls_per_second =
        options.get("calls-per-second").map(|n| u32::try_from(n.number().unwrap()).unwrap());
    let with_changes = options.get("changes").and_then(Json::truth) == Some(true);
    let (mut service, mut shadow) = (Service::new(&policy), Service::new(&policy));
    if let Some(calls_per_second) = calls_per_second {
        service = service.with_calls_per_second(calls_per_second);
    }
    let steps = case.get("steps").unwrap().elements();
    assert!(!steps.is_empty());
    for (number, step) in steps.iter().enumerate() {
        let envelope = Envelope::read(step.get("in").unwrap());
        if reload {
            service = reloaded(&service);
        }
        let incoming = envelope.incoming();
        let time = Time { seconds: envelope.now, milliseconds: envelope.now_ms };
        let served = service.serve(&incoming, &envelope.facts, time).unwrap();
        replayed(&mut shadow, &incoming, served.changes());
        assert!(shadow.accounts().eq(service.accounts()), "step {number}");
        let (answer, changes) = served.into_parts();
        let mut found = String::from_utf8(answer).unwrap();
        if with_changes {
            found = format!(
                r#"{{"response":{found},"changes":{}}}"#,
                serde_json::to_string(&changes).unwrap()
            );
        }
        if let Some(difference) = Json::parse(&found).difference(step.get("out").unwrap(), "") {
            panic!("step {number} {difference}");
        }
    }
}

/// The report of one input line, as the command-line tool makes it.
fn judged(envelope: &Envelope, policy: &Policy) -> Report {
    let body = |command| Validator::new(policy).report(command, envelope.body.as_bytes());
    match &envelope.url {
        None => body(envelope.command.unwrap()),
        Some(url) => match Call::parse_target(url) {
            Ok(call) => body(call.command()),
            Err(refusal) => {
                refusal.command().map(body).unwrap_or_default().with_first(refusal.into_finding())
            }
        },
    }
}

fn validate(name: &str) {
    let case = find(VALIDATE, name);
    let policy = policy(case.get("options").unwrap());
    let steps = case.get("steps").unwrap().elements();
    assert!(!steps.is_empty());
    for (number, step) in steps.iter().enumerate() {
        let envelope = Envelope::read(step.get("in").unwrap());
        let report = judged(&envelope, &policy);
        assert_eq!(report.more(), 0);
        let mut found = Vec::new();
        for finding in report.findings() {
            assert!(!finding.message().is_empty());
            let code = finding.code().map_or(String::new(), |code| format!(r#""code":{code},"#));
            let severity = finding.severity().name();
            let (rule, path) = (finding.id(), quote(&finding.path()));
            found.push(format!(
                r#"{{"severity":"{severity}","rule":"{rule}",{code}"path":{path}}}"#
            ));
            assert_eq!(finding.severity() == Severity::Error, finding.code().is_some());
            resolves(&envelope.body, &finding.path());
        }
        let expected: Vec<String> =
            step.get("findings").unwrap().elements().iter().map(|one| one.raw.clone()).collect();
        assert_eq!(ordered(found), ordered(expected), "step {number}");
    }
}

/// Errors in order, warnings sorted.
fn ordered(findings: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (errors, mut warnings): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.starts_with(r#"{"severity":"error""#));
    warnings.sort();
    (errors, warnings)
}

/// Whether the path, or its parent for missing members, is in the body. `""` always is.
fn resolves(body: &str, path: &str) {
    if path.is_empty() || path.starts_with('?') {
        return;
    }
    let body = Json::parse(body);
    let (parent, _) = path.rsplit_once('/').expect("a pointer starts with a slash");
    assert!(body.at(path).is_some() || body.at(parent).is_some(), "{path}");
}

macro_rules! cases {
    ($($test:ident: $name:literal;)+) => {
        const LISTED: &[&str] = &[$($name),+];
        $(#[test]
        fn $test() {
            each($name);
        })+
    };
}

#[track_caller]
fn assert_listed(file: &str, listed: &[&str]) {
    let cases = cases(file);
    let names: BTreeSet<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have the same name");
    assert_eq!(names, listed.iter().copied().collect());
}

mod replaying {
    use super::{REPLAY, assert_listed, replay};

    fn each(name: &str) {
        replay(name, false);
        replay(name, true);
    }

    cases! {
        documented_samples_2026_04: "documented samples, 2026-04";
        documented_samples_2023_03: "documented samples, 2023-03";
        group_life: "group life: ids are never reused, names are unique, rename keeps id and members";
        twenty_groups: "twenty groups";
        membership: "idempotent membership, order of effects inside one request, timestamps only on change";
        marks: "marks: clear before set, custom mark kept, removed by the empty string, vanished rows come back last";
        mark_base_0: "mark base 0";
        facts: "facts: who may, what resolves";
        facts_2023_03: "facts on the 2023-03 policy: custom marks need no plan";
        paging: "paging";
        search: "search: order, repeats, absent conversations, only the groups named";
        accounts_are_independent: "accounts never meet; one-to-one and group chats with the same ID differ";
        errors_leave_no_trace: "errors leave no trace";
        the_call: "the call: URL and query";
        call_frequency: "call frequency";
        changes: "changes: exactly what changed, in order";
        capacity_separate: "capacity, separate: a full group budget leaves the mark budget alone";
        capacity_shared: "capacity, shared (2023-03): groups and marks draw on one budget";
        observed: "observed on the live service: the last page has no NextStartIndex, ErrorDisplay everywhere";
        settings_of_answers: "single settings of answers";
        a_setting_wins: "a single setting wins over the preset";
        not_modeled: "commands of the service that are not modelled";
    }

    #[test]
    fn every_case_of_the_file_is_listed() {
        assert_listed(REPLAY, LISTED);
    }
}

mod validating {
    use super::{VALIDATE, assert_listed, validate};

    fn each(name: &str) {
        validate(name);
    }

    cases! {
        url: "URL";
        clean_samples: "clean samples";
        not_json: "not JSON, not an object";
        missing_null_empty: "missing, null, empty";
        wrong_types: "wrong types";
        conversation_objects: "conversation objects";
        names: "names";
        names_2023_03: "names, 2023-03";
        counts: "counts";
        marks: "marks";
        updates: "updates";
        unknown_and_doubled_fields: "unknown and doubled fields";
        repeats: "repeats";
    }

    #[test]
    fn every_case_of_the_file_is_listed() {
        assert_listed(VALIDATE, LISTED);
    }
}
