//! `answer_with`: a line that replay answers with a certain code.

use convmark::ErrorCode;
use convmark::code::CodeInfo;

use crate::bodies::*;
use crate::lines::{error, with};
use crate::tool::run;

/// The line with this member too.
fn asking(line: &str, code: impl std::fmt::Display) -> String {
    line.replacen('{', &format!(r#"{{"answer_with":{code},"#), 1)
}

fn answer(code: &CodeInfo) -> String {
    let (name, meaning) = (code.name, code.meaning);
    format!(
        r#"{{"ActionStatus":"FAIL","ErrorCode":{},"ErrorInfo":"{name}: {meaning}; the input line asks for this answer"}}"#,
        code.code
    )
}

fn info(number: i64) -> &'static CodeInfo {
    ErrorCode::new(number).info().unwrap()
}

/// The documented codes of level call or request, without 0.
const ALLOWED: [i64; 28] = [
    50001, 50002, 50003, 50004, 50005, 51006, 51009, 51010, 51011, 51013, 60002, 60003, 60007,
    60009, 60010, 60012, 60015, 60018, 60025, 70001, 70003, 70009, 70013, 70014, 70107, 70169,
    70402, 70500,
];

#[test]
fn each_code_of_a_call_or_a_request_but_0_may_be_asked_for() {
    for code in ALLOWED {
        assert_eq!(run(&["replay"], asking(&get_line(), code)), (0, vec![answer(info(code))]));
    }
    let allowed = ALLOWED.map(|code| code.to_string()).join(", ");
    let wrong = format!("the member `answer_with` of the line must be one of the codes {allowed}");
    // Success, codes of items, a code of no command, numbers that are not documented, other types.
    for value in [
        "0",
        "-0",
        "51007",
        "51008",
        "51012",
        "1",
        "-50004",
        "50004.0",
        "5e4",
        "\"50004\"",
        "[]",
        "true",
    ] {
        assert_eq!(error(with(&format!(r#""answer_with":{value}"#))), wrong, "{value}");
    }
}

#[test]
fn nothing_of_the_line_is_judged_or_applied() {
    let create = line("create_contact_group", &ME.create("g", &user_contact("a")));
    let forbidden = create.replace(r#""body""#, r#""facts":{"admin":false},"body""#);
    let input = [
        asking(&create, 50004),
        asking(&forbidden, 50005),
        asking(&raw_line("get_contact_group", "{"), 60018),
        asking(r#"{"url":"/nowhere","raw":""}"#, 70500) + "\n",
        get_line(),
    ];
    let expected: Vec<String> = [50004, 50005, 60018, 70500]
        .into_iter()
        .map(|code| answer(info(code)))
        .chain([EMPTY_PAGE.to_string()])
        .collect();
    for options in [&["replay"][..], &["replay", "--reload"]] {
        assert_eq!(run(options, input.concat()), (0, expected.clone()));
    }
    // It does not count as a call.
    let input = asking(&get_line(), 50004).repeat(3) + &get_line();
    let (_, lines) = run(&["replay", "--calls-per-second", "1"], input);
    assert_eq!(lines[3], EMPTY_PAGE);
    let (_, lines) = run(&["replay", "--changes"], asking(&create, 50004));
    assert_eq!(lines, [format!(r#"{{"response":{},"changes":[]}}"#, answer(info(50004)))]);
}

#[test]
fn it_must_still_be_a_request() {
    let line = r#"{"command":"get_contact_group","answer_with":50004}"#;
    assert_eq!(error(line), "exactly one of `body` and `raw` is needed, but neither is given");
}

#[test]
fn it_has_error_display_where_the_policy_says_so() {
    let plain = answer(info(50004));
    let shown = plain.replace("\"}", "\",\"ErrorDisplay\":\"\"}");
    let mark = asking(&line("mark_contact", "{}"), 50004);
    let get = asking(&get_line(), 50004);
    let url = |path: &str| asking(&format!("{{\"url\":\"{path}\",\"body\":1}}\n"), 50004);
    let (mark_url, nowhere) = (url("/v4/recentcontact/mark_contact"), url("/nowhere"));
    for (display, line, expected) in [
        ("none", &mark, &plain),
        ("sampled", &mark, &shown),
        ("sampled", &mark_url, &shown),
        ("sampled", &get, &plain),
        ("sampled", &nowhere, &plain),
        ("all", &get, &shown),
        ("all", &nowhere, &shown),
    ] {
        let found = run(&["replay", "--error-display", display], line);
        assert_eq!(found, (0, vec![expected.clone()]), "{display} {line}");
    }
}

#[test]
fn validate_judges_the_request_as_ever() {
    let wrong = asking(&line("get_contact_group", "{}"), 50004);
    let (status, lines) = run(&["validate", "--format", "text"], wrong);
    assert_eq!((status, lines[2].as_str()), (1, "1 request: 2 errors, 0 warnings"));
}
