//! Connections that are closed instead of an answer.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Faked, mark, snapshot};
use crate::common::{Client, Directory, target};

/// The head of a call with a body of that length.
fn head(command: &str, length: usize, headers: &str) -> String {
    let target = target(command);
    format!(
        "POST {target} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n"
    )
}

#[test]
fn dropped_before_it_is_not_applied() {
    let fake = Faked::start(&[]);
    fake.put("faults", &json!({"faults": [{"drop": "before"}]}));
    assert!(fake.is_dropped("mark_contact", &mark("anna", "ben")));
    assert!(fake.users().is_empty());
    let call = &fake.get("calls")["calls"][0];
    assert_eq!((&call["code"], &call["changes"]), (&json!(null), &json!([])));
    assert_eq!(call["fault"], json!({"rule": 0, "drop": "before"}));
    assert_eq!((&call["command"], &call["account"]), (&json!("mark_contact"), &json!("anna")));
}

#[test]
fn dropped_after_it_is_stored() {
    let directory = Directory::new();
    for fake in [Faked::start(&[]), Faked::over(&directory.store())] {
        fake.put("faults", &json!({"faults": [{"drop": "after", "delay_ms": 50, "times": 1}]}));
        assert!(fake.is_dropped("mark_contact", &mark("anna", "ben")));
        assert_eq!(fake.get("accounts/anna")["rows"][0]["standard_mark"], "1");
        let call = &fake.get("calls")["calls"][0];
        assert_eq!((&call["code"], call["changes"].as_array().unwrap().len()), (&json!(0), 1));
        assert_eq!(call["fault"], json!({"rule": 0, "delay_ms": 50, "drop": "after"}));
        // The next call is answered again.
        assert_eq!(fake.mark("anna", "ben"), 0);
    }
    let again = Faked::over(&directory.store());
    assert_eq!(again.users(), ["anna"]);
}

/// Nothing at all comes, not even the begin of an answer, and the connection is closed.
#[test]
fn the_client_sees_a_closed_connection() {
    let fake = Faked::start(&[]);
    for drop in ["before", "after"] {
        fake.put("faults", &json!({"faults": [{"drop": drop}]}));
        let mut client = fake.server.client();
        let body = mark("anna", "ben").to_string();
        let head = head("mark_contact", body.len(), "");
        client.write(format!("{head}{body}").as_bytes()).unwrap();
        assert!(client.is_closed_within(Duration::from_secs(20)), "{drop}");
    }
}

#[test]
fn a_call_that_is_delayed_over_a_reset_is_not_applied() {
    let fake = Faked::start(&[]);
    fake.put("faults", &json!({"faults": [{"account": "anna", "delay_ms": 1500}]}));
    std::thread::scope(|threads| {
        let late = threads.spawn(|| fake.is_dropped("mark_contact", &mark("anna", "ben")));
        let begun = Instant::now();
        while fake.get("faults")["faults"][0]["hits"] != 1 {
            assert!(begun.elapsed() < Duration::from_secs(20));
        }
        fake.ask("POST", "reset", "");
        fake.put("accounts/anna", &snapshot());
        assert!(late.join().unwrap());
    });
    assert_eq!(fake.get("accounts/anna"), snapshot());
    assert_eq!(fake.get("calls")["calls"], json!([]));
}

/// A call that waits for an hour.
fn delayed(fake: &Faked) -> Client {
    fake.put("faults", &json!({"faults": [{"account": "anna", "delay_ms": 3_600_000}]}));
    let mut client = fake.server.client();
    let body = mark("anna", "ben").to_string();
    client.write(format!("{}{body}", head("mark_contact", body.len(), "")).as_bytes()).unwrap();
    let begun = Instant::now();
    while fake.get("faults")["faults"][0]["hits"] != 1 {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    client
}

#[test]
fn a_reset_ends_the_delay_of_a_call() {
    let fake = Faked::start(&[]);
    let mut client = delayed(&fake);
    fake.ask("POST", "reset", "");
    assert!(client.is_closed_within(Duration::from_secs(20)));
    assert!(fake.users().is_empty());
    assert_eq!(fake.get("calls")["calls"], json!([]));
}

#[cfg(unix)]
#[test]
fn a_stop_of_the_server_ends_the_delay_of_a_call() {
    let mut fake = Faked::start(&["--shutdown-timeout", "60s"]);
    let mut client = delayed(&fake);
    fake.server.signal("TERM");
    assert!(client.is_closed_within(Duration::from_secs(20)));
    assert!(fake.server.ends_within(Duration::from_secs(20)).unwrap().success());
}

#[test]
fn a_call_whose_body_comes_after_a_reset_is_not_applied() {
    let fake = Faked::start(&[]);
    let mut client = fake.server.client();
    let body = mark("anna", "ben").to_string();
    let head = head("mark_contact", body.len(), "expect: 100-continue\r\n");
    // The server asks for the body when the call has begun.
    assert_eq!(client.send(head.as_bytes()).unwrap().status, 100);
    fake.ask("POST", "reset", "");
    fake.put("faults", &json!({"faults": [{"times": 1, "answer_with": 50005}]}));
    client.write(body.as_bytes()).unwrap();
    assert!(client.is_closed_within(Duration::from_secs(20)));
    assert!(fake.users().is_empty());
    assert_eq!(fake.get("calls")["calls"], json!([]));
    let rule = fake.get("faults")["faults"][0].clone();
    assert_eq!((&rule["looked_at"], &rule["hits"]), (&json!(0), &json!(0)));
    assert_eq!(fake.mark("anna", "ben"), 50005);
}

#[test]
fn a_client_that_gives_up_during_a_delay_is_served_all_the_same() {
    let fake = Faked::start(&[]);
    fake.put("faults", &json!({"faults": [{"delay_ms": 300}]}));
    let mut client = fake.server.client();
    let body = mark("anna", "ben").to_string();
    let head = head("mark_contact", body.len(), "");
    client.write(format!("{head}{body}").as_bytes()).unwrap();
    let begun = Instant::now();
    while fake.get("faults")["faults"][0]["hits"] != 1 {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    drop(client);
    while fake.get("calls")["calls"] == json!([]) {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(fake.users(), ["anna"]);
}
