//! The JSON reader of the tests.

use support::json::Json;

#[test]
fn every_difference_is_found() {
    let differs = |found: &str, expected: &str| {
        Json::parse(found).difference(&Json::parse(expected), "").is_some()
    };
    assert!(!differs(r#"{"a":[1,"x"],"b":null}"#, r#"{ "a" : [1, "*"], "b":null}"#));
    for (found, expected) in [
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
        ("[1]", "[1,1]"),
        ("[1]", "[1.0]"),
        (r#""""#, r#""*""#),
        ("1", r#""*""#),
        (r#""x""#, r#""y""#),
        ("true", "false"),
        ("null", "0"),
        ("[]", "{}"),
    ] {
        assert!(differs(found, expected), "{found} {expected}");
    }
}

#[test]
fn pointers_lead_to_values() {
    let json = Json::parse(r#"{"a":[{"b/c":1,"d~e":2}],"":3}"#);
    let raw = |pointer: &str| json.at(pointer).map(|value| value.raw.clone());
    assert_eq!(raw("/a/0/b~1c").as_deref(), Some("1"));
    assert_eq!(raw("/a/0/d~0e").as_deref(), Some("2"));
    assert_eq!(raw("/").as_deref(), Some("3"));
    assert_eq!(raw("/a/1"), None);
    assert_eq!(raw("").as_deref(), Some(json.raw.as_str()));
}
