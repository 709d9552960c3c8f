//! `validate --from recording`.

use crate::bodies::*;
use crate::compare::{record, with_answer};
use crate::recordings::{archive, entry};
use crate::tool::run;

const FROM: [&str; 3] = ["validate", "--from", "recording"];
const MISSING: &str = "error[missing-field] 50002 at /StartIndex: `StartIndex` is required but is absent; send an integer (a number without fraction or exponent)";

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| line.to_string()).collect()
}

#[test]
fn requests_are_judged_and_their_answers_are_not() {
    let wrong = line("get_contact_group", r#"{"From_Account":"me"}"#);
    let recording = record(&[], &(get_line() + &wrong))
        + &get_line().replace("}\n", ",\"answer_raw\":\"<html>\"}\n")
        + &with_answer(&wrong, r#"{"ActionStatus":"OK"}"#);
    let expected = [
        &format!("line 2: {MISSING}"),
        &format!("line 4: {MISSING}"),
        "4 requests: 2 errors, 0 warnings",
    ];
    assert_eq!(run(&FROM, &recording), (1, lines(&expected)));
    // A HAR file is a recording too.
    let entries: Vec<_> = record(&[], &(get_line() + &wrong)).lines().map(entry).collect();
    let expected = [&format!("entry 2: {MISSING}"), "2 requests: 1 error, 0 warnings"];
    assert_eq!(run(&FROM, archive(&entries)), (1, lines(&expected)));
}

#[test]
fn a_line_that_is_not_an_exchange_is_named_in_place() {
    let input = get_line() + "{\n" + &with_answer(&get_line(), EMPTY_PAGE);
    let expected = [
        r#"{"line":1,"error":"exactly one of `answer` and `answer_raw` is needed, but neither is given"}"#,
        r#"{"line":2,"error":"the line is not valid JSON: it ends before the value is complete"}"#,
        "1 request: 0 errors, 0 warnings; 2 lines are not requests: lines 1, 2",
    ];
    assert_eq!(run(&FROM, input), (2, lines(&expected)));
}

#[test]
fn a_finding_has_its_region_in_the_line() {
    let recording =
        with_answer(&line("get_contact_group", r#"{"From_Account":5,"StartIndex":0}"#), "{}");
    let (status, log) = run(&[&FROM[..], &["--format", "sarif"]].concat(), &recording);
    assert_eq!(status, 1);
    let start = recording.find("5,").unwrap() + 1;
    let region = format!(
        r#""region":{{"startLine":1,"startColumn":{start},"endLine":1,"endColumn":{}}}"#,
        start + 1
    );
    assert!(log[0].contains(&region), "{log:?}");
}

#[test]
fn calls_of_other_services_are_skipped_if_asked_for() {
    let other = with_answer("{\"url\":\"/v4/openim/x\",\"body\":{}}\n", "{}");
    let input = other + &with_answer(&get_line(), EMPTY_PAGE);
    assert_eq!(run(&FROM, &input).0, 1);
    assert_eq!(
        run(&[&FROM[..], &["--skip-other-services"]].concat(), &input),
        (0, lines(&["1 request: 0 errors, 0 warnings; 1 call of another service skipped"]))
    );
}
