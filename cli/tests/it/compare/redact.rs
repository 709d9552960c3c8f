//! `--redact`: what is replaced and what is kept.

mod original;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{OBSERVED, record, with_answer};
use crate::bodies::*;
use crate::import::run;
use crate::recordings::{archive, entry};

/// The lines of a redacted recording.
#[track_caller]
fn redact(recording: &str, message: &str) -> String {
    let (status, out, err) = run(&["compare", "--redact"], recording);
    assert_eq!((status, err.as_str()), (0, message));
    out
}

/// The differences without the texts in their values.
fn differences(options: &[&str], recording: &str) -> Vec<Value> {
    let (_, out, err) = run(&[&["compare", "--format", "json"], options].concat(), recording);
    assert_eq!(err, "");
    let lines = out.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        assert!(line.get("error").is_none(), "{line}");
        for side in ["theirs", "ours"] {
            line.get_mut(side).into_iter().for_each(blank);
        }
        line
    });
    lines.collect()
}

/// Empties all strings in a value.
fn blank(value: &mut Value) {
    match value {
        Value::String(text) => *text = String::new(),
        Value::Array(values) => values.iter_mut().for_each(blank),
        Value::Object(members) => members.values_mut().for_each(blank),
        _ => {}
    }
}

#[test]
fn equal_texts_stay_equal_and_numbers_and_marks_stay() {
    let redacted = redact(OBSERVED, "convmark: 1 exchange redacted\n");
    let line: Value = serde_json::from_str(&redacted).unwrap();
    let original: Value = serde_json::from_str(OBSERVED).unwrap();
    let strings = |line: &Value| {
        let rows = &line["answer"]["ContactItem"];
        let groups = &line["answer"]["GroupItem"];
        let texts = [
            &line["body"]["From_Account"],
            &rows[0]["To_Account"],
            &rows[1]["ToGroupId"],
            &rows[1]["CustomMark"],
            &groups[0]["GroupName"],
            &groups[1]["GroupName"],
        ];
        texts.map(|text| text.as_str().unwrap().to_string())
    };
    for (before, after) in strings(&original).iter().zip(strings(&line)) {
        assert_eq!(before.len(), after.len());
        let kinds = |text: &str| -> Vec<_> {
            text.chars().map(|c| (c.is_lowercase(), c.is_uppercase(), c.is_numeric())).collect()
        };
        assert_eq!(kinds(before), kinds(&after));
    }
    assert_eq!(strings(&line).iter().collect::<BTreeSet<_>>().len(), 6);
    assert!(strings(&line)[2].starts_with("@TGS#"));
    let (mut before, mut after) = (original, line);
    blank(&mut before);
    blank(&mut after);
    assert_eq!(before, after);
    assert!(redacted.contains(r#""StandardMark":"10000000000000000000000000000000001""#));
    // The key is another one each time.
    let marks = record(&[], &line_of_marks());
    assert_ne!(
        redact(&marks, "convmark: 1 exchange redacted\n"),
        redact(&marks, "convmark: 1 exchange redacted\n")
    );
}

fn line_of_marks() -> String {
    line("mark_contact", &ME.set_custom_mark("somebody", "a custom mark that is long"))
}

#[test]
fn exchanges_keep_their_numbers_and_bodies_that_are_not_json_are_left_out() {
    let html =
        raw_line("get_contact_group", "{}").replace("}\n", ",\"answer_raw\":\"<p>user_0001\"}\n");
    let broken = raw_line("get_contact_group", "{user_0001").replace("}\n", ",\"answer\":{}}\n");
    let recording = format!("{html}\n{broken}{OBSERVED}");
    let redacted =
        redact(&recording, "convmark: 2 exchanges redacted; 1 left out, as the body is not JSON\n");
    let lines: Vec<_> = redacted.lines().collect();
    let replaced = r#"{"command":"get_contact_group","body":{},"answer_raw":"redacted"}"#;
    assert_eq!((lines.len(), &lines[..3]), (4, &[replaced, "", ""][..]));
    let numbers = |recording: &str| -> Vec<Value> {
        let lines = differences(&["--observed"], recording);
        lines
            .into_iter()
            .filter(|line| line.get("path").is_some())
            .map(|line| line["line"].clone())
            .collect()
    };
    // The answer {} to a body that is not JSON differs, too.
    assert_eq!(numbers(&redacted), [4]);
    assert!(numbers(&recording).ends_with(&[4.into()]));
}

#[test]
fn a_change_whose_answer_is_not_json_stays_one() {
    let mark = line("mark_contact", &ME.set_marks("somebody", "1"));
    let page = record(&[], &(mark.clone() + &get_line()));
    let page = page.lines().last().unwrap();
    let html = mark.replace("}\n", ",\"answer_raw\":\"<p>somebody\"}\n");
    let recording = html + page;
    let redacted = redact(&recording, "convmark: 2 exchanges redacted\n");
    assert!(!redacted.contains("somebody"), "{redacted}");
    // It was made, as the page shows.
    for recording in [recording, redacted] {
        assert_eq!(super::compare(&[], &recording), (0, vec![]));
    }
}

#[test]
fn a_har_file_becomes_lines_at_the_numbers_of_its_entries() {
    let mut exchange = entry(OBSERVED);
    let body = exchange["request"]["postData"]["text"].as_str().unwrap().replace(',', ",\r\n  ");
    exchange["request"]["postData"]["text"] = body.into();
    exchange["request"]["headers"] = serde_json::json!([{"name": "Cookie", "value": "secret"}]);
    let foreign = serde_json::json!({"request": {"url": "https://example.com/secret"}});
    let redacted = redact(&archive(&[foreign, exchange]), "convmark: 1 exchange redacted\n");
    assert!(!redacted.contains("secret") && !redacted.contains("usersig=xxx"), "{redacted}");
    let (_, out, _) = run(&["compare", "--observed"], &redacted);
    assert!(out.starts_with("line 2 get_contact_group at /CompleteTime: "), "{out}");
}

#[test]
fn a_line_that_is_not_an_exchange_is_left_out_and_named() {
    let (status, out, err) = run(&["compare", "--redact"], &format!("{{\"user_0001\n{OBSERVED}"));
    assert_eq!(status, 2);
    assert_eq!(
        err,
        "convmark: line 1: left out: the line is not valid JSON: it ends before the value is complete\n\
         convmark: 1 exchange redacted\n"
    );
    assert_eq!(out.lines().count(), 2);
    let text = crate::tool::refused(&["compare", "--redact", "--format", "json"]);
    assert!(text.contains("'--redact' cannot be used with '--format <FORMAT>'"), "{text}");
}

#[test]
fn times_and_given_codes_are_kept() {
    let request = line_of_marks().replace("}\n", r#","now":7,"now_ms":7001,"answer_with":50004}"#);
    let redacted = redact(&with_answer(&request, "{}"), "convmark: 1 exchange redacted\n");
    assert!(
        redacted.starts_with(
            r#"{"command":"mark_contact","now":7,"now_ms":7001,"answer_with":50004,"body":{"#
        ),
        "{redacted}"
    );
}

#[test]
fn ids_that_were_sent_as_numbers_are_replaced() {
    let contact = r#"{"Type":1,"To_Account":13800138000}"#;
    let body = format!(
        r#"{{"From_Account":8613812345678,"GroupContactItem":[{{"GroupName":20240817,"ContactItem":[{contact}]}}]}}"#
    );
    let named = ME.create("13800138000", &user_contact("8613812345678"));
    let recording = record(
        &[],
        &[line("create_contact_group", &body), line("create_contact_group", &named)].concat(),
    );
    let recording = recording.replacen(r#""ErrorCode":"#, r#""ErrorCode":1"#, 1);
    let redacted = redact(&recording, "convmark: 2 exchanges redacted\n");
    for secret in ["8613812345678", "13800138000", "20240817"] {
        assert!(recording.contains(secret) && !redacted.contains(secret), "{secret}: {redacted}");
    }
    // Equal ones stay equal, as numbers and as texts.
    let lines: Vec<Value> =
        redacted.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let group = |line: usize| &lines[line]["body"]["GroupContactItem"][0];
    let texts = [&group(1)["ContactItem"][0]["To_Account"], &group(1)["GroupName"]];
    let numbers = [&lines[0]["body"]["From_Account"], &group(0)["ContactItem"][0]["To_Account"]];
    assert_eq!(texts.map(|text| text.as_str().unwrap().to_string()), numbers.map(Value::to_string));
    let expected = differences(&[], &recording);
    assert!(expected.len() > 1, "{expected:?}");
    assert_eq!(differences(&[], &redacted), expected);
}

#[test]
fn a_misspelled_path_stays_one_of_this_service() {
    let url = |path: &str| {
        let line = format!(
            r#"{{"url":"{path}?sdkappid=1&identifier=a&usersig=s&random=1&contenttype=json","body":{}}}"#,
            ME.get(0)
        );
        with_answer(&line, EMPTY_PAGE)
    };
    let recording = url("/v4/recentcontact/get_contact_group")
        + &url("/v4/recentcontact/get_contact_grup")
        + &url("/v4%2Frecentcontact%2Fmark_contact")
        + &url("/v4/openim/sendmsg")
        + &url("/v4/recentcontact/get_list");
    let redacted = redact(&recording, "convmark: 4 exchanges redacted\n");
    let lines = redacted.lines().filter(|line| !line.is_empty());
    let paths = lines.map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["url"].as_str().unwrap().split('?').next().unwrap().to_string()
    });
    assert_eq!(
        paths.collect::<Vec<_>>(),
        [
            "/v4/recentcontact/get_contact_group",
            "/v4/recentcontact/other",
            "/v4/recentcontact/other",
            "/v4/recentcontact/get_list",
        ]
    );
    // Calls of other services are left out, so that only their number is another one.
    let mut expected = differences(&[], &recording);
    let skipped = &mut expected.last_mut().unwrap()["totals"]["skipped"]["other"];
    assert_eq!(*skipped, 2);
    *skipped = 1.into();
    assert_eq!(differences(&[], &redacted), expected);
    let validate = |recording: &str| {
        let options = ["validate", "--from", "recording", "--skip-other-services"];
        let (status, out, _) = run(&options, recording);
        (status, out.lines().last().unwrap().to_string())
    };
    let totals = |skipped: &str| {
        format!(
            "3 requests: 2 errors, 0 warnings; {skipped}1 call of a command that is not modeled skipped"
        )
    };
    assert_eq!(validate(&recording), (1, totals("1 call of another service and ")));
    assert_eq!(validate(&redacted), (1, totals("")));
}
