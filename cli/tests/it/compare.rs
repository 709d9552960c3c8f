//! `compare`: which exchanges are compared, and how differences are printed.

mod agree;
mod differences;
mod found;
mod linear;
mod outcome;
mod redact;
mod settings;
mod state;
mod unclear;

use crate::bodies::*;
use crate::files::Temporary;
use crate::recordings::{archive, entry};
use crate::tool::run;

/// A line with the answer that was given to it.
pub fn with_answer(line: &str, answer: &str) -> String {
    let line = line.trim_end().strip_suffix('}').unwrap();
    format!("{line},\"answer\":{answer}}}\n")
}

/// The lines with the answers that `replay` gives them.
pub fn record(options: &[&str], lines: &str) -> String {
    let (status, answers) = run(&[&["replay"], options].concat(), lines);
    assert_eq!(status, 0);
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines.zip(answers).map(|(line, answer)| with_answer(line, &answer)).collect()
}

/// Exit status and the lines of differences, without those of the settings and of the totals.
pub fn compare(options: &[&str], recording: &str) -> (i32, Vec<String>) {
    let (status, mut lines) = run(&[&["compare"], options].concat(), recording);
    assert!(lines.pop().unwrap().contains(" compared: "));
    lines.retain(|line| !line.starts_with("settings found: "));
    (status, lines)
}

pub fn totals(options: &[&str], recording: &str) -> String {
    run(&[&["compare"], options].concat(), recording).1.pop().unwrap()
}

/// The last page of a get in the shape of the recording of 2025-04, with IDs of our own.
pub const OBSERVED: &str = r#"{"command":"get_contact_group","body":{"From_Account":"user_0001","StartIndex":0},"answer":{"ContactItem":[{"Type":1,"To_Account":"user_0002","StandardMark":"","ContactGroupId":[1],"Timestamp":1743500001},{"Type":2,"ToGroupId":"@TGS#1","StandardMark":"10000000000000000000000000000000001","CustomMark":"x","ContactGroupId":[1,3],"Timestamp":1743500000}],"GroupItem":[{"GroupName":"friends","GroupId":1},{"GroupName":"work","GroupId":3}],"CompleteFlag":1,"CompleteTime":1743500100,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}}
"#;

const COMPLETE_TIME: &str = "line 1 get_contact_group at /CompleteTime: theirs 1743500100, ours absent; \
    decision: Answers of the live service (docs/decisions.md); no setting changes this line alone; an earlier line or a missing page may be the cause";
/// What a difference says of an account without pages, if no setting changes it.
pub const NO_SETTING_AND_EMPTY: &str = "no setting changes this line alone; an earlier line or a missing page may be the cause; \
    the account was taken to be empty, as no pages of it come before its first change: \
    what it had before (by a PUT to the control of the fake, for example) is not known";
const ONE_ACCOUNT: &str = "1 account made from pages, 0 taken to be empty, 0 made anew";

#[test]
fn an_answer_as_observed_in_2025_04_differs_from_2026_04_in_three_places() {
    let (status, lines) = run(&["compare", "--revision", "2026-04"], OBSERVED);
    assert_eq!(status, 1);
    assert_eq!(
        lines,
        [
            COMPLETE_TIME,
            "line 1 get_contact_group at /ErrorDisplay: theirs \"\", ours absent; \
             decision: `ErrorDisplay` (docs/decisions.md); setting: error_display all (--error-display all)",
            "line 1 get_contact_group at /NextStartIndex: theirs absent, ours 0; decision: \
             `NextStartIndex` on the last page (docs/decisions.md); setting: last_page_index absent (--last-page-index absent)",
            "settings found: 1 difference by error_display all (--error-display all); 1 difference by last_page_index absent (--last-page-index absent); \
             --observed sets error_display and last_page_index",
            &format!("1 exchange compared: 0 agree, 1 differ in 3 places; {ONE_ACCOUNT}"),
        ]
    );
}

#[test]
fn an_answer_as_observed_in_2025_04_differs_from_the_preset_in_complete_time_only() {
    let (status, lines) = run(&["compare", "--observed"], OBSERVED);
    assert_eq!(status, 1);
    let totals = format!("1 exchange compared: 0 agree, 1 differ in 1 place; {ONE_ACCOUNT}");
    assert_eq!(lines, [COMPLETE_TIME, &totals]);
}

#[test]
fn json() {
    let (status, lines) = run(&["compare", "--format", "json"], OBSERVED.to_string() + "[]\n");
    assert_eq!(status, 2);
    assert_eq!(
        lines,
        [
            r#"{"line":1,"command":"get_contact_group","path":"/CompleteTime","theirs":1743500100,"decision":"Answers of the live service","setting":null,"account":"pages"}"#,
            r#"{"line":1,"command":"get_contact_group","path":"/ErrorDisplay","theirs":"","decision":"`ErrorDisplay`","setting":{"name":"error_display","value":"all","option":"--error-display all"},"account":"pages"}"#,
            r#"{"line":1,"command":"get_contact_group","path":"/NextStartIndex","ours":0,"decision":"`NextStartIndex` on the last page","setting":{"name":"last_page_index","value":"absent","option":"--last-page-index absent"},"account":"pages"}"#,
            r#"{"line":2,"error":"the line must be a JSON object; its members are `command`, `url`, `body`, `raw`, `now`, `now_ms`, `facts`, `answer_with`, `answer`, `answer_raw`"}"#,
            r#"{"totals":{"agree":0,"differ":1,"differences":3,"skipped":{"faults":0,"no_answer":0,"other":0},"wrong":1,"accounts":{"from_pages":1,"empty":0,"made_anew":0},"settings":[{"name":"error_display","value":"all","option":"--error-display all","differences":1,"observed":true},{"name":"last_page_index","value":"absent","option":"--last-page-index absent","differences":1,"observed":true}]}}"#,
        ]
    );
}

#[test]
fn a_har_file_is_compared_by_entry() {
    let file = Temporary::new("observed.har", &archive(&[entry(OBSERVED)]));
    let name = file.0.to_str().unwrap();
    let (status, lines) = run(&["compare", "--observed", name], "");
    assert_eq!((status, lines[0].clone()), (1, COMPLETE_TIME.replace("line", "entry")));
    let (_, lines) = run(&["compare", "--observed", "--format", "json", name], "");
    assert!(lines[0].starts_with(r#"{"entry":1,"command":"get_contact_group""#), "{}", lines[0]);
}

#[test]
fn a_line_that_is_not_an_exchange_is_named_in_place_and_the_rest_is_compared() {
    let recording = format!("{{\n\n{OBSERVED}");
    let (status, lines) = run(&["compare", "--observed"], recording);
    assert_eq!(status, 2);
    assert_eq!(
        lines,
        [
            "line 1: not compared: the line is not valid JSON: it ends before the value is complete",
            &COMPLETE_TIME.replace("line 1", "line 3"),
            &format!(
                "1 exchange compared: 0 agree, 1 differ in 1 place; 1 skipped: not an exchange; {ONE_ACCOUNT}"
            ),
        ]
    );
}

#[test]
fn what_the_service_did_not_judge_is_skipped() {
    let failed = |code: u32| {
        let answer = format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"x"}}"#);
        with_answer(&line("mark_contact", &ME.set_marks("a", "1")), &answer)
    };
    let codes =
        [50004, 50005, 60002, 60007, 60009, 60012, 60018, 60025, 70001, 70020, 70169, 70500];
    let mut recording: String = codes.map(failed).concat();
    recording += &line("mark_contact", "1").replace("}\n", ",\"answer_raw\":\"<html>\"}\n");
    recording +=
        &with_answer(&line("mark_contact", "1").replace("}\n", ",\"answer_with\":50004}\n"), "{}");
    recording += &with_answer(r#"{"url":"/v4/recentcontact/get_list","body":{}}"#, "{}");
    // Nothing of it was applied.
    recording += &with_answer(&get_line(), EMPTY_PAGE);
    let (status, lines) = run(&["compare"], recording);
    assert_eq!(status, 0);
    assert_eq!(
        lines,
        [
            "1 exchange compared: 1 agree, 0 differ in 0 places; 13 skipped: the service's own failures; \
          1 skipped: without a JSON object as answer; 1 skipped: not a call of a modeled command; \
          0 accounts made from pages, 1 taken to be empty, 0 made anew"
        ]
    );
}

#[test]
fn calls_of_other_services_are_skipped_and_misspelled_paths_are_not() {
    let call = |path: &str| {
        let line = format!(r#"{{"url":"{path}","body":{{"Text":"secret"}}}}"#);
        with_answer(&line, r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#)
    };
    let recording = call("/v4/openim/sendmsg?random=1") + &call("/v4/recentcontac/x?random=1");
    let (status, redacted, _) = crate::import::run(&["compare", "--redact"], &recording);
    assert_eq!(status, 0);
    assert!(redacted.starts_with('\n') && !redacted.contains("secret"), "{redacted}");
    let difference = "line 2 - at /ErrorCode: theirs answered code 0, ours code 60009, and the rest is not compared; \
                      decision: Path of the URL (docs/decisions.md); no setting changes this line";
    for (recording, skipped) in
        [(recording, "; 1 skipped: not a call of a modeled command"), (redacted, "")]
    {
        let (status, lines) = run(&["compare"], recording);
        let totals = format!(
            "1 exchange compared: 0 agree, 1 differ in 1 place{skipped}; \
             0 accounts made from pages, 0 taken to be empty, 0 made anew"
        );
        assert_eq!((status, lines), (1, vec![difference.to_string(), totals]));
    }
}

#[test]
fn a_usersig_that_was_dropped_is_not_missed() {
    let url = |query: &str| {
        let line = format!(
            r#"{{"url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=admin&random=1&contenttype=json{query}","body":{}}}"#,
            ME.get(0)
        );
        with_answer(&line, EMPTY_PAGE)
    };
    let recording = url("") + &url("&usersig=") + &url("&usersig=x");
    assert_eq!(compare(&[], &recording).0, 0);
    let (status, lines) =
        compare(&[], &recording.replacen("random=1", "random=1700000000000000000", 1));
    assert_eq!(status, 1);
    assert_eq!(
        lines,
        [
            "line 1 get_contact_group at /ErrorCode: theirs answered code 0, ours code 60002, and the rest is not compared; \
          decision: `random` (docs/decisions.md); no setting changes this line"
        ]
    );
}

#[test]
fn a_url_that_is_refused_is_its_own_cause() {
    let query = "?sdkappid=1&identifier=admin&usersig=s&random=1&contenttype=json";
    for (url, code, decision) in [
        (format!("/v4/recentcontact/mark_contct{query}"), 60009, "Path of the URL"),
        (format!("/v4/recentcontact/mark_contact{query}x"), 60025, "Other URL parameters"),
        (
            format!("/v4/recentcontact/mark_contact{query}&random=1"),
            60002,
            "A URL parameter given twice",
        ),
        ("/v4/recentcontact/mark_contact".to_string(), 60012, "`sdkappid`"),
    ] {
        let line = format!(r#"{{"url":"{url}","body":{}}}"#, ME.set_marks("a", "5"));
        // The account is taken to be empty, and a change before is not clear.
        let recording = line_of_fault() + &with_answer(&line, EMPTY_PAGE);
        let command = if code == 60009 { "-" } else { "mark_contact" };
        assert_eq!(
            compare(&[], &recording),
            (
                1,
                vec![format!(
                    "line 2 {command} at /ErrorCode: theirs answered code 0, ours code {code}, and the rest is not compared; \
                 decision: {decision} (docs/decisions.md); no setting changes this line"
                )]
            )
        );
        let (_, lines) = run(&["compare", "--format", "json"], &recording);
        let expected = format!(
            r#"{{"line":2,"command":{},"path":"/ErrorCode","theirs":0,"ours":{code},"decision":"{decision}","setting":null}}"#,
            if code == 60009 { "null" } else { r#""mark_contact""# }
        );
        assert_eq!(lines[0], expected);
    }
}

/// A change whose answer does not say whether it was made.
fn line_of_fault() -> String {
    with_answer(
        &line("mark_contact", &ME.set_marks("a", "6")),
        r#"{"ActionStatus":"FAIL","ErrorCode":50004,"ErrorInfo":"x"}"#,
    )
}

#[test]
fn a_recording_without_an_exchange_to_compare_is_an_error() {
    let empty = r#"it is empty; the fake of convmark-server records bodies only after PUT /_convmark/calls {"bodies":true}"#;
    let html = r#"{"command":"get_contact_group","body":{},"answer_raw":"<html>"}"#;
    let fault =
        with_answer(&get_line(), r#"{"ActionStatus":"FAIL","ErrorCode":50004,"ErrorInfo":"x"}"#);
    for (recording, why) in [
        (String::new(), empty),
        ("\n \n".to_string(), empty),
        (archive(&[]), empty),
        (
            format!("{html}\n{fault}{html}\n"),
            "1 skipped: the service's own failures; 2 skipped: without a JSON object as answer",
        ),
    ] {
        for options in [&["compare"][..], &["compare", "--format", "json"]] {
            let output = crate::tool::output(options, &recording);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{recording}");
            assert_eq!(
                String::from_utf8(output.stderr).unwrap(),
                format!("convmark: standard input: there is no exchange to compare in it: {why}\n")
            );
        }
    }
    assert_eq!(compare(&[], "{\n").0, 2);
}
