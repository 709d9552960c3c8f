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
            (get, None, 50003, Some("not-admin")),
            (get, None, 60002, Some("bad-http")),
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
        ("{}", "the body lacks the member `bodies`"),
        (r#"{"bodies":1}"#, "/bodies must be true or false, but is an integer"),
        (r#"{"bodies":true,"max":1}"#, "/max is an unknown member; allowed: bodies"),
        (r#"{"bodies":null}"#, "/bodies must be true or false, but is null"),
        (r#"{"bodies":"true"}"#, "/bodies must be true or false, but is a string"),
        (r#"{"bodie":true}"#, "/bodie is an unknown member; did you mean bodies? allowed: bodies"),
        ("true", "the body must be an object, but is a boolean"),
        (r#"{"bodies":t"#, "the body is not complete: it ends before the JSON value does"),
    ] {
        assert_eq!(fake.refused("PUT", "calls", body), (400, expected.to_owned()), "{body}");
    }
}
