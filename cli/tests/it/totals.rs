//! The last line of `validate`: lines that are not requests, and calls of other services.

use serde_json::{Value, json};

use crate::bodies::*;
use crate::tool::{output, run, text};

fn totals(options: &[&str], input: &str) -> (i32, String) {
    let (status, mut lines) = run(&[&["validate"], options].concat(), input);
    (status, lines.pop().unwrap())
}

#[test]
fn lines_that_are_not_requests_are_counted_and_named() {
    let none = "0 requests: 0 errors, 0 warnings; ";
    for (bad, expected) in [
        (1, "1 line is not a request: line 2"),
        (2, "2 lines are not requests: lines 2, 3"),
        (10, "10 lines are not requests: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"),
        (12, "12 lines are not requests: lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"),
    ] {
        let input = "\n".to_string() + &"x\n".repeat(bad);
        for format in ["text", "human", "github"] {
            assert_eq!(totals(&["--format", format], &input), (2, none.to_string() + expected));
        }
    }
    assert_eq!(
        totals(&[], &(get_line() + "x\n" + &line("get_contact_group", "{}"))),
        (2, "2 requests: 2 errors, 0 warnings; 1 line is not a request: line 2".to_string())
    );
}

/// Calls of three services, the second one of this one with a warning.
fn client() -> String {
    let url = |path: &str, body: &str| format!("{{\"url\":\"{path}\",\"body\":{body}}}\n");
    let query = "?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json";
    let body = r#"{"From_Account":"me","StartIndex":0,"x":0}"#;
    url(&format!("/v4/openim/sendmsg{query}"), "{}")
        + &url(&format!("/v4/recentcontact/get_contact_group{query}"), body)
        + &url("/v4/group_open_http_svc/create_group", "[]")
}

const SKIP: &str = "--skip-other-services";

#[test]
fn calls_of_other_services_are_errors_unless_they_are_skipped() {
    let (status, lines) = run(&["validate"], client());
    assert_eq!((status, lines.len()), (1, 4));
    for (line, number) in [(&lines[0], 1), (&lines[2], 3)] {
        assert!(
            line.starts_with(&format!("line {number}: error[unknown-endpoint] 60009: ")),
            "{line}"
        );
        assert!(
            line.ends_with(". For a recording of a whole client, --skip-other-services skips calls of other services"),
            "{line}"
        );
    }
    let expected = "1 request: 0 errors, 1 warning; 2 calls of other services skipped".to_string();
    for format in ["text", "human", "github"] {
        assert_eq!(
            totals(&[SKIP, "--format", format], &client()),
            (0, expected.clone()),
            "{format}"
        );
    }
    let one: String = client().lines().skip(1).map(|line| line.to_string() + "\n").collect();
    assert_eq!(
        totals(&[SKIP, "--deny", "warnings"], &(one + "x\n")),
        (2, "1 request: 0 errors, 1 warning; 1 call of another service skipped; 1 line is not a request: line 3".to_string())
    );
}

#[test]
fn json_has_an_object_for_a_call_that_is_skipped() {
    let (status, lines) = run(&["validate", SKIP, "--format", "json"], client());
    assert_eq!((status, lines.len()), (0, 3));
    let skipped = |number| format!(r#"{{"line":{number},"skipped":"a call of another service"}}"#);
    assert_eq!((&lines[0], &lines[2]), (&skipped(1), &skipped(3)));
}

#[test]
fn junit_has_a_skipped_test_case_for_a_call_that_is_skipped() {
    let (status, xml) = text(&["validate", SKIP, "--format", "junit"], client());
    assert_eq!(status, 0);
    assert!(
        xml.contains(
            r#"<testsuite name="standard input" tests="3" failures="0" errors="0" skipped="2">"#
        ),
        "{xml}"
    );
    for number in [1, 3] {
        let case = format!(
            "<testcase classname=\"standard input\" name=\"line {number}\">\n      <skipped message=\"a call of another service\"/>\n    </testcase>"
        );
        assert!(xml.contains(&case), "{xml}");
    }
}

#[test]
fn sarif_notes_how_many_calls_are_skipped() {
    let (status, lines) = run(&["validate", SKIP, "--format", "sarif"], client());
    assert_eq!((status, lines.len()), (0, 1));
    let log: Value = serde_json::from_str(&lines[0]).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 1);
    let note = json!({"level": "note", "message": {"text": "2 calls of other services skipped"}});
    let invocation =
        json!({"executionSuccessful": true, "exitCode": 0, "toolExecutionNotifications": [note]});
    assert_eq!(run["invocations"], json!([invocation]));
}

#[test]
fn an_input_with_calls_of_other_services_alone_is_an_error() {
    let other = client().lines().next().unwrap().to_string() + "\n";
    for (input, skipped) in [
        (other.clone(), "1 call of another service"),
        (other.repeat(2), "2 calls of other services"),
    ] {
        for format in ["text", "human", "github", "junit", "sarif"] {
            let output = output(&["validate", SKIP, "--format", format], &input);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{format}");
            assert_eq!(
                String::from_utf8(output.stderr).unwrap(),
                format!(
                    "convmark: standard input: there is no request of this service in it: {skipped} skipped\n"
                )
            );
        }
    }
    // Nothing at all is not an error, and what cannot be read is named.
    assert_eq!(totals(&[SKIP], "").0, 0);
    assert!(totals(&[SKIP], &(other + "x\n")).1.ends_with("; 1 line is not a request: line 2"));
}

#[test]
fn a_misspelled_path_of_this_service_is_not_taken_for_another_service() {
    for path in [
        "/v4/recentcontact/creat_contact_group",
        "/v4/recentcontact/x",
        "/v4/recent_contact/get_contact_group",
        "//V4/RecentContact/mark_contact/",
        "/v4/get_contact_group",
        "/v3/Mark_Contact?x",
        "/v4/Recent-Contact/x",
        "/v4/recentcontacts_v2/x",
        "/v4/recentcontact/get_list/",
    ] {
        let input = format!("{{\"url\":\"{path}\",\"body\":{{}}}}\n");
        let (status, text) = totals(&[SKIP], &input);
        assert_eq!((status, &*text), (1, "1 request: 1 error, 0 warnings"), "{path}");
    }
}

#[test]
fn a_path_with_wrong_separators_is_one_of_this_service() {
    for path in [
        "/v4/recentcontact%2Fmark_contact",
        "/v4%2Frecentcontact%2Fmark_contact",
        "%2fv4%2frecentcontact%2fmark_contact",
        "/v4%5CRecentContact%5cmark_contact",
        "/v4\\recentcontact\\mark_contact",
        "/v4/recentcontactmark_contact",
        "/v4/recentcontact:mark_contact",
        "/v4/recentcontact-mark_contact",
        "/v4/recent_contact_mark_contact",
        "/v4%2Fmark_contact",
    ] {
        let input = json!({"url": format!("{path}?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json"), "body": {}});
        let (status, lines) = run(&["validate", SKIP], input.to_string());
        assert_eq!(status, 1, "{path}");
        assert!(
            lines[0].starts_with("line 1: error[unknown-endpoint] 60009: "),
            "{path} {lines:?}"
        );
        assert!(
            lines[0].ends_with(". Did you mean `/v4/recentcontact/mark_contact`?"),
            "{path} {lines:?}"
        );
        assert_eq!(lines[1], "1 request: 1 error, 0 warnings", "{path}");
    }
}

#[test]
fn words_that_the_name_of_this_service_begins_with_are_not_misspellings_of_it() {
    for path in [
        "/v4/recent/list",
        "/api/recents",
        "/v4/contact/get",
        "/v4/recent",
        "/v4%2Fopenim%2Fsendmsg",
        "/a%2Frecentcontact.js",
        "/v4/recent/contact",
    ] {
        let other = format!("{{\"url\":\"{path}\",\"body\":{{}}}}\n");
        let (status, text) = totals(&[SKIP], &(other + &get_line()));
        let expected = "1 request: 0 errors, 0 warnings; 1 call of another service skipped";
        assert_eq!((status, &*text), (0, expected), "{path}");
    }
}
