//! Rules for faults that are refused.

use serde_json::{Value, json};

use super::Faked;

/// Every code that a rule may answer with.
const CODES: &str = "50001, 50002, 50003, 50004, 50005, 51006, 51009, 51010, 51011, 51013, 60002, 60003, 60007, 60009, 60010, \
                     60012, 60015, 60018, 60025, 70001, 70003, 70009, 70013, 70014, 70107, 70169, 70402, 70500";
const COMMANDS: &str = "create_contact_group, update_contact_group, del_contact_group, mark_contact, get_contact_group, \
                        search_contact_group";
const MEMBERS: &str =
    "command, account, every, probability, seed, times, delay_ms, answer_with, drop";
const U64: u64 = u64::MAX;

/// Puts each rule after another one, expects this error of it, and that nothing changes.
fn assert_refused(expected: &[(&str, String)]) {
    let fake = Faked::start(&[]);
    fake.put("faults", &json!({"faults": [{"answer_with": 50005}]}));
    let before = fake.get("faults");
    for (rule, error) in expected {
        let body = format!("{{\"faults\":[{{\"account\":\"zoe\",\"drop\":\"before\"}},{rule}]}}");
        let error = format!("/faults/1{error}");
        assert_eq!(fake.refused("PUT", "faults", &body), (400, error), "{rule}");
    }
    assert_eq!(fake.get("faults"), before);
}

#[test]
fn a_drop_of_another_type_is_told_what_is_allowed() {
    let must = |but: &str| format!("/drop must be \"before\" or \"after\"{but}");
    assert_refused(&[
        (r#"{"drop":true}"#, must(", but is a boolean")),
        (r#"{"drop":5}"#, must(", but is an integer")),
        (r#"{"drop":1e999}"#, must(", but is a number with a fraction or an exponent")),
        (r#"{"drop":null}"#, must(", but is null")),
        (r#"{"drop":["before"]}"#, must(", but is an array")),
        (r#"{"drop":{"before":null}}"#, must(", but is an object")),
        (r#"{"drop":"later"}"#, must("")),
        (r#"{"drop":"sue`, expected `tom`"}"#, must("")),
        (r#"{"drop":"\ud800"}"#, must("; \\ud800 to \\udfff are allowed in pairs only")),
    ]);
}

#[test]
fn a_code_that_is_not_documented_is_told_which_are() {
    let other = |kind: &str| {
        format!("/answer_with must be an integer, but is {kind}; allowed are the codes {CODES}")
    };
    let unknown = format!("/answer_with must be one of the codes {CODES}");
    assert_refused(&[
        (r#"{"answer_with":"50005"}"#, other("a string")),
        (r#"{"answer_with":50005.0}"#, other("a number with a fraction or an exponent")),
        (r#"{"answer_with":null}"#, other("null")),
        (r#"{"answer_with":[50005]}"#, other("an array")),
        (r#"{"answer_with":true}"#, other("a boolean")),
        (r#"{"answer_with":0}"#, unknown.clone()),
        (r#"{"answer_with":-50005}"#, unknown.clone()),
        (r#"{"answer_with":99999999999999999999}"#, unknown),
    ]);
}

#[test]
fn numbers_out_of_range_are_told_the_range() {
    let counts = format!("must be an integer from 1 to {U64}");
    let seed = format!("/seed must be an integer from 0 to {U64}");
    let delay = "/delay_ms must be an integer from 1 to 3600000 (milliseconds)".to_owned();
    let share = "/probability must be a number above 0 and at most 1".to_owned();
    let with = |rule: &str| format!("{{{rule},\"drop\":\"after\"}}");
    for (member, error) in [
        ("every", format!("/every {counts}")),
        ("times", format!("/times {counts}")),
        ("seed", seed),
        ("delay_ms", delay),
        ("probability", share),
    ] {
        let also = if member == "seed" { "\"probability\":1," } else { "" };
        let rule = |value: &str| with(&format!("{also}\"{member}\":{value}"));
        let mut expected = vec![
            (rule("-1"), error.clone()),
            (rule("\"1\""), format!("{error}, but is a string")),
            (rule("null"), format!("{error}, but is null")),
            (rule("18446744073709551616"), error.clone()),
        ];
        if member != "seed" {
            // The rule could never apply, or would not wait.
            expected.push((rule("0"), error.clone()));
        }
        if member == "probability" {
            expected.push((rule("1.5"), error.clone()));
            expected.push((rule("1e999"), error));
        } else {
            let decimal = format!("{error}, but is a number with a fraction or an exponent");
            expected.push((rule("1.5"), decimal));
        }
        let expected: Vec<_> =
            expected.iter().map(|(rule, error)| (rule.as_str(), error.clone())).collect();
        assert_refused(&expected);
    }
}

#[test]
fn rules_that_can_never_apply_or_do_nothing_are_refused() {
    let user = |problem: &str| format!("/account must be a user ID{problem}");
    assert_refused(&[
        (
            r#"{"command":"mark_contact"}"#,
            " does nothing; give it answer_with, drop or delay_ms, or delay_ms with one of these"
                .to_owned(),
        ),
        (
            r#"{"delay_ms":0}"#,
            "/delay_ms must be an integer from 1 to 3600000 (milliseconds)".to_owned(),
        ),
        (
            r#"{"times":0,"drop":"after"}"#,
            format!("/times must be an integer from 1 to {U64}"),
        ),
        (r#"{"account":"","drop":"after"}"#, user(": an ID must not be empty")),
        (
            r#"{"account":"123456789012345678901234567890123","drop":"after"}"#,
            user(": an ID of this kind has at most 32 bytes"),
        ),
        (
            r#"{"account":"größe","drop":"after"}"#,
            user(": an ID has only printable ASCII characters"),
        ),
        (r#"{"account":5,"drop":"after"}"#, user(", but is an integer")),
        (
            r#"{"account":"zoe","command":"mark_contact","drop":"after"}"#,
            " never applies: /faults/0 comes first and applies to all of its calls; leave it out, put it first, or limit \
             /faults/0 by every, probability or times"
                .to_owned(),
        ),
    ]);
}

#[test]
fn only_rules_that_leave_nothing_hide_others() {
    let fake = Faked::start(&[]);
    let rule = json!({"account": "anna", "command": "mark_contact", "drop": "after"});
    let with = |extra: Value| {
        let mut before = json!({"drop": "before"});
        before.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"faults": [before, rule]}).to_string()
    };
    for extra in [
        json!({"every": 2}),
        json!({"times": 1}),
        json!({"probability": 0.5}),
        json!({"account": "ben"}),
        json!({"command": "get_contact_group"}),
        json!({"account": "anna", "command": "get_contact_group"}),
    ] {
        fake.ask("PUT", "faults", &with(extra));
    }
    for extra in [
        json!({}),
        json!({"every": 1}),
        json!({"probability": 1}),
        json!({"account": "anna"}),
        json!({"command": "mark_contact", "delay_ms": 1, "probability": 1.0, "seed": 3}),
    ] {
        let (status, error) = fake.refused("PUT", "faults", &with(extra));
        assert_eq!(status, 400);
        assert!(error.starts_with("/faults/1 never applies: /faults/0 "), "{error}");
    }
}

#[test]
fn other_members_and_forms_are_refused() {
    let long = "x".repeat(70);
    assert_refused(&[
        (r#"{"command":"mark","drop":"after"}"#, format!("/command must be one of {COMMANDS}")),
        (
            r#"{"command":7,"drop":"after"}"#,
            format!("/command must be one of {COMMANDS}, but is an integer"),
        ),
        (
            r#"{"seed":1,"drop":"after"}"#,
            "/seed is of use with probability only; leave it out, or give a probability".to_owned(),
        ),
        (
            r#"{"answer_with":50005,"drop":"after"}"#,
            " has both answer_with and drop; leave one of them out".to_owned(),
        ),
        (
            r#"{"dropp":"after"}"#,
            format!("/dropp is an unknown member; did you mean drop? allowed: {MEMBERS}"),
        ),
        (
            r#"{"answerWith":50005}"#,
            format!(
                "/answerWith is an unknown member; did you mean answer_with? allowed: {MEMBERS}"
            ),
        ),
        (r#"{"a/b~":1}"#, format!("/a~1b~0 is an unknown member; allowed: {MEMBERS}")),
        (
            &format!(r#"{{"{long}":1}}"#),
            format!("/{}.. is an unknown member; allowed: {MEMBERS}", &long[..64]),
        ),
        (r#"{"drop":"after","drop":"after"}"#, " has the member `drop` twice".to_owned()),
        ("[]", " must be an object, but is an array".to_owned()),
        ("null", " must be an object, but is null".to_owned()),
    ]);
    let fake = Faked::start(&[]);
    for (body, expected) in [
        ("{\"faults\":[{\"drop\":", "the body is not complete: it ends before the JSON value does"),
        ("[]", "the body must be an object, but is an array"),
        ("{}", "the body lacks the member `faults`"),
        (r#"{"faults":{}}"#, "/faults must be an array of rules, but is an object"),
        (r#"{"faults":null}"#, "/faults must be an array of rules, but is null"),
        (r#"{"fault":[]}"#, "/fault is an unknown member; did you mean faults? allowed: faults"),
        (r#"{"faults":[],"faults":[]}"#, "the body has the member `faults` twice"),
    ] {
        assert_eq!(fake.refused("PUT", "faults", body), (400, expected.to_owned()), "{body}");
    }
    for (body, bytes) in [(&b"{\"faults\":[\"\xff\"]}"[..], "12 bytes"), (b"{\xff}", "1 byte")] {
        let answer = fake.send("PUT", "faults", "", body);
        let error =
            format!("{{\"error\":\"the body is not valid JSON: it is not UTF-8 after {bytes}\"}}");
        assert_eq!((answer.status, answer.body), (400, error));
    }
    let rules = |count: usize| {
        let rules: Vec<_> = (0..count)
            .map(|number| json!({"account": format!("a{number}"), "drop": "after"}))
            .collect();
        json!({"faults": rules}).to_string()
    };
    fake.ask("PUT", "faults", &rules(256));
    let many = (400, "/faults must have at most 256 rules".to_owned());
    assert_eq!(fake.refused("PUT", "faults", &rules(257)), many);
}
