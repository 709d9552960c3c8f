//! Bodies that are judged and not applied.

use serde_json::json;

use super::Faked;

#[test]
fn a_body_is_judged_and_not_applied() {
    let fake = Faked::start(&[]);
    let ask = |question: &str| fake.ask("POST", "check", question);
    let good = json!({"command": "mark_contact", "body": super::mark("anna", "ben")});
    assert_eq!(ask(&good.to_string()), json!({"findings": []}));
    assert!(fake.users().is_empty());
    assert_eq!(fake.get("calls")["calls"], json!([]));
    let found = ask(r#"{"command":"mark_contact","body":{"From_Account":5,"MarkItem":[],"X":1}}"#);
    let rules = found["findings"].as_array().unwrap().iter().map(|finding| {
        let severity = finding["severity"].as_str().unwrap();
        (severity, finding["rule"].as_str().unwrap(), finding["path"].as_str().unwrap())
    });
    assert_eq!(
        rules.collect::<Vec<_>>(),
        [
            ("error", "account-not-string", "/From_Account"),
            ("error", "item-count", "/MarkItem"),
            ("warning", "unknown-field", "/X"),
        ]
    );
    // What no JSON value can carry: a repeated member, and a text that is not JSON.
    let twice = r#"{"command":"get_contact_group","body":{"From_Account":"a","From_Account":"a","StartIndex":0}}"#;
    assert_eq!(ask(twice)["findings"][0]["rule"], "duplicate-field");
    let raw = json!({"command": "get_contact_group", "raw": "{\"From_Account\":"});
    assert_eq!(ask(&raw.to_string())["findings"][0]["code"], 60003);
    let null = ask(r#"{"command":"get_contact_group","body":null}"#);
    assert_eq!(null["findings"][0]["rule"], "wrong-type");
}

#[test]
fn it_is_judged_under_the_policy_of_the_server() {
    let question = json!({"command": "mark_contact", "body": {"From_Account": "a", "MarkItem": [
        {"OptType": 1, "ContactItem": {"Type": 1, "To_Account": "b"}, "SetMark": [0]}]}});
    let found =
        |options: &[&str]| Faked::start(options).ask("POST", "check", &question.to_string());
    assert_eq!(found(&["--mark-base", "0"]), json!({"findings": []}));
    assert_eq!(found(&[])["findings"][0]["path"], "/MarkItem/0/SetMark/0");
}

#[test]
fn more_findings_than_are_shown_are_counted() {
    let fake = Faked::start(&[]);
    let items: Vec<_> = (0..3000).map(|_| json!(5)).collect();
    let question = json!({"command": "search_contact_group", "body": {"From_Account": "a", "ContactItem": items}});
    let found = fake.ask("POST", "check", &question.to_string());
    let shown = found["findings"].as_array().unwrap().len() as u64;
    assert!(shown > 0 && found["more"].as_u64().unwrap() > 0 && shown < 3000, "{shown}");
}

#[test]
fn other_questions_are_refused() {
    let fake = Faked::start(&[]);
    let one = "the body must have exactly one of the members body (JSON) and raw (a string with the text of a body)";
    let commands = "/command must be one of create_contact_group, update_contact_group, del_contact_group, \
                    mark_contact, get_contact_group, search_contact_group";
    for (body, expected) in [
        (r#"{"command":"mark_contact"}"#, one),
        (r#"{"command":"mark_contact","body":1,"raw":""}"#, one),
        (r#"{"command":"mark","body":1}"#, commands),
        (r#"{"command":5,"body":1}"#, &format!("{commands}, but is an integer")),
        (r#"{"command":null,"body":1}"#, &format!("{commands}, but is null")),
        (r#"{"command":{"mark":null},"body":1}"#, &format!("{commands}, but is an object")),
        (r#"{"body":{}}"#, "the body lacks the member `command`"),
        (
            r#"{"command":"mark_contact","raw":{}}"#,
            "/raw must be a string with the text of a body, but is an object",
        ),
        (
            r#"{"command":"mark_contact","body":{"#,
            "the body is not complete: it ends before the JSON value does",
        ),
        (
            r#"{"command":"mark_contact","body":1,"url":""}"#,
            "/url is an unknown member; allowed: command, body, raw",
        ),
        (
            r#"{"comand":"mark_contact","body":1}"#,
            "/comand is an unknown member; did you mean command? allowed: command, body, raw",
        ),
        (
            r#"{"command":"mark_contact","raw":"\ud800"}"#,
            "/raw must be a string with the text of a body; \\ud800 to \\udfff are allowed in pairs only",
        ),
    ] {
        assert_eq!(fake.refused("POST", "check", body), (400, expected.to_owned()), "{body}");
    }
}
