//! `validate`: the formats for machines, the totals and the exit status.

use crate::bodies::*;
use crate::tool::{refused, run};

#[test]
fn it_ends_with_0_1_or_2() {
    let (clean, wrong) = (get_line(), line("get_contact_group", "{}"));
    let warned = line("get_contact_group", r#"{"From_Account":"me","StartIndex":0,"x":0}"#);
    for (input, expected) in [
        (String::new(), 0),
        (clean.clone(), 0),
        (warned, 0),
        (wrong.clone(), 1),
        (clean.clone() + &wrong + &clean, 1),
        ("x\n".into(), 2),
        (format!("{wrong}x\n{clean}"), 2),
    ] {
        for format in ["text", "json", "human"] {
            assert_eq!(run(&["validate", "--format", format], &input).0, expected, "{input}");
        }
    }
}

#[test]
fn text_has_a_line_for_each_finding_and_the_totals() {
    let wrong = line("get_contact_group", r#"{"From_Account":5,"startindex":0}"#);
    let input = format!("\n{wrong}{}", get_line());
    let (status, lines) = run(&["validate", "--format", "text"], &input);
    assert_eq!((status, lines.len()), (1, 4));
    for (line, start) in lines.iter().zip([
        "line 2: error[account-not-string] 60015 at /From_Account: ",
        "line 2: error[missing-field] 50002 at /StartIndex: ",
        "line 2: warning[unknown-field] at /startindex: ",
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
    assert_eq!(lines[3], "2 requests: 2 errors, 1 warning");
    // It is the default if the output is not a terminal.
    assert_eq!(run(&["validate"], &input), (status, lines));
}

#[test]
fn totals_are_singular_or_plural() {
    let warned = r#"{"From_Account":"me","StartIndex":0,"x":0}"#;
    let wrong = r#"{"From_Account":"me"}"#;
    let both = r#"{"x":0,"y":0}"#;
    for (bodies, expected) in [
        (&[][..], "0 requests: 0 errors, 0 warnings"),
        (&[warned], "1 request: 0 errors, 1 warning"),
        (&[wrong], "1 request: 1 error, 0 warnings"),
        (&[both, warned], "2 requests: 2 errors, 3 warnings"),
    ] {
        let input: String = bodies.iter().map(|body| line("get_contact_group", body)).collect();
        for format in ["text", "human"] {
            let (_, lines) = run(&["validate", "--format", format], &input);
            assert_eq!(lines.last().unwrap(), expected);
        }
    }
}

#[test]
fn findings_beyond_the_maximum_are_counted() {
    for (elements, more) in [(257, "1 more finding"), (300, "44 more findings")] {
        let body = ME.search(&vec!["1"; elements]);
        let input = line("search_contact_group", &body);
        let (status, lines) = run(&["validate", "--format", "json"], &input);
        assert_eq!((status, lines.len()), (1, 1));
        assert!(lines[0].ends_with(&format!(r#"],"more":{}}}"#, elements - 256)));
        assert_eq!(lines[0].matches(r#"{"severity":"error""#).count(), 256);
        let (status, lines) = run(&["validate", "--format", "text"], &input);
        assert_eq!((status, lines.len()), (1, 258));
        assert_eq!(lines[256], format!("line 1: {more}"));
        assert_eq!(lines[257], format!("1 request: 256 errors, 0 warnings, {more}"));
    }
}

#[test]
fn the_url_is_judged_and_then_the_body() {
    let input = r#"{"url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=x&contenttype=xml","body":{}}
{"url":"/v4/recentcontact/other","body":{}}
"#;
    let (status, lines) = run(&["validate", "--format", "text"], input);
    assert_eq!((status, lines.len()), (1, 5));
    for (line, start) in lines.iter().zip([
        "line 1: error[bad-parameter] 60002 at ?random: ",
        "line 1: error[missing-field] 50002 at /From_Account: ",
        "line 1: error[missing-field] 50002 at /StartIndex: ",
        "line 2: error[unknown-endpoint] 60009: ",
        "2 requests: 4 errors, 0 warnings",
    ]) {
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn a_member_name_with_a_line_break_stays_on_one_line() {
    for name in ["a\nb", "a\r\nb", "a\u{1b}[31mb", "a\u{85}b", "a\u{2028}b"] {
        let body = format!(r#"{{"From_Account":"me","StartIndex":0,{}:0}}"#, quote(name));
        let input = line("get_contact_group", &body);
        let (status, lines) = run(&["validate", "--format", "text"], &input);
        assert_eq!((status, lines.len()), (0, 2), "{lines:?}");
        assert!(lines[0].starts_with("line 1: warning[unknown-field] at /a"), "{lines:?}");
        assert!(!lines.concat().contains(char::is_control), "{lines:?}");
        // In JSON the path is whole.
        let (_, lines) = run(&["validate", "--format", "json"], &input);
        let found: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(found["findings"][0]["path"], format!("/{name}"));
    }
}

#[test]
fn json_is_not_colored() {
    let input = line("get_contact_group", "{}");
    let plain = run(&["validate", "--format", "json"], &input);
    assert!(plain.1[0].starts_with(
        r#"{"line":1,"findings":[{"severity":"error","rule":"missing-field","code":50002,"path":"/From_Account","message":""#
    ));
    assert_eq!(run(&["validate", "--format", "json", "--color", "always"], &input), plain);
    let plain = run(&["validate", "--format", "text"], &input);
    assert_eq!(run(&["validate", "--format", "text", "--color", "always"], &input), plain);
}

/// A body of `get_contact_group` with these members, followed by `count` unknown fields.
fn body_with_unknown_fields(members: &str, count: usize) -> String {
    let unknown: String = (0..count).map(|number| format!(r#","x{number}":0"#)).collect();
    format!(r#"{{{members}{unknown}}}"#)
}

const GET: &str = r#""From_Account":"me","StartIndex":0"#;

#[test]
fn denied_warnings_set_the_exit_status_as_errors_do() {
    let warned = line("get_contact_group", &body_with_unknown_fields(GET, 1));
    let wrong = line("get_contact_group", "{}");
    for (input, allowed, denied) in
        [(get_line(), 0, 0), (warned.clone(), 0, 1), (wrong, 1, 1), (warned.clone() + "x\n", 2, 2)]
    {
        for format in ["text", "human", "json"] {
            let run = |options: &[&str]| {
                run(&[&["validate", "--format", format], options].concat(), &input)
            };
            let (status, lines) = run(&[]);
            assert_eq!(status, allowed, "{format}: {input}");
            assert_eq!(run(&["--deny", "warnings"]), (denied, lines), "{format}: {input}");
        }
    }
    let arguments = ["validate", "--deny", "warnings", "--allow", "unknown-field"];
    assert_eq!(run(&arguments, warned), (0, vec!["1 request: 0 errors, 0 warnings".to_string()]));
}

#[test]
fn allowed_warnings_are_neither_printed_nor_counted() {
    let item = mark_item(1, &user_contact("a"), r#","SetMark":[5],"ClearMark":[5]"#);
    let input = line("mark_contact", &ME.body(&format!(r#""x":0,"MarkItem":[{item}]"#)));
    for (allowed, expected) in [
        (
            &[][..],
            &["unknown-field", "internal-mark-bit", "internal-mark-bit", "set-and-clear"][..],
        ),
        (&["unknown-field"], &["internal-mark-bit", "internal-mark-bit", "set-and-clear"]),
        (&["internal-mark-bit", "set-and-clear"], &["unknown-field"]),
        (&["internal-mark-bit", "unknown-field", "set-and-clear", "no-effect"], &[]),
    ] {
        let options: Vec<&str> = allowed.iter().flat_map(|warning| ["--allow", *warning]).collect();
        let lines =
            |format| run(&[&["validate", "--format", format], &options[..]].concat(), &input);
        let (status, text) = lines("text");
        assert_eq!(status, 0);
        let (totals, found) = text.split_last().unwrap();
        let mut found: Vec<_> =
            found.iter().map(|line| line.split(['[', ']']).nth(1).unwrap()).collect();
        found.sort_by_key(|rule| expected.iter().position(|known| known == rule));
        assert_eq!(found, expected);
        let count = match expected.len() {
            1 => "1 warning".to_string(),
            count => format!("{count} warnings"),
        };
        assert_eq!(totals, &format!("1 request: 0 errors, {count}"));
        let (_, json) = lines("json");
        assert_eq!(json[0].matches(r#"{"severity":"warning""#).count(), expected.len());
        let (_, human) = lines("human");
        let shown = human.iter().filter(|line| line.starts_with("warning[")).count();
        assert_eq!(shown, expected.len());
    }
}

#[test]
fn allowed_warnings_take_no_place_of_other_findings() {
    // 300 unknown fields, and behind them a warning of another kind.
    let twice = user_contact("a");
    let members = format!(r#""From_Account":"me","ContactItem":[{twice},{twice}]"#);
    let input = line("search_contact_group", &body_with_unknown_fields(&members, 300));
    let totals = |options: &[&str]| {
        run(&[&["validate"], options].concat(), &input).1.last().unwrap().clone()
    };
    assert_eq!(totals(&[]), "1 request: 0 errors, 256 warnings, 45 more findings");
    assert_eq!(totals(&["--allow", "unknown-field"]), "1 request: 0 errors, 1 warning");
    let both = ["--allow", "unknown-field", "--allow", "repeated-conversation"];
    assert_eq!(totals(&both), "1 request: 0 errors, 0 warnings");
    assert_eq!(
        totals(&["--allow", "repeated-conversation"]),
        "1 request: 0 errors, 256 warnings, 44 more findings"
    );
    let (_, lines) = run(&["validate", "--format=json", "--allow=repeated-conversation"], &input);
    assert!(lines[0].ends_with("],\"more\":44}"), "{}", lines[0]);
    // Errors come first and are not left out.
    let wrong = line("get_contact_group", &body_with_unknown_fields(r#""From_Account":5"#, 300));
    let (status, lines) = run(&["validate", "--allow", "unknown-field"], wrong);
    assert_eq!((status, lines.len()), (1, 3));
    assert_eq!(lines[2], "1 request: 2 errors, 0 warnings");
}

#[test]
fn only_warnings_can_be_allowed() {
    for name in ["wrong-type", "unknown_field", "Unknown-Field", "warnings", "51011", ""] {
        let text = refused(&["validate", "--allow", name]);
        assert!(text.contains(" for '--allow <RULE>'"), "{text}");
        assert!(text.contains("[possible values: unknown-field, irrelevant-id, "), "{text}");
    }
    refused(&["validate", "--allow"]);
    refused(&["validate", "--deny"]);
}

#[test]
fn the_option_for_the_first_mark_is_named() {
    let (status, lines) = run(&["validate"], line("mark_contact", &ME.set_marks("a", "0")));
    assert_eq!(status, 1);
    assert_eq!(
        lines[0],
        "line 1: error[out-of-range] 50002 at /MarkItem/0/SetMark/0: an element of `SetMark` must be an integer from 1 to 64: \
         marks count from 1 as documented; web SDKs count from 0, for them set `mark_base` to 0 (here: --mark-base 0)"
    );
}
