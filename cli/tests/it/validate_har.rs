//! `validate` of HAR files.

mod http;

use serde_json::{Value, json};

use crate::bodies::*;
use crate::compare::with_answer;
use crate::files::Temporary;
use crate::recordings::{archive, entry, foreign};
use crate::tool::{output, run, text};

const FROM: [&str; 3] = ["validate", "--from", "har"];

/// A call of another service, a valid call, and one with an error.
fn recording() -> String {
    let call = |body: &str| entry(&with_answer(&line("get_contact_group", body), "{}"));
    archive(&[foreign(), call(&ME.get(0)), call(r#"{"From_Account":"me"}"#)])
}

const MISSING: &str = "`StartIndex` is required but is absent; send an integer (a number without fraction or exponent)";

fn printed(format: &str) -> Vec<String> {
    let (status, lines) = run(&[&FROM[..], &["--format", format]].concat(), recording());
    assert_eq!(status, 1);
    lines
}

#[test]
fn entries_are_judged_and_others_are_skipped_and_counted() {
    let totals = "2 requests: 1 error, 0 warnings; 1 call of another service skipped";
    assert_eq!(
        printed("text"),
        [format!("entry 3: error[missing-field] 50002 at /StartIndex: {MISSING}"), totals.into()]
    );
    assert_eq!(
        printed("github"),
        [
            format!("::error title=missing-field (50002)::entry 3 at /StartIndex: {MISSING}"),
            totals.into()
        ]
    );
    let human = printed("human");
    assert_eq!(human[0], format!("error[missing-field] 50002 at /StartIndex: {MISSING}"));
    // The number of an entry is not that of a line.
    let excerpt = [" --> body of entry 3:1:1", "  |", r#"1 | {"From_Account":"me"}"#];
    assert_eq!(human[1..4], excerpt, "{human:?}");
    assert_eq!(human.last().unwrap(), totals);
    assert_eq!(
        printed("json"),
        [
            r#"{"entry":1,"skipped":"a call of another service"}"#.to_string(),
            r#"{"entry":2,"findings":[]}"#.to_string(),
            format!(
                r#"{{"entry":3,"findings":[{{"severity":"error","rule":"missing-field","code":50002,"path":"/StartIndex","message":"{MISSING}"}}]}}"#
            ),
        ]
    );
}

#[test]
fn junit_has_a_test_case_for_each_entry() {
    let xml = printed("junit").join("\n");
    assert!(
        xml.contains(
            r#"<testsuite name="standard input" tests="3" failures="1" errors="0" skipped="1">"#
        ),
        "{xml}"
    );
    for number in 1..=3 {
        assert_eq!(xml.matches(&format!(r#" name="entry {number}""#)).count(), 1, "{xml}");
    }
}

/// The one run of a log of SARIF.
fn sarif(lines: &[String]) -> Value {
    serde_json::from_str::<Value>(&lines[0]).unwrap()["runs"][0].take()
}

#[test]
fn sarif_names_the_entry_where_there_is_no_region() {
    let run = sarif(&printed("sarif"));
    let location = json!([{
        "physicalLocation": {"artifactLocation": {"uri": "stdin"}},
        "logicalLocations": [{"name": "entry 3"}, {"fullyQualifiedName": "/StartIndex"}]
    }]);
    let result = &run["results"][0];
    assert_eq!(result["locations"], location);
    let message = format!("entry 3 at /StartIndex: {MISSING}");
    assert_eq!(result["message"], json!({"text": message}));
    let note = json!([{"level": "note", "message": {"text": "1 call of another service skipped"}}]);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"], note);
}

#[test]
fn sarif_names_the_entry_of_a_finding_without_a_path() {
    let entries = [foreign(), entry(&with_answer(&line("get_contact_group", "[]"), "{}"))];
    let (_, lines) = run(&[&FROM[..], &["--format", "sarif"]].concat(), archive(&entries));
    let result = &sarif(&lines)["results"][0];
    assert_eq!(result["locations"][0]["logicalLocations"], json!([{"name": "entry 2"}]));
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("entry 2: "), "{text}");
}

#[test]
fn sarif_fingerprints_of_entries_do_not_depend_on_their_number() {
    let wrong = r#"{"From_Account":"me"}"#;
    let fingerprint = |run: Value| run["results"][0]["partialFingerprints"].clone();
    let (_, lines) = run(&["validate", "--format", "sarif"], line("get_contact_group", wrong));
    let of_line = fingerprint(sarif(&lines));
    assert_eq!(of_line, json!({"primaryLocationLineHash": "11334474a585abac:1"}));
    assert_eq!(fingerprint(sarif(&printed("sarif"))), of_line);
}

#[test]
fn findings_beyond_the_maximum_are_counted() {
    let body = ME.search(&vec!["1"; 257]);
    let input = archive(&[entry(&with_answer(&line("search_contact_group", &body), "{}"))]);
    for (format, more) in [
        ("text", "entry 1: 1 more finding"),
        ("github", "::notice title=more::entry 1: 1 more finding"),
        ("human", "note: 1 more finding about entry 1"),
    ] {
        let (_, lines) = run(&[&FROM[..], &["--format", format]].concat(), &input);
        assert_eq!(lines.iter().filter(|line| *line == more).count(), 1, "{format}");
    }
    let (_, lines) = run(&[&FROM[..], &["--format", "sarif"]].concat(), &input);
    let note = &sarif(&lines)["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["message"], json!({"text": "entry 1: 1 more finding"}));
}

#[test]
fn an_archive_without_a_call_of_this_service_is_an_error() {
    let file = Temporary::new("other.har", &archive(&[foreign(), foreign()]));
    let name = file.0.to_str().unwrap();
    let output = output(&[&FROM[..], &[name]].concat(), "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "convmark: {name}: there is no request of this service in it: 2 calls of other services skipped\n"
        )
    );
    let empty = "0 requests: 0 errors, 0 warnings\n".to_string();
    assert_eq!(text(&FROM, format!("\u{feff}{}", archive(&[]))), (0, empty));
}

#[test]
fn an_entry_with_a_misspelled_path_is_an_error() {
    for path in ["/v4/recent_contact/get_contact_group", "/v4/RecentContact/mark", "/mark_contact"]
    {
        let mut call = entry(&with_answer(&get_line(), "{}"));
        let url = call["request"]["url"].as_str().unwrap();
        call["request"]["url"] = url.replace("/v4/recentcontact/get_contact_group", path).into();
        let (status, lines) = run(&FROM, archive(&[foreign(), call]));
        assert_eq!((status, lines.len()), (1, 2), "{lines:?}");
        assert!(lines[0].starts_with("entry 2: error[unknown-endpoint] 60009: "), "{lines:?}");
        let totals = "1 request: 1 error, 0 warnings; 1 call of another service skipped";
        assert_eq!(lines[1], totals);
    }
}

#[test]
fn what_is_not_an_archive_is_refused() {
    let whole = recording();
    let cut = &whole[..whole.len() - 3];
    let long = archive(&[json!({"request": {"url": "x".repeat(100 << 20)}})]);
    for (input, problem) in [
        (
            get_line(),
            "not a HAR file at line 1, column 75, after entry 0: it must be an object with log.entries, ".to_string(),
        ),
        (
            cut.to_string(),
            format!("not a whole HAR file: it ends at line 1, column {}, in or after entry 3\n", cut.len()),
        ),
        (
            long,
            "entry 1 has more than 16777216 bytes; remove it, or keep only calls of /v4/recentcontact/\n".to_string(),
        ),
    ] {
        for format in ["junit", "sarif", "text"] {
            let output = output(&[&FROM[..], &["--format", format]].concat(), &input);
            assert_eq!(output.status.code(), Some(2));
            assert!(output.stdout.is_empty() || format == "text");
            let text = String::from_utf8(output.stderr).unwrap();
            let start = format!("convmark: standard input: {problem}");
            assert!(text.starts_with(&start), "{text}");
        }
    }
    let text = crate::tool::refused(&["validate", "--from", "har", "no/such.har"]);
    assert!(text.starts_with("convmark: no/such.har: No such file or directory"), "{text}");
}

#[test]
fn a_har_file_is_recognized_by_its_first_bytes() {
    let compact = recording();
    let value: Value = serde_json::from_str(&compact).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    for input in [&compact, &pretty, &format!("\u{feff}\r\n {pretty}")] {
        for format in ["text", "human", "json", "github", "junit", "sarif"] {
            let found = run(&["validate", "--format", format], input);
            assert_eq!(found, (1, printed(format)), "{format}");
        }
    }
    // If it is said to be JSON Lines, its line is not a request.
    let (status, lines) = run(&["validate", "--from", "jsonl"], &compact);
    assert_eq!((status, lines.len()), (2, 2));
    assert_eq!(
        lines[0],
        r#"{"line":1,"error":"the line has the member `log`: it is of a HAR file, which `compare`, `import` and `validate` read as a whole"}"#
    );
}

#[test]
fn replay_refuses_a_har_file_at_once() {
    let value: Value = serde_json::from_str(&recording()).unwrap();
    let file = Temporary::new("replay.har", &serde_json::to_string_pretty(&value).unwrap());
    let name = file.0.to_str().unwrap();
    assert_eq!(
        crate::tool::refused(&["replay", name]),
        format!(
            "convmark: {name}: it is a HAR file, which `validate`, `compare` and `import` read; `replay` reads JSON Lines\n"
        )
    );
}
