//! What is found in calls that are refused without a look at their bodies.

use serde_json::{Value, json};

use super::{Faked, page};
use crate::common::target;

/// The code and the findings of the last call.
fn last(fake: &Faked) -> (Value, Value) {
    let calls = fake.get("calls");
    let call = calls["calls"].as_array().unwrap().last().unwrap();
    (call["code"].clone(), call["findings"].clone())
}

fn error(rule: &str, code: i64, path: &str, message: &str) -> Value {
    json!({"severity": "error", "rule": rule, "code": code, "path": path, "message": message})
}

const METHOD: &str = "the method is not POST. Send the call as POST.";
const UNKNOWN: &str = "the path is not that of a command. It must be exactly /v4/recentcontact/ followed by the name of a command; check \
                       the path, its case and its slashes";

#[test]
fn a_call_that_is_not_http_of_the_service_has_its_finding() {
    let fake = Faked::start(&["--body-max-bytes", "1KiB"]);
    let mut client = fake.server.client();
    let get = target("get_contact_group");
    for method in ["GET", "PUT", "OPTIONS"] {
        assert_eq!(client.request(method, &get, "", b"").unwrap().code(), 60002);
        assert_eq!(last(&fake), (json!(60002), json!([error("bad-http", 60002, "", METHOD)])));
    }
    assert_eq!(client.post(&get, "", b"").code(), 60002);
    let empty = "the body is empty. Send the JSON object of the command as the body.";
    assert_eq!(last(&fake), (json!(60002), json!([error("bad-http", 60002, "", empty)])));
    assert_eq!(client.post(&get, "", &[b' '; 1025]).code(), 60002);
    let long = "the body has more than 1024 bytes, or comes in too many chunks. Send less, or start the server with a larger \
                --body-max-bytes.";
    assert_eq!(last(&fake), (json!(60002), json!([error("bad-http", 60002, "", long)])));
    assert_eq!(client.post(&get, "host: evil.test\r\n", b"{}").code(), 60002);
    let foreign = "the Host or Origin header is not a name of this server. It listens on loopback, where it refuses the calls of \
                   web pages. Call it by its address, or start it with --allow-host NAME.";
    assert_eq!(last(&fake), (json!(60002), json!([error("bad-http", 60002, "", foreign)])));
}

/// The first one is that of the answer.
#[test]
fn a_call_with_two_errors_has_both_findings() {
    let fake = Faked::start(&[]);
    let mut client = fake.server.client();
    client.request("GET", "/nowhere", "", b"").unwrap();
    let unknown = error("unknown-endpoint", 60009, "", UNKNOWN);
    let both = json!([error("bad-http", 60002, "", METHOD), unknown]);
    assert_eq!(last(&fake), (json!(60002), both));
    client.post("/nowhere", "", b"{}");
    assert_eq!(last(&fake), (json!(60009), json!([unknown])));
}

#[test]
fn a_call_without_admission_has_its_finding() {
    let fake = Faked::start(&["--calls-per-second", "1", "--admins", "admin"]);
    let mut client = fake.server.client();
    let body = page("anna").to_string();
    let get = target("get_contact_group");
    let eve = get.replace("=admin", "=eve");
    assert_eq!(client.post(&eve, "", body.as_bytes()).code(), 50003);
    let (_, found) = last(&fake);
    let found = found.as_array().unwrap();
    assert_eq!(
        (found.len(), &found[0]["rule"], &found[0]["code"]),
        (1, &json!("not-admin"), &json!(50003))
    );
    // One of them is the second one of its second.
    while client.post(&get, "", body.as_bytes()).code() == 0 {
        assert_eq!(last(&fake), (json!(0), json!([])));
    }
    let (code, found) = last(&fake);
    let found = found.as_array().unwrap();
    assert_eq!(code, 60007);
    assert_eq!(
        (found.len(), &found[0]["rule"], &found[0]["code"]),
        (1, &json!("too-frequent"), &json!(60007))
    );
}

/// It is no error of the client, and shown as a fault.
#[test]
fn an_answer_that_a_rule_asked_for_is_not_a_finding() {
    let fake = Faked::start(&[]);
    fake.put("faults", &json!({"faults": [{"answer_with": 60002}]}));
    assert_eq!(fake.page("anna"), 60002);
    assert_eq!(last(&fake), (json!(60002), json!([])));
}

#[test]
fn a_misspelled_path_draws_the_suggestion_of_the_tool() {
    let fake = Faked::start(&[]);
    let mut client = fake.server.client();
    for (path, meant) in [
        ("/v4/recentcontact/creat_contact_group", Some("create_contact_group")),
        ("/v4/recentcontact/Mark_Contact", Some("mark_contact")),
        ("/v4/recentcontact/get_contact_group/", Some("get_contact_group")),
        ("//v4/recentcontact/del_contactgroup", Some("del_contact_group")),
        ("/v4/recent_contact/search_contact_group", Some("search_contact_group")),
        ("/v4/other/GET_CONTACT_GROUP", Some("get_contact_group")),
        ("/v4/recentcontact/x", None),
        ("/v4/recentcontact/delete_contact_group", Some("del_contact_group")),
        // Of other services, as the tool takes them.
        ("/v4/group_open_http_svc/create_group", None),
        ("/v4/recent/get_contact_groups", None),
        ("/recentcontact.js/get_contact_groups", None),
        ("/", None),
    ] {
        assert_eq!(client.post(path, "", b"{}").code(), 60009, "{path}");
        let meant = meant
            .map(|meant| format!(". Did you mean `/v4/recentcontact/{meant}`?"))
            .unwrap_or_default();
        let expected = error("unknown-endpoint", 60009, "", &format!("{UNKNOWN}{meant}"));
        assert_eq!(last(&fake), (json!(60009), json!([expected])), "{path}");
    }
}
