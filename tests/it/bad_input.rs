//! Hostile input: broken JSON, deep nesting, large bodies, bytes that are not UTF-8, values of no
//! documented type.

use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Command, Facts, Rule, Validator};

use crate::helpers::*;

/// An account with some data, and its snapshot.
fn busy() -> (Session, String) {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contact("a")));
    session.ok(MARK, ME.set_marks("a", "1"));
    let before = session.snapshot();
    (session, before)
}

/// Asserts that the body has exactly these errors, is refused for the first, and changes nothing.
#[track_caller]
fn assert_refused(command: Command, body: impl AsRef<[u8]>, expected: &[&str]) {
    assert!(!expected.is_empty());
    assert_errors(command, &body, expected);
    let (mut session, before) = busy();
    let response = session.run(command, &body);
    let rule = expected[0].split(' ').next().and_then(|id| id.parse::<Rule>().ok());
    assert_eq!(
        (response.rule, response.code.to_string().as_str()),
        (rule, expected[0].split(' ').nth(1).unwrap())
    );
    assert!(response.changes.is_empty());
    assert_eq!(session.snapshot(), before);
    let mut service = Service::new(&POLICY);
    let incoming = Incoming::new(command, body.as_ref());
    let served = service.serve(&incoming, &Facts::vouched(), Time::from_seconds(1)).unwrap();
    assert_eq!(served.code().get(), response.code);
    assert_eq!(service, Service::new(&POLICY));
}

const NOT_JSON: &[&str] = &["invalid-json 60003 "];

/// Asserts that every command refuses the body because it is not JSON.
#[track_caller]
fn assert_not_json(body: impl AsRef<[u8]>) {
    for command in Command::ALL {
        assert_refused(*command, &body, NOT_JSON);
    }
}

#[test]
fn an_empty_body_is_not_json() {
    for body in ["", " ", "\n\t\r ", "\u{feff}", "\0"] {
        assert_not_json(body);
    }
}

#[test]
fn broken_syntax_is_not_json() {
    for body in [
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        ",",
        ":",
        "nul",
        "NULL",
        "True",
        "undefined",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "'a'",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"\u{0}\"",
        "{a:1}",
        "{'a':1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "{null:1}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "/* */{}",
        "{} // x",
        "{}{}",
        "{} {}",
        "{},",
        "{}\0",
        "{}\u{a0}",
        "\u{a0}{}",
        "{}x",
        "[]]",
    ] {
        assert_not_json(body);
    }
}

#[test]
fn broken_syntax_is_found_in_unused_values() {
    for value in ["[1,]", "{\"x\":}", "01", "nul", "\"\\x\"", "[[[[1]]]", "1e", "\"\u{1}\""] {
        // In an unknown member, in a documented one that the operation does not use, after an
        // error.
        assert_refused(
            GET,
            format!(r#"{{"From_Account":"me","StartIndex":0,"x":{value}}}"#),
            NOT_JSON,
        );
        assert_refused(GET, format!(r#"{{"x":{value},"From_Account":5}}"#), NOT_JSON);
        assert_refused(
            UPDATE,
            ME.rename("g", "h").replacen("}}", &format!(r#","ContactUpdateItem":{value}}}}}"#), 1),
            NOT_JSON,
        );
        assert_refused(
            MARK,
            ME.mark(&[mark_item(1, &user_contact("a"), &format!(r#","CustomMark":{value}"#))]),
            NOT_JSON,
        );
        assert_refused(
            MARK,
            ME.mark(&[mark_item(9, &user_contact("a"), &format!(r#","SetMark":{value}"#))]),
            NOT_JSON,
        );
    }
}

#[test]
fn a_body_cut_short_anywhere_is_not_json() {
    let body = ME.mark(&[mark_item(
        3,
        &user_contact("a"),
        r#","SetMark":[1,2],"ClearMark":[3],"CustomMark":"é\u00e9""#,
    )]);
    for end in 0..body.len() {
        assert_refused(MARK, &body.as_bytes()[..end], NOT_JSON);
    }
    assert_errors(MARK, &body, &[]);
}

#[test]
fn json_that_is_not_an_object_has_the_wrong_type() {
    for body in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1e400",
        "1.5",
        "\"x\"",
        "[]",
        " [ {} ] ",
        "18446744073709551616",
    ] {
        for command in Command::ALL {
            assert_refused(*command, body, &["wrong-type 50002 "]);
        }
    }
}

/// Like `assert_errors`, but with `report` only, because these bodies are large.
#[track_caller]
fn assert_report(command: Command, body: &str, expected: &[&str]) {
    let found = Validator::new(&POLICY).report(command, body.as_bytes());
    let shown: Vec<String> = found
        .findings()
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding.id(),
                finding.code().map_or(0, convmark::ErrorCode::get),
                finding.path()
            )
        })
        .collect();
    assert_eq!(shown, expected);
}

const LEVELS: usize = 1_000_000;

fn arrays(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

fn objects(levels: usize) -> String {
    format!("{}0{}", r#"{"a":"#.repeat(levels), "}".repeat(levels))
}

#[test]
fn a_body_nested_a_million_levels_has_the_wrong_type() {
    assert_report(SEARCH, &arrays(LEVELS), &["wrong-type 50002 "]);
    let missing = [
        "missing-field 50002 /From_Account",
        "missing-field 50002 /StartIndex",
        "unknown-field 0 /a",
    ];
    assert_report(GET, &objects(LEVELS / 5), &missing);
}

#[test]
fn an_unknown_member_nested_a_million_levels_is_skipped() {
    let body = format!(r#"{{"From_Account":"me","x":{},"StartIndex":0}}"#, arrays(LEVELS));
    assert_report(GET, &body, &["unknown-field 0 /x"]);
    assert!(Validator::new(&POLICY).decode(GET, body.as_bytes()).is_ok());
}

#[test]
fn an_unused_member_nested_a_million_levels_is_skipped() {
    let unused = ME.rename("g", "h").replacen(
        "}}",
        &format!(r#","ContactUpdateItem":{}}}}}"#, arrays(LEVELS)),
        1,
    );
    assert_report(UPDATE, &unused, &["ignored-field 0 /UpdateGroup/ContactUpdateItem"]);
    assert!(Validator::new(&POLICY).decode(UPDATE, unused.as_bytes()).is_ok());
}

#[test]
fn deep_nesting_is_skipped_everywhere() {
    const LEVELS: usize = 50_000;
    for deep in [arrays(LEVELS), objects(LEVELS)] {
        assert_errors(GET, format!(r#"{{"From_Account":"me","x":{deep},"StartIndex":0}}"#), &[]);
        // As a member of another type.
        assert_errors(
            GET,
            format!(r#"{{"From_Account":"me","StartIndex":{deep}}}"#),
            &["wrong-type 50002 /StartIndex"],
        );
        assert_errors(
            GET,
            format!(r#"{{"From_Account":{deep},"StartIndex":0}}"#),
            &["account-not-string 60015 /From_Account"],
        );
    }
    let deep = arrays(LEVELS);
    // As an element of a list of objects.
    assert_errors(SEARCH, ME.search(&deep), &["wrong-type 50002 /ContactItem/0"]);
    // In an array that is not used.
    let unused = ME.mark(&[mark_item(
        2,
        &user_contact("a"),
        &format!(r#","CustomMark":"c","SetMark":{deep}"#),
    )]);
    assert_warnings(MARK, unused, &["ignored-field /MarkItem/0/SetMark"]);
    // After a wrong selector.
    let unused = ME.mark(&[mark_item(9, &user_contact("a"), &format!(r#","SetMark":{deep}"#))]);
    assert_errors(MARK, unused, &["out-of-range 50002 /MarkItem/0/OptType"]);
}

#[test]
fn a_million_levels_that_are_not_closed_are_not_json() {
    for body in ["[".repeat(LEVELS), r#"{"a":"#.repeat(LEVELS / 5)] {
        assert_report(CREATE, &body, NOT_JSON);
    }
    assert_refused(CREATE, "[{\"a\":".repeat(20_000), NOT_JSON);
}

#[test]
fn megabyte_strings_are_judged_by_their_length() {
    let long = "x".repeat(1 << 20);
    assert_report(
        CREATE,
        &ME.create(&long, ""),
        &["group-name-too-long 51011 /GroupContactItem/0/GroupName"],
    );
    assert_report(
        UPDATE,
        &ME.rename("g", &long),
        &["group-name-too-long 51011 /UpdateGroup/NewGroupName"],
    );
    assert_refused(
        MARK,
        ME.set_custom_mark("a", &long),
        &["custom-mark-too-long 50002 /MarkItem/0/CustomMark"],
    );
    assert_report(
        MARK,
        &ME.set_marks(&long, "1"),
        &["malformed-id 50002 /MarkItem/0/ContactItem/To_Account"],
    );
    assert_report(
        GET,
        &format!(r#"{{"From_Account":"{long}","StartIndex":0}}"#),
        &["malformed-id 50002 /From_Account"],
    );
    let digits = "9".repeat(1 << 20);
    assert_report(
        GET,
        &format!(r#"{{"From_Account":"me","StartIndex":{digits}}}"#),
        &["out-of-range 50002 /StartIndex"],
    );
    let found = Validator::new(&POLICY).report(
        GET,
        format!(r#"{{"From_Account":"me","StartIndex":0,"{long}":"{long}"}}"#).as_bytes(),
    );
    assert_eq!((found.findings().len(), found.findings()[0].id()), (1, "unknown-field"));
    assert!(found.findings()[0].message().len() < 500);
}

#[test]
fn twenty_thousand_members_are_read() {
    let members: String = (0..20_000).map(|number| format!(r#","x{number}":0"#)).collect();
    let found = Validator::new(&POLICY)
        .report(GET, format!(r#"{{"From_Account":"me","StartIndex":0{members}}}"#).as_bytes());
    assert!(found.is_valid());
    assert_eq!((found.findings().len(), found.more()), (256, 20_000 - 256));
    let same = r#","x":0"#.repeat(20_000);
    assert_warnings(
        GET,
        format!(r#"{{"From_Account":"me","StartIndex":0{same}}}"#),
        &["unknown-field /x"],
    );
}

#[test]
fn a_hundred_thousand_elements_are_counted() {
    let list = vec!["1"; 100_000].join(",");
    let found = Validator::new(&POLICY).report(SEARCH, ME.search(&list).as_bytes());
    let first = found.first_error().unwrap();
    assert_eq!((first.id(), first.path().as_str()), ("search-count", "/ContactItem"));
    assert_eq!((found.findings().len(), found.more()), (256, 100_001 - 256));
}

/// The text with those bytes instead of its `?`.
fn with_bytes(text: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = text.split_once('?').unwrap();
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

#[test]
fn bytes_that_are_not_utf8_are_not_json_anywhere() {
    let sequences: [&[u8]; 8] = [
        b"\xff",
        b"\x80",
        b"\xc3",
        b"\xc0\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
    ];
    for bytes in sequences {
        // In a used string, an unknown member, its name, an unused member, outside of any string.
        assert_refused(GET, with_bytes(r#"{"From_Account":"a?","StartIndex":0}"#, bytes), NOT_JSON);
        assert_refused(
            GET,
            with_bytes(r#"{"From_Account":"a","StartIndex":0,"x":["?"]}"#, bytes),
            NOT_JSON,
        );
        assert_refused(
            GET,
            with_bytes(r#"{"From_Account":"a","StartIndex":0,"?":0}"#, bytes),
            NOT_JSON,
        );
        assert_refused(
            SEARCH,
            with_bytes(&ME.search(r#"{"Type":1,"To_Account":"a","ToGroupId":"?"}"#), bytes),
            NOT_JSON,
        );
        assert_refused(
            MARK,
            with_bytes(
                &ME.mark(&[mark_item(1, &user_contact("a"), r#","CustomMark":"?""#)]),
                bytes,
            ),
            NOT_JSON,
        );
        assert_refused(GET, with_bytes(r#"{"From_Account":"a","StartIndex":0}?"#, bytes), NOT_JSON);
        assert_refused(GET, with_bytes(r#"{"From_Account":5,"x":"?"}"#, bytes), NOT_JSON);
    }
}

#[test]
fn half_a_surrogate_pair_in_a_used_string_is_not_json() {
    for half in [
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\udfff",
        r"\ud83dx",
        r"\ud83d\u0041",
        r"\ude00\ud83d",
        r"\ud83d\ud83d",
    ] {
        assert_refused(GET, format!(r#"{{"From_Account":"{half}","StartIndex":0}}"#), NOT_JSON);
        assert_refused(CREATE, ME.create(half, ""), NOT_JSON);
        assert_refused(UPDATE, ME.rename(half, "h"), NOT_JSON);
        assert_refused(UPDATE, ME.rename("g", half), NOT_JSON);
        assert_refused(DELETE, ME.delete(half), NOT_JSON);
        assert_refused(MARK, ME.set_custom_mark("a", half), NOT_JSON);
        assert_refused(SEARCH, ME.search(&user_contact(half)), NOT_JSON);
        // Also after another error.
        assert_refused(DELETE, format!(r#"{{"From_Account":5,"GroupName":["{half}"]}}"#), NOT_JSON);
    }
}

#[test]
fn half_a_surrogate_pair_in_a_member_name_is_not_json() {
    assert_refused(GET, r#"{"From_Account":"me","StartIndex":0,"\ud800":0}"#, NOT_JSON);
    assert_refused(SEARCH, ME.search(r#"{"Type":1,"To_Account":"a","\udfff":0}"#), NOT_JSON);
    assert_refused(MARK, ME.mark(&[mark_item(1, &user_contact("a"), r#","\ud800":0"#)]), NOT_JSON);
}

#[test]
fn half_a_surrogate_pair_in_an_unused_value_is_skipped() {
    let unknown = r#"{"From_Account":"me","StartIndex":0,"x":"\ud800","y":{"\udc00":["\ud800"]}}"#;
    assert_warnings(GET, unknown, &["unknown-field /x", "unknown-field /y"]);
    let unused = ME.search(r#"{"Type":1,"To_Account":"a","ToGroupId":"\ud800"}"#);
    assert_warnings(SEARCH, unused, &["irrelevant-id /ContactItem/0/ToGroupId"]);
    let unused =
        ME.mark(&[mark_item(1, &user_contact("a"), r#","SetMark":[1],"CustomMark":"\ud800""#)]);
    assert_warnings(MARK, unused, &["ignored-field /MarkItem/0/CustomMark"]);
    let unread =
        ME.rename("g", "h").replacen("}}", r#","ContactUpdateItem":[{"\ud800":"\ud800"}]}}"#, 1);
    assert_warnings(UPDATE, unread, &["ignored-field /UpdateGroup/ContactUpdateItem"]);
}

#[test]
fn whole_surrogate_pairs_are_characters() {
    assert_errors(CREATE, ME.create(&r"\ud83d\ude00".repeat(16), ""), &[]);
    let seventeen = ME.create(&r"\ud83d\ude00".repeat(17), "");
    assert_refused(CREATE, seventeen, &["group-name-too-long 51011 /GroupContactItem/0/GroupName"]);
}

#[test]
fn member_names_may_be_escaped() {
    assert_errors(GET, r#"{"\u0046rom_Account":"me","Start\u0049ndex":0}"#, &[]);
    assert_refused(
        GET,
        r#"{"\u0046rom_Account":"me","From_Account":"me","StartIndex":0}"#,
        &["duplicate-field 50002 /From_Account"],
    );
}

#[test]
fn repeated_members_are_refused_in_every_object() {
    let twice = |body: &str, member: &str| {
        assert_eq!(body.matches(member).count(), 1, "{member}");
        body.replacen(member, &format!("{member},{member}"), 1)
    };
    let create = ME.create("n", &user_contact("a"));
    let update = ME.add("g", &[user_contact("b")]);
    let rename = ME.rename("g", "h");
    let mark = ME.mark(&[mark_item(
        3,
        &user_contact("b"),
        r#","ClearMark":[1],"SetMark":[2],"CustomMark":"c""#,
    )]);
    for (command, body, member, path) in [
        (CREATE, &create, r#""From_Account":"me""#, "/From_Account"),
        (CREATE, &create, r#""GroupName":"n""#, "/GroupContactItem/0/GroupName"),
        (CREATE, &create, r#""Type":1"#, "/GroupContactItem/0/ContactItem/0/Type"),
        (CREATE, &create, r#""To_Account":"a""#, "/GroupContactItem/0/ContactItem/0/To_Account"),
        (UPDATE, &update, r#""UpdateType":1"#, "/UpdateType"),
        (UPDATE, &update, r#""UpdateGroupType":2"#, "/UpdateGroup/UpdateGroupType"),
        (UPDATE, &update, r#""OldGroupName":"g""#, "/UpdateGroup/OldGroupName"),
        (
            UPDATE,
            &update,
            r#""ContactOptType":1"#,
            "/UpdateGroup/ContactUpdateItem/0/ContactOptType",
        ),
        (UPDATE, &rename, r#""NewGroupName":"h""#, "/UpdateGroup/NewGroupName"),
        (DELETE, &ME.delete("g"), r#""GroupName":["g"]"#, "/GroupName"),
        (MARK, &mark, r#""OptType":3"#, "/MarkItem/0/OptType"),
        (MARK, &mark, r#""ClearMark":[1]"#, "/MarkItem/0/ClearMark"),
        (MARK, &mark, r#""SetMark":[2]"#, "/MarkItem/0/SetMark"),
        (MARK, &mark, r#""CustomMark":"c""#, "/MarkItem/0/CustomMark"),
        (GET, &ME.get(0), r#""StartIndex":0"#, "/StartIndex"),
        (
            SEARCH,
            &ME.search(&user_contact("a")),
            r#""To_Account":"a""#,
            "/ContactItem/0/To_Account",
        ),
    ] {
        assert_refused(command, twice(body, member), &[&format!("duplicate-field 50002 {path}")]);
    }
}

#[test]
fn repeated_members_are_refused_even_if_unused() {
    let doubled = r#","NewGroupName":"x","NewGroupName":null}}"#;
    let body = ME.add("g", &[user_contact("b")]).replacen("}}", "", 0);
    let body = format!("{}{doubled}", body.strip_suffix("}}").unwrap());
    assert_refused(UPDATE, body, &["duplicate-field 50002 /UpdateGroup/NewGroupName"]);
    let body = ME.search(r#"{"Type":1,"To_Account":"a","ToGroupId":"","ToGroupId":""}"#);
    assert_refused(SEARCH, body, &["duplicate-field 50002 /ContactItem/0/ToGroupId"]);
}

#[test]
fn arrays_are_not_objects() {
    assert_refused(CREATE, r#"["me",[["g",[]]]]"#, &["wrong-type 50002 "]);
    assert_refused(
        CREATE,
        r#"{"From_Account":"me","GroupContactItem":[["g",[]]]}"#,
        &["wrong-type 50002 /GroupContactItem/0"],
    );
    assert_refused(
        CREATE,
        r#"{"From_Account":"me","GroupContactItem":{"GroupName":"g"}}"#,
        &["wrong-type 50002 /GroupContactItem"],
    );
    assert_refused(
        UPDATE,
        r#"{"From_Account":"me","UpdateType":1,"UpdateGroup":[1,"g","h",[]]}"#,
        &["wrong-type 50002 /UpdateGroup"],
    );
    assert_refused(SEARCH, ME.search(r#"[1,"g","a"]"#), &["wrong-type 50002 /ContactItem/0"]);
    assert_refused(
        MARK,
        ME.mark(&[r#"[1,{"Type":1,"To_Account":"a"},[],[1],""]"#]),
        &["wrong-type 50002 /MarkItem/0"],
    );
    assert_refused(
        MARK,
        ME.mark(&[mark_item(1, r#"[1,"","a"]"#, "")]),
        &["wrong-type 50002 /MarkItem/0/ContactItem"],
    );
    assert_refused(
        DELETE,
        r#"{"From_Account":"me","GroupName":"g"}"#,
        &["wrong-type 50002 /GroupName"],
    );
}

#[test]
fn numbers_that_fit_no_integer_have_their_rule() {
    for (number, error) in [
        ("18446744073709551616", Some("out-of-range")),
        ("-18446744073709551616", Some("out-of-range")),
        ("99999999999999999999999999999999999999999", Some("out-of-range")),
        ("-1", Some("out-of-range")),
        ("4294967297", Some("out-of-range")),
        ("-0", Some("wrong-type")),
        ("-0.0", Some("wrong-type")),
        ("0.0", Some("wrong-type")),
        ("1.0", Some("wrong-type")),
        ("1e0", Some("wrong-type")),
        ("1E2", Some("wrong-type")),
        ("1e400", Some("wrong-type")),
        ("-1e400", Some("wrong-type")),
        ("1e-400", Some("wrong-type")),
        ("1e99999999999999999999", Some("wrong-type")),
        ("1", None),
    ] {
        let places = [
            (
                UPDATE,
                ME.rename("g", "h").replacen(
                    r#""UpdateType":1"#,
                    &format!(r#""UpdateType":{number}"#),
                    1,
                ),
                "/UpdateType",
            ),
            (MARK, ME.set_marks("a", number), "/MarkItem/0/SetMark/0"),
            (
                SEARCH,
                ME.search(&format!(r#"{{"Type":{number},"To_Account":"a"}}"#)),
                "/ContactItem/0/Type",
            ),
        ];
        for (command, body, path) in places {
            match error {
                Some(error) => assert_refused(command, body, &[&format!("{error} 50002 {path}")]),
                None => assert_errors(command, body, &[]),
            }
        }
    }
}

#[test]
fn unused_numbers_may_have_any_value() {
    for number in ["1e400", "-0", "1e-99999", &"9".repeat(10_000)] {
        assert_warnings(
            GET,
            format!(r#"{{"From_Account":"me","StartIndex":0,"x":{number}}}"#),
            &["unknown-field /x"],
        );
    }
}

#[test]
fn null_members_are_absent_and_null_elements_are_wrong() {
    assert_refused(
        CREATE,
        r#"{"From_Account":null,"GroupContactItem":null}"#,
        &["missing-field 50002 /From_Account", "missing-field 50002 /GroupContactItem"],
    );
    assert_errors(
        CREATE,
        r#"{"From_Account":"me","GroupContactItem":[{"GroupName":"g","ContactItem":null}]}"#,
        &[],
    );
    assert_warnings(SEARCH, ME.search(r#"{"Type":1,"To_Account":"a","ToGroupId":null}"#), &[]);
    assert_errors(
        MARK,
        ME.mark(&[mark_item(
            1,
            &user_contact("a"),
            r#","ClearMark":null,"SetMark":[1],"CustomMark":null"#,
        )]),
        &[],
    );
    assert_refused(
        CREATE,
        ME.create("n", "null"),
        &["wrong-type 50002 /GroupContactItem/0/ContactItem/0"],
    );
    assert_refused(MARK, ME.mark("null"), &["wrong-type 50002 /MarkItem/0"]);
    assert_refused(MARK, ME.set_marks("a", "null"), &["wrong-type 50002 /MarkItem/0/SetMark/0"]);
    assert_refused(
        DELETE,
        r#"{"From_Account":"me","GroupName":[null]}"#,
        &["wrong-type 50002 /GroupName/0"],
    );
}

#[test]
fn ids_that_are_not_strings_have_a_code_of_their_own() {
    for value in ["1", "true", "[]", "{}", "-0"] {
        assert_refused(
            GET,
            format!(r#"{{"From_Account":{value},"StartIndex":0}}"#),
            &["account-not-string 60015 /From_Account"],
        );
        let used = ME.search(&format!(r#"{{"Type":1,"To_Account":{value}}}"#));
        assert_refused(SEARCH, used, &["account-not-string 60015 /ContactItem/0/To_Account"]);
        let unused = ME.search(&format!(r#"{{"Type":2,"ToGroupId":"g","To_Account":{value}}}"#));
        assert_refused(SEARCH, unused, &["account-not-string 60015 /ContactItem/0/To_Account"]);
        // The ID of a group chat does not have that code.
        let chat = ME.search(&format!(r#"{{"Type":2,"ToGroupId":{value}}}"#));
        assert_refused(SEARCH, chat, &["wrong-type 50002 /ContactItem/0/ToGroupId"]);
    }
}

#[test]
fn messages_tell_the_position_of_a_syntax_error() {
    let message = |body: &[u8]| Validator::new(&POLICY).report(GET, body).findings()[0].message();
    assert!(message(b"{\n  \"a\":}").contains("line 2, column 7"), "{}", message(b"{\n  \"a\":}"));
    assert!(message(b"{\"a\":1").contains("ends before"), "{}", message(b"{\"a\":1"));
    assert!(message(b"{\"a\":\"\xff\"}").contains("byte 6"), "{}", message(b"{\"a\":\"\xff\"}"));
    let half = br#"{"From_Account":"\ud800","StartIndex":0}"#;
    assert!(message(half).contains("byte 16"), "{}", message(half));
}

#[test]
fn every_change_of_one_byte_is_judged_alike_by_every_entry_point() {
    let body = ME.mark(&[mark_item(
        3,
        &user_contact("a"),
        r#","SetMark":[1],"ClearMark":[3],"CustomMark":"é\n""#,
    )]);
    for place in 0..body.len() {
        for byte in [b'"', b'\\', b'}', b'1', b',', 0x00, 0xff] {
            let mut damaged = body.clone().into_bytes();
            damaged[place] = byte;
            // This also asserts that all entry points agree.
            errors(MARK, &damaged);
            assert_eq!(
                Validator::new(&POLICY).is_valid(MARK, &damaged),
                Validator::new(&POLICY).decode(MARK, &damaged).is_ok()
            );
        }
    }
}
