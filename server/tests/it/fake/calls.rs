//! The last calls.

use serde_json::{Value, json};

use super::{Faked, mark, page};
use crate::common::target;

fn calls(fake: &Faked) -> Vec<Value> {
    fake.get("calls")["calls"].as_array().unwrap().clone()
}

#[test]
fn a_call_is_told_with_what_it_changed() {
    let fake = Faked::start(&[]);
    fake.put("clock", &json!({"fixed": 1_700_000_000}));
    let answer = fake.server.client().post(
        &target("mark_contact"),
        "",
        mark("anna", "ben").to_string().as_bytes(),
    );
    let id = answer.header("x-request-id");
    assert_eq!(
        calls(&fake),
        [json!({
            "request_id": id,
            "now": 1_700_000_000,
            "command": "mark_contact",
            "account": "anna",
            "code": 0,
            "item_codes": [0],
            "findings": [],
            "changes": [{
                "type": "conversation_marked",
                "at": 1_700_000_000,
                "conversation": {"Type": 1, "To_Account": "ben"},
                "standard_mark": "1",
            }],
        })]
    );
    // Again, it changes nothing; and neither does reading.
    assert_eq!((fake.mark("anna", "ben"), fake.page("anna")), (0, 0));
    let seen = calls(&fake);
    assert_eq!((&seen[1]["changes"], &seen[2]["changes"]), (&json!([]), &json!([])));
    assert_eq!(seen[2]["command"], "get_contact_group");
}

#[test]
fn refused_calls_are_told_with_the_reason() {
    let fake = Faked::start(&["--admins", "admin"]);
    let mut client = fake.server.client();
    let body = page("anna").to_string();
    let path = "/v4/recentcontact/get_contact_group";
    client.post("/v4/recentcontact/get_contact?sdkappid=1", "", body.as_bytes());
    client.post(
        &format!(
            "{path}?sdkappid=1&identifier=admin&usersig=x&random=99999999999&contenttype=json"
        ),
        "",
        body.as_bytes(),
    );
    client.post(&target("get_contact_group").replace("=admin", "=eve"), "", body.as_bytes());
    client.post(&target("get_contact_group"), "host: evil.test\r\n", body.as_bytes());
    client.post(
        &target("get_contact_group"),
        "",
        b"{\"From_Account\":\"anna\",\"StartIndex\":\"0\"}",
    );
    client.post(&target("get_contact_group"), "", b"{\"From_Account\":");
    fake.put("facts", &json!({"accounts": [], "admins": ["admin"]}));
    client.post(&target("get_contact_group"), "", body.as_bytes());
    let delete = json!({"From_Account": "anna", "GroupName": ["none"]});
    fake.put("facts", &json!({"admins": ["admin"]}));
    fake.call("del_contact_group", &delete);
    let seen = calls(&fake);
    let facts = seen.iter().map(|call| {
        let rule = call["findings"][0]["rule"].as_str();
        (call["command"].as_str(), call["account"].as_str(), call["code"].as_i64().unwrap(), rule)
    });
    let (get, anna) = (Some("get_contact_group"), Some("anna"));
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [
            (None, None, 60009, Some("unknown-endpoint")),
            (get, None, 60002, Some("bad-parameter")),
            (get, None, 50003, None),
            (get, None, 60002, None),
            (get, anna, 50002, Some("wrong-type")),
            (get, None, 60003, Some("invalid-json")),
            (get, anna, 50001, Some("requester-unknown")),
            (Some("del_contact_group"), anna, 51009, Some("group-missing")),
        ]
    );
    for call in &seen {
        assert_ne!(call["info"], Value::Null, "{call}");
        assert_eq!(call["changes"], json!([]));
    }
}

#[test]
fn items_have_codes_of_their_own_and_warnings_are_told() {
    let fake = Faked::start(&[]);
    fake.put("facts", &json!({"accounts": ["anna", "ben"]}));
    let item = |id: &str| json!({"OptType": 1, "ContactItem": {"Type": 1, "To_Account": id}, "SetMark": [1]});
    let body =
        json!({"From_Account": "anna", "Extra": 1, "MarkItem": [item("ben"), item("nobody")]});
    let answer = fake.call("mark_contact", &body);
    let codes =
        json!([answer["ResultItem"][0]["ResultCode"], answer["ResultItem"][1]["ResultCode"]]);
    let seen = &calls(&fake)[0];
    assert_eq!(seen["item_codes"], codes);
    assert_eq!((&codes[0], codes[1] == 0), (&json!(0), false));
    assert_eq!(seen["changes"].as_array().unwrap().len(), 1);
    assert_eq!(seen["findings"][0]["rule"], "unknown-field");
    assert_eq!(seen["findings"][0]["path"], "/Extra");
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
fn a_recording_has_what_the_service_judged() {
    let fake = Faked::start(&[]);
    fake.put("calls", &json!({"bodies": true}));
    fake.put(
        "faults",
        &json!({"faults": [
            {"account": "a", "answer_with": 50005},
            {"account": "b", "drop": "before"},
            {"account": "c", "drop": "after"},
        ]}),
    );
    assert_eq!(fake.mark("a", "x"), 50005);
    assert!(fake.is_dropped("mark_contact", &mark("b", "x")));
    assert!(fake.is_dropped("mark_contact", &mark("c", "x")));
    assert_eq!(fake.mark("d", "x"), 0);
    let recording = fake.send("GET", "calls?format=recording", "", b"").body;
    let lines: Vec<Value> =
        recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accounts: Vec<_> = lines.iter().map(|line| &line["body"]["From_Account"]).collect();
    assert_eq!(accounts, ["c", "d"]);
    assert!(lines.iter().all(|line| line["answer"]["ErrorCode"] == 0));
    assert_eq!(
        fake.refused("GET", "calls?format=csv", ""),
        (400, "format must be json or recording".to_owned())
    );
}

#[test]
fn the_number_of_calls_is_bounded() {
    let fake = Faked::start(&["--fake-calls-max", "3"]);
    for number in 0..5 {
        fake.mark("anna", &format!("c{number}"));
    }
    let seen = fake.get("calls");
    let contacts = seen["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["changes"][0]["conversation"]["To_Account"].as_str().unwrap());
    assert_eq!(contacts.collect::<Vec<_>>(), ["c2", "c3", "c4"]);
    assert_eq!(seen["dropped"], 2);
    assert_eq!(fake.ask("DELETE", "calls", ""), json!({"deleted": 3}));
    assert_eq!(fake.get("calls"), json!({"calls": [], "dropped": 0, "bodies": false}));
    let none = Faked::start(&["--fake-calls-max", "0"]);
    none.mark("anna", "ben");
    assert_eq!(none.get("calls"), json!({"calls": [], "dropped": 1, "bodies": false}));
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

#[test]
fn concurrent_calls_are_all_told() {
    let fake = Faked::start(&[]);
    std::thread::scope(|threads| {
        for thread in 0..8 {
            let fake = &fake;
            threads.spawn(move || {
                let mut client = fake.server.client();
                for number in 0..25 {
                    assert_eq!(client.mark("anna", &format!("c{thread}-{number}")), 0);
                }
            });
        }
    });
    let seen = calls(&fake);
    let mut contacts: Vec<_> = seen
        .iter()
        .map(|call| {
            assert_eq!(call["changes"].as_array().unwrap().len(), 1);
            call["changes"][0]["conversation"]["To_Account"].as_str().unwrap()
        })
        .collect();
    contacts.sort_unstable();
    contacts.dedup();
    assert_eq!(contacts.len(), 200);
}

#[test]
fn other_settings_are_refused() {
    let fake = Faked::start(&[]);
    for (body, expected) in [
        ("{}", "the body is not as it should be: missing field `bodies`"),
        (r#"{"bodies":1}"#, "/bodies must be true or false, but is an integer"),
        (
            r#"{"bodies":true,"max":1}"#,
            "/max is not as it should be: unknown field `max`, expected `bodies`",
        ),
        (r#"{"bodies":t"#, "the body is not complete: it ends before the JSON value does"),
    ] {
        assert_eq!(fake.refused("PUT", "calls", body), (400, expected.to_owned()), "{body}");
    }
}
