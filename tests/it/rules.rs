//! Every rule and every warning has a case that breaks it and a near miss that does not. Every
//! command answers with every code that it can.

use std::collections::{BTreeMap, BTreeSet};

use convmark::call::{Caller, Incoming};
use convmark::rate::RateLimiters;
use convmark::{Command, Facts, Refusal, Rule, Validator, Warning};

use support::codes;

use crate::helpers::*;

/// The rules and warnings that a case has: of the report, of the refusal, or of the items.
type Found = BTreeSet<&'static str>;

fn of_body(command: Command, body: impl AsRef<[u8]>) -> Found {
    let report = Validator::new(&POLICY).report(command, body.as_ref());
    report.findings().iter().map(convmark::Finding::id).collect()
}

/// Applies these requests to one account. Returns the rules that the last one breaks.
fn of_state(session: &mut Session, facts: &Facts, requests: &[(Command, String)]) -> Found {
    let mut found = Found::new();
    for (command, body) in requests {
        session.now += 1;
        let request = Validator::new(&session.policy).decode(*command, body.as_bytes()).unwrap();
        let outcome = session.account.apply(&request, facts, session.now).unwrap();
        found = outcome
            .refusal()
            .map(Refusal::rule)
            .into_iter()
            .chain(outcome.item_rules().flatten())
            .map(Rule::id)
            .collect();
    }
    found
}

fn of_call(incoming: &Incoming<'_>, calls_per_second: u32) -> Found {
    let mut limiters = RateLimiters::new(calls_per_second);
    let judged = incoming.judge(&mut Validator::new(&POLICY), &mut limiters, 0);
    judged.err().map(|refusal| refusal.rule().id()).into_iter().collect()
}

fn of_url(path: &str, query: &str) -> Found {
    of_call(&Incoming::from_url(&format!("{path}?{query}"), ME.get(0).as_bytes()), 1)
}

const PATH: &str = "/v4/recentcontact/get_contact_group";
const QUERY: &str = "sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json";

fn groups(count: usize) -> Vec<(Command, String)> {
    (0..count).map(|number| (CREATE, ME.create(&format!("g{number}"), ""))).collect()
}

fn ids_used_up_to(last: u32) -> Session {
    let mut session = Session::new();
    let json = format!(r#"{{"version":1,"last_group_id":{last},"groups":[],"rows":[]}}"#);
    session.account = serde_json::from_str(&json).unwrap();
    session
}

fn one_row() -> Session {
    Session::capacity(convmark::policy::Capacity::Shared { rows: 1 })
}

fn by(caller: Caller) -> Found {
    of_call(&Incoming::new(GET, ME.get(0).as_bytes()).by(caller), 1)
}

fn made(refusal: Refusal) -> Found {
    [refusal.rule().id()].into()
}

/// The findings of a case that breaks the rule, and of a near miss.
fn cases(rule: Rule) -> (Found, Found) {
    let vouched = Facts::vouched();
    let state = |requests: &[(Command, String)]| of_state(&mut Session::new(), &vouched, requests);
    let knowing = |facts: Facts, command, body: String| {
        of_state(&mut Session::new(), &facts, &[(command, body)])
    };
    let with = |facts: Facts, item: &str| knowing(facts, CREATE, ME.create("g", item));
    let id = |length: usize| of_body(SEARCH, ME.search(&user_contact(&"u".repeat(length))));
    match rule {
        Rule::UnknownEndpoint => (of_url(&format!("{PATH}/"), QUERY), of_url(PATH, QUERY)),
        Rule::NotModeled => {
            (of_url("/v4/recentcontact/delete", QUERY), of_url("/v4/recentcontact/delete/", QUERY))
        }
        Rule::MissingParameter => {
            (of_url(PATH, &QUERY.replace("usersig=s", "usersig=")), of_url(PATH, QUERY))
        }
        Rule::BadParameter => (
            of_url(PATH, &QUERY.replace("sdkappid=1", "sdkappid=0")),
            of_url(PATH, &QUERY.replace("sdkappid=1", "sdkappid=01")),
        ),
        Rule::DuplicateParameter => {
            (of_url(PATH, &format!("{QUERY}&random=")), of_url(PATH, &format!("{QUERY}&Random=")))
        }
        Rule::BadHttp => (made(Refusal::bad_http(None)), of_url(PATH, QUERY)),
        Rule::TooFrequent => {
            let body = ME.get(0);
            let call = Incoming::new(GET, body.as_bytes());
            (of_call(&call, 0), of_call(&call, 1))
        }
        Rule::NotAdmin => (by(Caller::Other), by(Caller::Admin)),
        Rule::InvalidJson => (of_body(GET, ME.get(0) + "x"), of_body(GET, ME.get(0) + "\n")),
        Rule::DuplicateField => (
            of_body(GET, r#"{"From_Account":"me","StartIndex":0,"StartIndex":0}"#),
            of_body(GET, r#"{"From_Account":"me","StartIndex":0,"Startindex":0}"#),
        ),
        Rule::MissingField => {
            (of_body(CREATE, ME.create("", "")), of_body(CREATE, ME.create(" ", "")))
        }
        Rule::WrongType => {
            (of_body(GET, r#"{"From_Account":"me","StartIndex":0.0}"#), of_body(GET, ME.get(0)))
        }
        Rule::AccountNotString => (
            of_body(GET, r#"{"From_Account":1,"StartIndex":0}"#),
            of_body(GET, r#"{"From_Account":"1","StartIndex":0}"#),
        ),
        Rule::OutOfRange => {
            (of_body(MARK, ME.set_marks("a", "65")), of_body(MARK, ME.set_marks("a", "64")))
        }
        Rule::MalformedId => (id(33), id(32)),
        Rule::GroupNameTooLong => (
            of_body(CREATE, ME.create(&"n".repeat(65), "")),
            of_body(CREATE, ME.create(&"n".repeat(64), "")),
        ),
        Rule::CustomMarkTooLong => (
            of_body(MARK, ME.set_custom_mark("a", &"c".repeat(257))),
            of_body(MARK, ME.set_custom_mark("a", &"c".repeat(256))),
        ),
        Rule::ItemCount => (
            of_body(CREATE, ME.create("g", &user_contacts(0..101))),
            of_body(CREATE, ME.create("g", &user_contacts(0..100))),
        ),
        Rule::SingleItemOnly => (
            of_body(DELETE, r#"{"From_Account":"me","GroupName":["a","b"]}"#),
            of_body(DELETE, ME.delete("a,b")),
        ),
        Rule::SearchCount => (
            of_body(SEARCH, ME.search(&user_contacts(0..301))),
            of_body(SEARCH, ME.search(&user_contacts(0..300))),
        ),
        Rule::RequesterUnknown => (
            knowing(Facts::vouched().with_unknown(peer("me")), GET, ME.get(0)),
            knowing(Facts::vouched().with_unknown(chat("me")), GET, ME.get(0)),
        ),
        Rule::PlanRequired => (
            knowing(Facts::vouched().without_plan(), CREATE, ME.create("g", "")),
            knowing(Facts::vouched().without_plan(), GET, ME.get(0)),
        ),
        Rule::GroupMissing => (
            state(&[(CREATE, ME.create("g", "")), (DELETE, ME.delete("G"))]),
            state(&[(CREATE, ME.create("g", "")), (DELETE, ME.delete("g"))]),
        ),
        Rule::GroupNameTaken => (
            state(&[(CREATE, ME.create("g", "")), (CREATE, ME.create("g", ""))]),
            state(&[(CREATE, ME.create("g", "")), (UPDATE, ME.rename("g", "g"))]),
        ),
        Rule::TooManyGroups => (state(&groups(21)), state(&groups(20))),
        Rule::GroupIdsExhausted => (
            of_state(&mut ids_used_up_to(i32::MAX as u32), &vouched, &groups(1)),
            of_state(&mut ids_used_up_to(i32::MAX as u32 - 1), &vouched, &groups(1)),
        ),
        Rule::AccountUnknown => (
            with(Facts::vouched().with_unknown(peer("a")), &user_contact("a")),
            with(Facts::vouched().with_unknown(chat("a")), &user_contact("a")),
        ),
        Rule::GroupUnresolved => {
            let item = chat_contact("a");
            (
                with(Facts::vouched().with_unknown(chat("a")), &item),
                with(Facts::vouched().with_unknown(peer("a")), &item),
            )
        }
        Rule::CapacityExceeded => (
            of_state(&mut one_row(), &vouched, &[(CREATE, ME.create("g", &user_contacts(0..2)))]),
            of_state(
                &mut one_row(),
                &vouched,
                &[(CREATE, ME.create("g", &user_contacts(0..1))), (MARK, ME.set_marks("u0", "1"))],
            ),
        ),
        Rule::HostFault => (made(Refusal::host_fault(GET)), made(Refusal::host_timeout(GET))),
        Rule::HostTimeout => (made(Refusal::host_timeout(GET)), made(Refusal::host_fault(GET))),
        other => panic!("no case for {other}"),
    }
}

#[test]
fn every_rule_has_a_hit_and_a_near_miss() {
    for rule in Rule::ALL {
        let (hit, near) = cases(*rule);
        assert!(hit.contains(rule.id()), "{rule}: {hit:?}");
        assert!(!near.contains(rule.id()), "{rule}: {near:?}");
    }
}

#[test]
fn each_hit_breaks_one_rule_only() {
    for rule in Rule::ALL {
        let (hit, _) = cases(*rule);
        assert_eq!(hit, Found::from([rule.id()]), "{rule}");
    }
}

/// The findings of a case that has the warning, and of a near miss.
fn warning_cases(warning: Warning) -> (Found, Found) {
    let item = |operation, rest: &str| {
        of_body(MARK, ME.mark(&[mark_item(operation, &user_contact("a"), rest)]))
    };
    let search = |list: &str| of_body(SEARCH, ME.search(list));
    match warning {
        Warning::UnknownField => (
            of_body(GET, r#"{"From_Account":"me","StartIndex":0,"startIndex":0}"#),
            of_body(GET, ME.get(0)),
        ),
        Warning::IrrelevantId => (
            search(r#"{"Type":1,"To_Account":"a","ToGroupId":"b"}"#),
            search(r#"{"Type":1,"To_Account":"a","ToGroupId":""}"#),
        ),
        Warning::IgnoredField => (
            item(1, r#","SetMark":[1],"CustomMark":"c""#),
            item(1, r#","SetMark":[1],"CustomMark":"""#),
        ),
        Warning::NoEffect => (item(2, ""), item(2, r#","CustomMark":"""#)),
        Warning::SetAndClear => (
            item(1, r#","SetMark":[1],"ClearMark":[1]"#),
            item(1, r#","SetMark":[1],"ClearMark":[2]"#),
        ),
        Warning::RepeatedConversation => (
            search(&format!("{},{}", user_contact("a"), user_contact("a"))),
            search(&format!(r#"{},{{"Type":2,"ToGroupId":"a"}}"#, user_contact("a"))),
        ),
        Warning::InternalMarkBit => (item(1, r#","SetMark":[32]"#), item(1, r#","SetMark":[33]"#)),
        Warning::LongGroupName => (
            of_body(CREATE, ME.create(&"n".repeat(33), "")),
            of_body(CREATE, ME.create(&"n".repeat(32), "")),
        ),
        other => panic!("no case for {other}"),
    }
}

#[test]
fn every_warning_has_a_hit_and_a_near_miss() {
    for warning in Warning::ALL {
        let (hit, near) = warning_cases(*warning);
        assert_eq!(hit, Found::from([warning.id()]), "{warning}");
        assert!(near.is_empty(), "{warning}: {near:?}");
    }
}

#[test]
fn no_effect_in_all_its_forms() {
    for (body, path) in [
        (mark_item(1, &user_contact("a"), ""), Some("/MarkItem/0")),
        (mark_item(1, &user_contact("a"), r#","SetMark":[],"ClearMark":[]"#), Some("/MarkItem/0")),
        (mark_item(1, &user_contact("a"), r#","SetMark":[1]"#), None),
        (mark_item(1, &user_contact("a"), r#","ClearMark":[1]"#), None),
        (mark_item(2, &user_contact("a"), r#","CustomMark":null"#), Some("/MarkItem/0")),
        (mark_item(3, &user_contact("a"), r#","SetMark":[ ]"#), Some("/MarkItem/0")),
        (mark_item(3, &user_contact("a"), r#","CustomMark":"""#), None),
        (mark_item(3, &user_contact("a"), r#","ClearMark":[1]"#), None),
    ] {
        let expected: Vec<String> = path.iter().map(|path| format!("no-effect {path}")).collect();
        assert_eq!(warnings(MARK, ME.mark(&[body])), expected);
    }
    assert_eq!(warnings(UPDATE, ME.change("g", "")), ["no-effect /UpdateGroup"]);
    assert_eq!(warnings(UPDATE, ME.rename("g", "g")), ["no-effect /UpdateGroup/NewGroupName"]);
    assert_eq!(
        warnings(UPDATE, ME.rename("g", r"\u0067")),
        ["no-effect /UpdateGroup/NewGroupName"]
    );
    // A wrong value is not absent.
    assert_eq!(
        warnings(MARK, ME.mark(&[mark_item(1, &user_contact("a"), r#","SetMark":1"#)])),
        [""; 0]
    );
    assert_eq!(
        warnings(MARK, ME.mark(&[mark_item(2, &user_contact("a"), r#","CustomMark":1"#)])),
        [""; 0]
    );
}

#[test]
fn ignored_fields_in_all_their_forms() {
    let rename = |rest: &str| ME.rename("g", "h").replacen("}}", &format!("{rest}}}}}"), 1);
    for (command, body, path) in [
        (UPDATE, rename(r#","ContactUpdateItem":[0]"#), "/UpdateGroup/ContactUpdateItem"),
        (
            UPDATE,
            ME.add("g", &[user_contact("a")]).replacen(
                r#""OldGroupName""#,
                r#""NewGroupName":"x","OldGroupName""#,
                1,
            ),
            "/UpdateGroup/NewGroupName",
        ),
        (
            UPDATE,
            rename(&format!(
                r#","ContactUpdateItem":[{{"ContactOptType":1,"ContactItem":{}}}]"#,
                user_contact("a")
            )),
            "/UpdateGroup/ContactUpdateItem",
        ),
        (
            MARK,
            ME.mark(&[mark_item(2, &user_contact("a"), r#","CustomMark":"c","SetMark":[1]"#)]),
            "/MarkItem/0/SetMark",
        ),
        (
            MARK,
            ME.mark(&[mark_item(2, &user_contact("a"), r#","CustomMark":"c","ClearMark":["x"]"#)]),
            "/MarkItem/0/ClearMark",
        ),
    ] {
        assert_warnings(command, body, &[&format!("ignored-field {path}")]);
    }
    let both =
        mark_item(2, &user_contact("a"), r#","CustomMark":"c","ClearMark":[1],"SetMark":[1]"#);
    assert_warnings(
        MARK,
        ME.mark(&[both]),
        &["ignored-field /MarkItem/0/ClearMark", "ignored-field /MarkItem/0/SetMark"],
    );
    for body in [
        rename(r#","ContactUpdateItem":[]"#),
        rename(r#","ContactUpdateItem":null"#),
        rename(r#","ContactUpdateItem":[ ]"#),
    ] {
        assert_warnings(UPDATE, body, &[]);
    }
}

#[test]
fn standard_marks_have_the_same_warnings_with_and_without_a_custom_mark() {
    for operation in [1, 3] {
        let warned =
            |rest: &str| warnings(MARK, ME.mark(&[mark_item(operation, &user_contact("a"), rest)]));
        assert_eq!(
            warned(r#","ClearMark":[1,2],"SetMark":[2]"#),
            ["set-and-clear /MarkItem/0/SetMark"]
        );
        assert_eq!(warned(r#","ClearMark":[1],"SetMark":[2]"#), [""; 0]);
        assert_eq!(warned(r#","ClearMark":[5]"#), ["internal-mark-bit /MarkItem/0/ClearMark/0"]);
        assert_eq!(warned(r#","SetMark":[32]"#), ["internal-mark-bit /MarkItem/0/SetMark/0"]);
    }
}

#[test]
fn names_longer_than_32_bytes_have_a_warning() {
    let (fits, long) = ("n".repeat(32), "n".repeat(33));
    // Once without and once with a member that makes full validation necessary.
    for (member, unknown) in [("", None), (r#","x":1"#, Some("unknown-field /x"))] {
        let warned = |command, body: String| {
            let mut all = warnings(command, body.replacen(r#","#, &format!("{member},"), 1));
            assert_eq!(
                unknown,
                all.iter()
                    .position(|warning| warning == "unknown-field /x")
                    .map(|place| all.remove(place))
                    .as_deref()
            );
            all
        };
        assert_eq!(warned(CREATE, ME.create(&fits, "")), [""; 0]);
        assert_eq!(
            warned(CREATE, ME.create(&long, "")),
            ["long-group-name /GroupContactItem/0/GroupName"]
        );
        assert_eq!(warned(UPDATE, ME.rename("g", &fits)), [""; 0]);
        assert_eq!(
            warned(UPDATE, ME.rename("g", &long)),
            ["long-group-name /UpdateGroup/NewGroupName"]
        );
    }
}

#[test]
fn a_repeated_conversation_is_reported_at_the_later_element() {
    let two = [user_contact("a"), user_contact("b"), user_contact("a")];
    assert_warnings(
        CREATE,
        ME.create("g", &two),
        &["repeated-conversation /GroupContactItem/0/ContactItem/2"],
    );
    assert_warnings(
        UPDATE,
        ME.add("g", &two),
        &["repeated-conversation /UpdateGroup/ContactUpdateItem/2"],
    );
    let items = two.map(|contact| mark_item(1, &contact, r#","SetMark":[1]"#));
    assert_warnings(MARK, ME.mark(&items), &["repeated-conversation /MarkItem/2"]);
    let escaped = format!(r#"{},{{"Type":1,"To_Account":"\u0061"}}"#, user_contact("a"));
    assert_warnings(SEARCH, ME.search(&escaped), &["repeated-conversation /ContactItem/1"]);
}

/// Every code with which each command answers whole requests and items, over requests that are made
/// to reach them all.
fn produced() -> BTreeMap<Command, BTreeSet<i64>> {
    let mut codes: BTreeMap<Command, BTreeSet<i64>> = BTreeMap::new();
    let mut note = |command: Command, response: &Response| {
        codes
            .entry(command)
            .or_default()
            .extend(response.items.iter().copied().chain([response.code]));
    };
    let unknown = Facts::vouched().with_unknown(peer("x")).with_unknown(chat("x"));
    let (known, plain) = (Facts::vouched(), Facts::vouched().without_plan());
    let stranger = Facts::vouched().with_unknown_requester();
    let both = [user_contact("x"), chat_contact("x")];
    let many: Vec<String> = vec![user_contact("a"); 101];
    for command in Command::ALL {
        for body in ["{", "{}", r#"{"From_Account":1}"#] {
            note(*command, &Session::new().run(*command, body));
        }
    }
    let mut full =
        Session::capacity(convmark::policy::Capacity::Separate { grouped: 0, marked: 0 });
    full.ok(CREATE, ME.create("g", ""));
    let mut ended = ids_used_up_to(i32::MAX as u32);
    let mut twenty = Session::new();
    for (command, body) in groups(20) {
        twenty.ok(command, body);
    }
    for (command, body, facts, session) in [
        (CREATE, ME.create("n", &both), &unknown, &mut twenty.clone()),
        (CREATE, ME.create("n", &both), &plain, &mut twenty.clone()),
        (CREATE, ME.create("n", &both), &stranger, &mut twenty.clone()),
        (CREATE, ME.create("g1", ""), &known, &mut twenty.clone()),
        (CREATE, ME.create("n", ""), &known, &mut ended),
        (CREATE, ME.create("n", &both), &unknown, &mut Session::new()),
        (CREATE, ME.create("n", &both), &known, &mut full.clone()),
        (CREATE, ME.create(&"n".repeat(65), ""), &known, &mut Session::new()),
        (CREATE, ME.create("n", &many), &known, &mut Session::new()),
        (UPDATE, ME.add("g1", &both), &unknown, &mut twenty.clone()),
        (UPDATE, ME.add("g1", &both), &plain, &mut twenty.clone()),
        (UPDATE, ME.add("g1", &both), &stranger, &mut twenty.clone()),
        (UPDATE, ME.add("g", &both), &known, &mut full.clone()),
        (UPDATE, ME.add("none", &both), &known, &mut twenty.clone()),
        (UPDATE, ME.rename("g1", "g2"), &known, &mut twenty.clone()),
        (UPDATE, ME.rename("g1", &"n".repeat(65)), &known, &mut Session::new()),
        (UPDATE, ME.add("g1", &many), &known, &mut Session::new()),
        (DELETE, ME.delete("g1"), &known, &mut twenty.clone()),
        (DELETE, ME.delete("none"), &known, &mut twenty.clone()),
        (DELETE, ME.delete("g1"), &plain, &mut twenty.clone()),
        (DELETE, ME.delete("g1"), &stranger, &mut twenty.clone()),
        (
            MARK,
            ME.mark(&both.clone().map(|item| mark_item(1, &item, r#","SetMark":[1]"#))),
            &unknown,
            &mut Session::new(),
        ),
        (MARK, ME.set_marks("a", "1"), &known, &mut Session::new()),
        (MARK, ME.set_marks("a", "1"), &plain, &mut Session::new()),
        (MARK, ME.set_marks("a", "1"), &stranger, &mut Session::new()),
        (MARK, ME.set_marks("a", "1"), &known, &mut full),
        (MARK, ME.mark(""), &known, &mut Session::new()),
        (GET, ME.get(0), &known, &mut Session::new()),
        (GET, ME.get(0), &stranger, &mut Session::new()),
        (SEARCH, ME.search(&both), &unknown, &mut Session::new()),
        (SEARCH, ME.search(&both), &stranger, &mut Session::new()),
    ] {
        note(command, &session.run_with(command, body, facts));
    }
    for command in Command::ALL {
        let mut of_calls = |refusal: Refusal| {
            codes.entry(*command).or_default().insert(refusal.code().get());
        };
        let path = format!("/v4/recentcontact/{}", command.name());
        let refused = |incoming: &Incoming<'_>, calls| {
            incoming
                .judge(&mut Validator::new(&POLICY), &mut RateLimiters::new(calls), 0)
                .unwrap_err()
        };
        of_calls(refused(&Incoming::new(*command, b"").by(Caller::Other), 1));
        of_calls(refused(&Incoming::new(*command, b""), 0));
        for wrong in ["", "sdkappid=0", "sdkappid=1&identifier=a&usersig=s"] {
            of_calls(refused(&Incoming::from_url(&format!("{path}?{wrong}"), b""), 1));
        }
        of_calls(refused(&Incoming::from_url(&format!("{path}/?{QUERY}"), b""), 1));
        of_calls(Refusal::bad_http(Some(*command)));
        of_calls(Refusal::host_fault(*command));
        of_calls(Refusal::host_timeout(*command));
    }
    codes
}

#[test]
fn each_command_answers_with_its_documented_codes() {
    let produced = produced();
    assert_eq!(produced.len(), codes::COMMANDS.len());
    for documented in codes::COMMANDS {
        let command: Command = documented.command.parse().unwrap();
        let all = [&codes::CALLS[..], &codes::REQUESTS, documented.requests, documented.items];
        assert_eq!(
            produced[&command],
            all.into_iter().flatten().copied().collect::<BTreeSet<i64>>(),
            "{command}"
        );
    }
}

#[test]
fn the_codes_of_the_rules_are_those_answered() {
    let produced: BTreeSet<i64> =
        produced().into_values().flatten().filter(|code| *code != 0).collect();
    let declared: BTreeSet<i64> =
        Rule::ALL.iter().flat_map(|rule| rule.info().codes).map(|code| code.get()).collect();
    assert_eq!(produced, declared);
}
