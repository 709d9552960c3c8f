//! Resets while calls are being judged.

use std::thread;
use std::time::Duration;

use serde_json::json;

use super::late::{Late, wait_until};
use crate::common::Client;

/// As long as a reset takes that waits for nothing, and much longer.
const WHILE: Duration = Duration::from_millis(300);

#[test]
fn a_reset_waits_for_a_call_that_has_not_taken_its_store_yet() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let call = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        assert!(!reset.is_finished(), "the call would be judged on the accounts after the reset");
        late.go_on(1);
        assert_eq!((call.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
    assert_eq!(late.get("calls")["calls"], json!([]));
}

#[test]
fn a_reset_waits_for_a_call_that_was_answered_as_too_slow() {
    let late = Late::start(&["--call-timeout", "50ms"]);
    assert_eq!(late.mark("anna"), Some(50005));
    thread::scope(|threads| {
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        assert!(!reset.is_finished(), "what goes on would take effect after the reset");
        late.go_on(1);
        assert_eq!(reset.join().unwrap(), 200);
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
}

#[test]
fn a_call_that_comes_while_a_reset_waits_is_dropped() {
    let late = Late::start(&[]);
    let rule = r#"{"faults":[{"account":"carl","every":1000,"drop":"before"}]}"#;
    assert_eq!(late.ask("PUT", "faults", rule).status, 200);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset?keep=faults", "").status);
        thread::sleep(WHILE);
        let second = threads.spawn(|| late.mark("carl"));
        wait_until(|| late.get("faults")["faults"][0]["looked_at"] == 1);
        late.go_on(2);
        assert_eq!((first.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
        assert_eq!(second.join().unwrap(), None);
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
    assert_eq!(late.get("calls")["calls"], json!([]));
}

#[test]
fn a_call_that_waits_for_a_reset_is_dropped_when_the_server_stops() {
    let late = Late::start(&[]);
    let rule = r#"{"faults":[{"account":"carl","every":1000,"drop":"before"}]}"#;
    assert_eq!(late.ask("PUT", "faults", rule).status, 200);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        let second = threads.spawn(|| late.mark("carl"));
        wait_until(|| late.get("faults")["faults"][0]["looked_at"] == 1);
        late.stop.send(true).unwrap();
        assert_eq!(second.join().unwrap(), None);
        late.go_on(1);
        assert_eq!((first.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
}

/// It may have begun its next test.
#[test]
fn a_reset_whose_client_is_gone_waits_no_longer_and_resets_nothing() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let mut client = Client::connect(late.control);
        client
            .write(
                b"POST /_convmark/reset HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n",
            )
            .unwrap();
        thread::sleep(WHILE);
        drop(client);
        let second = threads.spawn(|| late.mark("ben"));
        // Nothing is in its way any more.
        late.have_begun(2);
        late.go_on(2);
        assert_eq!((first.join().unwrap(), second.join().unwrap()), (Some(0), Some(0)));
    });
    assert_eq!(late.get("accounts"), json!({"users": ["anna", "ben"]}));
}

#[test]
fn what_is_kept_knows_the_call_that_a_reset_waited_for() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let call = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset?keep=accounts,calls", "").status);
        thread::sleep(WHILE);
        late.go_on(1);
        assert_eq!((call.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
    assert_eq!(late.get("accounts"), json!({"users": ["anna"]}));
    assert_eq!(late.get("calls")["calls"][0]["code"], 0);
}
