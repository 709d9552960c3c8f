//! Calls of `get_list` and `delete`, which the service has and the tool does not model.

use serde_json::{Value, json};

use crate::bodies::*;
use crate::compare::with_answer;
use crate::recordings::{archive, entry};
use crate::tool::{output, run, text};

const SKIP: &str = "--skip-other-services";
const PATHS: [&str; 2] = ["/v4/recentcontact/get_list", "/v4/recentcontact/delete"];
const QUERY: &str = "?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json";
const ERROR: &str = "error[not-modeled] 60009: the path is that of get_list or delete. The service has these two commands, but this implementation does not model them; send the request to the live service. This implementation has the commands on conversation groups and marks only";
const HOW: &str = "For a recording of a whole client, --skip-other-services skips calls of commands that are not modeled";
const ONE: &str = "1 call of a command that is not modeled skipped";

fn call(path: &str) -> String {
    json!({"url": path, "body": {}}).to_string() + "\n"
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| line.to_string()).collect()
}

#[test]
fn such_a_call_is_an_error_that_names_the_option() {
    for path in PATHS {
        let (status, lines) = run(&["validate"], call(&format!("{path}{QUERY}")));
        let totals = "1 request: 1 error, 0 warnings";
        assert_eq!((status, lines), (1, owned(&[&format!("line 1: {ERROR}. {HOW}"), totals])));
        // With what else is wrong in the URL.
        let (_, lines) = run(&["validate"], call(&format!("{path}{QUERY}&random=1")));
        let start =
            format!("line 1: {ERROR}. Also wrong in this URL: `random` is given more than once; ");
        assert!(lines[0].starts_with(&start), "{lines:?}");
        assert!(lines[0].ends_with(&format!(". {HOW}")), "{lines:?}");
    }
}

#[test]
fn with_the_option_it_is_skipped_and_counted_under_its_own_name() {
    for path in PATHS {
        for query in ["", QUERY] {
            let input = call(&format!("{path}{query}")) + &get_line();
            for format in ["text", "human", "github"] {
                let options = ["validate", SKIP, "--deny", "warnings", "--format", format];
                let totals = format!("1 request: 0 errors, 0 warnings; {ONE}");
                assert_eq!(run(&options, &input), (0, vec![totals]), "{path} {format}");
            }
            // The same with answers.
            let recording = with_answer(&call(path), "{}") + &with_answer(&get_line(), EMPTY_PAGE);
            let options = ["validate", "--from", "recording", SKIP];
            let totals = format!("1 request: 0 errors, 0 warnings; {ONE}");
            assert_eq!(run(&options, recording), (0, vec![totals]), "{path}");
        }
    }
}

#[test]
fn every_format_tells_it_from_a_call_of_another_service() {
    let input = call(PATHS[0]) + &call("/v4/openim/sendmsg") + &call(PATHS[1]) + &get_line();
    let skipped = "1 call of another service and 2 calls of commands that are not modeled skipped";
    let (status, lines) = run(&["validate", SKIP], &input);
    assert_eq!((status, lines), (0, vec![format!("1 request: 0 errors, 0 warnings; {skipped}")]));
    let (_, lines) = run(&["validate", SKIP, "--format", "json"], &input);
    let expected = [
        r#"{"line":1,"skipped":"a call of a command that is not modeled"}"#,
        r#"{"line":2,"skipped":"a call of another service"}"#,
        r#"{"line":3,"skipped":"a call of a command that is not modeled"}"#,
        r#"{"line":4,"findings":[]}"#,
    ];
    assert_eq!(lines, owned(&expected));
    let (_, xml) = text(&["validate", SKIP, "--format", "junit"], &input);
    assert!(xml.contains(r#" tests="4" failures="0" errors="0" skipped="3">"#), "{xml}");
    let case = "name=\"line 3\">\n      <skipped message=\"a call of a command that is not modeled\"/>\n    </testcase>";
    assert!(xml.contains(case), "{xml}");
    let (_, sarif) = run(&["validate", SKIP, "--format", "sarif"], &input);
    let log: Value = serde_json::from_str(&sarif[0]).unwrap();
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(*notes, json!([{"level": "note", "message": {"text": skipped}}]));
}

#[test]
fn of_an_archive_it_is_always_skipped() {
    let ours = entry(&with_answer(&get_line(), EMPTY_PAGE));
    let call = |method: &str, path: &str| {
        let mut call = ours.clone();
        call["request"]["method"] = json!(method);
        call["request"]["url"] = json!(format!("https://console.tim.qq.com{path}{QUERY}"));
        call
    };
    for path in PATHS {
        for method in ["POST", "GET"] {
            let input = archive(&[call(method, path), ours.clone()]);
            let totals = format!("1 request: 0 errors, 0 warnings; {ONE}");
            assert_eq!(run(&["validate"], input), (0, vec![totals]), "{method} {path}");
        }
    }
    let all = archive(&[
        call("POST", PATHS[0]),
        call("OPTIONS", PATHS[0]),
        call("POST", "/v4/openim/x"),
        ours.clone(),
    ]);
    let totals = "1 request: 0 errors, 0 warnings; 1 call of another service, 1 call of a command that is not modeled and 1 preflight request skipped";
    assert_eq!(run(&["validate"], all), (0, owned(&[totals])));
}

#[test]
fn an_input_with_such_calls_alone_is_an_error() {
    let output = output(&["validate", SKIP], call(PATHS[0]));
    assert_eq!(
        (output.status.code(), String::from_utf8(output.stderr).unwrap()),
        (
            Some(2),
            format!(
                "convmark: standard input: there is no request of a modeled command in it: {ONE}\n"
            )
        )
    );
}
