//! Calls that the service could not serve, of which nobody knows whether they take effect.

use std::thread;

use serde_json::{Value, json};

use super::late::{Late, wait_until};

/// How many calls a recording leaves out, and the accounts of those that it has.
fn recording(late: &Late) -> (String, Vec<String>) {
    let recording = late.ask("GET", "calls?format=recording", "");
    let account = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["body"]["From_Account"].as_str().unwrap().to_owned()
    };
    let left_out = recording.header("convmark-left-out").to_owned();
    (left_out, recording.body.lines().map(account).collect())
}

#[test]
fn a_call_that_took_too_long_is_left_out_of_recordings() {
    let late = Late::start(&["--call-timeout", "1s"]);
    late.ask("PUT", "calls", r#"{"bodies":true}"#);
    assert_eq!(late.mark("anna"), Some(50005));
    // It takes effect all the same.
    late.go_on(2);
    assert_eq!(late.mark("ben"), Some(0));
    wait_until(|| late.get("accounts") == json!({"users": ["anna", "ben"]}));
    let calls = late.get("calls")["calls"].clone();
    assert_eq!((&calls[0]["code"], &calls[0]["changes"]), (&json!(50005), &json!([])));
    assert_eq!(recording(&late), ("1".to_owned(), vec!["ben".to_owned()]));
}

#[test]
fn a_call_too_many_is_left_out_of_recordings() {
    let late = Late::start(&["--calls-max", "1"]);
    late.ask("PUT", "calls", r#"{"bodies":true}"#);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        assert_eq!(late.page("ben"), Some(60018));
        late.go_on(1);
        assert_eq!(first.join().unwrap(), Some(0));
    });
    assert_eq!(late.get("calls")["calls"][0]["code"], 60018);
    assert_eq!(recording(&late), ("1".to_owned(), vec!["anna".to_owned()]));
}

#[test]
fn one_that_is_shown_no_longer_is_counted_still() {
    let late = Late::start(&["--call-timeout", "1s", "--fake-calls-max", "1"]);
    late.ask("PUT", "calls", r#"{"bodies":true}"#);
    assert_eq!(late.mark("anna"), Some(50005));
    late.go_on(2);
    assert_eq!(late.page("ben"), Some(0));
    assert_eq!(recording(&late), ("1".to_owned(), vec!["ben".to_owned()]));
}
