//! Snapshots that are refused: one sentence with one place, and no text of the account.

use serde_json::{Value, json};

use super::{Faked, snapshot};

/// The snapshot with another value.
fn with(pointer: &str, value: Value) -> String {
    let mut bad = snapshot();
    *bad.pointer_mut(pointer).unwrap() = value;
    bad.to_string()
}

/// Expects each error, and that nothing changes.
fn assert_refused<E: AsRef<str>>(expected: impl IntoIterator<Item = (String, E)>) {
    let fake = Faked::start(&[]);
    fake.put("accounts/anna", &snapshot());
    for (body, error) in expected {
        let refused = (400, error.as_ref().to_owned());
        assert_eq!(fake.refused("PUT", "accounts/anna", &body), refused, "{body}");
        assert_eq!(fake.get("accounts/anna"), snapshot());
    }
}

#[test]
fn values_of_another_type_or_range_are_told_what_is_allowed() {
    let id = "must be an integer from 1 to 2147483647";
    assert_refused([
        (
            with("/version", json!(2)),
            "/version must be 1, the only version of snapshots that is read".to_owned(),
        ),
        (
            with("/version", json!("1")),
            "/version must be 1, the only version of snapshots that is read".to_owned(),
        ),
        (
            with("/last_group_id", json!(-1)),
            "/last_group_id must be an integer from 0 to 2147483647".to_owned(),
        ),
        (
            with("/last_group_id", json!(1_u64 << 31)),
            "/last_group_id must be an integer from 0 to 2147483647".to_owned(),
        ),
        (
            with("/last_group_id", json!("3")),
            "/last_group_id must be an integer from 0 to 2147483647, but is a string".to_owned(),
        ),
        (
            with("/groups", json!("friends")),
            "/groups must be an array of groups, but is a string".to_owned(),
        ),
        (
            with("/groups/0", json!("friends")),
            "/groups/0 must be an object, but is a string".to_owned(),
        ),
        (
            with("/groups/0/group_id", json!("1")),
            format!("/groups/0/group_id {id}, but is a string"),
        ),
        (with("/groups/0/group_id", json!(0)), format!("/groups/0/group_id {id}")),
        (
            with("/groups/0/name", json!(null)),
            "/groups/0/name must be a string, but is null".to_owned(),
        ),
        (
            with("/rows", json!({"user_0002": 1})),
            "/rows must be an array of rows, but is an object".to_owned(),
        ),
        (
            with("/rows/0", json!(["user_0002"])),
            "/rows/0 must be an object, but is an array".to_owned(),
        ),
        (
            with("/rows/0/conversation", json!("user_0002")),
            "/rows/0/conversation must be an object, but is a string".to_owned(),
        ),
        (
            with("/rows/0/standard_mark", json!(111)),
            "/rows/0/standard_mark must be a string of binary digits, but is an integer".to_owned(),
        ),
        (
            with("/rows/0/custom_mark", json!(true)),
            "/rows/0/custom_mark must be a string, but is a boolean".to_owned(),
        ),
        (
            with("/rows/0/group_ids", json!(1)),
            "/rows/0/group_ids must be an array of group IDs, but is an integer".to_owned(),
        ),
        (
            with("/rows/0/group_ids/0", json!(1.5)),
            format!("/rows/0/group_ids/0 {id}, but is a number with a fraction or an exponent"),
        ),
        (
            with("/rows/0/timestamp", json!(-1)),
            "/rows/0/timestamp must be an integer from 0 to 18446744073709551615 (Unix seconds)"
                .to_owned(),
        ),
    ]);
}

/// Whatever else is new in it.
#[test]
fn another_version_is_told_as_such() {
    let whole = snapshot().to_string();
    let other = whole.replace("\"version\":1", "\"version\":2").replace("\"rows\"", "\"lines\"");
    assert!(other.contains("\"version\":2") && other.contains("\"lines\""));
    assert_refused([(other, "/version must be 1, the only version of snapshots that is read")]);
}

#[test]
fn members_that_are_absent_unknown_or_repeated_are_named() {
    let whole = snapshot().to_string();
    assert_refused([
        ("{}".to_owned(), "the body lacks the member `version`"),
        (
            whole.replace("\"groups\":[{\"group_id\":1,\"name\":\"friends\"}],", ""),
            "the body lacks the member `groups`",
        ),
        (whole.replace(",\"name\":\"friends\"", ""), "/groups/0 lacks the member `name`"),
        (whole.replace("\"custom_mark\":\"abcd\",", ""), "/rows/0 lacks the member `custom_mark`"),
        (
            whole.replace("\"groups\":", "\"grups\":"),
            "/grups is an unknown member; did you mean groups? allowed: version, last_group_id, groups, rows",
        ),
        (
            whole.replace("\"name\":", "\"nam\":"),
            "/groups/0/nam is an unknown member; did you mean name? allowed: group_id, name",
        ),
        (
            whole.replace("\"timestamp\":", "\"time\":"),
            "/rows/0/time is an unknown member; did you mean timestamp? allowed: conversation, standard_mark, custom_mark, \
             group_ids, timestamp",
        ),
        (
            whole.replace("{\"groups\"", "{\"version\":1,\"groups\""),
            "the body has the member `version` twice",
        ),
        ("[]".to_owned(), "the body must be an object, but is an array"),
        ("[2]".to_owned(), "the body must be an object, but is an array"),
        ("null".to_owned(), "the body must be an object, but is null"),
        ("\"secret\"".to_owned(), "the body must be an object, but is a string"),
    ]);
}

#[test]
fn what_contradicts_itself_is_told_once_where() {
    let name = "x".repeat(65_537);
    let group = |id: u32, name: &str| json!({"group_id": id, "name": name});
    let row = snapshot()["rows"][0].clone();
    let groups: Vec<_> = (1..=65).map(|id| group(id, &format!("g{id}"))).collect();
    let mut many = snapshot();
    many["last_group_id"] = json!(65);
    many["groups"] = json!(groups);
    let conversation = "/rows/0/conversation must be `Type` 1 with a well-formed `To_Account`, or `Type` 2 with a well-formed \
                        `ToGroupId`, and nothing else";
    let id = "group_id must be from 1 to last_group_id, and above that of the group before it";
    assert_refused([
        (with("/last_group_id", json!(0)), format!("/groups/0/{id}")),
        (with("/groups", json!([group(2, "a"), group(2, "b")])), format!("/groups/1/{id}")),
        (
            with("/groups", json!([group(1, "friends"), group(2, "friends")])),
            "/groups/1: another group has the same name".to_owned(),
        ),
        (with("/groups/0/name", json!("")), "/groups/0/name must have 1 to 65536 bytes".to_owned()),
        (with("/groups/0/name", json!(name)), "/groups/0/name must have 1 to 65536 bytes".to_owned()),
        (many.to_string(), "the body cannot be an account: there are more than 64 groups".to_owned()),
        (
            with("/rows/0/group_ids", json!([2])),
            "/rows/0: there is no group with that ID, or the group_ids do not ascend".to_owned(),
        ),
        (
            with("/rows/0/standard_mark", json!("011")),
            "/rows/0/standard_mark must be at most 64 binary digits without a leading zero, empty for no mark".to_owned(),
        ),
        (
            with("/rows/0/custom_mark", json!(name)),
            "/rows/0/custom_mark must have at most 65536 bytes".to_owned(),
        ),
        (
            with("/rows", json!([row, row])),
            "/rows/1: another row is of the same conversation".to_owned(),
        ),
        (with("/rows/0/conversation", json!({"Type": 3, "To_Account": "user_0002"})), conversation.to_owned()),
        (with("/rows/0/conversation/To_Account", json!("größe")), conversation.to_owned()),
        (
            json!({"version": 1, "last_group_id": 0, "groups": [], "rows": [{
                "conversation": {"Type": 1, "To_Account": "user_0002"},
                "standard_mark": "", "custom_mark": "", "group_ids": [], "timestamp": 1,
            }]})
            .to_string(),
            "/rows/0: a row without any mark or group does not exist".to_owned(),
        ),
    ]);
}

#[test]
fn texts_that_are_not_json_are_refused() {
    let whole = snapshot().to_string();
    let incomplete = "the body is not complete: it ends before the JSON value does";
    let end = whole.len() + 1;
    assert_refused([
        (whole[..whole.len() - 1].to_owned(), incomplete.to_owned()),
        (String::new(), "the body is empty, but must be JSON".to_owned()),
        (" \n".to_owned(), "the body is empty, but must be JSON".to_owned()),
        (
            format!("{whole}}}"),
            format!("the body is not valid JSON: trailing characters at line 1 column {end}"),
        ),
        (
            "{\u{7f}".to_owned(),
            "the body is not valid JSON: key must be a string at line 1 column 2".to_owned(),
        ),
        (
            with("/groups/0/name", json!("half")).replace("half", "\\ud800"),
            "/groups/0/name must be a string; \\ud800 to \\udfff are allowed in pairs only"
                .to_owned(),
        ),
    ]);
}
