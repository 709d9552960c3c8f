//! Faults by rule, and their counts.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Faked, page};

fn set(fake: &Faked, rules: Value) {
    fake.put("faults", &json!({"faults": rules}));
}

/// How many calls each rule looked at and hit.
fn counts(fake: &Faked) -> Vec<(u64, u64)> {
    let faults = fake.get("faults")["faults"].as_array().unwrap().clone();
    let count = |rule: &Value, name: &str| rule[name].as_u64().unwrap();
    faults.iter().map(|rule| (count(rule, "looked_at"), count(rule, "hits"))).collect()
}

fn codes(fake: &Faked, calls: usize) -> Vec<i64> {
    (0..calls).map(|_| fake.page("anna")).collect()
}

#[test]
fn a_documented_code_is_answered_and_nothing_applied() {
    let fake = Faked::start(&[]);
    set(&fake, json!([{"answer_with": 50005}]));
    assert_eq!(fake.mark("anna", "ben"), 50005);
    assert!(fake.users().is_empty());
    let call = &fake.get("calls")["calls"][0];
    assert_eq!(call["fault"], json!({"rule": 0, "answer_with": 50005}));
    assert_eq!(
        (&call["code"], &call["changes"], &call["account"]),
        (&json!(50005), &json!([]), &json!("anna"))
    );
    let answer = fake.call("mark_contact", &super::mark("anna", "ben"));
    let info =
        "timeout: timeout inside the service; a rule of /_convmark/faults asks for this answer";
    assert_eq!(answer, json!({"ActionStatus": "FAIL", "ErrorCode": 50005, "ErrorInfo": info}));
    // Every code that a call or a request can have.
    let (_, error) = fake.refused("PUT", "faults", r#"{"faults":[{"answer_with":0}]}"#);
    let allowed = error.strip_prefix("/faults/0/answer_with must be one of the codes ").unwrap();
    let allowed: Vec<i64> = allowed.split(", ").map(|code| code.parse().unwrap()).collect();
    assert!(allowed.len() > 20, "{allowed:?}");
    for code in allowed {
        set(&fake, json!([{"answer_with": code}]));
        assert_eq!(fake.page("anna"), code);
    }
    assert_eq!(fake.ask("DELETE", "faults", ""), json!({"deleted": 1}));
    assert_eq!(fake.page("anna"), 0);
}

#[test]
fn answers_have_the_form_of_the_policy() {
    let fake = Faked::start(&["--error-display", "all"]);
    set(&fake, json!([{"answer_with": 60007}]));
    assert_eq!(fake.call("get_contact_group", &page("anna"))["ErrorDisplay"], "");
}

#[test]
fn rules_look_at_their_command_and_account_only() {
    let fake = Faked::start(&[]);
    set(
        &fake,
        json!([
            {"command": "mark_contact", "account": "anna", "answer_with": 50004},
            {"account": "ben", "answer_with": 50005},
            {"command": "get_contact_group", "answer_with": 60018},
        ]),
    );
    assert_eq!(fake.mark("anna", "x"), 50004);
    assert_eq!(fake.mark("ben", "x"), 50005);
    assert_eq!(fake.mark("carl", "x"), 0);
    assert_eq!(fake.page("anna"), 60018);
    assert_eq!(fake.page("ben"), 50005);
    // A body without an account, and calls that are refused before.
    let broken = fake.call("get_contact_group", &json!([]));
    assert_eq!(broken["ErrorCode"], 60018);
    let mut client = fake.server.client();
    assert_eq!(client.post("/v4/recentcontact/get_contact_group", "", b"{}").code(), 60009 + 3);
    assert_eq!(counts(&fake), [(1, 1), (2, 2), (2, 2)]);
    assert_eq!(fake.users(), ["carl"]);
}

#[test]
fn an_array_is_not_a_request_of_an_account() {
    let fake = Faked::start(&[]);
    set(&fake, json!([{"account": "anna", "answer_with": 50005}]));
    assert_eq!(fake.call("get_contact_group", &json!(["anna"]))["ErrorCode"], 50002);
    assert_eq!(counts(&fake), [(0, 0)]);
    assert_eq!(fake.get("calls")["calls"][0]["account"], json!(null));
}

#[test]
fn the_first_rule_that_hits_decides() {
    let fake = Faked::start(&[]);
    set(
        &fake,
        json!([
            {"times": 2, "answer_with": 50004},
            {"times": 1, "answer_with": 50005},
            {"every": 2, "answer_with": 60018},
        ]),
    );
    assert_eq!(codes(&fake, 6), [50004, 50004, 50005, 0, 60018, 0]);
    assert_eq!(counts(&fake), [(6, 2), (4, 1), (3, 1)]);
}

#[test]
fn every_nth_call_is_hit_and_no_more_than_so_many() {
    let fake = Faked::start(&[]);
    set(&fake, json!([{"every": 3, "times": 2, "answer_with": 50005}]));
    assert_eq!(codes(&fake, 10), [0, 0, 50005, 0, 0, 50005, 0, 0, 0, 0]);
    assert_eq!(counts(&fake), [(10, 2)]);
    // Set again, it counts from the start.
    set(&fake, json!([{"every": 3, "times": 2, "answer_with": 50005}]));
    assert_eq!(codes(&fake, 3), [0, 0, 50005]);
}

#[test]
fn a_seed_gives_the_same_calls_each_time() {
    let fake = Faked::start(&[]);
    let hits = |seed: Value| {
        let mut rule = json!({"probability": 0.5, "answer_with": 50005});
        if !seed.is_null() {
            rule["seed"] = seed;
        }
        set(&fake, json!([rule]));
        codes(&fake, 16).iter().map(|code| if *code == 0 { '.' } else { 'x' }).collect::<String>()
    };
    assert_eq!(hits(json!(1_234_567)), "xx.x.x.xx.xx.xxx");
    assert_eq!(hits(json!(7)), hits(json!(7)));
    assert_eq!(hits(Value::Null), hits(json!(0)));
    assert_ne!(hits(json!(1)), hits(json!(2)));
    // Only calls whose turn it is draw a number.
    set(&fake, json!([{"every": 2, "probability": 1.0, "answer_with": 50005}]));
    assert_eq!(codes(&fake, 4), [0, 50005, 0, 50005]);
    set(&fake, json!([{"probability": 1e-300, "answer_with": 50005}]));
    assert_eq!(codes(&fake, 4), [0; 4]);
}

#[test]
fn concurrent_calls_are_counted_exactly() {
    let fake = Faked::start(&[]);
    set(
        &fake,
        json!([{"every": 7, "times": 20, "answer_with": 50005}, {"every": 2, "answer_with": 60018}]),
    );
    let hits = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                let mut client = fake.server.client();
                for _ in 0..30 {
                    let code = client.get().code();
                    hits.lock().unwrap().push(code);
                }
            });
        }
    });
    let hits = hits.into_inner().unwrap();
    let number = |code: i64| hits.iter().filter(|hit| **hit == code).count() as u64;
    // 240 calls: each 7th, 20 times; of the 220 others each second.
    assert_eq!((number(50005), number(60018), number(0)), (20, 110, 110));
    assert_eq!(counts(&fake), [(240, 20), (220, 110)]);
}

#[test]
fn a_delay_comes_before_anything_else() {
    let fake = Faked::start(&["--call-timeout", "100ms"]);
    set(&fake, json!([{"delay_ms": 400, "times": 1}, {"delay_ms": 300, "answer_with": 50005}]));
    let begun = Instant::now();
    assert_eq!(fake.mark("anna", "ben"), 0, "the delay does not count as time for the call");
    assert!(begun.elapsed() >= Duration::from_millis(400));
    let begun = Instant::now();
    assert_eq!(fake.page("anna"), 50005);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    let calls = fake.get("calls");
    assert_eq!(calls["calls"][0]["fault"], json!({"rule": 0, "delay_ms": 400}));
    assert_eq!(
        calls["calls"][1]["fault"],
        json!({"rule": 1, "delay_ms": 300, "answer_with": 50005})
    );
}

#[test]
fn others_do_not_wait_for_a_delayed_call() {
    let fake = Faked::start(&[]);
    set(&fake, json!([{"account": "slow", "delay_ms": 3_600_000}]));
    let mut slow = fake.server.client();
    let body = page("slow").to_string();
    let head = crate::common::head(body.len());
    slow.write(format!("{head}{body}").as_bytes()).unwrap();
    let begun = Instant::now();
    while counts(&fake) != [(1, 1)] {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(fake.page("anna"), 0);
}
