//! Which lines are requests, and what is said about those that are not.

use convmark::Command;

use crate::bodies::*;
use crate::pattern::assert_line;
use crate::tool::run;

/// What both subcommands say about the only line.
#[track_caller]
pub fn error(input: impl AsRef<[u8]>) -> String {
    let (status, lines) = run(&["replay"], &input);
    assert_eq!((status, lines.len()), (2, 1), "{lines:?}");
    for format in ["json", "text", "human"] {
        let (status, validated) = run(&["validate", "--format", format], &input);
        assert_eq!((status, &validated[0]), (2, &lines[0]), "{format}");
        assert_eq!(validated.len(), if format == "json" { 1 } else { 2 }, "{format}");
    }
    assert_line(&lines[0], r#"{"line":1,"error":"*"}"#);
    let value: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    value["error"].as_str().unwrap().to_string()
}

#[track_caller]
fn assert_error(line: &str, expected: &str) {
    assert_eq!(error(format!("{line}\n")), expected, "{line}");
}

/// A request with these members in front of the body.
pub fn with(members: &str) -> String {
    format!(r#"{{"command":"get_contact_group",{members},"body":{}}}"#, ME.get(0))
}

#[track_caller]
fn assert_read(line: &str) {
    assert_eq!(run(&["replay"], line), (0, vec![EMPTY_PAGE.to_string()]), "{line}");
}

const MEMBERS: &str = "`command`, `url`, `body`, `raw`, `now`, `now_ms`, `facts`, `answer_with`";
const FACTS: &str = "`admin`, `plan`, `unknown_accounts`, `unresolved_groups`";

#[test]
fn a_line_must_be_a_json_object() {
    let not_an_object = format!("the line must be a JSON object; its members are {MEMBERS}");
    for line in
        ["x", "null", "[]", "5", r#""{}""#, r#"["get_contact_group",null,{}]"#, " \u{feff}{}"]
    {
        assert_error(line, &not_an_object);
    }
    for (line, reason) in [
        ("{", ": it ends before the value is complete"),
        (r#"{"command":"#, ": it ends before the value is complete"),
        (
            r#"{"command":"get_contact_group","body":{}}x"#,
            " at byte 42 (counted from 1): trailing characters",
        ),
        (
            r#"{"command":"get_contact_group","body":{a}}"#,
            " at byte 40 (counted from 1): key must be a string",
        ),
        // The syntax is judged before the members.
        (r#"{"no":1,"such":2,"body":"#, ": it ends before the value is complete"),
    ] {
        assert_error(line, &format!("the line is not valid JSON{reason}"));
    }
}

#[test]
fn a_line_must_be_utf8() {
    let text = "after 42 bytes: a line must be JSON in UTF-8";
    let line = b"{\"command\":\"get_contact_group\",\"raw\":\"\xc3\xa9\xc3\xa9\xff\"}\n";
    assert_eq!(error(line), format!("not valid UTF-8 {text}"));
    for (line, length) in [(&b"\xff\n"[..], "0 bytes"), (b"{\xff}\n", "1 byte")] {
        let expected = format!("not valid UTF-8 after {length}: a line must be JSON in UTF-8");
        assert_eq!(error(line), expected);
    }
    // Also in a body, of which nothing but the text is read.
    error(b"{\"command\":\"get_contact_group\",\"body\":{\"x\":\"\xe2\x82\"}}\n");
}

#[test]
fn exactly_one_of_command_and_url_and_of_body_and_raw() {
    let url = r#""url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json""#;
    let command = r#""command":"get_contact_group""#;
    let body = &format!(r#""body":{}"#, ME.get(0));
    let raw = &format!(r#""raw":{}"#, quote(&ME.get(0)));
    for members in [&[url, body][..], &[url, raw], &[command, body], &[command, raw]] {
        assert_read(&format!("{{{}}}\n", members.join(",")));
    }
    for (members, first, second, given) in [
        (&[url, command, body][..], "command", "url", "both are"),
        (&[body], "command", "url", "neither is"),
        (&[r#""command":null"#, r#""url":null"#, body], "command", "url", "neither is"),
        (&[url, body, raw], "body", "raw", "both are"),
        (&[command, r#""body":null"#, raw], "body", "raw", "both are"),
        (&[command], "body", "raw", "neither is"),
        (&[command, r#""raw":null"#], "body", "raw", "neither is"),
    ] {
        let line = format!("{{{}}}", members.join(","));
        let expected =
            format!("exactly one of `{first}` and `{second}` is needed, but {given} given");
        assert_error(&line, &expected);
    }
}

#[test]
fn a_command_that_does_not_exist_is_an_error() {
    let names: Vec<_> = Command::ALL.iter().map(|command| format!("`{command}`")).collect();
    let commands = format!("allowed: {}", names.join(", "));
    for (name, meant) in [
        ("Get_contact_group", "did you mean `get_contact_group`? "),
        ("get_contact", "did you mean `get_contact_group`? "),
        ("get-contact-group", "did you mean `get_contact_group`? "),
        ("", ""),
        ("x", ""),
    ] {
        let line = line(name, &ME.get(0));
        assert_error(line.trim_end(), &format!("unknown command `{name}`; {meant}{commands}"));
    }
}

#[test]
fn a_member_of_the_line_that_does_not_exist_is_an_error() {
    for (name, meant) in [
        ("nowms", "did you mean `now_ms`? "),
        ("Facts", "did you mean `facts`? "),
        ("x", ""),
        ("answerwith", "did you mean `answer_with`? "),
        ("", ""),
    ] {
        for value in ["0", "null", "{}"] {
            let line = with(&format!("{}:{value}", quote(name)));
            let expected =
                format!("unknown member `{name}` of the line; {meant}allowed: {MEMBERS}");
            assert_error(&line, &expected);
        }
    }
}

#[test]
fn an_exchange_of_a_recording_is_said_to_be_one() {
    for (name, value) in [("answer", "{}"), ("answer_raw", "\"\"")] {
        let line = with(&format!("{}:{value}", quote(name)));
        assert_error(
            &line,
            &format!(
                "the line has the member `{name}`: it is an exchange of a recording, which `compare` and `validate --from recording` read"
            ),
        );
    }
    assert_error(
        "  \"log\": {",
        "the line has the member `log`: it is of a HAR file, which `compare`, `import` and `validate` read as a whole",
    );
}

#[test]
fn an_absolute_url_is_an_error() {
    let query = "?sdkappid=1&identifier=admin&usersig=x&random=1&contenttype=json";
    for start in ["http://localhost:8080", "https://console.tim.qq.com", "https://"] {
        let url = format!("{start}/v4/recentcontact/get_contact_group{query}");
        let line = format!(r#"{{"url":"{url}","body":{}}}"#, ME.get(0));
        assert_error(
            &line,
            "the member `url` of the line must be path and query only, without scheme and host",
        );
        assert_read(&line.replace(start, ""));
    }
}

#[test]
fn a_member_of_facts_that_does_not_exist_is_an_error() {
    for (name, meant) in [
        ("unknown_acounts", "did you mean `unknown_accounts`? "),
        ("unresolvedGroups", "did you mean `unresolved_groups`? "),
        ("plans", "did you mean `plan`? "),
        ("now", ""),
    ] {
        for value in ["[]", "null"] {
            let line = with(&format!(r#""facts":{{"plan":true,"{name}":{value}}}"#));
            let expected = format!("unknown member `{name}` of `facts`; {meant}allowed: {FACTS}");
            assert_error(&line, &expected);
        }
    }
}

#[test]
fn a_repeated_member_is_an_error() {
    for line in
        [with(r#""now":1,"now":1"#), with(r#""now":null,"now":1"#), with(r#""now":1,"n\u006fw":1"#)]
    {
        assert_error(&line, "the line has the member `now` more than once; it may occur once");
    }
    let line = with(r#""facts":{"plan":true,"plan":true}"#);
    assert_error(&line, "`facts` has the member `plan` more than once; it may occur once");
    let line = r#"{"command":"get_contact_group","body":null,"body":null}"#;
    assert_error(line, "the line has the member `body` more than once; it may occur once");
}

#[test]
fn a_member_must_be_of_its_type() {
    let (text, integer) = ("a string", "an integer from 0 to 18446744073709551615");
    let halves = "a string in which each surrogate escape has its other half";
    for (member, value, allowed) in [
        ("command", "5", text),
        ("command", r#""\ud800""#, halves),
        ("url", "{}", text),
        ("now", r#""1""#, integer),
        ("now", "-1", integer),
        ("now", "1.5", integer),
        ("now", "1e3", integer),
        ("now", "18446744073709551616", integer),
        ("now_ms", "true", integer),
    ] {
        let line = format!(r#"{{"{member}":{value}}}"#);
        assert_error(&line, &format!("the member `{member}` of the line must be {allowed}"));
    }
    for (raw, allowed) in [("{}", text), (r#""\udc00""#, halves)] {
        let line = format!(r#"{{"command":"get_contact_group","raw":{raw}}}"#);
        assert_error(&line, &format!("the member `raw` of the line must be {allowed}"));
    }
    let (truth, texts) = ("true or false", "an array of strings");
    for (member, value, allowed) in [
        ("admin", "1", truth),
        ("admin", r#""true""#, truth),
        ("plan", "{}", truth),
        ("unknown_accounts", r#""u""#, texts),
        ("unknown_accounts", "[null]", texts),
        ("unresolved_groups", r#"["a",1]"#, texts),
        ("unresolved_groups", r#"["a","\ud800"]"#, halves),
    ] {
        let line = with(&format!(r#""facts":{{"{member}":{value}}}"#));
        assert_error(&line, &format!("the member `{member}` of `facts` must be {allowed}"));
    }
    for value in ["5", "[]", r#"[true,true,["me"],[]]"#, r#""{}""#] {
        let line = with(&format!(r#""facts":{value}"#));
        assert_error(&line, &format!("`facts` must be a JSON object; its members are {FACTS}"));
    }
}

#[test]
fn names_in_errors_are_cut_and_made_visible() {
    let name = "é".repeat(40);
    let text = error(with(&format!("{}:1", quote(&name))));
    let start = format!("unknown member `{}…` of the line; allowed: ", "é".repeat(32));
    assert!(text.starts_with(&start), "{text}");
    let text = error(with(r#""\u001b[31m\n\u202e\u0085":1"#));
    let start = "unknown member `␛[31m␊<U+202E><U+0085>` of the line; allowed: ";
    assert!(text.starts_with(start), "{text}");
    let text = error(line(&"c".repeat(65), "{}"));
    assert!(text.starts_with(&format!("unknown command `{}…`; allowed", "c".repeat(64))), "{text}");
    // Values are not shown at all.
    for line in [with(r#""now":"secret""#), with(r#""facts":{"admin":"secret"}"#)] {
        assert!(!error(line).contains("secret"));
    }
}

#[test]
fn null_is_absent_but_as_the_body() {
    let nulls = r#""url":null,"raw":null,"now":null,"now_ms":null,"facts":null,"answer_with":null"#;
    assert_read(&with(nulls));
    let facts = r#"{"admin":null,"plan":null,"unknown_accounts":null,"unresolved_groups":null}"#;
    assert_read(&with(&format!(r#""facts":{facts}"#)));
    let (status, lines) = run(&["validate", "--format", "json"], line("get_contact_group", "null"));
    assert_eq!((status, lines.len()), (1, 1));
    let expected = r#"{"line":1,"findings":[{"severity":"error","rule":"wrong-type","code":50002,"path":"","message":"*"}]}"#;
    assert_line(&lines[0], expected);
}

#[test]
fn a_line_that_is_not_a_request_is_answered_in_place() {
    let input = format!("{}{{\"command\":\n{}", get_line(), get_line());
    let (status, lines) = run(&["replay"], &input);
    assert_eq!((status, lines.len()), (2, 3));
    assert_eq!((lines[0].as_str(), lines[2].as_str()), (EMPTY_PAGE, EMPTY_PAGE));
    assert_line(&lines[1], r#"{"line":2,"error":"*"}"#);
    let (status, lines) = run(&["validate", "--format", "text"], &input);
    assert_eq!((status, lines.len()), (2, 2));
    assert_line(&lines[0], r#"{"line":2,"error":"*"}"#);
    assert_eq!(lines[1], "2 requests: 0 errors, 0 warnings; 1 line is not a request: line 2");
}

#[test]
fn lines_of_white_space_are_skipped_and_counted() {
    let last = line("get_contact_group", "{}");
    let input = format!("\n  \t\r\n{}\n\nx\n   \n{}", get_line(), last.trim_end());
    let (status, lines) = run(&["validate", "--format", "json"], &input);
    assert_eq!((status, lines.len()), (2, 3));
    assert_line(&lines[0], r#"{"line":3,"findings":[]}"#);
    assert_line(&lines[1], r#"{"line":6,"error":"*"}"#);
    assert!(lines[2].starts_with(r#"{"line":8,"findings":[{"#), "{}", lines[2]);
    assert_eq!(run(&["replay"], "\n \n"), (0, vec![]));
    // Lines may end as they do on Windows.
    let (_, lines) = run(&["replay"], get_line().replace('\n', "\r\n").repeat(2));
    assert_eq!(lines, [EMPTY_PAGE; 2]);
}

#[test]
fn the_body_is_the_text_that_stands_in_the_line() {
    for (body, rule) in [
        (r#"{"From_Account":"me","StartIndex":0,"StartIndex":0}"#, "duplicate-field"),
        (r#"{"From_Account":"me","StartIndex":0.0}"#, "wrong-type"),
        (r#"{"From_Account":"me","StartIndex":1e0}"#, "wrong-type"),
        (r#"{"From_Account":"me","StartIndex":18446744073709551616}"#, "out-of-range"),
        (r#"{"From_Account":"\ud800","StartIndex":0}"#, "invalid-json"),
    ] {
        let (status, lines) = run(&["replay"], line("get_contact_group", body));
        assert_eq!(status, 0);
        assert!(lines[0].contains(&format!(r#""ErrorInfo":"{rule}"#)), "{body}: {}", lines[0]);
    }
}

#[test]
fn a_raw_body_may_be_anything() {
    let get = ME.get(0);
    for (raw, code) in
        [("", 60003), ("{", 60003), ("{}x", 60003), ("\u{0}", 60003), ("[]", 50002), (&get, 0)]
    {
        let (status, lines) = run(&["replay"], raw_line("get_contact_group", raw));
        assert_eq!((status, lines.len()), (0, 1));
        assert!(lines[0].contains(&format!(r#""ErrorCode":{code},"#)), "{raw:?}: {}", lines[0]);
    }
}
