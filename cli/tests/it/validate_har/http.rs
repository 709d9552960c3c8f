//! Which entries of a HAR file are calls of this service, and what is wrong with their HTTP.

use serde_json::{Value, json};

use crate::bodies::*;
use crate::compare::with_answer;
use crate::recordings::{archive, entry};
use crate::tool::{run, text};

const HOST: &str = "https://console.tim.qq.com";
const QUERY: &str = "?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json";
const BAD_HTTP: &str = "the HTTP request is not a valid call. It must be a POST with a body that is neither empty nor larger than the host allows; send a POST with a JSON body";
const UNKNOWN: &str = "error[unknown-endpoint] 60009: the path is not that of a command. It must be exactly /v4/recentcontact/ followed by the name of a command; check the path, its case and its slashes";

/// A valid call of get to another path, with another method.
fn call(method: &str, path: &str) -> Value {
    let mut call = entry(&with_answer(&get_line(), EMPTY_PAGE));
    call["request"]["method"] = json!(method);
    call["request"]["url"] = json!(format!("{HOST}{path}{QUERY}"));
    call
}

#[track_caller]
fn assert_printed(entries: &[Value], expected: (i32, &[&str])) {
    let (status, lines) = run(&["validate"], archive(entries));
    assert_eq!(
        (status, lines),
        (expected.0, expected.1.iter().map(|line| line.to_string()).collect())
    );
}

#[test]
fn a_misspelled_path_is_an_error_and_another_service_is_skipped() {
    let meant = format!("{UNKNOWN}. Did you mean `/v4/recentcontact/get_contact_group`?");
    for path in [
        "/v4/recentcontacts/get_contact_group",
        "/v4/recentcontact/get_contact_grup",
        "/v4/recent_contact/get_contact_group",
        "/v4/RecentContact/Get_Contact_Group",
        "/v3/get_contact_group",
        "//v4/recentcontact/get_contact_group",
    ] {
        assert_printed(
            &[call("POST", path)],
            (1, &[&format!("entry 1: {meant}"), "1 request: 1 error, 0 warnings"]),
        );
        // The same line of JSON Lines, with the same rule.
        let line = json!({"url": format!("{path}{QUERY}"), "body": {}}).to_string();
        let (status, lines) = run(&["validate", "--skip-other-services"], line);
        assert_eq!((status, &lines[0]), (1, &format!("line 1: {meant}")), "{path}");
    }
    let ours = call("POST", "/v4/recentcontact/get_contact_group");
    for path in
        ["/v4/openim/sendmsg", "/assets/recentcontact.js", "/v4/group_open_http_svc/create_group"]
    {
        for method in ["POST", "GET", "OPTIONS"] {
            assert_printed(
                &[call(method, path), ours.clone()],
                (0, &["1 request: 0 errors, 0 warnings; 1 call of another service skipped"]),
            );
        }
    }
}

#[test]
fn a_call_with_another_method_is_an_error() {
    for method in ["GET", "PUT", "DELETE", "HEAD", "post"] {
        assert_printed(
            &[call(method, "/v4/recentcontact/get_contact_group")],
            (
                1,
                &[
                    &format!("entry 1: error[bad-http] 60002: {BAD_HTTP}. Its method is {method}"),
                    "1 request: 1 error, 0 warnings",
                ],
            ),
        );
    }
    assert_printed(
        &[call("GET", "/v4/recentcontact/get_contact_grup")],
        (
            1,
            &[
                &format!("entry 1: error[bad-http] 60002: {BAD_HTTP}. Its method is GET"),
                &format!("entry 1: {UNKNOWN}. Did you mean `/v4/recentcontact/get_contact_group`?"),
                "1 request: 2 errors, 0 warnings",
            ],
        ),
    );
}

#[test]
fn a_page_of_the_client_with_a_name_like_the_service_is_skipped() {
    let ours = call("POST", "/v4/recentcontact/get_contact_group");
    for (method, path) in [("GET", "/RecentContacts"), ("OPTIONS", "/v4/recentcontacts")] {
        assert_printed(
            &[call(method, path), ours.clone()],
            (0, &["1 request: 0 errors, 0 warnings; 1 call of another service skipped"]),
        );
    }
}

#[test]
fn a_call_without_a_body_is_an_error() {
    let path = "/v4/recentcontact/get_contact_group";
    let [mut absent, mut empty, mut without_text] =
        [call("POST", path), call("POST", path), call("POST", path)];
    absent["request"].as_object_mut().unwrap().remove("postData");
    empty["request"]["postData"]["text"] = json!("");
    without_text["request"]["postData"] = json!({"mimeType": "application/json"});
    let error =
        |number| format!("entry {number}: error[bad-http] 60002: {BAD_HTTP}. It has no body");
    assert_printed(
        &[absent, empty, without_text],
        (1, &[&error(1), &error(2), &error(3), "3 requests: 3 errors, 0 warnings"]),
    );
}

#[test]
fn a_preflight_request_is_skipped_and_counted() {
    let path = "/v4/recentcontact/get_contact_group";
    let entries = [
        call("OPTIONS", path),
        call("POST", path),
        call("OPTIONS", path),
        call("POST", "/v4/openim/x"),
    ];
    assert_printed(
        &entries,
        (
            0,
            &[
                "1 request: 0 errors, 0 warnings; 1 call of another service and 2 preflight requests skipped",
            ],
        ),
    );
    let (status, lines) = run(&["validate", "--format", "json"], archive(&entries));
    assert_eq!(
        (status, lines),
        (
            0,
            [
                r#"{"entry":1,"skipped":"a preflight request of a browser"}"#,
                r#"{"entry":2,"findings":[]}"#,
                r#"{"entry":3,"skipped":"a preflight request of a browser"}"#,
                r#"{"entry":4,"skipped":"a call of another service"}"#,
            ]
            .map(String::from)
            .to_vec()
        )
    );
    let (_, xml) = text(&["validate", "--format", "junit"], archive(&entries));
    assert!(xml.contains(r#" tests="4" failures="0" errors="0" skipped="3">"#), "{xml}");
    let output = crate::tool::output(&["validate"], archive(&[call("OPTIONS", path)]));
    assert_eq!(
        (output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()),
        (
            Some(2),
            "convmark: standard input: there is no request of this service in it: 1 preflight request skipped\n"
        )
    );
}

#[test]
fn compare_and_import_count_what_is_not_a_call() {
    let path = "/v4/recentcontact/get_contact_group";
    let entries = [
        call("GET", path),
        call("OPTIONS", path),
        call("POST", "/v4/openim/x"),
        call("POST", path),
    ];
    let (status, out, err) = crate::import::run(&["compare"], &archive(&entries));
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(
        out.starts_with("1 exchange compared: 1 agree, 0 differ in 0 places; 3 skipped: not a call of a modeled command; "),
        "{out}"
    );
    let (status, _, err) = crate::import::run(&["import"], &archive(&entries));
    assert_eq!(status, 0);
    assert!(
        err.starts_with(
            "convmark: 1 account from 1 page; skipped: 3 entries without a call of this service\n"
        ),
        "{err}"
    );
}
