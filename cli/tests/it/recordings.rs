//! What is read as a recording, by the subcommands that read them: both formats, and bad input.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::import::{page, row, run};

const START: &str = r#"{"command":"get_contact_group","body":{},"answer":{}"#;

/// An entry of a HAR file for a line of JSON Lines with a command.
pub fn entry(line: &str) -> Value {
    let line: Value = serde_json::from_str(line).unwrap();
    let url = format!(
        "https://console.tim.qq.com/v4/recentcontact/{}?sdkappid=88888888&identifier=admin&usersig=xxx&random=9&contenttype=json#x",
        line["command"].as_str().unwrap()
    );
    json!({
        "startedDateTime": "2025-04-01T00:00:00.000Z",
        "request": {"method": "POST", "url": url, "headers": [], "postData": {"mimeType": "application/json", "text": line["body"].to_string()}},
        "response": {"status": 200, "content": {"size": 1, "text": line["answer"].to_string()}},
    })
}

pub fn archive(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "pages": [], "entries": entries}}).to_string()
}

pub fn foreign() -> Value {
    json!({"request": {"method": "GET", "url": "https://example.com/v4"}, "response": {"content": {}}})
}

#[test]
fn an_archive_is_read_as_the_same_lines_are() {
    let lines = page("b", 0, &row("x"), Some(1)) + &page("b", 1, &row("y"), None);
    let (_, expected, _) = run(&["import"], &lines);
    let mut entries: Vec<_> = lines.lines().map(entry).collect();
    let text = entries[1]["response"]["content"]["text"].as_str().unwrap().to_string();
    entries[1]["response"]["content"] =
        json!({"encoding": "base64", "text": BASE64_STANDARD.encode(text)});
    entries.insert(1, foreign());
    let mut preflight = entry(lines.lines().next().unwrap());
    preflight["request"]["method"] = json!("OPTIONS");
    entries.insert(0, preflight);
    for input in [archive(&entries), format!("\u{feff} {}", archive(&entries))] {
        let (status, out, err) = run(&["import"], &input);
        assert_eq!((status, &out), (0, &expected), "{err}");
        let first = err.lines().next().unwrap();
        assert_eq!(
            first,
            "convmark: 1 account from 2 pages; skipped: 2 entries without a call of this service"
        );
    }
}

#[test]
fn lines_of_other_services_are_skipped_as_entries_are() {
    let other = "{\"url\":\"/v4/openim/sendmsg?x\",\"body\":{\"From_Account\":\"b\"},\"answer\":{\"ActionStatus\":\"OK\",\"ErrorCode\":0}}\n";
    let lines =
        other.to_string() + &page("b", 0, "", None) + &other.replace("/openim/", "%2Fopenim%2F");
    let (status, out, err) = run(&["compare"], &lines);
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "1 exchange compared: 1 agree, 0 differ in 0 places; 2 skipped: not a call of a modeled command; \
         1 account made from pages, 0 taken to be empty, 0 made anew\n"
    );
    let (status, _, err) = run(&["import"], &lines);
    assert_eq!(
        (status, err.lines().next()),
        (
            0,
            Some(
                "convmark: 1 account from 1 page; skipped: 2 lines without a call of this service"
            )
        )
    );
    // A misspelled path of this service is not skipped.
    let (status, out, _) =
        run(&["compare"], &other.replace("openim/sendmsg", "recentcontact/mark"));
    assert_eq!(status, 1);
    assert!(
        out.starts_with("line 1 - at /ErrorCode: theirs answered code 0, ours code 60009, "),
        "{out}"
    );
    let (status, _, err) = run(&["compare"], other);
    assert_eq!(
        (status, err.as_str()),
        (
            2,
            "convmark: standard input: there is no exchange to compare in it: 1 skipped: not a call of a modeled command\n"
        )
    );
}

#[test]
fn errors_in_an_archive_name_the_entry() {
    let entries = [foreign(), entry(&page("b", 1, "", None))];
    let (status, _, err) = run(&["import"], &archive(&entries));
    assert_eq!(status, 2);
    assert!(err.starts_with("convmark: standard input: entry 2: StartIndex is 1, and 0 "), "{err}");
}

#[test]
fn what_is_not_an_archive_is_refused_without_its_values() {
    let whole = archive(&[entry(&page("b", 0, "", None))]);
    let shape = "it must be an object with log.entries, an array of objects with the string request.url; \
                 method, postData.text, content.text and content.encoding are strings; for JSON Lines give --from jsonl";
    for (input, problem) in [
        (
            whole[..whole.len() - 3].to_string(),
            format!("not a whole HAR file: it ends at line 1, column {}, in or after entry 1", whole.len() - 3),
        ),
        (
            r#"{"log":{"entries":[{"request":{"url":["secret"]}}]}}"#.to_string(),
            format!("not a HAR file at line 1, column 38, after entry 0: {shape}"),
        ),
        (
            r#"{"log":{"entries":[{"request":{"url":"/x","method":["secret"]}}]}}"#.to_string(),
            format!("not a HAR file at line 1, column 52, after entry 0: {shape}"),
        ),
        (
            r#"{"log":{"pages":[]}}"#.to_string(),
            format!("not a HAR file at line 1, column 19, after entry 0: {shape}"),
        ),
        (
            r#"{"log":{"entries":[}}"#.to_string(),
            "not a HAR file at line 1, column 20, after entry 0: it is not valid JSON; for JSON Lines give --from jsonl".to_string(),
        ),
    ] {
        for arguments in READERS {
            let (status, out, err) = run(arguments, &input);
            assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}: {input}");
            assert_eq!(err, format!("convmark: standard input: {problem}\n"));
        }
    }
}

#[test]
fn the_format_can_be_given() {
    let (_, _, err) = run(&["import", "--from", "har"], &page("b", 0, "", None));
    assert!(err.starts_with("convmark: standard input: not a HAR file at line 1, "), "{err}");
    let (_, _, err) = run(&["import", "--from", "jsonl"], &archive(&[]));
    assert!(
        err.starts_with("convmark: standard input: line 1: unknown member `log` of the line; "),
        "{err}"
    );
    let text = crate::tool::refused(&["import", "--from", "csv"]);
    assert!(text.contains("[possible values: jsonl, har]"), "{text}");
}

#[test]
fn a_line_that_is_not_an_exchange_says_what_is_wrong() {
    for (line, problem) in [
        (START.to_string(), "the line is not valid JSON: it ends before the value is complete"),
        (
            "[]".to_string(),
            "the line must be a JSON object; its members are `command`, `url`, `body`, `raw`, `now`, `now_ms`, `facts`, `answer_with`, `answer`, `answer_raw`",
        ),
        (
            r#"{"command":"get_contact_group","body":{}}"#.to_string(),
            "exactly one of `answer` and `answer_raw` is needed, but neither is given",
        ),
        (
            format!(r#"{START},"answer_raw":""}}"#),
            "exactly one of `answer` and `answer_raw` is needed, but both are given",
        ),
        (
            r#"{"command":"get_contact_group","body":{},"answer":["secret"]}"#.to_string(),
            "the member `answer` of the line must be a JSON object",
        ),
        (
            r#"{"command":"get_contact_group","body":{},"answer_raw":7}"#.to_string(),
            "the member `answer_raw` of the line must be a string",
        ),
        (
            format!(r#"{START},"now":"secret"}}"#),
            "the member `now` of the line must be an integer from 0 to 18446744073709551615",
        ),
    ] {
        let (status, out, err) = run(&["import"], &format!("\n{line}\n"));
        assert_eq!((status, out.as_str()), (2, ""), "{line}");
        assert_eq!(
            err,
            format!("convmark: standard input: line 2: {problem}; nothing was written\n")
        );
    }
    let output = crate::tool::output(&["import"], b"\xff\n");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("line 1: not valid UTF-8 after 0 bytes: a line must be JSON in UTF-8"),
        "{text}"
    );
}

#[test]
fn a_line_or_an_entry_of_100_mb_is_refused() {
    let long = "x".repeat(100 << 20);
    let (status, out, err) = run(&["import"], &format!("{START},\"raw\":\"{long}\"}}\n"));
    assert_eq!((status, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "convmark: standard input: line 1: the line has more than 16777216 bytes; one exchange may not have more; nothing was written\n"
    );
    let next = page("b", 0, "", None);
    let (status, out, err) = run(&["compare"], &format!("{START},\"raw\":\"{long}\"}}\n{next}"));
    assert_eq!((status, err.as_str()), (2, ""));
    assert_eq!(
        out,
        "line 1: not compared: the line has more than 16777216 bytes; one exchange may not have more\n\
         1 exchange compared: 1 agree, 0 differ in 0 places; 1 skipped: not an exchange; \
         1 account made from pages, 0 taken to be empty, 0 made anew\n"
    );
    let redact = &["compare", "--redact"];
    let (status, out, err) = run(redact, &format!("{START},\"raw\":\"{long}\"}}\n{next}"));
    assert_eq!(status, 2);
    assert_eq!(
        err,
        "convmark: line 1: left out: the line has more than 16777216 bytes; one exchange may not have more\n\
         convmark: 1 exchange redacted\n"
    );
    assert!(out.starts_with("\n{") && out.lines().count() == 2, "{out}");
    let validate = &["validate", "--from", "recording"];
    let (status, out, err) = run(validate, &format!("{START},\"raw\":\"{long}\"}}\n{next}"));
    assert_eq!((status, err.as_str()), (2, ""));
    assert_eq!(
        out,
        "{\"line\":1,\"error\":\"the line has more than 16777216 bytes; one exchange may not have more\"}\n\
         1 request: 0 errors, 0 warnings; 1 line is not a request: line 1\n"
    );
    let mut big = foreign();
    big["response"]["content"]["text"] = json!(long);
    let input = archive(&[entry(&next), big]);
    for arguments in READERS {
        let (status, out, err) = run(arguments, &input);
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert_eq!(
            err,
            "convmark: standard input: entry 2 has more than 16777216 bytes; remove it, or keep only calls of /v4/recentcontact/\n"
        );
    }
}

#[test]
fn a_line_of_the_greatest_length_is_read_and_a_longer_one_is_not() {
    const LIMIT: usize = 16 << 20;
    let exchange = page("b", 0, "", None);
    let line = exchange.trim_end();
    let of_length = |bytes: usize| line.to_string() + &" ".repeat(bytes - line.len());
    for (line, status, compared) in [
        (of_length(LIMIT), 0, "1 exchange compared: 1 agree"),
        (of_length(LIMIT) + "\n", 0, "1 exchange compared: 1 agree"),
        (of_length(LIMIT + 1), 2, "line 1: not compared: the line has more than 16777216 bytes; "),
        (
            of_length(LIMIT + 1) + "\n",
            2,
            "line 1: not compared: the line has more than 16777216 bytes; ",
        ),
    ] {
        let (found, out, _) = run(&["compare"], &line);
        assert_eq!(found, status);
        assert!(out.starts_with(compared), "{out}");
    }
}

/// What reads recordings.
pub const READERS: [&[&str]; 4] =
    [&["import"], &["compare"], &["compare", "--redact"], &["validate", "--from", "recording"]];

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for arguments in READERS {
        let mut child = crate::tool::command(arguments).spawn().unwrap();
        // Nothing is written before the input ends.
        drop(child.stdout.take());
        let output = crate::tool::finish(child, page("b", 0, "", None).as_bytes());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    for arguments in READERS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = crate::tool::command(arguments).stdout(full).spawn().unwrap();
        let output = crate::tool::finish(child, page("b", 0, "", None).as_bytes());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            text.starts_with("convmark: the output cannot be written: No space left"),
            "{text}"
        );
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
