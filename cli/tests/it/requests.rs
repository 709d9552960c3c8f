//! The built example, run as its users run it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use convmark::Answer;

use crate::bodies::*;
use crate::json::{Json, assert_json, quote};

/// The tool, with pipes on all sides.
fn tool(arguments: &[&str]) -> Command {
    let mut command = crate::tool::command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Gives the tool that input. Writing may fail: who refuses the options does not read.
fn output(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = tool(arguments).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = std::thread::spawn(move || {
        let _ = to.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Exit status and lines of output; nothing may be on standard error.
#[track_caller]
fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> (i32, Vec<String>) {
    let output = output(arguments, input);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    (output.status.code().unwrap(), text.lines().map(String::from).collect())
}

/// One input line.
fn line(command: &str, body: &str) -> String {
    format!("{{\"command\":\"{command}\",\"body\":{body}}}\n")
}

fn get_line() -> String {
    line("get_contact_group", &ME.get(0))
}

const EMPTY_PAGE: &str =
    r#"{"ContactItem":[],"GroupItem":[],"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;

/// `{"line":N,"error":"*"}`
#[track_caller]
fn assert_unreadable(found: &str, number: u64) {
    assert_json(found, &format!(r#"{{"line":{number},"error":"*"}}"#));
}

#[track_caller]
fn assert_one_unreadable(input: impl AsRef<[u8]>) {
    for subcommand in [&["replay"][..], &["validate", "--format", "json"]] {
        let (status, lines) = run(subcommand, &input);
        assert_eq!((status, lines.len()), (2, 1), "{lines:?}");
        assert_unreadable(&lines[0], 1);
    }
}

/// Runs the cases of a file that need none but these options.
fn cases(file: &str, each: impl Fn(&[&str], &str, &[&Json], &str)) {
    let cases = Json::parse(file);
    for case in cases.elements() {
        let name = case.get("name").unwrap().text().unwrap();
        let mut arguments = Vec::new();
        for (option, value) in case.get("options").unwrap().members() {
            arguments.push(format!("--{option}"));
            if value.truth().is_none() {
                arguments.push(value.text().map_or_else(|| value.raw.clone(), String::from));
            }
        }
        let steps = case.get("steps").unwrap().elements();
        let input: String = steps.iter().map(|step| step.get("in").unwrap().raw.clone() + "\n").collect();
        let expected: Vec<&Json> = steps.iter().map(|step| step.get("out").or(step.get("findings")).unwrap()).collect();
        each(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &input, &expected, name);
    }
}

#[test]
fn replay_answers_the_cases_with_and_without_reload() {
    cases(include_str!("../../../tests/cases/replay.json"), |options, input, expected, name| {
        let (status, lines) = run(&[&["replay"], options].concat(), input);
        assert_eq!((status, lines.len()), (0, expected.len()), "{name}");
        for (found, expected) in lines.iter().zip(expected) {
            assert_json(found, &expected.raw);
        }
        assert_eq!(run(&[&["replay", "--reload"], options].concat(), input), (0, lines), "{name}");
    });
}

#[test]
fn validate_finds_what_the_cases_say() {
    cases(include_str!("../../../tests/cases/validate.json"), |options, input, expected, name| {
        let (status, lines) = run(&[&["validate", "--format", "json"], options].concat(), input);
        assert_eq!(lines.len(), expected.len(), "{name}");
        let mut wrong = false;
        for (number, (found, expected)) in lines.iter().zip(expected).enumerate() {
            let found = Json::parse(found);
            assert_eq!(found.get("line").unwrap().number(), Some(number as u64 + 1));
            let summary = |findings: &[Json]| {
                let part = |finding: &Json, name| finding.get(name).map(|part| part.raw.clone()).unwrap_or_default();
                let parts = |finding: &Json| ["severity", "rule", "code", "path"].map(|name| part(finding, name));
                let mut all: Vec<_> = findings.iter().map(parts).collect();
                // Errors have an order, warnings have none.
                let errors = all.iter().filter(|finding| !finding[2].is_empty()).count();
                all[errors..].sort();
                (errors, all)
            };
            let (errors, found) = summary(found.get("findings").unwrap().elements());
            wrong |= errors > 0;
            assert_eq!(found, summary(expected.elements()).1, "{name}, step {number}");
        }
        assert_eq!(status, i32::from(wrong), "{name}");
    });
}

const EXAMPLE: &str = include_str!("../../../examples/requests.jsonl");

#[test]
fn the_example_file_is_a_day_of_every_kind_of_request() {
    let lines: Vec<Json> = EXAMPLE.lines().map(Json::parse).collect();
    assert!(lines.len() >= 40, "{}", lines.len());
    let times: Vec<u64> = lines.iter().map(|line| line.get("now").unwrap().number().unwrap()).collect();
    assert!(times[0] >= 1_775_180_000 && times.is_sorted());
    for command in convmark::Command::all() {
        let by_name = lines.iter().any(|line| line.get("command").and_then(Json::text) == Some(command.name()));
        let path = format!("/{}?", command.name());
        let by_url = lines.iter().filter_map(|line| line.get("url")?.text()).any(|url| url.contains(&path));
        assert!(by_name && by_url, "{command}");
    }
}

#[test]
fn the_example_file_replays() {
    let (status, answers) = run(&["replay"], EXAMPLE);
    assert_eq!((status, answers.len()), (0, EXAMPLE.lines().count()));
    let read: Vec<Answer> = answers.iter().map(|answer| Answer::read(answer.as_bytes()).unwrap()).collect();
    assert!(!answers.iter().any(|answer| answer.starts_with(r#"{"line""#)));
    assert!(read.iter().filter(|answer| answer.is_ok()).count() >= 25);
    let codes: Vec<i64> = read.iter().map(|answer| answer.code.get()).collect();
    for code in [50001, 50002, 50003, 51009, 51011, 51013, 60002, 60003, 60009, 60012, 60015] {
        assert!(codes.contains(&code), "{code}");
    }
    let items: Vec<i64> = read.iter().flat_map(|answer| &answer.items).map(|item| item.code.get()).collect();
    for code in [0, 50001, 51007, 51013] {
        assert!(items.contains(&code), "{code}");
    }
    assert_eq!(run(&["replay", "--reload"], EXAMPLE), (0, answers));
}

#[test]
fn the_example_file_is_read_by_name() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/requests.jsonl");
    let by_name = run(&["replay", path], "");
    assert_eq!(by_name, run(&["replay", "-"], EXAMPLE));
    assert_eq!(by_name, run(&["replay"], EXAMPLE));
}

#[test]
fn changes_stand_beside_the_answer() {
    let input =
        line("create_contact_group", &ME.create("g", &user_contact("a"))).replace("\"body\"", "\"now\":7,\"body\"") + &get_line();
    let (status, lines) = run(&["replay", "--changes"], input);
    assert_eq!((status, lines.len()), (0, 2));
    assert_json(
        &lines[0],
        r#"{"response":{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":1},"ResultItem":[{"ContactItem":{"Type":1,"To_Account":"a"},"ResultCode":0,"ResultInfo":""}]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""},"changes":[{"type":"group_created","at":7,"group_id":1,"name":"g"},{"type":"conversation_added","at":7,"group_id":1,"conversation":{"Type":1,"To_Account":"a"}}]}"#,
    );
    assert!(lines[1].ends_with(r#","changes":[]}"#));
}

#[test]
fn refused_requests_are_no_error_of_replay() {
    let (status, lines) = run(&["replay"], line("get_contact_group", "{}"));
    assert_eq!((status, lines.len()), (0, 1));
    assert_json(&lines[0], r#"{"ActionStatus":"FAIL","ErrorCode":50002,"ErrorInfo":"*"}"#);
}

#[test]
fn validate_ends_with_0_1_or_2() {
    let (clean, wrong) = (get_line(), line("get_contact_group", "{}"));
    let odd = line("get_contact_group", r#"{"From_Account":"me","StartIndex":0,"x":0}"#);
    for (input, expected) in [
        (String::new(), 0),
        (clean.clone(), 0),
        (odd, 0),
        (wrong.clone(), 1),
        (clean.clone() + &wrong + &clean, 1),
        ("x\n".into(), 2),
        (format!("{wrong}x\n{clean}"), 2),
    ] {
        for format in ["text", "json"] {
            assert_eq!(run(&["validate", "--format", format], &input).0, expected, "{input}");
        }
    }
}

#[test]
fn a_broken_line_is_printed_in_place_and_the_rest_goes_on() {
    let input = format!("{}{{\"command\":\n{}", get_line(), get_line());
    let (status, lines) = run(&["replay"], &input);
    assert_eq!((status, lines.len()), (2, 3));
    assert_json(&lines[0], EMPTY_PAGE);
    assert_unreadable(&lines[1], 2);
    assert_json(&lines[2], EMPTY_PAGE);
    let (status, lines) = run(&["validate", "--format", "text"], &input);
    assert_eq!((status, lines.len()), (2, 2));
    assert_unreadable(&lines[0], 2);
    assert_eq!(lines[1], "2 requests: 0 errors, 0 warnings");
}

#[test]
fn blank_lines_are_skipped_and_counted() {
    let input = format!("\n  \t\r\n{}\n\nx\n   \n{}", get_line(), line("get_contact_group", "{}").trim_end());
    let (status, lines) = run(&["validate", "--format", "json"], &input);
    assert_eq!((status, lines.len()), (2, 3));
    assert_json(&lines[0], r#"{"line":3,"findings":[]}"#);
    assert_unreadable(&lines[1], 6);
    assert_eq!(Json::parse(&lines[2]).get("line").unwrap().number(), Some(8));
    assert_eq!(run(&["replay"], "\n \n"), (0, vec![]));
    // Lines may end as they do elsewhere.
    assert_eq!(run(&["replay"], get_line().replace('\n', "\r\n").repeat(2)).1, [EMPTY_PAGE; 2]);
}

#[test]
fn what_is_no_envelope_is_refused() {
    let body = ME.get(0);
    for line in [
        "x".to_string(),
        "null".into(),
        "[]".into(),
        "5".into(),
        "{}".into(),
        format!(r#"["get_contact_group",null,{body}]"#),
        format!(r#"{{"command":"get_contact_group","body":{body}}}x"#),
        format!(r#"{{"command":"Get_contact_group","body":{body}}}"#),
        format!(r#"{{"command":"","body":{body}}}"#),
        format!(r#"{{"command":5,"body":{body}}}"#),
        format!(r#"{{"url":5,"body":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","raw":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","now":"1","body":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","now":-1,"body":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","now":1.5,"body":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","now_ms":true,"body":{body}}}"#),
        format!(r#"{{"command":"get_contact_group","body":{body},"facts":5}}"#),
        format!(r#"{{"command":"get_contact_group","body":{body},"facts":{{"admin":1}}}}"#),
        format!(r#"{{"command":"get_contact_group","body":{body},"facts":{{"plan":"yes"}}}}"#),
        format!(r#"{{"command":"get_contact_group","body":{body},"facts":{{"unknown_accounts":"u"}}}}"#),
        format!(r#"{{"command":"get_contact_group","body":{body},"facts":{{"unresolved_groups":[1]}}}}"#),
        // A body that is no JSON needs `raw`.
        r#"{"command":"get_contact_group","body":{a}}"#.into(),
    ] {
        assert_one_unreadable(format!("{line}\n"));
    }
}

#[test]
fn facts_as_an_array_are_refused() {
    assert_one_unreadable(format!(r#"{{"command":"get_contact_group","body":{},"facts":[true,true,["me"],[]]}}"#, ME.get(0)));
    assert_one_unreadable(format!(r#"{{"command":"get_contact_group","body":{},"facts":[]}}"#, ME.get(0)));
}

#[test]
fn bytes_that_are_no_utf8_are_no_envelope() {
    assert_one_unreadable(b"{\"command\":\"get_contact_group\",\"raw\":\"\xff\"}\n");
    assert_one_unreadable(b"\xff\xfe\n");
    assert_one_unreadable("\u{feff}".to_string() + &get_line());
}

#[test]
fn exactly_one_of_command_and_url_and_of_body_and_raw() {
    let url = r#""url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json""#;
    let command = r#""command":"get_contact_group""#;
    let body = format!(r#""body":{}"#, ME.get(0));
    let raw = format!(r#""raw":{}"#, quote(&ME.get(0)));
    for parts in [
        &[url, body.as_str()][..],
        &[url, &raw],
        &[command, &body],
        &[command, &raw],
        &[command, r#""url":null"#, &body],
        &[url, r#""command":null"#, r#""raw":null"#, &body],
    ] {
        assert_eq!(run(&["replay"], format!("{{{}}}\n", parts.join(","))), (0, vec![EMPTY_PAGE.to_string()]), "{parts:?}");
    }
    for parts in [
        &[url, command, body.as_str()][..],
        &[url, &body, &raw],
        &[command, &body, &raw],
        &[command, r#""body":null"#, &raw],
        &[command],
        &[url],
        &[&body],
        &[r#""command":null"#, r#""url":null"#, &body],
        &[command, r#""raw":null"#],
    ] {
        assert_one_unreadable(format!("{{{}}}\n", parts.join(",")));
    }
}

#[test]
fn null_is_absent_but_as_the_body() {
    let nulls = format!(
        r#"{{"command":"get_contact_group","url":null,"raw":null,"now":null,"now_ms":null,"facts":null,"x":null,"body":{}}}"#,
        ME.get(0)
    );
    assert_eq!(run(&["replay"], &nulls), (0, vec![EMPTY_PAGE.to_string()]));
    let facts = r#"{"admin":null,"plan":null,"unknown_accounts":null,"unresolved_groups":null,"x":{}}"#;
    assert_eq!(
        run(&["replay"], nulls.replace(r#""facts":null"#, &format!(r#""facts":{facts}"#))),
        (0, vec![EMPTY_PAGE.to_string()])
    );
    let (status, lines) = run(&["validate", "--format", "json"], line("get_contact_group", "null"));
    assert_eq!(status, 1);
    let expected = r#"{"line":1,"findings":[{"severity":"error","rule":"wrong-type","code":50002,"path":"","message":"*"}]}"#;
    assert_json(&lines[0], expected);
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
fn raw_bodies_may_be_anything() {
    for (raw, code) in [("", 60003), ("{", 60003), ("{}x", 60003), ("\u{0}", 60003), ("[]", 50002), (&*ME.get(0), 0)] {
        let (status, lines) = run(&["replay"], format!(r#"{{"command":"get_contact_group","raw":{}}}"#, quote(raw)));
        assert_eq!((status, Answer::read(lines[0].as_bytes()).unwrap().code.get()), (0, code), "{raw:?}");
    }
}

#[test]
fn facts_decide() {
    let with = |facts: &str| {
        let input =
            line("create_contact_group", &ME.create("g", &format!(r#"{},{{"Type":2,"ToGroupId":"c"}}"#, user_contact("a"))));
        let (status, lines) = run(&["replay"], input.replace(r#""body""#, &format!(r#""facts":{facts},"body""#)));
        assert_eq!(status, 0);
        let answer = Answer::read(lines[0].as_bytes()).unwrap();
        (answer.code.get(), answer.items.iter().map(|item| item.code.get()).collect::<Vec<_>>())
    };
    assert_eq!(with("{}"), (0, vec![0, 0]));
    assert_eq!(with(r#"{"admin":false,"plan":false}"#), (50003, vec![]));
    assert_eq!(with(r#"{"plan":false}"#), (51013, vec![]));
    assert_eq!(with(r#"{"unknown_accounts":["me"],"plan":false}"#), (50001, vec![]));
    assert_eq!(with(r#"{"unknown_accounts":["a","c"]}"#), (0, vec![50001, 0]));
    assert_eq!(with(r#"{"unresolved_groups":["a","c"]}"#), (0, vec![0, 51007]));
    // What can be no ID is never asked for.
    assert_eq!(with(r#"{"unknown_accounts":["","é"],"unresolved_groups":[""]}"#), (0, vec![0, 0]));
}

#[test]
fn the_call_frequency_counts_in_milliseconds_for_each_command() {
    let at = |command: &str, body: &str, time: &str| line(command, body).replace(r#""body""#, &format!(r#"{time},"body""#));
    let get = |time: &str| at("get_contact_group", &ME.get(0), time);
    let input = [
        get(r#""now":1"#),
        get(r#""now_ms":1999"#),
        at("search_contact_group", &ME.search(&user_contact("a")), r#""now_ms":1999"#),
        get(r#""now_ms":2000"#),
        get(r#""now":2,"now_ms":2999"#),
        get(r#""now":3"#),
    ];
    let codes = |arguments: &[&str]| -> Vec<i64> {
        let (status, lines) = run(arguments, input.concat());
        assert_eq!(status, 0);
        lines.iter().map(|line| Answer::read(line.as_bytes()).unwrap().code.get()).collect()
    };
    assert_eq!(codes(&["replay", "--calls-per-second", "1"]), [0, 60007, 0, 0, 60007, 0]);
    assert_eq!(codes(&["replay", "--calls-per-second=0"]), [60007; 6]);
    assert_eq!(codes(&["replay"]), [0; 6]);
}

#[test]
fn options_set_the_policy() {
    let long = line("create_contact_group", &ME.create(&"n".repeat(33), ""));
    assert_eq!(run(&["validate", "--format", "json", "--revision", "2026-04"], &long).0, 0);
    assert_eq!(run(&["validate", "--format", "json", "--revision", "2023-03"], &long).0, 1);
    let zero = line("mark_contact", &ME.set_marks("a", "0"));
    assert_eq!(run(&["validate", "--format", "json", "--mark-base", "0"], &zero).0, 0);
    assert_eq!(run(&["validate", "--format", "json", "--mark-base=1"], &zero).0, 1);
    // In any order, and the file between them.
    assert_eq!(run(&["validate", "--mark-base", "0", "-", "--format", "json", "--revision", "2023-03"], &zero).0, 0);
    let rows = line("create_contact_group", &create_body("g", &contacts(3))) + &get_line();
    let (_, lines) = run(&["replay", "--page-size", "2"], rows);
    assert!(lines[1].contains(r#""CompleteFlag":0,"NextStartIndex":2"#), "{}", lines[1]);
}

#[test]
fn wrong_options_are_refused_with_the_usage() {
    for arguments in [
        &[][..],
        &["other"],
        &["Replay"],
        &["replay", "--other"],
        &["replay", "-x"],
        &["replay", "--reload=1"],
        &["replay", "--format", "json"],
        &["validate", "--changes"],
        &["validate", "--reload"],
        &["validate", "--calls-per-second", "1"],
        &["validate", "--format"],
        &["validate", "--format", "xml"],
        &["replay", "--page-size", "0"],
        &["replay", "--page-size", "-1"],
        &["replay", "--page-size", "x"],
        &["replay", "--page-size"],
        &["replay", "--page-size", "4294967296"],
        &["validate", "--page-size", "0"],
        &["replay", "--mark-base", "2"],
        &["replay", "--revision", "2024-01"],
        &["replay", "--calls-per-second", "-1"],
        &["replay", "one", "two"],
    ] {
        let output = output(arguments, get_line());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("usage: convmark replay"), "{text}");
        assert!(!text.starts_with("usage"), "the reason comes first: {text}");
    }
}

#[test]
fn an_absurd_call_limit_does_not_abort() {
    for limit in ["1000000", "4294967295"] {
        let output = output(&["replay", "--calls-per-second", limit], get_line());
        assert!(matches!(output.status.code(), Some(0 | 2)), "{output:?}");
    }
}

#[test]
fn a_single_setting_wins_in_any_order() {
    let plain = EMPTY_PAGE.to_string();
    let (index, display) = (r#","NextStartIndex":0"#, r#","ErrorDisplay":""}"#);
    let shown = |page: &str| page.strip_suffix('}').unwrap().to_string() + display;
    for (arguments, expected) in [
        (&["--observed"][..], shown(&plain.replace(index, ""))),
        (&["--observed", "--revision", "2026-04"], shown(&plain.replace(index, ""))),
        (&["--observed", "--error-display", "none"], plain.replace(index, "")),
        (&["--error-display", "none", "--observed"], plain.replace(index, "")),
        (&["--observed", "--last-page-index=zero"], shown(&plain)),
        (&["--last-page-index=zero", "--observed"], shown(&plain)),
        (&["--error-display", "all", "--revision", "2023-03"], shown(&plain)),
        (&["--revision", "2023-03", "--error-display", "all"], shown(&plain)),
        (&["--revision", "2023-03", "--last-page-index", "absent"], plain.replace(index, "")),
        (&["--error-display", "sampled"], plain.clone()),
    ] {
        assert_eq!(run(&[&["replay"], arguments].concat(), get_line()), (0, vec![expected]), "{arguments:?}");
    }
}

#[test]
fn the_preset_is_of_one_revision() {
    for arguments in [["--observed", "--revision", "2023-03"], ["--revision", "2023-03", "--observed"]] {
        let output = output(&[&["replay"][..], &arguments].concat(), get_line());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("--observed is about revision 2026-04"), "{text}");
    }
}

#[test]
fn a_missing_file_is_a_plain_error() {
    let output = output(&["replay", "no/such/file.jsonl"], "");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("no/such/file.jsonl") && !text.contains("panicked"), "{text}");
}

#[test]
fn help_explains_everything() {
    let (status, lines) = run(&["--help"], "");
    assert_eq!(status, 0);
    let text = lines.join("\n");
    for word in [
        "replay",
        "validate",
        "--changes",
        "--reload",
        "--calls-per-second",
        "--format",
        "--revision",
        "--mark-base",
        "--page-size",
        "--observed",
        "--error-display none|sampled|all",
        "--last-page-index zero|absent",
        "--rename-items absent|empty",
        "command",
        "url",
        "body",
        "raw",
        "now_ms",
        "facts",
        "unknown_accounts",
        "unresolved_groups",
        "exit status",
    ] {
        assert!(text.contains(word), "{word}");
    }
    assert_eq!(run(&["replay", "--help"], "").1, lines);
    assert_eq!(run(&["validate", "--help"], "").1, lines);
}

#[test]
fn text_has_a_line_for_each_finding_and_the_totals() {
    let odd = line("get_contact_group", r#"{"From_Account":5,"startindex":0}"#);
    let (status, lines) = run(&["validate", "--format", "text"], format!("\n{odd}{}", get_line()));
    assert_eq!((status, lines.len()), (1, 4));
    assert!(lines[0].starts_with("line 2: error[account-not-string] 60015 at /From_Account: "), "{}", lines[0]);
    assert!(lines[1].starts_with("line 2: error[missing-field] 50002 at /StartIndex: "), "{}", lines[1]);
    assert!(lines[2].starts_with("line 2: warning[unknown-field] at /startindex: "), "{}", lines[2]);
    assert_eq!(lines[3], "2 requests: 2 errors, 1 warnings");
    assert_eq!(run(&["validate", "--format", "text"], ""), (0, vec!["0 requests: 0 errors, 0 warnings".into()]));
    // The default, as long as nobody looks on.
    assert_eq!(
        run(&["validate"], odd).1,
        run(&["validate", "--format", "text"], line("get_contact_group", r#"{"From_Account":5,"startindex":0}"#)).1
    );
}

#[test]
fn a_member_name_with_a_line_break_stays_on_one_line() {
    for name in ["a\nb", "a\r\nb", "a\u{1b}[31mb", "a\u{85}b", "a\u{2028}b"] {
        let body = format!(r#"{{"From_Account":"me","StartIndex":0,{}:0}}"#, quote(name));
        let (status, lines) = run(&["validate", "--format", "text"], line("get_contact_group", &body));
        assert_eq!((status, lines.len()), (0, 2), "{lines:?}");
        assert!(lines[0].starts_with("line 1: warning[unknown-field] at /a"), "{lines:?}");
        assert!(!lines.concat().contains(char::is_control), "{lines:?}");
        // In JSON the path is whole.
        let (_, lines) = run(&["validate", "--format", "json"], line("get_contact_group", &body));
        assert_eq!(Json::parse(&lines[0]).at("/findings/0/path").unwrap().text(), Some(&*format!("/{name}")));
    }
}

#[test]
fn findings_beyond_the_maximum_are_counted() {
    let body = format!(r#"{{"From_Account":"me","ContactItem":[{}]}}"#, vec!["1"; 300].join(","));
    let input = line("search_contact_group", &body);
    let (status, lines) = run(&["validate", "--format", "json"], &input);
    assert_eq!((status, lines.len()), (1, 1));
    assert!(lines[0].ends_with(r#"],"more":44}"#));
    assert_eq!(Json::parse(&lines[0]).get("findings").unwrap().elements().len(), 256);
    let (status, lines) = run(&["validate", "--format", "text"], &input);
    assert_eq!((status, lines.len()), (1, 258));
    assert_eq!(lines[256], "line 1: 44 more findings");
    assert_eq!(lines[257], "1 requests: 256 errors, 0 warnings, 44 more findings");
}

#[test]
fn validate_judges_the_url_and_the_body() {
    let input = r#"{"url":"/v4/recentcontact/get_contact_group?sdkappid=1&identifier=a&usersig=s&random=x&contenttype=xml","body":{}}
{"url":"/v4/recentcontact/other","body":{}}
"#;
    let (status, lines) = run(&["validate", "--format", "text"], input);
    assert_eq!((status, lines.len()), (1, 5));
    assert!(lines[0].starts_with("line 1: error[bad-parameter] 60002 at ?random: "), "{}", lines[0]);
    assert!(lines[1].starts_with("line 1: error[missing-field] 50002 at /From_Account: "), "{}", lines[1]);
    assert!(lines[2].starts_with("line 1: error[missing-field] 50002 at /StartIndex: "), "{}", lines[2]);
    assert!(lines[3].starts_with("line 2: error[unknown-endpoint] 60009: "), "{}", lines[3]);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for arguments in
        [&["replay"][..], &["replay", "--changes"], &["validate", "--format", "json"], &["validate", "--format", "text"]]
    {
        let mut child = tool(arguments).spawn().unwrap();
        let mut to = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || {
            let block = (get_line() + &line("get_contact_group", "{}")).repeat(100);
            // Until the tool reads no more; a tool that never stops is stopped by the end of the input.
            for _ in 0..2000 {
                if to.write_all(block.as_bytes()).is_err() {
                    return true;
                }
            }
            false
        });
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        reader.read_line(&mut first).unwrap();
        assert!(first.ends_with('\n'));
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert!(writer.join().unwrap(), "{arguments:?} went on");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {:?}", output.status);
    }
}

#[test]
fn answers_come_while_the_input_is_still_open() {
    // Enough to fill the buffers: the tool holds neither input nor output back.
    let mut child = tool(&["replay"]).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let lines = 2000;
    let writer = std::thread::spawn(move || {
        to.write_all(get_line().repeat(lines).as_bytes()).unwrap();
        to
    });
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    assert_eq!(first.trim_end(), EMPTY_PAGE);
    let rest = std::thread::spawn(move || reader.lines().count());
    drop(writer.join().unwrap());
    assert_eq!(rest.join().unwrap(), lines - 1);
    assert!(child.wait().unwrap().success());
}

#[test]
fn deep_and_large_lines_are_read() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let unknown = format!(r#"{{"command":"get_contact_group","x":{deep},"body":{}}}"#, ME.get(0));
    assert_eq!(run(&["replay"], unknown), (0, vec![EMPTY_PAGE.to_string()]));
    let (status, lines) = run(&["replay"], line("get_contact_group", &deep));
    assert_eq!(status, 0);
    assert!(lines[0].contains(r#""ErrorCode":50002,"ErrorInfo":"wrong-type"#), "{}", lines[0]);
    assert_one_unreadable("[".repeat(100_000));
    assert_one_unreadable(r#"{"command":"#.to_string() + &"[".repeat(100_000));
}
