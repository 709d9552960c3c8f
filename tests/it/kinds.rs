//! The facts of findings: what a program reads instead of the text.

use convmark::conversation::IdError;
use convmark::report::{Absence, FindingKind, FoundType};
use convmark::schema::JsonType;
use convmark::{Command, Refusal, Validator};
use support::bodies::{mark_item, user_contact, user_contacts};

use crate::helpers::*;

/// Asserts the path and the facts of the only finding.
#[track_caller]
fn assert_kind(command: Command, body: impl AsRef<[u8]>, path: &str, expected: FindingKind) {
    let report = Validator::new(&POLICY).report(command, body.as_ref());
    let found: Vec<_> =
        report.findings().iter().map(|finding| (finding.path(), finding.kind())).collect();
    assert_eq!(found, [(path.to_string(), expected)]);
}

fn get(start_index: &str) -> String {
    format!(r#"{{"From_Account":"me","StartIndex":{start_index}}}"#)
}

#[test]
fn kinds_of_text_that_is_not_json() {
    let syntax = FindingKind::Syntax { line: 2, column: 1, at_end: false };
    assert_kind(GET, "{\n}}", "", FindingKind::Syntax { line: 2, column: 2, at_end: false });
    assert_kind(GET, "{\n,", "", syntax);
    assert_kind(GET, "{", "", FindingKind::Syntax { line: 1, column: 1, at_end: true });
    assert_kind(GET, "\u{feff}{}", "", FindingKind::ByteOrderMark);
    assert_kind(GET, "\u{feff}", "", FindingKind::ByteOrderMark);
    let space_first = FindingKind::Syntax { line: 1, column: 2, at_end: false };
    assert_kind(GET, " \u{feff}{}", "", space_first);
    assert_kind(GET, b"{\"\xff\":1}", "", FindingKind::Utf8 { offset: 2 });
    assert_kind(GET, get(r#"0,"\udfff":1"#), "", FindingKind::Surrogate { offset: 0 });
    let account = r#"{"From_Account":"\ud800","StartIndex":0}"#;
    assert_kind(GET, account, "", FindingKind::Surrogate { offset: 16 });
}

#[test]
fn kinds_of_missing_fields() {
    for (member, found) in [("", Absence::NotThere), (r#","StartIndex":null"#, Absence::Null)] {
        let body = format!(r#"{{"From_Account":"me"{member}}}"#);
        let expected = FindingKind::Missing { expected: JsonType::Integer, found };
        assert_kind(GET, body, "/StartIndex", expected);
    }
    let empty = FindingKind::Missing { expected: JsonType::String, found: Absence::EmptyString };
    assert_kind(GET, r#"{"From_Account":"","StartIndex":0}"#, "/From_Account", empty);
    assert_kind(DELETE, r#"{"From_Account":"me","GroupName":[""]}"#, "/GroupName/0", empty);
}

#[test]
fn kinds_of_wrong_types() {
    for (value, found) in [
        ("true", FoundType::Boolean),
        ("-0", FoundType::NegativeZero),
        ("0.0", FoundType::Fraction),
        ("0e0", FoundType::Fraction),
        (r#""0""#, FoundType::String),
        ("[]", FoundType::Array),
        ("{}", FoundType::Object),
    ] {
        let expected = FindingKind::WrongType { expected: JsonType::Integer, found };
        assert_kind(GET, get(value), "/StartIndex", expected);
    }
    let expected = JsonType::String;
    let integer = FindingKind::WrongType { expected, found: FoundType::Integer };
    assert_kind(GET, r#"{"From_Account":-7,"StartIndex":0}"#, "/From_Account", integer);
    let null = FindingKind::WrongType { expected, found: FoundType::Null };
    assert_kind(DELETE, r#"{"From_Account":"me","GroupName":[null]}"#, "/GroupName/0", null);
    let expected = JsonType::Object;
    assert_kind(GET, "[]", "", FindingKind::WrongType { expected, found: FoundType::Array });
}

#[test]
fn kinds_of_values_out_of_range() {
    let whole = FindingKind::OutOfRange { minimum: 0, maximum: u64::MAX };
    assert_kind(GET, get("-1"), "/StartIndex", whole);
    assert_kind(GET, get("18446744073709551616"), "/StartIndex", whole);
    let marks = FindingKind::OutOfRange { minimum: 1, maximum: 64 };
    assert_kind(MARK, ME.set_marks("a", "65"), "/MarkItem/0/SetMark/0", marks);
    let zero = FindingKind::MarkIndexZero { maximum: 64 };
    assert_kind(MARK, ME.set_marks("a", "33,0"), "/MarkItem/0/SetMark/1", zero);
}

#[test]
fn kinds_of_texts_and_lists_that_are_too_long() {
    let id = FindingKind::Id(IdError::TooLong { max: 32 });
    assert_kind(SEARCH, ME.search(&user_contact(&"u".repeat(33))), "/ContactItem/0/To_Account", id);
    let name = FindingKind::TooLong { found_bytes: 66, maximum_bytes: 64 };
    let path = "/GroupContactItem/0/GroupName";
    assert_kind(CREATE, ME.create(&"é".repeat(33), ""), path, name);
    let report =
        Validator::new(&POLICY).report(CREATE, ME.create("g", &user_contacts(0..101)).as_bytes());
    let [finding] = report.findings() else { panic!("one finding") };
    let FindingKind::Count { found, minimum, maximum, advice } = finding.kind() else {
        panic!("{finding:?}")
    };
    assert_eq!((found, minimum, maximum), (101, 0, 100));
    assert_eq!(advice, "send the rest in requests of update_contact_group");
}

#[test]
fn kinds_of_members_that_are_not_used() {
    let report = Validator::new(&POLICY).report(GET, get(r#"0,"startIndex":1"#).as_bytes());
    let [finding] = report.findings() else { panic!("one finding") };
    let FindingKind::UnknownField(names) = finding.kind() else { panic!("{finding:?}") };
    assert_eq!(names.documented(), ["From_Account", "StartIndex"]);
    assert_eq!(finding.suggestion(), Some("StartIndex"));
    let item = mark_item(2, &user_contact("a"), r#","CustomMark":"c","SetMark":[1]"#);
    let unused = FindingKind::Unused { selector: "OptType", value: 2 };
    assert_kind(MARK, ME.mark(&[item]), "/MarkItem/0/SetMark", unused);
}

#[test]
fn what_the_rule_says_alone_has_no_more_facts() {
    assert_kind(GET, get(r#"0,"StartIndex":0"#), "/StartIndex", FindingKind::Rule);
    assert_eq!(Refusal::not_admin(GET).finding().kind(), FindingKind::Rule);
    let refusal =
        convmark::call::Call::parse("/v4/recentcontact/get_contact_group", "").unwrap_err();
    let FindingKind::Parameter { name, absence, allowed } = refusal.finding().kind() else {
        panic!("a parameter")
    };
    assert_eq!((name, absence), ("sdkappid", Some(Absence::NotThere)));
    assert!(allowed.starts_with("sdkappid must be a decimal integer"), "{allowed}");
}

#[test]
fn places_in_text_that_is_not_json_count_from_1() {
    for body in ["", " ", "\n"] {
        let report = Validator::new(&POLICY).report(GET, body.as_bytes());
        let FindingKind::Syntax { line, column, at_end } = report.findings()[0].kind() else {
            panic!("{body:?}")
        };
        assert!(line >= 1 && column >= 1 && at_end, "{body:?}: {line} {column}");
    }
}

#[test]
fn half_a_pair_in_a_member_name_of_the_body_is_placed_at_the_body() {
    assert_kind(GET, "  {\"\\ud800\":1}", "", FindingKind::Surrogate { offset: 2 });
}

#[test]
fn what_has_no_effect_says_what_to_send() {
    let rename = ME.rename("g", "g");
    let reason = "the group has this name already, so there is no need for the request";
    assert_kind(UPDATE, rename, "/UpdateGroup/NewGroupName", FindingKind::NoEffect { reason });
    let reason = "name conversations to add or remove in `ContactUpdateItem`";
    assert_kind(UPDATE, ME.change("g", ""), "/UpdateGroup", FindingKind::NoEffect { reason });
    for (operation, reason) in [
        (1, "name marks to set or clear in `SetMark` or `ClearMark`"),
        (2, "send `CustomMark`, which is empty to remove the mark"),
        (3, "send `SetMark`, `ClearMark` or `CustomMark`"),
    ] {
        let item = mark_item(operation, &user_contact("a"), "");
        assert_kind(MARK, ME.mark(&[item]), "/MarkItem/0", FindingKind::NoEffect { reason });
    }
}
