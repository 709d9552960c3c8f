//! `validate --format human`: findings with the piece of the body underlined.

use crate::bodies::*;
use crate::tool::{command, finish, text};

/// What is printed about a request of `get_contact_group` with exactly that body.
fn report(body: &str) -> String {
    human(&raw_line("get_contact_group", body))
}

fn human(input: &str) -> String {
    text(&["validate", "--format", "human"], input).1
}

/// The line with the first excerpt and the line of marks under it, without the margin.
fn excerpt(report: &str) -> (String, String) {
    let lines: Vec<_> = report.lines().collect();
    let place = lines.iter().position(|line| line.contains('^')).expect("marks");
    // The line of an empty body ends with its margin.
    let bare = |line: &str| line.split_once('|').expect("a margin").1.chars().skip(1).collect();
    (bare(lines[place - 1]), bare(lines[place]))
}

/// What stands over the marks, if every character takes one column.
fn marked(report: &str) -> String {
    let (text, marks) = excerpt(report);
    text.chars().skip(marks.find('^').unwrap()).take(marks.matches('^').count()).collect()
}

const BAD_START: &str = r#"{"From_Account":"a","StartIndex":"secret"}"#;

#[test]
fn a_finding_shows_what_where_why_and_what_to_do() {
    let expected = r#"error[wrong-type] 50002 at /StartIndex: `StartIndex` must be an integer (a number without fraction or exponent) but is a string
  |
1 | {"From_Account":"a","StartIndex":"secret"}
  |                                  ^^^^^^^^
  |
  = help: Send the value with its documented type.
  = ground: [doc] field tables of pages 1047/53437 to 1047/53442; decided: a number with fraction or exponent is not an integer

1 request: 1 error, 0 warnings
"#;
    assert_eq!(report(BAD_START), expected);
}

#[test]
fn the_text_format_shows_no_values() {
    let input = raw_line("get_contact_group", BAD_START);
    let expected = "line 1: error[wrong-type] 50002 at /StartIndex: `StartIndex` must be an integer (a number \
                    without fraction or exponent) but is a string\n1 request: 1 error, 0 warnings\n";
    for arguments in [
        &["validate"][..],
        &["validate", "--color", "never"],
        &["validate", "--format=text", "--color=always"],
    ] {
        assert_eq!(text(arguments, &input), (1, expected.to_string()), "{arguments:?}");
    }
}

#[test]
fn several_findings_of_one_line_are_shown_one_by_one() {
    let report = human(
        &("\n".repeat(9) + &line("get_contact_group", r#"{"From_Account":5,"startindex":0}"#)),
    );
    let body = r#"10 | {"From_Account":5,"startindex":0}"#;
    assert_eq!(report.matches(body).count(), 3, "{report}");
    for (head, indent, columns) in [
        ("error[account-not-string] 60015 at /From_Account: ", 16, 1),
        ("error[missing-field] 50002 at /StartIndex: ", 0, 33),
        ("warning[unknown-field] at /startindex: ", 18, 12),
    ] {
        let marks = "   | ".to_string() + &" ".repeat(indent) + &"^".repeat(columns);
        let found = report.split("\n\n").find(|finding| finding.starts_with(head));
        let found = found.unwrap_or_else(|| panic!("{head}: {report}"));
        assert!(found.lines().any(|line| line == marks), "{found}");
    }
}

#[test]
fn color_is_only_color() {
    let warned = r#"{"From_Account":"a","StartIndex":0,"X":1}"#;
    let input = [BAD_START, warned].map(|body| raw_line("get_contact_group", body)).concat();
    let (status, colored) = text(&["validate", "--color", "always"], &input);
    assert_eq!(status, 1);
    assert!(
        colored.contains("\u{1b}[1m\u{1b}[91merror[wrong-type] 50002 at /StartIndex"),
        "{colored:?}"
    );
    assert!(colored.contains("\u{1b}[1m\u{1b}[33mwarning[unknown-field] at /X"), "{colored:?}");
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), human(&input));
    assert_eq!(text(&["validate", "--format", "human"], &input), (1, human(&input)));
}

/// On a terminal of its own, where the system has the means to make one.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_color_unless_the_environment_says_no() {
    use std::process::Command;

    let file = std::env::temp_dir().join(format!("convmark-human-{}.jsonl", std::process::id()));
    std::fs::write(&file, raw_line("get_contact_group", BAD_START)).unwrap();
    // With and without the variable that services for continuous integration set.
    for ci in [None, Some("true")] {
        let on_terminal = |variable: (&str, &str), options: &str| {
            let tool = format!("'{}' validate {options} '{}'", crate::tool::PATH, file.display());
            let mut script = Command::new("script");
            script.args(["-qec", &tool, "/dev/null"]).stdin(std::process::Stdio::null());
            script.env_remove("NO_COLOR").env_remove("COLUMNS").env("TERM", "xterm");
            script.env_remove("CI").envs(ci.map(|ci| ("CI", ci))).env(variable.0, variable.1);
            script.output().map(|output| String::from_utf8(output.stdout).unwrap())
        };
        if let Ok(output) = on_terminal(("X", ""), "") {
            assert!(
                output.contains("\u{1b}[91merror[wrong-type]") && output.contains("^^^^^^^^"),
                "{output}"
            );
            for (variable, options) in
                [(("NO_COLOR", "1"), ""), (("TERM", "dumb"), ""), (("X", ""), "--color never")]
            {
                let output = on_terminal(variable, options).unwrap();
                assert!(
                    !output.contains('\u{1b}') && output.contains("^^^^^^^^"),
                    "{variable:?}: {output}"
                );
            }
            assert!(
                on_terminal(("NO_COLOR", ""), "").unwrap().contains('\u{1b}'),
                "empty is not set"
            );
            let forced = on_terminal(("NO_COLOR", "1"), "--color always").unwrap();
            assert!(forced.contains('\u{1b}'), "an option wins");
            let text = on_terminal(("X", ""), "--format text").unwrap();
            assert!(text.starts_with("line 1: error[wrong-type]"), "{text}");
        }
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn the_offending_piece_is_underlined() {
    for (body, piece) in [
        (r#"{"From_Account":7,"StartIndex":0}"#, "7"),
        (r#"{"StartIndex":0}"#, r#"{"StartIndex":0}"#),
        (r#"{"From_Account":"a","StartIndex":0,"Sta\"rt" : 5}"#, r#""Sta\"rt""#),
        (r#"{"From_Account":"a","StartIndex":0,"\\" : 5}"#, r#""\\""#),
        (r#"{"From_Account":"a",}"#, "}"),
        (r#"{"From_Account":"ü",é}"#, "é"),
        ("[1]", "[1]"),
        ("\u{feff}{}", "<U+FEFF>"),
    ] {
        assert_eq!(marked(&report(body)), piece, "{body}");
    }
    let marks = human(&raw_line("mark_contact", r#"{"From_Account":"a","MarkItem":[]}"#));
    assert_eq!(marked(&marks), "[]");
}

#[test]
fn a_body_that_ends_too_early_is_marked_after_its_end() {
    for body in ["", "{", r#"{"From_Account":"a""#] {
        let (text, marks) = excerpt(&report(body));
        assert_eq!((text.as_str(), marks), (body, " ".repeat(body.len()) + "^"));
    }
}

#[test]
fn white_space_in_front_does_not_move_the_marks() {
    for spaces in [1, 19, 20, 21, 27, 60] {
        let report = report(&(" ".repeat(spaces) + BAD_START));
        assert_eq!(marked(&report), r#""secret""#, "{spaces}: {report}");
    }
}

#[test]
fn control_and_format_characters_are_made_visible() {
    let body = "{\"From_Account\":\"a\",\n\"Sta\u{7f}rt\u{202e}\":\"\u{9b}31m\",\t\"StartIndex\":\"\u{200b}x\u{2028}\"}";
    let report = report(body);
    let is_line = |character: char| character == '\n' || !character.is_control();
    assert!(report.chars().all(is_line), "{report:?}");
    for hidden in ['\u{202e}', '\u{200b}', '\u{2028}'] {
        assert!(!report.contains(hidden));
    }
    assert_eq!(marked(&report), "\"<U+200B>x<U+2028>\"");
    for shown in ["␊", "␉", "<U+009B>31m", " at /Sta␡rt<U+202E>: "] {
        assert!(report.contains(shown), "{shown}: {report}");
    }
    // Nothing gets to the terminal through a member name in the message.
    let input = line("get_contact_group", "{\"\\u001b[31m\":1}");
    let (_, colored) = text(&["validate", "--color=always"], input);
    assert!(!colored.contains("\u{1b}[31m"), "{colored:?}");
}

#[test]
fn every_control_and_bidirectional_character_is_made_visible() {
    let controls = ('\u{1}'..='\u{9f}').filter(|character| character.is_control());
    let bidirectional = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    let joined = "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{fe0f}\u{ad}\u{1f1e6}\u{1f3fb}\u{e0041}\u{fff9}\u{e000}";
    for character in controls.chain(bidirectional.chars()).chain(joined.chars()) {
        let body = format!(
            r#"{{{}:1,"From_Account":"a","StartIndex":"b"}}"#,
            quote(&character.to_string())
        );
        let unescaped = body.replace("\\n", "\n").replace("\\t", "\t");
        for body in [&body, &unescaped] {
            let report = report(body);
            assert!(!report.replace('\n', "").contains(character), "{character:?}: {report:?}");
        }
    }
}

#[test]
fn wide_and_combining_text_does_not_move_the_marks() {
    // The columns in front of the piece, and those of the piece.
    for (before, piece, indent, columns) in [
        ("日本", "5", 4, 1),
        ("e\u{301}", "5", 1, 1),
        ("🎉", "\"日本\"", 2, 6),
        ("한", "\"e\u{301}\"", 2, 3),
        ("👩\u{200d}👩", "5", 12, 1),
        ("ﾊ", "\"ﾊ\"", 1, 3),
    ] {
        let body = format!("{{\"{before}\":1,\"From_Account\":\"a\",\"StartIndex\":[{piece}]}}");
        let (_, marks) = excerpt(&report(&body));
        let front = "{\"\":1,\"From_Account\":\"a\",\"StartIndex\":".len() + indent;
        assert_eq!(marks, " ".repeat(front) + &"^".repeat(columns + 2), "{body}");
    }
}

/// What is printed if the variable COLUMNS has that value.
fn report_in(columns: &str, body: &str) -> String {
    let mut tool = command(&["validate", "--format", "human"]);
    let child = tool.env("COLUMNS", columns).spawn().unwrap();
    let output = finish(child, raw_line("get_contact_group", body).as_bytes());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn long_bodies_are_cut_around_the_piece() {
    for pad in ["p".repeat(5000), "日".repeat(5000)] {
        let body =
            format!(r#"{{"Pad":"{pad}","From_Account":"a","StartIndex":"x","More":"{pad}"}}"#);
        for (columns, width) in [("40", 40), ("100", 100), ("9999", 200), ("0", 40), ("x", 100)] {
            let report = report_in(columns, &body);
            let (text, _) = excerpt(&report);
            assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
            let shown = report.lines().find(|line| line.starts_with("1 | ")).unwrap();
            let wide = shown.matches('日').count();
            assert!(shown.chars().count() + wide <= width, "{columns}: {shown}");
            assert!(shown.chars().count() + wide >= width - 3, "{columns}: {shown}");
        }
    }
    let pad = "p".repeat(5000);
    let body = format!(r#"{{"Pad":"{pad}","From_Account":"a","StartIndex":"x","More":"{pad}"}}"#);
    assert_eq!(marked(&report(&body)), "\"x\"");
}

#[test]
fn long_pieces_and_paths_are_cut() {
    let pad = "p".repeat(5000);
    let piece = marked(&report(&format!(r#"{{"From_Account":"a","StartIndex":"{pad}"}}"#)));
    assert!(
        piece.starts_with("\"ppp") && piece.ends_with("ppp\"") && piece.contains('…'),
        "{piece}"
    );
    assert!(piece.chars().count() < 100, "{piece}");
    let report = report(&format!(r#"{{"From_Account":"a","StartIndex":0,"{pad}":1}}"#));
    assert!(report.lines().all(|line| line.chars().count() < 400), "{report}");
}

#[test]
fn advice_is_given_once() {
    let suggested = report(r#"{"From_Account":"a","StartIndex":0,"startIndex":1}"#);
    assert!(suggested.contains("  = help: write `StartIndex`\n"), "{suggested}");
    // The messages say what to do themselves.
    let body = ME.mark(&mark_item(2, &user_contact("b"), ""));
    let no_effect = human(&line("mark_contact", &body));
    assert!(no_effect.contains("changes nothing: send `CustomMark`"), "{no_effect}");
    let empty = human(&line("mark_contact", &ME.mark("")));
    assert!(empty.contains("`MarkItem` is empty; send 1 to 100 elements"), "{empty}");
    for report in [no_effect, empty] {
        assert!(!report.contains("= help"), "{report}");
    }
    let number = report(r#"{"From_Account":7,"StartIndex":0}"#);
    assert!(number.contains("  = help: Write user IDs as JSON strings"), "{number}");
}

#[test]
fn half_a_surrogate_pair_is_underlined_where_its_value_starts() {
    let report =
        human(&raw_line("get_contact_group", r#"{"From_Account":"\ud800","StartIndex":0}"#));
    let lines: Vec<&str> = report.lines().collect();
    let source = lines.iter().position(|line| line.contains("From_Account")).expect("the body");
    assert_eq!(lines[source].find(r#""\ud800"#), lines[source + 1].find('^'), "{report}");
}

#[test]
fn urls_are_not_shown() {
    let input = r#"{"url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=hunter2&random=x&contenttype=json","body":{"From_Account":"a","StartIndex":0}}"#;
    let report = human(input);
    assert!(report.starts_with("error[bad-parameter] 60002 at ?random: "), "{report}");
    assert!(report.contains("\n --> line 1\n") && !report.contains("hunter2"), "{report}");
}

#[test]
fn findings_beyond_the_maximum_are_counted() {
    let many: Vec<_> = (0..300).map(|number| format!("\"X{number}\":1")).collect();
    let body = format!(r#"{{{},"From_Account":"a","StartIndex":0}}"#, many.join(","));
    let input = "nonsense\n".to_string() + &line("get_contact_group", &body);
    let (status, report) = text(&["validate", "--format", "human"], &input);
    assert_eq!(status, 2);
    assert!(
        report.starts_with("{\"line\":1,\"error\":\"the line must be a JSON object"),
        "{report}"
    );
    let end = "\n\nnote: 44 more findings about line 2\n\n1 request: 0 errors, 256 warnings, 44 more findings; 1 line is not a request: line 1\n";
    assert!(report.ends_with(end), "{report}");
}
