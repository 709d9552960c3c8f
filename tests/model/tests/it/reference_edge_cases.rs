//! Edge cases of the reference model that the conformance cases do not have, and damaged input that
//! must not make it panic.

use convmark_model::reference::account::{
    Account, Facts, GROUP_ID_MAX, Group, from_account, handle,
};
use convmark_model::reference::command::COMMANDS;
use convmark_model::reference::policy::{Capacity, Policy};
use convmark_model::reference::rate_limiter::RateLimiter;
use convmark_model::reference::schema::{Severity, findings};
use convmark_model::reference::snapshot;
use support::bodies::{Requester, mark_item, user_contact};
use support::random::Random;

/// Bodies are made for this requester.
const A: Requester<'_> = Requester("a");

fn rules(command: &str, body: &str) -> Vec<String> {
    let found = findings(command, body.as_bytes(), &Policy::rev_2026_04());
    found.into_iter().map(|finding| format!("{} {}", finding.rule, finding.path)).collect()
}

fn search(contact: &str) -> Vec<String> {
    rules("search_contact_group", &A.search(contact))
}

fn mark(item: &str) -> Vec<String> {
    rules("mark_contact", &A.mark(&format!(r#"{{"ContactItem":{},{item}}}"#, user_contact("b"))))
}

#[test]
fn duplicates_come_first_and_count_nulls() {
    assert_eq!(
        rules("get_contact_group", r#"{"StartIndex":null,"StartIndex":1,"From_Account":"a"}"#),
        ["duplicate-field /StartIndex", "missing-field /StartIndex"]
    );
    assert_eq!(
        search(r#"{"Type":1,"Type":2,"ToGroupId":4,"ToGroupId":"g","To_Account":"b"}"#),
        [
            "duplicate-field /ContactItem/0/Type",
            "duplicate-field /ContactItem/0/ToGroupId",
            "wrong-type /ContactItem/0/ToGroupId"
        ]
    );
}

#[test]
fn only_integers_within_range_are_accepted() {
    for (number, rule) in [
        ("-0", "wrong-type"),
        ("1.0", "wrong-type"),
        ("1e400", "wrong-type"),
        ("1e-400", "wrong-type"),
        ("-1", "out-of-range"),
        ("18446744073709551616", "out-of-range"),
        ("-99999999999999999999999999", "out-of-range"),
    ] {
        assert_eq!(
            rules("get_contact_group", &A.get(number)),
            [format!("{rule} /StartIndex")],
            "{number}"
        );
    }
    assert!(rules("get_contact_group", &A.get(u64::MAX)).is_empty());
}

#[test]
fn surrogates_matter_only_where_text_is_read() {
    let alone = ["invalid-json "];
    assert_eq!(search(r#"{"Type":1,"To_Account":"\ud800"}"#), alone);
    assert_eq!(search(r#"{"Type":1,"To_Account":"b","\ud800":1}"#), alone);
    assert_eq!(
        search(r#"{"Type":1,"To_Account":"b","ToGroupId":"\ud800"}"#),
        ["irrelevant-id /ContactItem/0/ToGroupId"]
    );
    assert_eq!(
        search(r#"{"Type":1,"To_Account":"b","To_Account":"\ud800"}"#),
        ["duplicate-field /ContactItem/0/To_Account"]
    );
    assert_eq!(
        search(r#"{"Type":1,"To_Account":"b","x":{"\ud800":"\ud800"}}"#),
        ["unknown-field /ContactItem/0/x"]
    );
    assert_eq!(search(r#"{"Type":9,"To_Account":"\ud800"}"#), ["out-of-range /ContactItem/0/Type"]);
    assert_eq!(mark(r#""OptType":2,"CustomMark":"\udfff""#), alone);
    assert_eq!(
        mark(r#""OptType":1,"SetMark":[1],"CustomMark":"\udfff""#),
        ["ignored-field /MarkItem/0/CustomMark"]
    );
}

#[test]
fn mark_indexes_are_judged_one_by_one() {
    assert_eq!(
        mark(r#""OptType":1,"SetMark":[null,3,40],"ClearMark":[99,40]"#),
        [
            "out-of-range /MarkItem/0/ClearMark/0",
            "wrong-type /MarkItem/0/SetMark/0",
            "set-and-clear /MarkItem/0/SetMark"
        ]
    );
    assert_eq!(mark(r#""OptType":3,"SetMark":7"#), ["wrong-type /MarkItem/0/SetMark"]);
    assert_eq!(mark(r#""OptType":3,"SetMark":null"#), ["no-effect /MarkItem/0"]);
}

#[test]
fn create_fails_when_group_ids_are_exhausted() {
    let mut account = Account { last_group_id: GROUP_ID_MAX, ..Account::default() };
    let body = A.create("g", "");
    let before = account.clone();
    let policy = Policy::rev_2026_04();
    let handled = handle(
        &mut account,
        "create_contact_group",
        body.as_bytes(),
        true,
        &Facts::default(),
        &policy,
        1,
    );
    assert_eq!(handled.answer, r#"{"ActionStatus":"FAIL","ErrorCode":50004,"ErrorInfo":"*"}"#);
    assert_eq!(account, before);
}

#[test]
fn members_of_each_group_are_counted_apart() {
    let mut account = Account::default();
    let policy =
        Policy { capacity: Capacity::PerGroup { members: 1, marked: 1 }, ..Policy::rev_2026_04() };
    let mut codes = |command: &str, body: &str| {
        let handled =
            handle(&mut account, command, body.as_bytes(), true, &Facts::default(), &policy, 1);
        let codes = handled.answer.split("\"ResultCode\":").skip(1);
        codes.map(|rest| rest.split(',').next().unwrap_or_default().to_string()).collect::<Vec<_>>()
    };
    let (x, y) = (&*user_contact("x"), &*user_contact("y"));
    for name in ["g", "h"] {
        assert_eq!(codes("create_contact_group", &A.create(name, &[x, y, x])), ["0", "51008", "0"]);
    }
    let items = [
        mark_item(2, y, r#","CustomMark":"c""#),
        mark_item(1, x, r#","SetMark":[1]"#),
        mark_item(1, y, r#","SetMark":[1]"#),
        mark_item(3, y, r#","ClearMark":[1],"CustomMark":"""#),
        mark_item(1, x, r#","SetMark":[1]"#),
    ];
    assert_eq!(codes("mark_contact", &A.mark(&items)), ["0", "51008", "0", "0", "0"]);
    assert_eq!(
        snapshot::to_json(&account),
        concat!(
            r#"{"version":1,"last_group_id":2,"groups":[{"group_id":1,"name":"g"},{"group_id":2,"name":"h"}],"rows":["#,
            r#"{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"1","custom_mark":"","group_ids":[1,2],"timestamp":1}]}"#
        )
    );
}

#[test]
fn stored_changes_that_do_not_fit_are_refused() {
    let mut account = Account::default();
    let x = user_contact("x");
    let steps = [
        (r#"{"type":"group_created","at":1,"group_id":2,"name":"a"}"#.to_string(), false),
        (r#"{"type":"group_created","at":1,"group_id":1,"name":""}"#.to_string(), false),
        (r#"{"type":"group_created","at":1,"group_id":1,"name":"a","more":1}"#.to_string(), false),
        (r#"{"type":"group_created","at":1,"at":1,"group_id":1,"name":"a"}"#.to_string(), false),
        (r#"{"type":"group_created","at":-1,"group_id":1,"name":"a"}"#.to_string(), false),
        (r#"{"type":"group_created","at":1,"group_id":1,"name":"a"}"#.to_string(), true),
        (r#"{"type":"group_created","at":1,"group_id":2,"name":"a"}"#.to_string(), false),
        (
            r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"a","name":"a"}"#.to_string(),
            false,
        ),
        (
            r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"b","name":"c"}"#.to_string(),
            false,
        ),
        (
            r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"a","name":"b"}"#.to_string(),
            true,
        ),
        (
            format!(r#"{{"type":"conversation_added","at":2,"group_id":2,"conversation":{x}}}"#),
            false,
        ),
        (
            format!(r#"{{"type":"conversation_added","at":2,"group_id":1,"conversation":{x}}}"#),
            true,
        ),
        (
            format!(r#"{{"type":"conversation_added","at":2,"group_id":1,"conversation":{x}}}"#),
            false,
        ),
        (format!(r#"{{"type":"conversation_marked","at":3,"conversation":{x}}}"#), false),
        (
            format!(
                r#"{{"type":"conversation_marked","at":3,"conversation":{x},"standard_mark":""}}"#
            ),
            false,
        ),
        (
            format!(
                r#"{{"type":"conversation_marked","at":3,"conversation":{x},"standard_mark":"01"}}"#
            ),
            false,
        ),
        (
            format!(
                r#"{{"type":"conversation_marked","at":3,"conversation":{x},"standard_mark":"10"}}"#
            ),
            true,
        ),
        (
            format!(
                r#"{{"type":"conversation_marked","at":3,"conversation":{x},"standard_mark":"1","custom_mark":""}}"#
            ),
            false,
        ),
        (
            format!(r#"{{"type":"conversation_removed","at":4,"group_id":1,"conversation":{x}}}"#),
            true,
        ),
        (
            format!(r#"{{"type":"conversation_removed","at":4,"group_id":1,"conversation":{x}}}"#),
            false,
        ),
        (format!(r#"{{"type":"conversation_forgotten","at":5,"conversation":{x}}}"#), true),
        (format!(r#"{{"type":"conversation_forgotten","at":5,"conversation":{x}}}"#), false),
        (r#"{"type":"group_deleted","at":6,"group_id":1,"name":"a"}"#.to_string(), false),
        (r#"{"type":"group_deleted","at":6,"group_id":1,"name":"b"}"#.to_string(), true),
    ];
    for (change, fits) in steps {
        let before = account.clone();
        assert_eq!(account.replay(&change).is_ok(), fits, "{change}");
        assert_eq!(account == before, !fits, "{change}");
    }
    assert_eq!(account, Account { last_group_id: 1, ..Account::default() });
    for id in 2..=65 {
        let change = format!(r#"{{"type":"group_created","at":1,"group_id":{id},"name":"g{id}"}}"#);
        assert_eq!(account.replay(&change), Ok(()));
    }
    assert!(
        account.replay(r#"{"type":"group_created","at":1,"group_id":66,"name":"more"}"#).is_err()
    );
}

#[test]
fn forgetting_a_conversation_removes_its_row() {
    let mut account = Account {
        last_group_id: 1,
        groups: vec![Group { id: 1, name: "g".into() }],
        ..Account::default()
    };
    let add = r#"{"type":"conversation_added","at":2,"group_id":1,"conversation":{"Type":2,"ToGroupId":"x"}}"#;
    assert_eq!(account.replay(add), Ok(()));
    assert!(account.forget(1, "x", 3).is_empty());
    assert_eq!(
        account.forget(2, "x", 3),
        [r#"{"type":"conversation_forgotten","at":3,"conversation":{"Type":2,"ToGroupId":"x"}}"#]
    );
    assert!(account.rows.is_empty());
}

#[test]
fn the_rate_limiter_works_at_the_smallest_and_largest_times() {
    assert!(!RateLimiter::new(0).admit(5));
    let mut limiter = RateLimiter::new(1);
    assert!(limiter.admit(u64::MAX));
    assert!(!limiter.admit(0));
    // A refused call advances the time too.
    let mut limiter = RateLimiter::new(1);
    assert!(limiter.admit(0));
    assert!(!limiter.admit(999));
    assert!(!limiter.admit(0));
    assert!(limiter.admit(1000));
    assert!(!limiter.admit(1000));
}

/// Bodies of the conformance cases, damaged at random: nothing panics, bodies without errors can be
/// read, and replaying the changes always gives the same account.
#[test]
fn damaged_bodies_never_panic_and_changes_replay() {
    let path = format!("{}/../cases/validate.json", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(&path).expect(&path);
    let bodies: Vec<&str> = source
        .match_indices("{\"From_Account\"")
        .map(|(at, _)| {
            let mut depth = 0;
            let end = source[at..].find(|c: char| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0
            });
            &source[at..=at + end.unwrap_or(0)]
        })
        .filter(|body| body.len() < 400)
        .collect();
    assert!(bodies.len() > 40);
    let mut numbers = Random::new(1);
    let mut random = |end: usize| numbers.below(end);
    let policies = [
        Policy {
            capacity: Capacity::Separate { grouped: 2, marked: 2 },
            groups: 2,
            ..Policy::rev_2026_04()
        },
        Policy { capacity: Capacity::Shared(2), mark_base: 0, ..Policy::rev_2023_03() },
    ];
    let mut account = Account::default();
    let mut replayed = Account::default();
    let mut fine = 0;
    for now in 0..20_000 {
        let mut body = bodies[random(bodies.len())].as_bytes().to_vec();
        for _ in 0..random(3) {
            let at = random(body.len());
            match random(3) {
                0 => body[at] = b"0123456789abcghx\"{}[],:-.\\ueE \xff"[random(31)],
                1 => drop(body.remove(at)),
                _ => body.insert(at, b"0123456789\"{}[],:"[random(17)]),
            }
        }
        let policy = &policies[random(policies.len())];
        for command in COMMANDS {
            let found = findings(command, &body, policy);
            let errors = found.iter().filter(|finding| finding.severity == Severity::Error).count();
            assert_eq!(from_account(command, &body, policy).is_some(), errors == 0);
            let handled =
                handle(&mut account, command, &body, true, &Facts::default(), policy, now);
            assert!(!handled.answer.contains("50004"));
            fine += usize::from(handled.answer.contains("\"OK\""));
            for change in &handled.changes {
                assert_eq!(replayed.replay(change), Ok(()), "{change}");
            }
            assert_eq!(replayed, account);
        }
    }
    assert!(fine > 1000, "{fine}");
}
