//! Bodies of calls, kept if a test wants them.

use serde_json::{Value, json};

use super::{Faked, page};
use crate::common::target;

fn calls(fake: &Faked) -> Vec<Value> {
    fake.get("calls")["calls"].as_array().unwrap().clone()
}

#[test]
fn bodies_are_kept_if_a_test_wants_them() {
    let fake = Faked::start(&[]);
    fake.put("clock", &json!({"fixed": 1_700_000_000}));
    fake.mark("anna", "ben");
    assert_eq!(fake.put("calls", &json!({"bodies": true})), json!({"bodies": true}));
    let mut client = fake.server.client();
    // As it was sent: with line feeds, a repeated member, and a number that few can hold.
    let sent = "{\"From_Account\":\"anna\",\r\n \"StartIndex\":0,\n\"X\":1e999,\"X\":0}";
    let answer = client.post(&target("get_contact_group"), "", sent.as_bytes());
    let broken = client.post(&target("get_contact_group"), "", b"{\"a\":\"\xff\n");
    client.post("/v4/other?usersig=x", "", b"{}");
    assert_eq!(fake.put("calls", &json!({"bodies": false})), json!({"bodies": false}));
    fake.mark("anna", "ben");
    let seen = fake.send("GET", "calls", "", b"").body;
    let one_line = sent.replace(['\r', '\n'], " ");
    assert!(seen.contains(&format!(",\"body\":{one_line},\"answer\":{}}}", answer.body)), "{seen}");
    assert!(
        seen.contains(&format!(
            ",\"raw\":\"{{\\\"a\\\":\\\"\u{fffd}\\n\",\"answer\":{}}}",
            broken.body
        )),
        "{seen}"
    );
    let recording = fake.send("GET", "calls?format=recording", "", b"");
    assert_eq!(recording.status, 200);
    assert_eq!(recording.header("content-type"), "application/jsonl");
    let start = "{\"command\":\"get_contact_group\",\"now\":1700000000,";
    // A body that is not UTF-8 has no place in JSON.
    let line = format!("{start}\"body\":{one_line},\"answer\":{}}}\n", answer.body);
    assert_eq!(recording.body, line);
}

#[test]
fn the_bytes_of_bodies_are_bounded() {
    let fake = Faked::start(&["--body-max-bytes", "8MiB", "--fake-calls-max", "100000"]);
    fake.put("calls", &json!({"bodies": true}));
    // Text that is not JSON is soon judged.
    let mut client = fake.server.client();
    let mut send = |bytes: usize| {
        let answer = client.post(&target("get_contact_group"), "", &vec![b'x'; bytes]);
        assert_eq!(answer.code(), 60003);
    };
    // One that is too long is told without its bodies.
    send(5 << 20);
    let seen = calls(&fake);
    assert_eq!((seen.len(), seen[0].get("raw"), seen[0].get("answer")), (1, None, None));
    for _ in 0..24 {
        send(3 << 20);
    }
    let seen = fake.get("calls");
    // 64 MiB.
    assert_eq!(seen["calls"].as_array().unwrap().len(), 21);
    assert_eq!(seen["dropped"], 4);
}

#[test]
fn no_usersig_is_ever_shown() {
    let fake = Faked::start(&[]);
    fake.put("calls", &json!({"bodies": true}));
    let mut client = fake.server.client();
    let target = target("get_contact_group").replace("usersig=x", "usersig=eJyrVgrx");
    let bad = target.replace("random=1", "random=x");
    for target in [&target, &bad, &target.replace("get_contact_group", "unknown")] {
        client.post(target, "", page("anna").to_string().as_bytes());
    }
    for path in ["calls", "calls?format=recording", "faults", "facts", "clock", "accounts"] {
        let shown = fake.send("GET", path, "", b"").body;
        assert!(
            !shown.contains("eJyrVgrx") && !shown.to_lowercase().contains("usersig="),
            "{shown}"
        );
    }
    assert_eq!(calls(&fake).len(), 3);
}
