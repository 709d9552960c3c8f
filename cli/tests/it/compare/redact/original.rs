//! A redacted recording compares as the original.

use support::random::Random;

use super::super::record;
use super::{differences, redact};
use crate::bodies::*;

const USERS: &[&str] = &["alexander", "alexandra", "Zoe_0042", "+86-13800138000"];
const CHATS: &[&str] = &["@TGS#2ABCDEF", "@TGS#_@TGS#cQWERTY@TOPIC#_tuv", "team.rocket"];
const NAMES: &[&str] = &["family", "Семья моя", "家人和朋友们", "party 🎉🎂🎁", "Élèves"];

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
