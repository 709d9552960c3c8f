//! Facts that change between two calls.

use serde_json::json;

use super::Faked;
use crate::common::Directory;

#[test]
fn facts_are_in_effect_for_the_next_call() {
    let fake = Faked::start(&[]);
    assert_eq!(fake.get("facts"), json!({}));
    assert_eq!(fake.mark("anna", "ben"), 0);
    let topic = format!("@TGS#1@TOPIC#_{}", "1".repeat(60));
    let known = json!({"accounts": ["anna"], "groups": ["@TGS#1", topic]});
    assert_eq!(fake.put("facts", &known), known);
    assert_eq!(fake.get("facts"), known);
    assert_eq!(fake.page("anna"), 0);
    assert_eq!(fake.page("ben"), 50001);
    let mark = fake.call("mark_contact", &super::mark("anna", "ben"));
    assert_eq!(mark["ErrorCode"], 0);
    assert_ne!(mark["ResultItem"][0]["ResultCode"], 0);
    fake.put("facts", &json!({"plan": false}));
    let custom = json!({"From_Account": "anna", "MarkItem": [
        {"OptType": 2, "ContactItem": {"Type": 1, "To_Account": "ben"}, "CustomMark": "x"}]});
    let without = fake.call("mark_contact", &custom);
    fake.put("facts", &json!({"plan": true}));
    let with = fake.call("mark_contact", &custom);
    assert_ne!(without, with);
    assert_eq!(with["ResultItem"][0]["ResultCode"], 0);
    assert_eq!(fake.put("facts", &json!({})), json!({}));
    assert_eq!(fake.page("ben"), 0);
}

#[test]
fn admins_are_those_of_the_facts() {
    let fake = Faked::start(&["--admins", "admin,root"]);
    assert_eq!(fake.get("facts"), json!({"admins": ["admin", "root"]}));
    assert_eq!(fake.page("anna"), 0);
    fake.put("facts", &json!({"admins": ["root"]}));
    assert_eq!(fake.page("anna"), 50003);
    fake.put("facts", &json!({"admins": []}));
    assert_eq!(fake.page("anna"), 50003);
    fake.put("facts", &json!({}));
    assert_eq!(fake.page("anna"), 0);
    fake.ask("POST", "reset", "");
    assert_eq!(fake.get("facts"), json!({"admins": ["admin", "root"]}));
}

#[test]
fn facts_begin_with_those_of_the_file() {
    let directory = Directory::new();
    let file = directory.write("facts.json", r#"{"accounts":["zoe","anna"],"plan":true}"#);
    let fake = Faked::start(&["--facts", &file]);
    let known = json!({"accounts": ["anna", "zoe"], "plan": true});
    assert_eq!(fake.get("facts"), known);
    fake.put("facts", &json!({}));
    fake.ask("POST", "reset?keep=facts", "");
    assert_eq!(fake.get("facts"), json!({}));
    fake.ask("POST", "reset", "");
    assert_eq!(fake.get("facts"), known);
}

#[test]
fn bad_facts_are_refused_and_change_nothing() {
    let fake = Faked::start(&[]);
    let known = json!({"accounts": ["anna"]});
    fake.put("facts", &known);
    for (body, expected) in [
        (r#"{"accounts":["a",5]}"#, "/accounts/1 must be a user ID, but is an integer"),
        (r#"{"accounts":"secret"}"#, "/accounts must be an array of user IDs, but is a string"),
        (r#"{"plan":"secret"}"#, "/plan must be true or false, but is a string"),
        (
            r#"{"acounts":[]}"#,
            "/acounts is an unknown member; did you mean accounts? allowed: accounts, groups, admins, plan",
        ),
        (r#"{"plan":true,"plan":true}"#, "the body has the member `plan` twice"),
        ("[[],[],[],true]", "the body must be an object, but is an array"),
        ("3", "the body must be an object, but is an integer"),
        (r#"{"accounts":["a"#, "the body is not complete: it ends before the JSON value does"),
        ("", "the body is empty, but must be JSON"),
        (
            r#"{"plan":true}]"#,
            "the body is not valid JSON: trailing characters at line 1 column 14",
        ),
        (
            r#"{"accounts":["\ud800"]}"#,
            "/accounts/0 must be a user ID; \\ud800 to \\udfff are allowed in pairs only",
        ),
        (
            r#"{"\ud800":1}"#,
            "the body has a member whose name is not a text; \\ud800 to \\udfff are allowed in pairs only",
        ),
        (r#"{"accounts":null}"#, "/accounts must be an array of user IDs, but is null"),
        (r#"{"plan":null}"#, "/plan must be true or false, but is null"),
        (r#"{"plan":0}"#, "/plan must be true or false, but is an integer"),
        (r#"{"groups":{}}"#, "/groups must be an array of group chat IDs, but is an object"),
        (r#"{"admins":[null]}"#, "/admins/0 must be a user ID, but is null"),
        // IDs that no account and no group chat can have.
        (r#"{"accounts":["a",""]}"#, "/accounts/1 must be a user ID: an ID must not be empty"),
        (
            r#"{"accounts":["123456789012345678901234567890123"]}"#,
            "/accounts/0 must be a user ID: an ID of this kind has at most 32 bytes",
        ),
        (
            r#"{"admins":["größe"]}"#,
            "/admins/0 must be a user ID: an ID has only printable ASCII characters",
        ),
        (
            r#"{"groups":["1234567890123456789012345678901234567890123456789"]}"#,
            "/groups/0 must be a group chat ID: an ID of this kind has at most 48 bytes",
        ),
    ] {
        let (status, error) = fake.refused("PUT", "facts", body);
        assert_eq!((status, error.as_str()), (400, expected), "{body}");
        assert_eq!(fake.get("facts"), known);
    }
}
