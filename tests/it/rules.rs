//! Every rule and every warning has a case that hits it and a near miss that does not; every code a command can produce is
//! produced.

use std::collections::{BTreeMap, BTreeSet};

use convmark::{Caller, Command, Facts, Gates, Incoming, Refusal, Rule, Warning};

use crate::world::*;

/// What a case brings out: the rules of the whole request (as a report lists them, or of the one that refuses it), and of its
/// items.
type Brought = BTreeSet<&'static str>;

fn of_body(command: Command, body: impl AsRef<[u8]>) -> Brought {
    let report = convmark::report(command, body.as_ref(), &POLICY);
    report.findings().iter().map(convmark::Finding::id).collect()
}

/// The rules that the last of these requests meets, each applied to one account.
fn of_state(world: &mut World, facts: &Facts, requests: &[(Command, String)]) -> Brought {
    let mut brought = Brought::new();
    for (command, body) in requests {
        world.now += 1;
        let request = convmark::decode(*command, body.as_bytes(), &world.policy).unwrap();
        let outcome = world.account.apply(&request, facts, world.now).unwrap();
        brought = outcome.refusal().map(Refusal::rule).into_iter().chain(outcome.item_rules().flatten()).map(Rule::id).collect();
    }
    brought
}

fn of_call(incoming: &Incoming<'_>, calls_per_second: u32) -> Brought {
    let mut gates = Gates::new(calls_per_second);
    let judged = incoming.judge(&mut convmark::Buffers::new(), &POLICY, Some((&mut gates, 0)));
    judged.err().map(|refusal| refusal.rule().id()).into_iter().collect()
}

fn of_url(path: &str, query: &str) -> Brought {
    of_call(&Incoming::to_url(&format!("{path}?{query}"), get_body(0).as_bytes()), 1)
}

const PATH: &str = "/v4/recentcontact/get_contact_group";
const QUERY: &str = "sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json";

fn groups(count: usize) -> Vec<(Command, String)> {
    (0..count).map(|number| (CREATE, create_body(&format!("g{number}"), ""))).collect()
}

fn ids_used_up_to(last: u32) -> World {
    let mut world = World::new();
    let json = format!(r#"{{"version":1,"last_group_id":{last},"groups":[],"rows":[]}}"#);
    world.account = serde_json::from_str(&json).unwrap();
    world
}

fn one_row() -> World {
    World::capacity(convmark::Capacity::Shared { rows: 1 })
}

fn by(caller: Caller) -> Brought {
    of_call(&Incoming::new(GET, get_body(0).as_bytes()).by(caller), 1)
}

fn made(refusal: Refusal) -> Brought {
    [refusal.rule().id()].into()
}

/// For a rule: what hits it, and what nearly does.
fn cases(rule: Rule) -> (Brought, Brought) {
    let vouched = Facts::vouched();
    let state = |requests: &[(Command, String)]| of_state(&mut World::new(), &vouched, requests);
    let knowing = |facts: Facts, command, body: String| of_state(&mut World::new(), &facts, &[(command, body)]);
    let with = |facts: Facts, item: &str| knowing(facts, CREATE, create_body("g", item));
    let id = |length: usize| of_body(SEARCH, search_body(&contact(&"u".repeat(length))));
    match rule {
        Rule::UnknownEndpoint => (of_url(&format!("{PATH}/"), QUERY), of_url(PATH, QUERY)),
        Rule::NotModeled => (of_url("/v4/recentcontact/delete", QUERY), of_url("/v4/recentcontact/delete/", QUERY)),
        Rule::MissingParameter => (of_url(PATH, &QUERY.replace("usersig=s", "usersig=")), of_url(PATH, QUERY)),
        Rule::BadParameter => {
            (of_url(PATH, &QUERY.replace("sdkappid=1", "sdkappid=0")), of_url(PATH, &QUERY.replace("sdkappid=1", "sdkappid=01")))
        }
        Rule::DuplicateParameter => (of_url(PATH, &format!("{QUERY}&random=")), of_url(PATH, &format!("{QUERY}&Random="))),
        Rule::BadHttp => (made(Refusal::bad_http(None)), of_url(PATH, QUERY)),
        Rule::TooFrequent => {
            let body = get_body(0);
            let call = Incoming::new(GET, body.as_bytes());
            (of_call(&call, 0), of_call(&call, 1))
        }
        Rule::NotAdmin => (by(Caller::Other), by(Caller::Admin)),
        Rule::InvalidJson => (of_body(GET, get_body(0) + "x"), of_body(GET, get_body(0) + "\n")),
        Rule::DuplicateField => (
            of_body(GET, r#"{"From_Account":"me","StartIndex":0,"StartIndex":0}"#),
            of_body(GET, r#"{"From_Account":"me","StartIndex":0,"Startindex":0}"#),
        ),
        Rule::MissingField => (of_body(CREATE, create_body("", "")), of_body(CREATE, create_body(" ", ""))),
        Rule::WrongType => (of_body(GET, r#"{"From_Account":"me","StartIndex":0.0}"#), of_body(GET, get_body(0))),
        Rule::AccountNotString => {
            (of_body(GET, r#"{"From_Account":1,"StartIndex":0}"#), of_body(GET, r#"{"From_Account":"1","StartIndex":0}"#))
        }
        Rule::OutOfRange => (of_body(MARK, set_body("a", "65")), of_body(MARK, set_body("a", "64"))),
        Rule::MalformedId => (id(33), id(32)),
        Rule::GroupNameTooLong => {
            (of_body(CREATE, create_body(&"n".repeat(65), "")), of_body(CREATE, create_body(&"n".repeat(64), "")))
        }
        Rule::CustomMarkTooLong => {
            (of_body(MARK, custom_body("a", &"c".repeat(257))), of_body(MARK, custom_body("a", &"c".repeat(256))))
        }
        Rule::ItemCount => {
            (of_body(CREATE, create_body("g", &contacts(0..101))), of_body(CREATE, create_body("g", &contacts(0..100))))
        }
        Rule::SingleItemOnly => {
            (of_body(DELETE, r#"{"From_Account":"me","GroupName":["a","b"]}"#), of_body(DELETE, delete_body("a,b")))
        }
        Rule::SearchCount => (of_body(SEARCH, search_body(&contacts(0..301))), of_body(SEARCH, search_body(&contacts(0..300)))),
        Rule::RequesterUnknown => (
            knowing(Facts::vouched().with_unknown(peer("me")), GET, get_body(0)),
            knowing(Facts::vouched().with_unknown(chat("me")), GET, get_body(0)),
        ),
        Rule::PlanRequired => (
            knowing(Facts::vouched().without_plan(), CREATE, create_body("g", "")),
            knowing(Facts::vouched().without_plan(), GET, get_body(0)),
        ),
        Rule::GroupMissing => (
            state(&[(CREATE, create_body("g", "")), (DELETE, delete_body("G"))]),
            state(&[(CREATE, create_body("g", "")), (DELETE, delete_body("g"))]),
        ),
        Rule::GroupNameTaken => (
            state(&[(CREATE, create_body("g", "")), (CREATE, create_body("g", ""))]),
            state(&[(CREATE, create_body("g", "")), (UPDATE, rename_body("g", "g"))]),
        ),
        Rule::TooManyGroups => (state(&groups(21)), state(&groups(20))),
        Rule::GroupIdsExhausted => (
            of_state(&mut ids_used_up_to(i32::MAX as u32), &vouched, &groups(1)),
            of_state(&mut ids_used_up_to(i32::MAX as u32 - 1), &vouched, &groups(1)),
        ),
        Rule::AccountUnknown => (
            with(Facts::vouched().with_unknown(peer("a")), &contact("a")),
            with(Facts::vouched().with_unknown(chat("a")), &contact("a")),
        ),
        Rule::GroupUnresolved => {
            let item = r#"{"Type":2,"ToGroupId":"a"}"#;
            (with(Facts::vouched().with_unknown(chat("a")), item), with(Facts::vouched().with_unknown(peer("a")), item))
        }
        Rule::CapacityExceeded => (
            of_state(&mut one_row(), &vouched, &[(CREATE, create_body("g", &contacts(0..2)))]),
            of_state(&mut one_row(), &vouched, &[(CREATE, create_body("g", &contacts(0..1))), (MARK, set_body("u0", "1"))]),
        ),
        Rule::HostFault => (made(Refusal::host_fault(GET)), made(Refusal::host_timeout(GET))),
        Rule::HostTimeout => (made(Refusal::host_timeout(GET)), made(Refusal::host_fault(GET))),
        other => panic!("no case for {other}"),
    }
}

#[test]
fn every_rule_is_hit_and_nearly_missed() {
    for rule in Rule::all() {
        let (hit, near) = cases(*rule);
        assert!(hit.contains(rule.id()), "{rule}: {hit:?}");
        assert!(!near.contains(rule.id()), "{rule}: {near:?}");
    }
}

#[test]
fn a_rule_that_is_hit_comes_alone() {
    for rule in Rule::all() {
        let (hit, _) = cases(*rule);
        assert_eq!(hit, Brought::from([rule.id()]), "{rule}");
    }
}

/// For a warning: what draws it, and what nearly does.
fn warning_cases(warning: Warning) -> (Brought, Brought) {
    let item = |operation, rest: &str| of_body(MARK, mark_body(&[mark_item(operation, &contact("a"), rest)]));
    let search = |list: &str| of_body(SEARCH, search_body(list));
    match warning {
        Warning::UnknownField => {
            (of_body(GET, r#"{"From_Account":"me","StartIndex":0,"startIndex":0}"#), of_body(GET, get_body(0)))
        }
        Warning::IrrelevantId => {
            (search(r#"{"Type":1,"To_Account":"a","ToGroupId":"b"}"#), search(r#"{"Type":1,"To_Account":"a","ToGroupId":""}"#))
        }
        Warning::IgnoredField => (item(1, r#","SetMark":[1],"CustomMark":"c""#), item(1, r#","SetMark":[1],"CustomMark":"""#)),
        Warning::NoEffect => (item(2, ""), item(2, r#","CustomMark":"""#)),
        Warning::SetAndClear => (item(1, r#","SetMark":[1],"ClearMark":[1]"#), item(1, r#","SetMark":[1],"ClearMark":[2]"#)),
        Warning::RepeatedConversation => (
            search(&format!("{},{}", contact("a"), contact("a"))),
            search(&format!(r#"{},{{"Type":2,"ToGroupId":"a"}}"#, contact("a"))),
        ),
        Warning::InternalMarkBit => (item(1, r#","SetMark":[32]"#), item(1, r#","SetMark":[33]"#)),
        Warning::LongGroupName => {
            (of_body(CREATE, create_body(&"n".repeat(33), "")), of_body(CREATE, create_body(&"n".repeat(32), "")))
        }
        other => panic!("no case for {other}"),
    }
}

#[test]
fn every_warning_is_drawn_and_nearly_missed() {
    for warning in Warning::all() {
        let (hit, near) = warning_cases(*warning);
        assert_eq!(hit, Brought::from([warning.id()]), "{warning}");
        assert!(near.is_empty(), "{warning}: {near:?}");
    }
}

#[test]
fn no_effect_in_all_its_forms() {
    for (body, path) in [
        (mark_item(1, &contact("a"), ""), Some("/MarkItem/0")),
        (mark_item(1, &contact("a"), r#","SetMark":[],"ClearMark":[]"#), Some("/MarkItem/0")),
        (mark_item(1, &contact("a"), r#","SetMark":[1]"#), None),
        (mark_item(1, &contact("a"), r#","ClearMark":[1]"#), None),
        (mark_item(2, &contact("a"), r#","CustomMark":null"#), Some("/MarkItem/0")),
        (mark_item(3, &contact("a"), r#","SetMark":[ ]"#), Some("/MarkItem/0")),
        (mark_item(3, &contact("a"), r#","CustomMark":"""#), None),
        (mark_item(3, &contact("a"), r#","ClearMark":[1]"#), None),
    ] {
        let expected: Vec<String> = path.iter().map(|path| format!("no-effect {path}")).collect();
        assert_eq!(warnings(MARK, mark_body(&[body])), expected);
    }
    assert_eq!(warnings(UPDATE, update_body("g", 1, &[])), ["no-effect /UpdateGroup"]);
    assert_eq!(warnings(UPDATE, rename_body("g", "g")), ["no-effect /UpdateGroup/NewGroupName"]);
    assert_eq!(warnings(UPDATE, rename_body("g", r"\u0067")), ["no-effect /UpdateGroup/NewGroupName"]);
    // What is wrong is there all the same.
    assert_eq!(warnings(MARK, mark_body(&[mark_item(1, &contact("a"), r#","SetMark":1"#)])), [""; 0]);
    assert_eq!(warnings(MARK, mark_body(&[mark_item(2, &contact("a"), r#","CustomMark":1"#)])), [""; 0]);
}

#[test]
fn ignored_fields_in_all_their_forms() {
    let rename = |rest: &str| rename_body("g", "h").replacen("}}", &format!("{rest}}}}}"), 1);
    for (command, body, path) in [
        (UPDATE, rename(r#","ContactUpdateItem":[0]"#), "/UpdateGroup/ContactUpdateItem"),
        (
            UPDATE,
            update_body("g", 1, &[contact("a")]).replacen(r#""OldGroupName""#, r#""NewGroupName":"x","OldGroupName""#, 1),
            "/UpdateGroup/NewGroupName",
        ),
        (
            UPDATE,
            rename(&format!(r#","ContactUpdateItem":[{{"ContactOptType":1,"ContactItem":{}}}]"#, contact("a"))),
            "/UpdateGroup/ContactUpdateItem",
        ),
        (MARK, mark_body(&[mark_item(2, &contact("a"), r#","CustomMark":"c","SetMark":[1]"#)]), "/MarkItem/0/SetMark"),
        (MARK, mark_body(&[mark_item(2, &contact("a"), r#","CustomMark":"c","ClearMark":["x"]"#)]), "/MarkItem/0/ClearMark"),
    ] {
        assert_warnings(command, body, &[&format!("ignored-field {path}")]);
    }
    let both = mark_item(2, &contact("a"), r#","CustomMark":"c","ClearMark":[1],"SetMark":[1]"#);
    assert_warnings(MARK, mark_body(&[both]), &["ignored-field /MarkItem/0/ClearMark", "ignored-field /MarkItem/0/SetMark"]);
    for body in
        [rename(r#","ContactUpdateItem":[]"#), rename(r#","ContactUpdateItem":null"#), rename(r#","ContactUpdateItem":[ ]"#)]
    {
        assert_warnings(UPDATE, body, &[]);
    }
}

#[test]
fn standard_marks_are_warned_of_with_and_without_a_custom_mark() {
    for operation in [1, 3] {
        let warned = |rest: &str| warnings(MARK, mark_body(&[mark_item(operation, &contact("a"), rest)]));
        assert_eq!(warned(r#","ClearMark":[1,2],"SetMark":[2]"#), ["set-and-clear /MarkItem/0/SetMark"]);
        assert_eq!(warned(r#","ClearMark":[1],"SetMark":[2]"#), [""; 0]);
        assert_eq!(warned(r#","ClearMark":[5]"#), ["internal-mark-bit /MarkItem/0/ClearMark/0"]);
        assert_eq!(warned(r#","SetMark":[32]"#), ["internal-mark-bit /MarkItem/0/SetMark/0"]);
    }
}

#[test]
fn names_of_32_bytes_fit_older_clients() {
    let (fits, long) = ("n".repeat(32), "n".repeat(33));
    // Without and with a member that makes the report walk through the body.
    for (odd, unknown) in [("", None), (r#","x":1"#, Some("unknown-field /x"))] {
        let warned = |command, body: String| {
            let mut all = warnings(command, body.replacen(r#","#, &format!("{odd},"), 1));
            assert_eq!(
                unknown,
                all.iter().position(|warning| warning == "unknown-field /x").map(|place| all.remove(place)).as_deref()
            );
            all
        };
        assert_eq!(warned(CREATE, create_body(&fits, "")), [""; 0]);
        assert_eq!(warned(CREATE, create_body(&long, "")), ["long-group-name /GroupContactItem/0/GroupName"]);
        assert_eq!(warned(UPDATE, rename_body("g", &fits)), [""; 0]);
        assert_eq!(warned(UPDATE, rename_body("g", &long)), ["long-group-name /UpdateGroup/NewGroupName"]);
    }
}

#[test]
fn repeats_stand_at_the_later_element() {
    let two = [contact("a"), contact("b"), contact("a")];
    assert_warnings(CREATE, create_body("g", &two.join(",")), &["repeated-conversation /GroupContactItem/0/ContactItem/2"]);
    assert_warnings(UPDATE, update_body("g", 1, &two), &["repeated-conversation /UpdateGroup/ContactUpdateItem/2"]);
    let items = two.map(|contact| mark_item(1, &contact, r#","SetMark":[1]"#));
    assert_warnings(MARK, mark_body(&items), &["repeated-conversation /MarkItem/2"]);
    let escaped = format!(r#"{},{{"Type":1,"To_Account":"\u0061"}}"#, contact("a"));
    assert_warnings(SEARCH, search_body(&escaped), &["repeated-conversation /ContactItem/1"]);
}

/// Every code that each command answers with, as a whole or in an item, over requests made to bring them all out.
fn produced() -> BTreeMap<Command, BTreeSet<i64>> {
    let mut codes: BTreeMap<Command, BTreeSet<i64>> = BTreeMap::new();
    let mut note = |command: Command, done: &Done| {
        codes.entry(command).or_default().extend(done.items.iter().copied().chain([done.code]));
    };
    let unknown = Facts::vouched().with_unknown(peer("x")).with_unknown(chat("x"));
    let (known, plain) = (Facts::vouched(), Facts::vouched().without_plan());
    let stranger = Facts::vouched().with_unknown_requester();
    let both = format!(r#"{},{{"Type":2,"ToGroupId":"x"}}"#, contact("x"));
    let pair = [contact("x"), r#"{"Type":2,"ToGroupId":"x"}"#.to_string()];
    let many: Vec<String> = vec![contact("a"); 101];
    for command in Command::all() {
        for body in ["{", "{}", r#"{"From_Account":1}"#] {
            note(*command, &World::new().run(*command, body));
        }
    }
    let mut full = World::capacity(convmark::Capacity::Separate { grouped: 0, marked: 0 });
    full.ok(CREATE, create_body("g", ""));
    let mut ended = ids_used_up_to(i32::MAX as u32);
    let mut twenty = World::new();
    for (command, body) in groups(20) {
        twenty.ok(command, body);
    }
    for (command, body, facts, world) in [
        (CREATE, create_body("n", &both), &unknown, &mut twenty.clone()),
        (CREATE, create_body("n", &both), &plain, &mut twenty.clone()),
        (CREATE, create_body("n", &both), &stranger, &mut twenty.clone()),
        (CREATE, create_body("g1", ""), &known, &mut twenty.clone()),
        (CREATE, create_body("n", ""), &known, &mut ended),
        (CREATE, create_body("n", &both), &unknown, &mut World::new()),
        (CREATE, create_body("n", &both), &known, &mut full.clone()),
        (CREATE, create_body(&"n".repeat(65), ""), &known, &mut World::new()),
        (CREATE, create_body("n", &many.join(",")), &known, &mut World::new()),
        (UPDATE, update_body("g1", 1, &pair), &unknown, &mut twenty.clone()),
        (UPDATE, update_body("g1", 1, &pair), &plain, &mut twenty.clone()),
        (UPDATE, update_body("g1", 1, &pair), &stranger, &mut twenty.clone()),
        (UPDATE, update_body("g", 1, &pair), &known, &mut full.clone()),
        (UPDATE, update_body("none", 1, &pair), &known, &mut twenty.clone()),
        (UPDATE, rename_body("g1", "g2"), &known, &mut twenty.clone()),
        (UPDATE, rename_body("g1", &"n".repeat(65)), &known, &mut World::new()),
        (UPDATE, update_body("g1", 1, &many), &known, &mut World::new()),
        (DELETE, delete_body("g1"), &known, &mut twenty.clone()),
        (DELETE, delete_body("none"), &known, &mut twenty.clone()),
        (DELETE, delete_body("g1"), &plain, &mut twenty.clone()),
        (DELETE, delete_body("g1"), &stranger, &mut twenty.clone()),
        (MARK, mark_body(&pair.clone().map(|item| mark_item(1, &item, r#","SetMark":[1]"#))), &unknown, &mut World::new()),
        (MARK, set_body("a", "1"), &known, &mut World::new()),
        (MARK, set_body("a", "1"), &plain, &mut World::new()),
        (MARK, set_body("a", "1"), &stranger, &mut World::new()),
        (MARK, set_body("a", "1"), &known, &mut full),
        (MARK, mark_body(&[]), &known, &mut World::new()),
        (GET, get_body(0), &known, &mut World::new()),
        (GET, get_body(0), &stranger, &mut World::new()),
        (SEARCH, search_body(&both), &unknown, &mut World::new()),
        (SEARCH, search_body(&both), &stranger, &mut World::new()),
    ] {
        note(command, &world.run_knowing(command, body, facts));
    }
    for command in Command::all() {
        let mut of_calls = |refusal: Refusal| {
            codes.entry(*command).or_default().insert(refusal.code().get());
        };
        let path = format!("/v4/recentcontact/{}", command.name());
        let refused = |incoming: &Incoming<'_>, calls| {
            incoming.judge(&mut convmark::Buffers::new(), &POLICY, Some((&mut Gates::new(calls), 0))).unwrap_err()
        };
        of_calls(refused(&Incoming::new(*command, b"").by(Caller::Other), 1));
        of_calls(refused(&Incoming::new(*command, b""), 0));
        for wrong in ["", "sdkappid=0", "sdkappid=1&identifier=a&usersig=s"] {
            of_calls(refused(&Incoming::to_url(&format!("{path}?{wrong}"), b""), 1));
        }
        of_calls(refused(&Incoming::to_url(&format!("{path}/?{QUERY}"), b""), 1));
        of_calls(Refusal::bad_http(Some(*command)));
        of_calls(Refusal::host_fault(*command));
        of_calls(Refusal::host_timeout(*command));
    }
    codes
}

#[test]
fn each_code_a_command_can_produce_is_produced() {
    let always = [0, 50001, 50002, 50003, 50004, 50005, 60002, 60003, 60007, 60009, 60012, 60015, 60025];
    let expected = |more: &[i64]| always.iter().chain(more).copied().collect::<BTreeSet<i64>>();
    let produced = produced();
    for (command, more) in [
        (CREATE, &[51006, 51007, 51008, 51010, 51011, 51013][..]),
        (UPDATE, &[51006, 51007, 51008, 51009, 51011, 51013]),
        (DELETE, &[51009, 51013]),
        (MARK, &[51006, 51007, 51008, 51013]),
        (GET, &[]),
        (SEARCH, &[]),
    ] {
        assert_eq!(produced[&command], expected(more), "{command}");
    }
}

#[test]
fn the_codes_of_rules_are_what_is_produced() {
    let produced: BTreeSet<i64> = produced().into_values().flatten().filter(|code| *code != 0).collect();
    let declared: BTreeSet<i64> = Rule::all().iter().flat_map(|rule| rule.info().codes).map(|code| code.get()).collect();
    assert_eq!(produced, declared);
}
