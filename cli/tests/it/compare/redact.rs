//! `--redact`: what is replaced and what is kept, and that the differences stay the same.

use std::collections::BTreeSet;

use serde_json::Value;
use support::random::Random;

use super::{OBSERVED, record, with_answer};
use crate::bodies::*;
use crate::import::run;
use crate::recordings::{archive, entry};

const USERS: &[&str] = &["alexander", "alexandra", "Zoe_0042", "+86-13800138000"];
const CHATS: &[&str] = &["@TGS#2ABCDEF", "@TGS#_@TGS#cQWERTY@TOPIC#_tuv", "team.rocket"];
const NAMES: &[&str] = &["family", "Семья моя", "家人和朋友们", "party 🎉🎂🎁", "Élèves"];

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

fn text<'t>(random: &mut Random, texts: &[&'t str]) -> &'t str {
    texts[random.below(texts.len())]
}

fn contact(random: &mut Random) -> String {
    match random.below(3) {
        0 => chat_contact(text(random, CHATS)),
        _ => user_contact(text(random, USERS)),
    }
}

/// A line that is often right.
fn request(random: &mut Random) -> String {
    let me = Requester(USERS[random.below(2)]);
    let name = text(random, NAMES);
    let contacts: Vec<_> = (0..1 + random.below(4)).map(|_| contact(random)).collect();
    let (command, body) = match random.below(9) {
        0 | 1 => ("create_contact_group", me.create(name, &contacts)),
        2 => ("update_contact_group", me.rename(name, text(random, NAMES))),
        3 => ("update_contact_group", me.add(name, &contacts)),
        4 => ("del_contact_group", me.delete(name)),
        5 => {
            let item = mark_item(
                3,
                &contacts[0],
                &format!(r#","SetMark":[{}],"CustomMark":"{name}""#, random.below(66)),
            );
            ("mark_contact", me.mark(&item))
        }
        6 => ("search_contact_group", me.search(&contacts)),
        _ => ("get_contact_group", me.get(0)),
    };
    let body = match random.below(12) {
        0 => body.replacen("\"Type\":1", "\"Type\":\"one\"", 1),
        1 => body.replacen('{', r#"{"From_Account":null,"#, 1),
        2 => body.replacen('{', r#"{"Unknown":"\ud800","#, 1),
        3 => body.replace("alex", "\\u0061lex").replace(",", " ,\\t").replace("\\t", "\t"),
        4 => body.replace(name, &name.repeat(4)),
        _ => body,
    };
    let facts = match random.below(6) {
        0 => r#","facts":{"unknown_accounts":["alexandra"],"unresolved_groups":["@TGS#2ABCDEF"]}"#,
        1 => r#","facts":{"plan":false}"#,
        _ => "",
    };
    let url = format!(
        "/v4/recentcontact/{command}?sdkappid={}&identifier={}&usersig=eJw-secret&random={}&contenttype=json",
        text(random, &["88888888", "x"]),
        text(random, &["administrator", "Семья"]),
        text(random, &["7", "17000000000"]),
    );
    let target = match random.below(3) {
        0 => format!(r#""url":"{url}""#),
        _ => format!(r#""command":"{command}""#),
    };
    format!("{{{target},\"body\":{body}{facts}}}\n")
}

/// The recording with some answers that the core does not give.
fn disturb(recording: &str, random: &mut Random) -> String {
    let lines = recording.lines().map(|line| {
        let (request, answer) = line.split_once(",\"answer\":").unwrap();
        let answer = match random.below(10) {
            0 => answer.replacen(r#""ResultCode":0"#, r#""ResultCode":51008"#, 1),
            1 => answer.replacen(r#""GroupId":"#, r#""GroupId":1"#, 1),
            2 => answer.replacen(
                r#""CompleteFlag":1"#,
                r#""CompleteFlag":1,"CompleteTime":"soon""#,
                1,
            ),
            3 => answer.replacen(r#""ErrorInfo":"""#, r#""ErrorInfo":"fine""#, 1),
            4 => answer.replacen(r#""Timestamp":"#, r#""Timestamp":9"#, 1),
            _ => answer.to_string(),
        };
        // Some lines leave what the service knows to be inferred.
        let request = match (random.below(2), request.split_once(",\"facts\":")) {
            (0, Some((request, _))) => request,
            _ => request,
        };
        format!("{request},\"answer\":{answer}\n")
    });
    lines.collect()
}

#[test]
fn a_redacted_recording_compares_as_the_original() {
    let policies: [&[&str]; 4] = [
        &[],
        &["--revision", "2023-03"],
        &["--observed"],
        &["--page-size", "2", "--mark-base", "0"],
    ];
    let mut found = 0;
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let lines: String = (0..60).map(|_| request(&mut random)).collect();
        let recording = record(policies[random.below(4)], &lines);
        let recording = disturb(&recording, &mut random);
        let redacted = redact(&recording, "convmark: 60 exchanges redacted\n");
        for secret in USERS.iter().chain(CHATS).chain(NAMES).chain(&["secret", "administrator"]) {
            assert!(!redacted.contains(secret), "{seed}: {secret}");
        }
        let options = policies[random.below(4)];
        let expected = differences(options, &recording);
        assert_eq!(differences(options, &redacted), expected, "{seed} {options:?}");
        found += expected.len() - 1;
    }
    assert!(found > 250, "{found}");
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
