//! Input that no honest client sends: broken JSON, depth, size, bytes that are no text, values that fit nothing.

use convmark::{Accounts, Command, Facts, Incoming, Rule, decode, is_valid, report};

use crate::world::*;

/// An account with something in it, and what it looked like.
fn busy() -> (World, String) {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contact("a")));
    world.ok(MARK, set_body("a", "1"));
    let before = world.snapshot();
    (world, before)
}

/// The body has exactly these errors, is refused for the first, and leaves the account alone.
#[track_caller]
fn assert_refused(command: Command, body: impl AsRef<[u8]>, expected: &[&str]) {
    assert!(!expected.is_empty());
    assert_errors(command, &body, expected);
    let (mut world, before) = busy();
    let done = world.run(command, &body);
    let rule = expected[0].split(' ').next().and_then(|id| id.parse::<Rule>().ok());
    assert_eq!((done.rule, done.code.to_string().as_str()), (rule, expected[0].split(' ').nth(1).unwrap()));
    assert!(done.changes.is_empty());
    assert_eq!(world.snapshot(), before);
    let mut accounts = Accounts::new();
    let incoming = Incoming::new(command, body.as_ref());
    let served = accounts.serve(&incoming, &POLICY, &Facts::vouched(), 1, None).unwrap();
    assert_eq!(served.code().get(), done.code);
    assert_eq!(accounts, Accounts::new());
}

const NOT_JSON: &[&str] = &["invalid-json 60003 "];

/// Every command refuses the body as no JSON.
#[track_caller]
fn assert_not_json(body: impl AsRef<[u8]>) {
    for command in Command::all() {
        assert_refused(*command, &body, NOT_JSON);
    }
}

#[test]
fn nothing_is_no_json() {
    for body in ["", " ", "\n\t\r ", "\u{feff}", "\0"] {
        assert_not_json(body);
    }
}

#[test]
fn broken_syntax_is_no_json() {
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
fn broken_syntax_is_found_in_values_that_nobody_uses() {
    for value in ["[1,]", "{\"x\":}", "01", "nul", "\"\\x\"", "[[[[1]]]", "1e", "\"\u{1}\""] {
        // As an unknown member, as a documented one that the operation does not use, behind an error.
        assert_refused(GET, format!(r#"{{"From_Account":"me","StartIndex":0,"x":{value}}}"#), NOT_JSON);
        assert_refused(GET, format!(r#"{{"x":{value},"From_Account":5}}"#), NOT_JSON);
        assert_refused(
            UPDATE,
            rename_body("g", "h").replacen("}}", &format!(r#","ContactUpdateItem":{value}}}}}"#), 1),
            NOT_JSON,
        );
        assert_refused(MARK, mark_body(&[mark_item(1, &contact("a"), &format!(r#","CustomMark":{value}"#))]), NOT_JSON);
        assert_refused(MARK, mark_body(&[mark_item(9, &contact("a"), &format!(r#","SetMark":{value}"#))]), NOT_JSON);
    }
}

#[test]
fn a_body_cut_anywhere_is_no_json() {
    let body = mark_body(&[mark_item(3, &contact("a"), r#","SetMark":[1,2],"ClearMark":[3],"CustomMark":"é\u00e9""#)]);
    for end in 0..body.len() {
        assert_refused(MARK, &body.as_bytes()[..end], NOT_JSON);
    }
    assert_errors(MARK, &body, &[]);
}

#[test]
fn json_that_is_no_object_has_the_wrong_type() {
    for body in ["null", "true", "false", "0", "-0", "1e400", "1.5", "\"x\"", "[]", " [ {} ] ", "18446744073709551616"] {
        for command in Command::all() {
            assert_refused(*command, body, &["wrong-type 50002 "]);
        }
    }
}

/// As `assert_errors`, through one door only: these bodies are large.
#[track_caller]
fn assert_report(command: Command, body: &str, expected: &[&str]) {
    let found = report(command, body.as_bytes(), &POLICY);
    let shown: Vec<String> = found
        .findings()
        .iter()
        .map(|finding| format!("{} {} {}", finding.id(), finding.code().map_or(0, convmark::ErrorCode::get), finding.path()))
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
fn a_million_levels_as_the_body() {
    assert_report(SEARCH, &arrays(LEVELS), &["wrong-type 50002 "]);
    let missing = ["missing-field 50002 /From_Account", "missing-field 50002 /StartIndex", "unknown-field 0 /a"];
    assert_report(GET, &objects(LEVELS / 5), &missing);
}

#[test]
fn a_million_levels_as_an_unknown_member() {
    let body = format!(r#"{{"From_Account":"me","x":{},"StartIndex":0}}"#, arrays(LEVELS));
    assert_report(GET, &body, &["unknown-field 0 /x"]);
    assert!(decode(GET, body.as_bytes(), &POLICY).is_ok());
}

#[test]
fn a_million_levels_as_a_documented_member_that_is_not_used() {
    let unused = rename_body("g", "h").replacen("}}", &format!(r#","ContactUpdateItem":{}}}}}"#, arrays(LEVELS)), 1);
    assert_report(UPDATE, &unused, &["ignored-field 0 /UpdateGroup/ContactUpdateItem"]);
    assert!(decode(UPDATE, unused.as_bytes(), &POLICY).is_ok());
}

#[test]
fn depth_is_skipped_wherever_it_stands() {
    const LEVELS: usize = 50_000;
    for deep in [arrays(LEVELS), objects(LEVELS)] {
        assert_errors(GET, format!(r#"{{"From_Account":"me","x":{deep},"StartIndex":0}}"#), &[]);
        // As a member that must be something else.
        assert_errors(GET, format!(r#"{{"From_Account":"me","StartIndex":{deep}}}"#), &["wrong-type 50002 /StartIndex"]);
        assert_errors(GET, format!(r#"{{"From_Account":{deep},"StartIndex":0}}"#), &["account-not-string 60015 /From_Account"]);
    }
    let deep = arrays(LEVELS);
    // As an element of a list of objects.
    assert_errors(SEARCH, search_body(&deep), &["wrong-type 50002 /ContactItem/0"]);
    // In an array that is not used.
    let unused = mark_body(&[mark_item(2, &contact("a"), &format!(r#","CustomMark":"c","SetMark":{deep}"#))]);
    assert_warnings(MARK, unused, &["ignored-field /MarkItem/0/SetMark"]);
    // Behind a selector that is in error.
    let unused = mark_body(&[mark_item(9, &contact("a"), &format!(r#","SetMark":{deep}"#))]);
    assert_errors(MARK, unused, &["out-of-range 50002 /MarkItem/0/OptType"]);
}

#[test]
fn a_million_levels_that_never_end_are_no_json() {
    for body in ["[".repeat(LEVELS), r#"{"a":"#.repeat(LEVELS / 5)] {
        assert_report(CREATE, &body, NOT_JSON);
    }
    assert_refused(CREATE, "[{\"a\":".repeat(20_000), NOT_JSON);
}

#[test]
fn megabyte_strings_are_judged_by_their_length() {
    let long = "x".repeat(1 << 20);
    assert_report(CREATE, &create_body(&long, ""), &["group-name-too-long 51011 /GroupContactItem/0/GroupName"]);
    assert_report(UPDATE, &rename_body("g", &long), &["group-name-too-long 51011 /UpdateGroup/NewGroupName"]);
    assert_refused(MARK, custom_body("a", &long), &["custom-mark-too-long 50002 /MarkItem/0/CustomMark"]);
    assert_report(MARK, &set_body(&long, "1"), &["malformed-id 50002 /MarkItem/0/ContactItem/To_Account"]);
    assert_report(GET, &format!(r#"{{"From_Account":"{long}","StartIndex":0}}"#), &["malformed-id 50002 /From_Account"]);
    let digits = "9".repeat(1 << 20);
    assert_report(GET, &format!(r#"{{"From_Account":"me","StartIndex":{digits}}}"#), &["out-of-range 50002 /StartIndex"]);
    let found = report(GET, format!(r#"{{"From_Account":"me","StartIndex":0,"{long}":"{long}"}}"#).as_bytes(), &POLICY);
    assert_eq!((found.findings().len(), found.findings()[0].id()), (1, "unknown-field"));
    assert!(found.findings()[0].message().len() < 500);
}

#[test]
fn twenty_thousand_members_are_read() {
    let members: String = (0..20_000).map(|number| format!(r#","x{number}":0"#)).collect();
    let found = report(GET, format!(r#"{{"From_Account":"me","StartIndex":0{members}}}"#).as_bytes(), &POLICY);
    assert!(found.is_valid());
    assert_eq!((found.findings().len(), found.more()), (256, 20_000 - 256));
    let same = r#","x":0"#.repeat(20_000);
    assert_warnings(GET, format!(r#"{{"From_Account":"me","StartIndex":0{same}}}"#), &["unknown-field /x"]);
}

#[test]
fn a_hundred_thousand_elements_are_counted() {
    let list = vec!["1"; 100_000].join(",");
    let found = report(SEARCH, search_body(&list).as_bytes(), &POLICY);
    let first = found.first_error().unwrap();
    assert_eq!((first.id(), first.path().as_str()), ("search-count", "/ContactItem"));
    assert_eq!((found.findings().len(), found.more()), (256, 100_001 - 256));
}

/// The text with its `?` replaced by those bytes.
fn with_bytes(text: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = text.split_once('?').unwrap();
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

#[test]
fn bytes_that_are_no_utf8_are_no_json_wherever_they_are() {
    let sequences: [&[u8]; 8] =
        [b"\xff", b"\x80", b"\xc3", b"\xc0\x80", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80"];
    for bytes in sequences {
        // In a used string, an unknown member, its name, an unused member, outside of any string.
        assert_refused(GET, with_bytes(r#"{"From_Account":"a?","StartIndex":0}"#, bytes), NOT_JSON);
        assert_refused(GET, with_bytes(r#"{"From_Account":"a","StartIndex":0,"x":["?"]}"#, bytes), NOT_JSON);
        assert_refused(GET, with_bytes(r#"{"From_Account":"a","StartIndex":0,"?":0}"#, bytes), NOT_JSON);
        assert_refused(SEARCH, with_bytes(&search_body(r#"{"Type":1,"To_Account":"a","ToGroupId":"?"}"#), bytes), NOT_JSON);
        assert_refused(MARK, with_bytes(&mark_body(&[mark_item(1, &contact("a"), r#","CustomMark":"?""#)]), bytes), NOT_JSON);
        assert_refused(GET, with_bytes(r#"{"From_Account":"a","StartIndex":0}?"#, bytes), NOT_JSON);
        assert_refused(GET, with_bytes(r#"{"From_Account":5,"x":"?"}"#, bytes), NOT_JSON);
    }
}

#[test]
fn half_a_surrogate_pair_in_a_used_string_is_no_json() {
    for half in [r"\ud800", r"\udbff", r"\udc00", r"\udfff", r"\ud83dx", r"\ud83d\u0041", r"\ude00\ud83d", r"\ud83d\ud83d"] {
        assert_refused(GET, format!(r#"{{"From_Account":"{half}","StartIndex":0}}"#), NOT_JSON);
        assert_refused(CREATE, create_body(half, ""), NOT_JSON);
        assert_refused(UPDATE, rename_body(half, "h"), NOT_JSON);
        assert_refused(UPDATE, rename_body("g", half), NOT_JSON);
        assert_refused(DELETE, delete_body(half), NOT_JSON);
        assert_refused(MARK, custom_body("a", half), NOT_JSON);
        assert_refused(SEARCH, search_body(&contact(half)), NOT_JSON);
        // Even behind another error.
        assert_refused(DELETE, format!(r#"{{"From_Account":5,"GroupName":["{half}"]}}"#), NOT_JSON);
    }
}

#[test]
fn half_a_surrogate_pair_in_a_member_name_is_no_json() {
    assert_refused(GET, r#"{"From_Account":"me","StartIndex":0,"\ud800":0}"#, NOT_JSON);
    assert_refused(SEARCH, search_body(r#"{"Type":1,"To_Account":"a","\udfff":0}"#), NOT_JSON);
    assert_refused(MARK, mark_body(&[mark_item(1, &contact("a"), r#","\ud800":0"#)]), NOT_JSON);
}

#[test]
fn half_a_surrogate_pair_in_what_is_skipped_is_skipped() {
    let unknown = r#"{"From_Account":"me","StartIndex":0,"x":"\ud800","y":{"\udc00":["\ud800"]}}"#;
    assert_warnings(GET, unknown, &["unknown-field /x", "unknown-field /y"]);
    let unused = search_body(r#"{"Type":1,"To_Account":"a","ToGroupId":"\ud800"}"#);
    assert_warnings(SEARCH, unused, &["irrelevant-id /ContactItem/0/ToGroupId"]);
    let unused = mark_body(&[mark_item(1, &contact("a"), r#","SetMark":[1],"CustomMark":"\ud800""#)]);
    assert_warnings(MARK, unused, &["ignored-field /MarkItem/0/CustomMark"]);
    let unread = rename_body("g", "h").replacen("}}", r#","ContactUpdateItem":[{"\ud800":"\ud800"}]}}"#, 1);
    assert_warnings(UPDATE, unread, &["ignored-field /UpdateGroup/ContactUpdateItem"]);
}

#[test]
fn whole_surrogate_pairs_are_characters() {
    assert_errors(CREATE, create_body(&r"\ud83d\ude00".repeat(16), ""), &[]);
    let seventeen = create_body(&r"\ud83d\ude00".repeat(17), "");
    assert_refused(CREATE, seventeen, &["group-name-too-long 51011 /GroupContactItem/0/GroupName"]);
}

#[test]
fn names_of_members_may_be_escaped() {
    assert_errors(GET, r#"{"\u0046rom_Account":"me","Start\u0049ndex":0}"#, &[]);
    assert_refused(
        GET,
        r#"{"\u0046rom_Account":"me","From_Account":"me","StartIndex":0}"#,
        &["duplicate-field 50002 /From_Account"],
    );
}

#[test]
fn doubled_members_are_refused_in_every_object() {
    let twice = |body: &str, member: &str| {
        assert_eq!(body.matches(member).count(), 1, "{member}");
        body.replacen(member, &format!("{member},{member}"), 1)
    };
    let create = create_body("n", &contact("a"));
    let update = update_body("g", 1, &[contact("b")]);
    let rename = rename_body("g", "h");
    let mark = mark_body(&[mark_item(3, &contact("b"), r#","ClearMark":[1],"SetMark":[2],"CustomMark":"c""#)]);
    for (command, body, member, path) in [
        (CREATE, &create, r#""From_Account":"me""#, "/From_Account"),
        (CREATE, &create, r#""GroupName":"n""#, "/GroupContactItem/0/GroupName"),
        (CREATE, &create, r#""Type":1"#, "/GroupContactItem/0/ContactItem/0/Type"),
        (CREATE, &create, r#""To_Account":"a""#, "/GroupContactItem/0/ContactItem/0/To_Account"),
        (UPDATE, &update, r#""UpdateType":1"#, "/UpdateType"),
        (UPDATE, &update, r#""UpdateGroupType":2"#, "/UpdateGroup/UpdateGroupType"),
        (UPDATE, &update, r#""OldGroupName":"g""#, "/UpdateGroup/OldGroupName"),
        (UPDATE, &update, r#""ContactOptType":1"#, "/UpdateGroup/ContactUpdateItem/0/ContactOptType"),
        (UPDATE, &rename, r#""NewGroupName":"h""#, "/UpdateGroup/NewGroupName"),
        (DELETE, &delete_body("g"), r#""GroupName":["g"]"#, "/GroupName"),
        (MARK, &mark, r#""OptType":3"#, "/MarkItem/0/OptType"),
        (MARK, &mark, r#""ClearMark":[1]"#, "/MarkItem/0/ClearMark"),
        (MARK, &mark, r#""SetMark":[2]"#, "/MarkItem/0/SetMark"),
        (MARK, &mark, r#""CustomMark":"c""#, "/MarkItem/0/CustomMark"),
        (GET, &get_body(0), r#""StartIndex":0"#, "/StartIndex"),
        (SEARCH, &search_body(&contact("a")), r#""To_Account":"a""#, "/ContactItem/0/To_Account"),
    ] {
        assert_refused(command, twice(body, member), &[&format!("duplicate-field 50002 {path}")]);
    }
}

#[test]
fn doubled_members_are_refused_though_nobody_uses_them() {
    let doubled = r#","NewGroupName":"x","NewGroupName":null}}"#;
    let body = update_body("g", 1, &[contact("b")]).replacen("}}", "", 0);
    let body = format!("{}{doubled}", body.strip_suffix("}}").unwrap());
    assert_refused(UPDATE, body, &["duplicate-field 50002 /UpdateGroup/NewGroupName"]);
    let body = search_body(r#"{"Type":1,"To_Account":"a","ToGroupId":"","ToGroupId":""}"#);
    assert_refused(SEARCH, body, &["duplicate-field 50002 /ContactItem/0/ToGroupId"]);
}

#[test]
fn arrays_are_no_objects() {
    assert_refused(CREATE, r#"["me",[["g",[]]]]"#, &["wrong-type 50002 "]);
    assert_refused(CREATE, r#"{"From_Account":"me","GroupContactItem":[["g",[]]]}"#, &["wrong-type 50002 /GroupContactItem/0"]);
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
    assert_refused(SEARCH, search_body(r#"[1,"g","a"]"#), &["wrong-type 50002 /ContactItem/0"]);
    assert_refused(MARK, mark_body(&[r#"[1,{"Type":1,"To_Account":"a"},[],[1],""]"#.into()]), &["wrong-type 50002 /MarkItem/0"]);
    assert_refused(MARK, mark_body(&[mark_item(1, r#"[1,"","a"]"#, "")]), &["wrong-type 50002 /MarkItem/0/ContactItem"]);
    assert_refused(DELETE, r#"{"From_Account":"me","GroupName":"g"}"#, &["wrong-type 50002 /GroupName"]);
}

#[test]
fn numbers_that_fit_nothing_have_their_rule() {
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
            (UPDATE, rename_body("g", "h").replacen(r#""UpdateType":1"#, &format!(r#""UpdateType":{number}"#), 1), "/UpdateType"),
            (MARK, set_body("a", number), "/MarkItem/0/SetMark/0"),
            (SEARCH, search_body(&format!(r#"{{"Type":{number},"To_Account":"a"}}"#)), "/ContactItem/0/Type"),
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
fn numbers_that_nobody_reads_may_be_anything() {
    for number in ["1e400", "-0", "1e-99999", &"9".repeat(10_000)] {
        assert_warnings(GET, format!(r#"{{"From_Account":"me","StartIndex":0,"x":{number}}}"#), &["unknown-field /x"]);
    }
}

#[test]
fn null_is_absent_but_no_element() {
    assert_refused(
        CREATE,
        r#"{"From_Account":null,"GroupContactItem":null}"#,
        &["missing-field 50002 /From_Account", "missing-field 50002 /GroupContactItem"],
    );
    assert_errors(CREATE, r#"{"From_Account":"me","GroupContactItem":[{"GroupName":"g","ContactItem":null}]}"#, &[]);
    assert_warnings(SEARCH, search_body(r#"{"Type":1,"To_Account":"a","ToGroupId":null}"#), &[]);
    assert_errors(MARK, mark_body(&[mark_item(1, &contact("a"), r#","ClearMark":null,"SetMark":[1],"CustomMark":null"#)]), &[]);
    assert_refused(CREATE, create_body("n", "null"), &["wrong-type 50002 /GroupContactItem/0/ContactItem/0"]);
    assert_refused(MARK, mark_body(&["null".into()]), &["wrong-type 50002 /MarkItem/0"]);
    assert_refused(MARK, set_body("a", "null"), &["wrong-type 50002 /MarkItem/0/SetMark/0"]);
    assert_refused(DELETE, r#"{"From_Account":"me","GroupName":[null]}"#, &["wrong-type 50002 /GroupName/0"]);
}

#[test]
fn ids_that_are_no_strings_have_a_code_of_their_own() {
    for value in ["1", "true", "[]", "{}", "-0"] {
        assert_refused(GET, format!(r#"{{"From_Account":{value},"StartIndex":0}}"#), &["account-not-string 60015 /From_Account"]);
        let used = search_body(&format!(r#"{{"Type":1,"To_Account":{value}}}"#));
        assert_refused(SEARCH, used, &["account-not-string 60015 /ContactItem/0/To_Account"]);
        let unused = search_body(&format!(r#"{{"Type":2,"ToGroupId":"g","To_Account":{value}}}"#));
        assert_refused(SEARCH, unused, &["account-not-string 60015 /ContactItem/0/To_Account"]);
        // A group chat's ID is none of these.
        let chat = search_body(&format!(r#"{{"Type":2,"ToGroupId":{value}}}"#));
        assert_refused(SEARCH, chat, &["wrong-type 50002 /ContactItem/0/ToGroupId"]);
    }
}

#[test]
fn messages_say_where_the_syntax_breaks() {
    let message = |body: &[u8]| report(GET, body, &POLICY).findings()[0].message();
    assert!(message(b"{\n  \"a\":}").contains("line 2, column 7"), "{}", message(b"{\n  \"a\":}"));
    assert!(message(b"{\"a\":1").contains("ends before"), "{}", message(b"{\"a\":1"));
    assert!(message(b"{\"a\":\"\xff\"}").contains("byte 6"), "{}", message(b"{\"a\":\"\xff\"}"));
    let half = br#"{"From_Account":"\ud800","StartIndex":0}"#;
    assert!(message(half).contains("byte 16"), "{}", message(half));
}

#[test]
fn every_damage_of_one_byte_is_judged_alike_through_every_door() {
    let body = mark_body(&[mark_item(3, &contact("a"), r#","SetMark":[1],"ClearMark":[3],"CustomMark":"é\n""#)]);
    for place in 0..body.len() {
        for byte in [b'"', b'\\', b'}', b'1', b',', 0x00, 0xff] {
            let mut damaged = body.clone().into_bytes();
            damaged[place] = byte;
            // Asserts that the doors agree.
            errors(MARK, &damaged);
            assert_eq!(is_valid(MARK, &damaged, &POLICY), decode(MARK, &damaged, &POLICY).is_ok());
        }
    }
}
