//! What the tool prints for people: findings with excerpts, explanations of codes and rules.

use crate::tool::{command, finish, run};
use convmark::{ErrorCode, Revision, Rule, Warning};

/// One input line with that exact body.
fn line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"raw\":{}}}\n", serde_json::to_string(body).unwrap())
}

fn people(input: &str) -> String {
    run(&["validate", "--format", "people"], input).1
}

/// The excerpt's line and the line of marks under it, without the margin.
fn excerpt(output: &str) -> (String, String) {
    let lines: Vec<_> = output.lines().collect();
    let place = lines.iter().position(|line| line.contains('^')).expect("marks");
    let bare = |line: &str| line.split_once(" | ").expect("a margin").1.to_string();
    (bare(lines[place - 1]), bare(lines[place]))
}

/// What stands over the marks, when every character takes one column.
fn marked(output: &str) -> String {
    let (text, marks) = excerpt(output);
    text.chars().skip(marks.find('^').unwrap()).take(marks.matches('^').count()).collect()
}

const CLEAN: &str = r#"{"From_Account":"a","StartIndex":0}"#;
const BAD_START: &str = r#"{"From_Account":"a","StartIndex":"secret"}"#;

#[test]
fn a_finding_shows_what_where_why_and_what_to_do() {
    let output = people(&line("get_contact_group", BAD_START));
    let expected = r#"error[wrong-type] 50002: must be an integer (a number without fraction or exponent), but is a string
 --> line 1, /StartIndex
  |
1 | {"From_Account":"a","StartIndex":"secret"}
  |                                  ^^^^^^^^
  = help: Send the value with its documented type.
  = ground: [doc] field tables of pages 1047/53437 to 1047/53442; decided: a number with fraction or exponent is not an integer

1 requests: 1 errors, 0 warnings
"#;
    assert_eq!(output, expected);
}

#[test]
fn the_plain_format_is_the_default_away_from_a_terminal_and_shows_no_values() {
    let input = line("get_contact_group", BAD_START);
    let expected = "line 1: error[wrong-type] 50002 at /StartIndex: must be an integer (a number without fraction or exponent), \
        but is a string\n1 requests: 1 errors, 0 warnings\n";
    for arguments in [&["validate"][..], &["validate", "--color", "never"], &["validate", "--format=text", "--color=always"]] {
        assert_eq!(run(arguments, &input), (1, expected.to_string()), "{arguments:?}");
    }
    let (_, json) = run(&["validate", "--format", "json", "--color", "always"], &input);
    assert!(json.starts_with(r#"{"line":1,"findings":[{"severity":"error","rule":"wrong-type""#), "{json}");
}

#[test]
fn colour_is_only_colour() {
    let input = line("get_contact_group", BAD_START) + &line("get_contact_group", r#"{"From_Account":"a","StartIndex":0,"X":1}"#);
    let (status, colored) = run(&["validate", "--color", "always"], &input);
    assert_eq!(status, 1);
    assert!(colored.contains("\x1b[1;31merror[wrong-type]\x1b[0m") && colored.contains("\x1b[1;33mwarning[unknown-field]"));
    let mut bare = colored;
    for sequence in ["0", "1", "1;31", "1;33", "1;34"] {
        bare = bare.replace(&format!("\x1b[{sequence}m"), "");
    }
    assert!(!bare.contains('\x1b'));
    assert_eq!(bare, people(&input));
}

/// On a terminal of its own, where the system has the means to make one.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colour_unless_the_environment_says_no() {
    use std::process::Command;
    let file = std::env::temp_dir().join(format!("convmark-people-{}.jsonl", std::process::id()));
    std::fs::write(&file, line("get_contact_group", BAD_START)).unwrap();
    let on_terminal = |variables: &[(&str, &str)], options: &str| {
        let mut script = Command::new("script");
        script.arg("-qec").arg(format!("'{}' validate {options} '{}'", crate::tool::PATH, file.display())).arg("/dev/null");
        script.env_remove("NO_COLOR").env_remove("COLUMNS").env("TERM", "xterm").envs(variables.iter().copied());
        script.output().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    if let Ok(output) = on_terminal(&[], "") {
        assert!(output.contains("\x1b[1;31merror[wrong-type]") && output.contains("^^^^^^^^"), "{output}");
        for (variables, options) in [(("NO_COLOR", "1"), ""), (("TERM", "dumb"), ""), (("X", "1"), "--color never")] {
            let output = on_terminal(&[variables], options).unwrap();
            assert!(!output.contains('\x1b') && output.contains("^^^^^^^^"), "{variables:?}: {output}");
        }
        assert!(on_terminal(&[("NO_COLOR", "")], "").unwrap().contains('\x1b'), "empty is not set");
        assert!(on_terminal(&[("NO_COLOR", "1")], "--color always").unwrap().contains('\x1b'), "an option wins");
        assert!(on_terminal(&[], "--format text").unwrap().starts_with("line 1: error[wrong-type]"));
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn the_offending_piece_is_underlined() {
    let cases = [
        ("get_contact_group", r#"{"From_Account":7,"StartIndex":0}"#, "7"),
        ("get_contact_group", r#"{"StartIndex":0}"#, r#"{"StartIndex":0}"#),
        ("get_contact_group", r#"{"From_Account":"a","StartIndex":0,"Sta\"rt" : 5}"#, r#""Sta\"rt""#),
        ("mark_contact", r#"{"From_Account":"a","MarkItem":[]}"#, "[]"),
        ("get_contact_group", r#"{"From_Account":"a",}"#, "}"),
        ("get_contact_group", r#"{"From_Account":"ü",é}"#, "é"),
        ("get_contact_group", "[1]", "[1]"),
    ];
    for (command, body, piece) in cases {
        assert_eq!(marked(&people(&line(command, body))), piece, "{body}");
    }
}

#[test]
fn a_body_that_ends_too_early_is_marked_after_its_end() {
    for body in ["", "{", r#"{"From_Account":"a""#] {
        let (text, marks) = excerpt(&people(&line("get_contact_group", body)));
        assert_eq!((text.as_str(), marks), (body, " ".repeat(body.len()) + "^"));
    }
}

#[test]
fn control_and_format_characters_are_made_visible() {
    let body = "{\"From_Account\":\"a\",\n\"Sta\u{7f}rt\u{202e}\":\"\u{9b}31m\",\t\"StartIndex\":\"\u{200b}x\u{2028}\"}";
    let output = people(&line("get_contact_group", body));
    assert!(output.chars().all(|character| character == '\n' || !character.is_control()), "{output:?}");
    for hidden in ['\u{202e}', '\u{200b}', '\u{2028}'] {
        assert!(!output.contains(hidden));
    }
    assert_eq!(marked(&output), "\"<U+200B>x<U+2028>\"");
    for shown in ["␊", "␉", "<U+009B>31m", "line 1, /Sta␡rt<U+202E>"] {
        assert!(output.contains(shown), "{shown}: {output}");
    }
    // Nor does the input get at the terminal through a member name in the message.
    let colored = run(&["validate", "--color=always"], &line("get_contact_group", "{\"\\u001b[31m\":1}")).1;
    assert!(!colored.contains("\x1b[31m"), "{colored:?}");
}

#[test]
fn wide_and_combining_text_does_not_move_the_marks() {
    // Columns in front of the piece, and of the piece: 2 for each ideograph and emoji, 0 for the accent.
    for (before, piece, indent, columns) in [
        ("日本", "5", 4, 1),
        ("e\u{301}", "5", 1, 1),
        ("🎉", "\"日本\"", 2, 6),
        ("한", "\"e\u{301}\"", 2, 3),
        ("👩\u{200d}👩", "5", 12, 1),
        ("ﾊ", "\"ﾊ\"", 1, 3),
    ] {
        let body = format!("{{\"{before}\":1,\"From_Account\":\"a\",\"StartIndex\":[{piece}]}}");
        let (_, marks) = excerpt(&people(&line("get_contact_group", &body)));
        let front = "{\"\":1,\"From_Account\":\"a\",\"StartIndex\":".len() + indent;
        assert_eq!(marks, " ".repeat(front) + &"^".repeat(columns + 2), "{body}");
    }
}

#[test]
fn long_bodies_are_cut_around_the_piece() {
    let pad = "p".repeat(5000);
    let body = format!(r#"{{"Pad":"{pad}","From_Account":"a","StartIndex":"x","More":"{pad}"}}"#);
    for columns in ["40", "100", "9999"] {
        let mut tool = command(&["validate", "--format", "people"]);
        tool.env("COLUMNS", columns);
        let output = String::from_utf8(finish(tool, &line("get_contact_group", &body)).stdout).unwrap();
        let (text, marks) = excerpt(&output);
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        assert!(text.chars().count() <= columns.parse::<usize>().unwrap().min(200), "{text}");
        assert_eq!(text.chars().skip(marks.find('^').unwrap()).take(3).collect::<String>(), "\"x\"");
    }
    let body = format!(r#"{{"From_Account":"a","StartIndex":"{pad}"}}"#);
    let piece = marked(&people(&line("get_contact_group", &body)));
    assert!(piece.starts_with("\"ppp") && piece.ends_with("ppp\"") && piece.contains('…') && piece.chars().count() < 100);
    // A member name may be as long as it likes.
    let body = format!(r#"{{"From_Account":"a","StartIndex":0,"{pad}":1}}"#);
    assert!(people(&line("get_contact_group", &body)).lines().all(|line| line.chars().count() < 300));
}

#[test]
fn suggestions_are_given_once() {
    let output = people(&line("get_contact_group", r#"{"From_Account":"a","StartIndex":0,"startIndex":1}"#));
    assert!(output.contains("  = help: write `StartIndex`\n"), "{output}");
    let output = people(&line(
        "mark_contact",
        r#"{"From_Account":"a","MarkItem":[{"OptType":2,"ContactItem":{"Type":1,"To_Account":"b"}}]}"#,
    ));
    assert_eq!(output.matches("Leave the operation out").count(), 1, "{output}");
}

#[test]
fn urls_are_not_excerpted() {
    let input = r#"{"url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=hunter2&random=x&contenttype=json","body":{"From_Account":"a","StartIndex":0}}"#;
    let output = people(input);
    assert!(output.contains(" --> line 1, URL at ?random\n") && !output.contains("hunter2"), "{output}");
}

#[test]
fn unreadable_lines_cut_reports_and_totals_are_told() {
    let many: Vec<_> = (0..300).map(|number| format!("\"X{number}\":1")).collect();
    let body = format!("{{{},\"From_Account\":\"a\",\"StartIndex\":0}}", many.join(","));
    let input = format!("nonsense\n{}{}", line("get_contact_group", &body), line("get_contact_group", CLEAN));
    let (status, output) = run(&["validate", "--format", "people"], &input);
    assert_eq!(status, 2);
    assert!(output.starts_with("{\"line\":1,\"error\":\"not a JSON object\"}\n"));
    assert!(
        output.ends_with("\n44 more findings about line 2\n\n2 requests: 0 errors, 256 warnings, 44 more findings\n"),
        "{output}"
    );
}

#[test]
fn every_code_rule_and_warning_is_described() {
    let (status, list) = run(&["describe"], "");
    assert_eq!(status, 0);
    for info in ErrorCode::all() {
        let number = info.code.to_string();
        let (status, text) = run(&["describe", &number], "");
        assert_eq!(status, 0);
        assert!(text.starts_with(&format!("code {number} ({})\n", info.name)), "{text}");
        assert!(said(&text, info.meaning) && said(&text, info.advice) && said(&text, &info.source.to_string()), "{text}");
        for revision in Revision::ALL {
            let own = info.own_meaning(*revision);
            assert_eq!(text.contains(&format!("\n  {revision} ")), own.is_some(), "{text}");
            assert!(said(&text, own.unwrap_or_default()), "{text}");
        }
        assert!(run(&["describe", info.name], "").1.contains(&text));
        assert!(list.contains(&format!("{number}  {}", info.name)));
    }
    for rule in Rule::all() {
        let info = rule.info();
        let (status, text) = run(&["describe", rule.id()], "");
        assert_eq!(status, 0);
        assert!(text.starts_with(&format!("error[{rule}]\n")) && text.contains(&format!("[{}] ", info.ground)), "{text}");
        for part in [info.explanation, info.advice, info.source, info.item_info] {
            assert!(said(&text, part), "{text}");
        }
        assert!(info.codes.iter().all(|code| text.contains(&code.to_string())));
        assert!(list.contains(&format!("  {rule} ")));
    }
    for warning in Warning::all() {
        let info = warning.info();
        let (status, text) = run(&["describe", warning.id()], "");
        assert_eq!(status, 0);
        assert!(text.starts_with(&format!("warning[{warning}]\n")) && text.contains(&format!("[{}] ", info.ground)), "{text}");
        assert!(said(&text, info.explanation) && said(&text, info.advice) && said(&text, info.source), "{text}");
        assert!(list.contains(&format!("  {warning} ")));
    }
}

/// Whether a wrapped text says this.
fn said(text: &str, part: &str) -> bool {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat(text).contains(&flat(part))
}

#[test]
fn what_is_not_documented_is_said_to_be_so() {
    for topic in ["12345", "no-such-rule", "51011x", ""] {
        let output = finish(command(&["describe", topic]), "");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{topic}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("`convmark describe` lists all"));
    }
}

#[test]
fn options_out_of_place_are_refused_with_the_usage() {
    for arguments in [
        &["describe", "--revision", "2023-03"][..],
        &["describe", "50001", "50002"],
        &["replay", "--color", "always"],
        &["replay", "--format", "people"],
        &["validate", "--color", "blue"],
        &["validate", "--format", "xml"],
        &["schema", "file"],
        &["schema", "-"],
        &["schema", "--color", "always"],
        &["schema", "--revision", "2024-01"],
        &["schema", "--page-size", "0"],
    ] {
        let output = finish(command(arguments), "");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("usage: convmark replay"), "{arguments:?}");
    }
}

#[test]
fn help_names_every_subcommand_and_option() {
    let (status, help) = run(&["--help"], "");
    assert_eq!(status, 0);
    for word in [
        "replay",
        "validate",
        "describe",
        "schema",
        "--changes",
        "--reload",
        "--calls-per-second",
        "--format",
        "--color",
        "--revision",
        "--mark-base",
        "--page-size",
        "NO_COLOR",
        "COLUMNS",
        "exit status",
    ] {
        assert!(help.contains(word), "{word}");
    }
    assert_eq!(run(&["describe", "--help"], ""), (0, help));
}
