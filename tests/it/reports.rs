//! Reports: order, maximum, suggestions, spans, and their forms as JSON and as text.

use convmark::report::Severity;
use convmark::{Refusal, Report, Revision, Rule, Validator, Warning};
use support::bodies::{mark_item, user_contact};

use crate::helpers::*;
use support::json::assert_json;

#[test]
fn findings_are_in_canonical_order() {
    let body = r#"{"MarkItem":[
        {"CustomMark":5,"SetMark":[0,"x",null],"ClearMark":{},"ContactItem":{"To_Account":1,"ToGroupId":2,"Type":3},"OptType":3},
        7,
        {"OptType":9,"ContactItem":[],"ClearMark":1,"SetMark":2,"CustomMark":3}
    ],"From_Account":[],"From_Account":"a"}"#;
    assert_errors(
        MARK,
        body,
        &[
            "duplicate-field 50002 /From_Account",
            "account-not-string 60015 /From_Account",
            "out-of-range 50002 /MarkItem/0/ContactItem/Type",
            "wrong-type 50002 /MarkItem/0/ContactItem/ToGroupId",
            "account-not-string 60015 /MarkItem/0/ContactItem/To_Account",
            "wrong-type 50002 /MarkItem/0/ClearMark",
            "out-of-range 50002 /MarkItem/0/SetMark/0",
            "wrong-type 50002 /MarkItem/0/SetMark/1",
            "wrong-type 50002 /MarkItem/0/SetMark/2",
            "wrong-type 50002 /MarkItem/0/CustomMark",
            "wrong-type 50002 /MarkItem/1",
            "out-of-range 50002 /MarkItem/2/OptType",
            "wrong-type 50002 /MarkItem/2/ContactItem",
            "wrong-type 50002 /MarkItem/2/ClearMark",
            "wrong-type 50002 /MarkItem/2/SetMark",
            "wrong-type 50002 /MarkItem/2/CustomMark",
        ],
    );
}

#[test]
fn a_wrong_array_length_comes_before_wrong_elements() {
    let body = r#"{"From_Account":"me","GroupName":["",1]}"#;
    let expected = [
        "single-item-only 50002 /GroupName",
        "missing-field 50002 /GroupName/0",
        "wrong-type 50002 /GroupName/1",
    ];
    assert_errors(DELETE, body, &expected);
}

#[test]
fn an_empty_update_lacks_its_members_in_order() {
    assert_errors(
        UPDATE,
        "{}",
        &[
            "missing-field 50002 /From_Account",
            "missing-field 50002 /UpdateType",
            "missing-field 50002 /UpdateGroup",
        ],
    );
    assert_errors(
        UPDATE,
        r#"{"From_Account":"me","UpdateType":1,"UpdateGroup":{}}"#,
        &[
            "missing-field 50002 /UpdateGroup/UpdateGroupType",
            "missing-field 50002 /UpdateGroup/OldGroupName",
        ],
    );
}

/// A search with `errors` elements that are not objects and `warnings` unknown members.
fn many(errors: usize, warnings: usize) -> String {
    let unknown: String = (0..warnings).map(|number| format!(r#","x{number}":0"#)).collect();
    ME.body(&format!(r#""ContactItem":[{}]{unknown}"#, vec!["1"; errors].join(",")))
}

#[test]
fn a_report_keeps_256_findings_and_counts_the_rest() {
    assert_eq!(Report::MAX_FINDINGS, 256);
    for (errors, warnings, kept) in
        [(256, 0, 256), (257, 0, 256), (200, 56, 200), (200, 57, 200), (300, 5, 256), (2, 300, 2)]
    {
        let found = Validator::new(&POLICY).report(SEARCH, many(errors, warnings).as_bytes());
        assert_eq!(found.errors().count(), kept);
        assert_eq!(found.findings().len(), (errors + warnings).min(256));
        assert_eq!(found.findings().len() + found.more(), errors + warnings);
        assert_eq!(found.warnings().count(), found.findings().len() - kept);
    }
}

#[test]
fn a_report_with_a_maximum_keeps_the_first_error() {
    let body = many(301, 2);
    for max in [0, 1] {
        let found = Validator::new(&POLICY).with_max_findings(max).report(SEARCH, body.as_bytes());
        let first = found.first_error().unwrap();
        assert_eq!((first.id(), first.path().as_str()), ("search-count", "/ContactItem"));
        assert_eq!((found.findings().len(), found.more()), (1, 303));
    }
    let all = Validator::new(&POLICY).with_max_findings(usize::MAX).report(SEARCH, body.as_bytes());
    assert_eq!((all.findings().len(), all.more()), (304, 0));
    // The length of the array is known last, but reported first.
    for (max, kept, more) in [(302, 302, 2), (301, 301, 3), (303, 303, 1)] {
        let found = Validator::new(&POLICY).with_max_findings(max).report(SEARCH, body.as_bytes());
        assert_eq!(
            (found.first_error().unwrap().id(), found.findings().len(), found.more()),
            ("search-count", kept, more)
        );
        assert_eq!(found.errors().count(), kept.min(302));
    }
}

#[test]
fn an_error_of_the_url_comes_first_and_counts_towards_the_maximum() {
    let error = convmark::call::Call::parse_target("/v4/recentcontact/search_contact_group")
        .unwrap_err()
        .into_finding();
    let full =
        Validator::new(&POLICY).report(SEARCH, many(300, 0).as_bytes()).with_first(error.clone());
    assert_eq!(full.first_error(), Some(&error));
    assert_eq!(full.findings().len(), Report::MAX_FINDINGS);
    assert_eq!(full.findings().len() + full.more(), 301);
    let short = Validator::new(&POLICY)
        .with_max_findings(3)
        .report(SEARCH, many(2, 0).as_bytes())
        .with_first(error.clone());
    assert_eq!((short.findings().len(), short.more(), short.errors().count()), (3, 0, 3));
    let over = short.with_first(error.clone());
    assert_eq!((over.findings().len(), over.more(), over.errors().count()), (3, 1, 3));
    let warning = Validator::new(&POLICY)
        .report(GET, br#"{"From_Account":"a","StartIndex":0,"x":0}"#)
        .findings()[0]
        .clone();
    assert_eq!(Report::default().with_first(warning), Report::default());
}

#[test]
fn reports_print_how_many_findings_and_the_first_error() {
    let found = Validator::new(&POLICY).report(GET, br#"{"From_Account":"a","x":0}"#);
    let first = found.first_error().unwrap();
    assert_eq!(found.to_string(), format!("2 findings, the first error: {first}"));
    assert_eq!(
        Validator::new(&POLICY)
            .with_max_findings(1)
            .report(GET, b"{}")
            .to_string()
            .split(',')
            .next(),
        Some("2 findings")
    );
    let warned =
        Validator::new(&POLICY).report(GET, br#"{"From_Account":"a","StartIndex":0,"x":0}"#);
    assert_eq!(warned.to_string(), "1 finding, no error");
}

#[test]
fn only_invalid_json_is_reported_as_such() {
    for (body, expected) in [("", true), ("{", true), ("[]", false), ("{}", false)] {
        assert_eq!(
            Validator::new(&POLICY).report(GET, body.as_bytes()).is_invalid_json(),
            expected,
            "{body}"
        );
    }
    assert!(!Validator::new(&POLICY).report(GET, ME.get(0).as_bytes()).is_invalid_json());
}

#[test]
fn reports_serialize_as_documented() {
    let found = Validator::new(&POLICY).report(GET, br#"{"From_Account":1,"x":0}"#);
    assert_json(
        &serde_json::to_string(&found).unwrap(),
        r#"{"findings":[
            {"severity":"error","rule":"account-not-string","code":60015,"path":"/From_Account","message":"*"},
            {"severity":"error","rule":"missing-field","code":50002,"path":"/StartIndex","message":"*"},
            {"severity":"warning","rule":"unknown-field","path":"/x","message":"*"}]}"#,
    );
    assert_json(&serde_json::to_string(&Report::default()).unwrap(), r#"{"findings":[]}"#);
    let cut = Validator::new(&POLICY).with_max_findings(1).report(GET, b"{}");
    assert_json(
        &serde_json::to_string(&cut).unwrap(),
        r#"{"findings":[{"severity":"error","rule":"missing-field","code":50002,"path":"/From_Account","message":"*"}],"more":1}"#,
    );
}

#[test]
fn findings_print_for_people() {
    let found = Validator::new(&POLICY).report(CREATE, ME.create(&"n".repeat(65), "").as_bytes());
    let line = found.findings()[0].to_string();
    assert!(
        line.starts_with("error[group-name-too-long] 51011 at /GroupContactItem/0/GroupName: "),
        "{line}"
    );
    let found = Validator::new(&POLICY)
        .report(GET, br#"{"From_Account":"a","StartIndex":0,"startindex":0}"#);
    let line = found.findings()[0].to_string();
    assert!(line.starts_with("warning[unknown-field] at /startindex: "), "{line}");
    assert!(line.contains("Did you mean `StartIndex`?"), "{line}");
}

#[test]
fn findings_have_their_rule_or_warning_and_severity() {
    let found = Validator::new(&POLICY).report(GET, br#"{"StartIndex":0,"x":0}"#);
    let [error, warning] = found.findings() else { panic!("{found:?}") };
    assert_eq!(
        (error.severity(), error.rule(), error.warning()),
        (Severity::Error, Some(Rule::MissingField), None)
    );
    assert_eq!(
        (warning.severity(), warning.rule(), warning.warning()),
        (Severity::Warning, None, Some(Warning::UnknownField))
    );
    assert_eq!((warning.code(), warning.suggestion(), error.suggestion()), (None, None, None));
    assert_eq!(found.first_error().unwrap().rule(), Some(Rule::MissingField));
    assert_eq!(
        Validator::new(&POLICY).report(GET, b"{").first_error().unwrap().rule(),
        Some(Rule::InvalidJson)
    );
}

#[test]
fn spans_are_positions_in_the_body() {
    let body = r#" {"From_Account": 5 ,"StartIndex" : "x"}"#;
    let found = Validator::new(&POLICY).report(GET, body.as_bytes());
    let spans: Vec<&str> =
        found.findings().iter().map(|finding| &body[finding.span().unwrap()]).collect();
    assert_eq!(spans, ["5", r#""x""#]);
    let found = Validator::new(&POLICY).report(GET, br#"{"StartIndex":0}"#);
    assert_eq!(found.findings()[0].span(), Some(0..16));
    assert_eq!(Validator::new(&POLICY).report(GET, b"{").findings()[0].span(), None);
}

#[test]
fn misspelled_names_are_recognised() {
    let group = |name: &str| {
        ME.update(&format!(
            r#""UpdateGroupType":1,"OldGroupName":"a","NewGroupName":"b","{name}":0"#
        ))
    };
    let item = |name: &str| {
        ME.mark(&[mark_item(1, &user_contact("a"), &format!(r#","SetMark":[1],"{name}":0"#))])
    };
    for (command, body, meant) in [
        (UPDATE, group("newgroupname"), Some("NewGroupName")),
        (UPDATE, group("NewName"), Some("NewGroupName")),
        (UPDATE, group("NewGroupNam"), Some("NewGroupName")),
        (UPDATE, group("GroupName"), Some("OldGroupName")),
        (UPDATE, group("ContactIds"), Some("ContactUpdateItem")),
        (UPDATE, group("Colour"), None),
        (MARK, item("MarkType"), Some("OptType")),
        (MARK, item("ContactId"), Some("ContactItem")),
        (MARK, item("setmark"), Some("SetMark")),
        (MARK, item("x"), None),
        (
            DELETE,
            r#"{"From_Account":"me","GroupName":["g"],"GroupNames":["h"]}"#.into(),
            Some("GroupName"),
        ),
        (
            GET,
            r#"{"From_Account":"me","StartIndex":0,"from_account":0}"#.into(),
            Some("From_Account"),
        ),
        (SEARCH, ME.search(r#"{"Type":1,"To_Account":"a","ToAccount":"b"}"#), Some("To_Account")),
        (
            CREATE,
            ME.create("g", r#"{"Type":2,"ToGroupId":"a","ToGroupID":"b"}"#),
            Some("ToGroupId"),
        ),
    ] {
        let found = Validator::new(&POLICY).report(command, body.as_bytes());
        let [finding] = found.findings() else { panic!("{body}") };
        assert_eq!((finding.id(), finding.suggestion()), ("unknown-field", meant), "{body}");
        if let Some(meant) = meant {
            assert!(finding.message().contains(meant), "{body}");
        }
    }
}

#[test]
fn an_unknown_name_is_reported_once_for_each_object() {
    let body = r#"{"From_Account":"me","x":1,"x":2,"ContactItem":[{"Type":1,"To_Account":"a","x":1},{"x":1,"Type":1,"To_Account":"b"}]}"#;
    assert_warnings(
        SEARCH,
        body,
        &["unknown-field /ContactItem/0/x", "unknown-field /ContactItem/1/x", "unknown-field /x"],
    );
}

#[test]
fn unknown_names_are_escaped_in_the_path() {
    assert_warnings(
        GET,
        r#"{"From_Account":"me","StartIndex":0,"a/b~c":0,"":0}"#,
        &["unknown-field /", "unknown-field /a~1b~0c"],
    );
}

#[test]
fn each_repetition_of_a_field_is_one_finding() {
    let body = r#"{"From_Account":"me","StartIndex":0,"StartIndex":1,"StartIndex":"x"}"#;
    assert_errors(GET, body, &["duplicate-field 50002 /StartIndex"]);
    // The first occurrence is judged.
    let body = r#"{"From_Account":null,"From_Account":"me","StartIndex":"x","StartIndex":0}"#;
    assert_errors(
        GET,
        body,
        &[
            "duplicate-field 50002 /From_Account",
            "missing-field 50002 /From_Account",
            "duplicate-field 50002 /StartIndex",
            "wrong-type 50002 /StartIndex",
        ],
    );
}

#[test]
fn with_a_wrong_selector_fields_are_checked_for_their_type_only() {
    let body = ME.search(
        r#"{"Type":3,"To_Account":"","ToGroupId":"way too long for an ID, but never looked at because nothing says that it is used"}"#,
    );
    assert_errors(SEARCH, &body, &["out-of-range 50002 /ContactItem/0/Type"]);
    assert_eq!(warnings(SEARCH, &body), [""; 0]);
    let body = ME.mark(&[mark_item(
        4,
        &user_contact("a"),
        r#","SetMark":["x"],"ClearMark":[],"CustomMark":"""#,
    )]);
    assert_errors(MARK, &body, &["out-of-range 50002 /MarkItem/0/OptType"]);
    assert_eq!(warnings(MARK, &body), [""; 0]);
}

#[test]
fn a_report_of_the_other_revision_differs() {
    let body = ME.create(&"n".repeat(40), "");
    assert_eq!(
        Validator::new(&Revision::V2023_03.policy())
            .report(CREATE, body.as_bytes())
            .first_error()
            .unwrap()
            .rule(),
        Some(Rule::GroupNameTooLong)
    );
    assert!(
        Validator::new(&Revision::V2026_04.policy()).report(CREATE, body.as_bytes()).is_valid()
    );
}

#[test]
fn the_maximum_of_findings_holds_for_text_that_is_not_json() {
    let error = Refusal::not_admin(GET).into_finding();
    for body in ["{", "{}", "\u{feff}{}", r#"{"From_Account":"\ud800"}"#] {
        let report = Validator::new(&POLICY).with_max_findings(1).report(GET, body.as_bytes());
        let report = report.with_first(error.clone());
        assert!(report.findings().iter().eq([&error]), "{body}");
        assert!(report.more() >= 1, "{body}");
    }
}

#[test]
fn warnings_beyond_the_maximum_are_counted_wherever_they_belong() {
    // The marks draw 300 warnings in the field before; set-and-clear stands behind those of its
    // field.
    let indexes = vec!["5"; 300].join(",");
    let members = format!(r#","ClearMark":[{indexes}],"SetMark":[5]"#);
    let body = ME.mark(&[mark_item(1, &user_contact("a"), &members)]);
    for max in [1, 2, 256, 300, 301, 302, 303] {
        let report = Validator::new(&POLICY).with_max_findings(max).report(MARK, body.as_bytes());
        assert_eq!(report.findings().len(), max.min(302));
        assert_eq!(report.findings().len() + report.more(), 302);
    }
    let all = Validator::new(&POLICY).with_max_findings(302).report(MARK, body.as_bytes());
    let ids: Vec<&str> = all.findings().iter().map(|finding| finding.id()).collect();
    assert_eq!(ids[300..], ["internal-mark-bit", "set-and-clear"]);
}
