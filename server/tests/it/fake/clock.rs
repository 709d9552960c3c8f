//! The time of calls.

use std::time::{Duration, Instant};

use convmark_server::clock::unix_seconds;
use serde_json::json;

use super::Faked;

/// The time of the only row of a user whom nobody knew before.
fn time_of_a_mark(fake: &Faked, user: &str) -> u64 {
    assert_eq!(fake.mark(user, "x"), 0);
    fake.get(&format!("accounts/{user}"))["rows"][0]["timestamp"].as_u64().unwrap()
}

#[test]
fn calls_have_the_time_that_a_test_sets() {
    let fake = Faked::start(&[]);
    let real = time_of_a_mark(&fake, "a");
    assert!(unix_seconds().abs_diff(real) < 60);
    let fixed = json!({"now": 1_700_000_000, "fixed": 1_700_000_000});
    assert_eq!(fake.put("clock", &json!({"fixed": 1_700_000_000})), fixed);
    assert_eq!(fake.get("clock"), fixed);
    assert_eq!(time_of_a_mark(&fake, "b"), 1_700_000_000);
    let shifted = fake.put("clock", &json!({"shift_seconds": -3600}));
    assert_eq!(shifted["shift_seconds"], -3600);
    let hour_ago = unix_seconds() - 3600;
    assert!(hour_ago.abs_diff(shifted["now"].as_u64().unwrap()) < 60, "{shifted}");
    assert!(hour_ago.abs_diff(time_of_a_mark(&fake, "c")) < 60);
    let real = fake.ask("DELETE", "clock", "");
    assert!(unix_seconds().abs_diff(real["now"].as_u64().unwrap()) < 60);
    assert_eq!(real.as_object().unwrap().len(), 1);
    assert_eq!(fake.put("clock", &json!({"fixed": 0}))["now"], 0);
    assert_eq!(fake.put("clock", &json!({"shift_seconds": -(1_i64 << 40)}))["now"], 0);
    assert_eq!(fake.put("clock", &json!({"shift_seconds": 1_i64 << 40}))["now"], (1_u64 << 40) - 1);
}

#[test]
fn time_outs_do_not_use_it() {
    let fake = Faked::start(&["--idle-timeout", "300ms"]);
    fake.put("clock", &json!({"fixed": 0}));
    let begun = Instant::now();
    assert!(fake.server.client().is_closed_within(Duration::from_secs(20)));
    assert!(begun.elapsed() >= Duration::from_millis(250));
}

#[test]
fn other_settings_are_refused_and_change_nothing() {
    let fake = Faked::start(&[]);
    let fixed = fake.put("clock", &json!({"fixed": 5}));
    let one = "the body must have exactly one of the members fixed (Unix seconds) and shift_seconds (seconds)";
    let fixed_from = "/fixed must be an integer from 0 to 1099511627775 (Unix seconds)";
    let shift_from =
        "/shift_seconds must be an integer from -1099511627776 to 1099511627776 (seconds)";
    for (body, expected) in [
        ("{}", one.to_owned()),
        (r#"{"fixed":1,"shift_seconds":1}"#, one.to_owned()),
        (r#"{"fixed":null}"#, format!("{fixed_from}, but is null")),
        (r#"{"fixed":-1}"#, fixed_from.to_owned()),
        (
            r#"{"fixed":1.5}"#,
            format!("{fixed_from}, but is a number with a fraction or an exponent"),
        ),
        (
            r#"{"fixed":1e999}"#,
            format!("{fixed_from}, but is a number with a fraction or an exponent"),
        ),
        (r#"{"fixed":"secret"}"#, format!("{fixed_from}, but is a string")),
        (r#"{"fixed":1099511627776}"#, fixed_from.to_owned()),
        (r#"{"fixed":999999999999999999999999999999999999999999}"#, fixed_from.to_owned()),
        (r#"{"shift_seconds":1099511627777}"#, shift_from.to_owned()),
        (r#"{"shift_seconds":-1099511627777}"#, shift_from.to_owned()),
        (r#"{"shift_seconds":true}"#, format!("{shift_from}, but is a boolean")),
        (
            r#"{"fixd":1}"#,
            "/fixd is an unknown member; did you mean fixed? allowed: fixed, shift_seconds"
                .to_owned(),
        ),
        ("[]", "the body must be an object, but is an array".to_owned()),
        ("{\"fixed\":", "the body is not complete: it ends before the JSON value does".to_owned()),
    ] {
        assert_eq!(fake.refused("PUT", "clock", body), (400, expected), "{body}");
    }
    assert_eq!(fake.get("clock"), fixed);
}
