//! Requests that failed in one of the two, or in both.

use super::{compare, record, with_answer};
use crate::bodies::*;
use crate::tool::run;

#[test]
fn a_request_that_failed_in_one_of_the_two_is_one_difference() {
    let create = line("create_contact_group", &ME.create("g", &user_contacts(0..50)));
    let failed = r#"{"ActionStatus":"FAIL","ErrorCode":51006,"ErrorInfo":"x","ErrorDisplay":""}"#;
    let long = line("create_contact_group", &ME.create(&"n".repeat(65), &user_contacts(0..50)));
    let made = record(&[], &create);
    let made = made.trim_end().split_once(r#","answer":"#).unwrap().1.strip_suffix('}').unwrap();
    let is = |codes: &str, decision: &str| {
        format!(
            "line 1 create_contact_group at /ErrorCode: {codes}, and the rest is not compared; \
             decision: {decision} (docs/decisions.md); "
        )
    };
    for (recording, start) in [
        (
            with_answer(&create, failed),
            is(
                "theirs answered code 51006, ours code 0",
                "Conversations in one create or update, code 51006",
            ),
        ),
        (
            with_answer(&long, made),
            is("theirs answered code 0, ours code 51011", "Group names, code 51011"),
        ),
    ] {
        let (status, lines) = compare(&[], &recording);
        assert_eq!((status, lines.len()), (1, 1), "{lines:?}");
        assert!(lines[0].starts_with(&start), "{lines:?}");
    }
    let (_, lines) = run(&["compare", "--format", "json"], with_answer(&long, made));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with(
            r#"{"line":1,"command":"create_contact_group","path":"/ErrorCode","theirs":0,"ours":51011,"decision":"Group names, code 51011","setting":{"name":"group_name_max_bytes","value":"65","#
        ),
        "{lines:?}"
    );
}

#[test]
fn two_failures_with_different_codes_are_compared_by_member() {
    let answer = r#"{"ActionStatus":"FAIL","ErrorCode":51009,"ErrorInfo":"x"}"#;
    let (_, lines) = compare(&[], &with_answer(&line("get_contact_group", "{}"), answer));
    assert_eq!(
        lines,
        ["line 1 get_contact_group at /ErrorCode: theirs 51009, ours 50002; decision: Required fields (docs/decisions.md); \
          no setting changes this line"
            .replace("Required fields", "Codes for errors of the schema")]
    );
}

#[test]
fn an_answer_without_a_code_is_said_to_have_none() {
    let create = line("create_contact_group", "{}");
    let (_, lines) = compare(&[], &with_answer(&create, r#"{"ActionStatus":"OK"}"#));
    let start = "line 1 create_contact_group at /ErrorCode: theirs answered no code, ours code 50002, and the rest is not compared; ";
    assert!(lines[0].starts_with(start), "{lines:?}");
}
