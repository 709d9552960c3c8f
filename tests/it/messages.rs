//! Every kind of message, word for word.

use convmark::call::Call;
use convmark::marks::MarkBase;
use convmark::{Command, Policy, Validator};

use crate::helpers::*;

/// Asserts the printed findings in order.
#[track_caller]
fn assert_printed_under(policy: &Policy, command: Command, body: &[u8], expected: &[&str]) {
    let found = Validator::new(policy).report(command, body);
    let printed: Vec<String> = found.findings().iter().map(ToString::to_string).collect();
    assert_eq!(printed, expected);
}

#[track_caller]
fn assert_printed(command: Command, body: impl AsRef<[u8]>, expected: &[&str]) {
    assert_printed_under(&POLICY, command, body.as_ref(), expected);
}

#[test]
fn messages_about_bodies_that_are_not_json() {
    assert_printed(
        GET,
        "{\n  \"a\":}",
        &[
            "error[invalid-json] 60003: the body is not valid JSON: the text cannot be read at line 2, column 7; send one JSON object and nothing after it",
        ],
    );
    assert_printed(
        GET,
        r#"{"a":1"#,
        &[
            "error[invalid-json] 60003: the body is not valid JSON: the text ends before the value is complete at line 1, column 6; send one JSON object and nothing after it",
        ],
    );
    assert_printed(
        GET,
        "\u{feff}{\"From_Account\":\"me\",\"StartIndex\":0}",
        &[
            "error[invalid-json] 60003: the body is not valid JSON: it begins with a byte order mark (U+FEFF); send the same text in UTF-8 without it",
        ],
    );
    assert_printed(
        GET,
        b"{\"a\":\"\xff\"}",
        &[
            "error[invalid-json] 60003: the body is not valid UTF-8 from byte 6 on (counted from 0); send UTF-8",
        ],
    );
    assert_printed(
        GET,
        r#"{"From_Account":"\ud800","StartIndex":0}"#,
        &[
            r#"error[invalid-json] 60003: in the value that starts at byte 16 (counted from 0), a string or a member name has a \u escape of half a surrogate pair; escape both halves or send the character itself"#,
        ],
    );
    assert_printed(
        GET,
        r#"[]"#,
        &["error[wrong-type] 50002: the body must be an object but is an array"],
    );
}

#[test]
fn messages_about_wrong_types() {
    for (value, found) in [
        (r#""1""#, "a string"),
        ("[]", "an array"),
        ("{}", "an object"),
        ("true", "a boolean"),
        ("false", "a boolean"),
        ("-0", "the number -0"),
        ("1.0", "a number with a fraction or an exponent"),
        ("1e0", "a number with a fraction or an exponent"),
    ] {
        let body = ME.get(value);
        let wanted = "must be an integer (a number without fraction or exponent)";
        assert_printed(
            GET,
            body,
            &[&format!(
                "error[wrong-type] 50002 at /StartIndex: `StartIndex` {wanted} but is {found}"
            )],
        );
    }
    assert_printed(
        UPDATE,
        r#"{"From_Account":1,"UpdateType":1,"UpdateGroup":[]}"#,
        &[
            "error[account-not-string] 60015 at /From_Account: `From_Account` must be a string but is an integer",
            "error[wrong-type] 50002 at /UpdateGroup: `UpdateGroup` must be an object but is an array",
        ],
    );
    assert_printed(
        SEARCH,
        r#"{"From_Account":"me","ContactItem":{}}"#,
        &[
            "error[wrong-type] 50002 at /ContactItem: `ContactItem` must be an array but is an object",
        ],
    );
    assert_printed(
        DELETE,
        r#"{"From_Account":"me","GroupName":[null]}"#,
        &[
            "error[wrong-type] 50002 at /GroupName/0: an element of `GroupName` must be a string but is null",
        ],
    );
    assert_printed(
        DELETE,
        r#"{"From_Account":"me","GroupName":[7]}"#,
        &[
            "error[wrong-type] 50002 at /GroupName/0: an element of `GroupName` must be a string but is an integer",
        ],
    );
}

#[test]
fn messages_about_missing_fields() {
    assert_printed(
        GET,
        "{}",
        &[
            "error[missing-field] 50002 at /From_Account: `From_Account` is required but is absent; send a string",
            "error[missing-field] 50002 at /StartIndex: `StartIndex` is required but is absent; send an integer (a number without fraction or exponent)",
        ],
    );
    assert_printed(
        SEARCH,
        r#"{"From_Account":null}"#,
        &[
            "error[missing-field] 50002 at /From_Account: `From_Account` is required but is null; send a string",
            "error[missing-field] 50002 at /ContactItem: `ContactItem` is required but is absent; send an array",
        ],
    );
    assert_printed(
        UPDATE,
        r#"{"From_Account":"me","UpdateType":1,"UpdateGroup":{"UpdateGroupType":1}}"#,
        &[
            "error[missing-field] 50002 at /UpdateGroup/OldGroupName: `OldGroupName` is required but is absent; send a string",
            "error[missing-field] 50002 at /UpdateGroup/NewGroupName: `NewGroupName` is required but is absent; send a string",
        ],
    );
    assert_printed(
        UPDATE,
        r#"{"From_Account":"me","UpdateType":1}"#,
        &[
            "error[missing-field] 50002 at /UpdateGroup: `UpdateGroup` is required but is absent; send an object",
        ],
    );
    assert_printed(
        DELETE,
        r#"{"From_Account":"me","GroupName":[""]}"#,
        &[
            "error[missing-field] 50002 at /GroupName/0: an element of `GroupName` must not be an empty string",
        ],
    );
}

#[test]
fn a_message_tells_absent_null_and_empty_apart() {
    for (member, found) in [
        ("", "absent"),
        (r#","NewGroupName":null"#, "null"),
        (r#","NewGroupName":"""#, "an empty string"),
    ] {
        let not_empty = if found == "an empty string" { " that is not empty" } else { "" };
        assert_printed(
            UPDATE,
            format!(
                r#"{{"From_Account":"me","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"a"{member}}}}}"#
            ),
            &[&format!(
                "error[missing-field] 50002 at /UpdateGroup/NewGroupName: `NewGroupName` is required but is {found}; send a string{not_empty}"
            )],
        );
    }
}

#[test]
fn index_0_of_a_mark_is_explained_where_marks_count_from_1() {
    assert_printed(
        MARK,
        ME.set_marks("a", "0"),
        &[
            "error[out-of-range] 50002 at /MarkItem/0/SetMark/0: an element of `SetMark` must be an integer from 1 to 64: marks count from 1 as documented; web SDKs count from 0, for them set `mark_base` to 0",
        ],
    );
    let zero = POLICY.to_builder().mark_base(MarkBase::Zero).build().unwrap();
    assert_printed_under(&zero, MARK, ME.set_marks("a", "0").as_bytes(), &[]);
    assert_printed_under(
        &zero,
        MARK,
        ME.set_marks("a", "64").as_bytes(),
        &[
            "error[out-of-range] 50002 at /MarkItem/0/SetMark/0: an element of `SetMark` must be an integer from 0 to 63",
        ],
    );
}

#[test]
fn messages_about_what_is_allowed_but_unusual() {
    let mark = |rest: &str| ME.mark(&[mark_item(1, &user_contact("a"), rest)]);
    assert_printed(
        MARK,
        mark(""),
        &[
            "warning[no-effect] at /MarkItem/0: an element of `MarkItem` changes nothing: name marks to set or clear in `SetMark` or `ClearMark`",
        ],
    );
    assert_printed(
        MARK,
        mark(r#","ClearMark":[5,1],"SetMark":[1]"#),
        &[
            "warning[internal-mark-bit] at /MarkItem/0/ClearMark/0: an element of `ClearMark` is a mark that is internal to Chat, one of the 5th to the 32nd; use the 33rd to the 64th for marks of your own",
            "warning[set-and-clear] at /MarkItem/0/SetMark: `SetMark` has a mark that `ClearMark` has as well, and it ends up set; name each mark in one of the two",
        ],
    );
    assert_printed(
        CREATE,
        ME.create(&"n".repeat(33), ""),
        &[
            "warning[long-group-name] at /GroupContactItem/0/GroupName: `GroupName` has 33 bytes in UTF-8, older SDKs accept 32; a character can take up to 4 bytes, so shorten by bytes",
        ],
    );
}

#[test]
fn messages_about_ranges() {
    assert_printed(
        GET,
        r#"{"From_Account":"me","StartIndex":-1}"#,
        &[
            "error[out-of-range] 50002 at /StartIndex: `StartIndex` must be an integer from 0 to 18446744073709551615",
        ],
    );
    assert_printed(
        UPDATE,
        r#"{"From_Account":"me","UpdateType":2,"UpdateGroup":{"UpdateGroupType":3,"OldGroupName":"a"}}"#,
        &[
            "error[out-of-range] 50002 at /UpdateType: `UpdateType` must be 1",
            "error[out-of-range] 50002 at /UpdateGroup/UpdateGroupType: `UpdateGroupType` must be 1 or 2",
        ],
    );
    assert_printed(
        MARK,
        ME.set_marks("a", "65"),
        &[
            "error[out-of-range] 50002 at /MarkItem/0/SetMark/0: an element of `SetMark` must be an integer from 1 to 64",
        ],
    );
}

#[test]
fn messages_about_ids() {
    assert_printed(
        SEARCH,
        ME.search(&user_contact("é")),
        &[
            "error[malformed-id] 50002 at /ContactItem/0/To_Account: `To_Account` is not a valid ID: an ID has only printable ASCII characters",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(&user_contact(&"a".repeat(33))),
        &[
            "error[malformed-id] 50002 at /ContactItem/0/To_Account: `To_Account` is not a valid ID: an ID of this kind has at most 32 bytes",
        ],
    );
    assert_printed(
        GET,
        r#"{"From_Account":"é","StartIndex":0}"#,
        &[
            "error[malformed-id] 50002 at /From_Account: `From_Account` is not a valid ID: an ID has only printable ASCII characters",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(&chat_contact("é")),
        &[
            "error[malformed-id] 50002 at /ContactItem/0/ToGroupId: `ToGroupId` is not a valid ID: an ID has only printable ASCII characters",
        ],
    );
}

#[test]
fn messages_about_lengths_and_counts() {
    assert_printed(
        CREATE,
        ME.create(&"é".repeat(33), ""),
        &[
            "error[group-name-too-long] 51011 at /GroupContactItem/0/GroupName: `GroupName` has 66 bytes in UTF-8, the maximum is 64; a character can take up to 4 bytes, so shorten by bytes",
        ],
    );
    assert_printed(
        CREATE,
        ME.create("a", &user_contacts(0..101)),
        &[
            "error[item-count] 51006 at /GroupContactItem/0/ContactItem: `ContactItem` has 101 elements, the maximum is 100; send the rest in requests of update_contact_group",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(""),
        &[
            "error[search-count] 50002 at /ContactItem: `ContactItem` is empty; send 1 to 300 elements",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(&user_contacts(0..301)),
        &[
            "error[search-count] 50002 at /ContactItem: `ContactItem` has 301 elements, 1 to 300 are allowed; split them into several requests",
        ],
    );
    assert_printed(
        MARK,
        ME.mark(""),
        &["error[item-count] 51006 at /MarkItem: `MarkItem` is empty; send 1 to 100 elements"],
    );
    assert_printed(
        DELETE,
        r#"{"From_Account":"me","GroupName":["a","b"]}"#,
        &[
            "error[single-item-only] 50002 at /GroupName: `GroupName` has 2 elements, exactly 1 is allowed; send one request for each",
        ],
    );
    assert_printed(
        DELETE,
        r#"{"From_Account":"me","GroupName":[]}"#,
        &[
            "error[single-item-only] 50002 at /GroupName: `GroupName` is empty; send exactly 1 element",
        ],
    );
    let one = POLICY.to_builder().conversations_max(Some(1)).mark_items_max(1).build().unwrap();
    assert_printed_under(
        &one,
        CREATE,
        ME.create("a", &user_contacts(0..2)).as_bytes(),
        &[
            "error[item-count] 51006 at /GroupContactItem/0/ContactItem: `ContactItem` has 2 elements, the maximum is 1; send the rest in requests of update_contact_group",
        ],
    );
    let two = ME.mark(&[
        mark_item(1, &user_contact("a"), r#","SetMark":[1]"#),
        mark_item(1, &user_contact("b"), r#","SetMark":[1]"#),
    ]);
    assert_printed_under(
        &one,
        MARK,
        two.as_bytes(),
        &[
            "error[item-count] 51006 at /MarkItem: `MarkItem` has 2 elements, exactly 1 is allowed; split them into several requests",
        ],
    );
}

#[test]
fn messages_about_unused_members() {
    assert_printed(
        GET,
        r#"{"From_Account":"me","StartIndex":0,"startindex":1,"x":2,"a~/b":3}"#,
        &[
            "warning[unknown-field] at /startindex: no documented field of this object is called `startindex`; it is ignored. Did you mean `StartIndex`?",
            "warning[unknown-field] at /x: no documented field of this object is called `x`; it is ignored. Documented are `From_Account`, `StartIndex`",
            "warning[unknown-field] at /a~0~1b: no documented field of this object is called `a~/b`; it is ignored. Documented are `From_Account`, `StartIndex`",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(r#"{"Type":1,"To_Account":"a","ToGroupId":"b"}"#),
        &[
            "warning[irrelevant-id] at /ContactItem/0/ToGroupId: `ToGroupId` is not used when `Type` is 1 and is ignored; leave it out",
        ],
    );
    assert_printed(
        GET,
        r#"{"From_Account":"me","StartIndex":0,"StartIndex":0}"#,
        &[
            "error[duplicate-field] 50002 at /StartIndex: `StartIndex` occurs more than once in one object; send it once",
        ],
    );
    assert_printed(
        SEARCH,
        ME.search(&format!("{0},{0}", user_contact("a"))),
        &[
            "warning[repeated-conversation] at /ContactItem/1: an element of `ContactItem` names a conversation that an earlier element names as well; name each conversation once",
        ],
    );
}

#[test]
fn messages_about_urls() {
    let url = "/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json";
    let random = "it must be a decimal integer from 0 to 4294967295, given once";
    for (right, wrong, expected) in [
        ("&random=1", "", format!("error[missing-parameter] 60002 at ?random: `random` is absent; {random}")),
        ("random=1", "random=", format!("error[missing-parameter] 60002 at ?random: `random` is an empty string; {random}")),
        ("random=1", "random=x", format!("error[bad-parameter] 60002 at ?random: `random` is malformed; {random}")),
        ("random=1", "random=1&random=2", format!("error[duplicate-parameter] 60002 at ?random: `random` is given more than once; {random}")),
        (
            "sdkappid=1",
            "sdkappid=x",
            "error[bad-parameter] 60025 at ?sdkappid: `sdkappid` is malformed; it must be a decimal integer from 1 to 4294967295, given once: the SDKAppID of the app".into(),
        ),
        (
            "contenttype=json",
            "contenttype=xml",
            "error[bad-parameter] 60025 at ?contenttype: `contenttype` is malformed; it must be exactly json, given once".into(),
        ),
        (
            "get_",
            "fetch_",
            "error[unknown-endpoint] 60009: the path is not that of a command. It must be exactly /v4/recentcontact/ followed by the name of a command; check the path, its case and its slashes".into(),
        ),
        (
            "get_contact_group",
            "get_list",
            "error[not-modeled] 60009: the path is that of get_list or delete. The service has these two commands, but this implementation does not model them; send the request to the live service. This implementation has the commands on conversation groups and marks only".into(),
        ),
    ] {
        let finding = Call::parse_target(&url.replace(right, wrong)).unwrap_err().into_finding();
        assert_eq!(finding.to_string(), expected);
    }
}
