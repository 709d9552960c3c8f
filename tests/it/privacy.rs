//! No message and no `Debug` shows a value of the request.

use convmark::account::ChangeKind;
use convmark::answer::Answer;
use convmark::call::{Call, Incoming};
use convmark::request::RequestSeed;
use convmark::*;

use crate::helpers::*;

/// Values that must never be shown: an ID, a peer, a group chat, names, a mark.
const SECRETS: [&str; 6] =
    ["zz-me-zz", "zz-peer-zz", "zz-chat-zz", "zz-name-zz", "zz-new-zz", "zz-mark-zz"];

#[track_caller]
fn assert_without_data(text: &str) {
    assert!(!text.is_empty());
    for secret in SECRETS {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(!text.contains("zz-"), "{text}");
}

const PEER: &str = r#"{"Type":1,"To_Account":"zz-peer-zz"}"#;
const CHAT: &str = r#"{"Type":2,"ToGroupId":"zz-chat-zz"}"#;

/// A request of each kind with such values.
fn requests() -> Vec<(Command, String)> {
    let all = [
        (CREATE, ME.create("zz-name-zz", &[PEER, CHAT])),
        (UPDATE, ME.rename("zz-name-zz", "zz-new-zz")),
        (UPDATE, ME.remove("zz-new-zz", &[PEER, CHAT])),
        (UPDATE, ME.add("zz-new-zz", &[PEER])),
        (
            MARK,
            ME.mark(&[
                mark_item(3, PEER, r#","SetMark":[1],"CustomMark":"zz-mark-zz""#),
                mark_item(2, CHAT, r#","CustomMark":"zz-mark-zz""#),
            ]),
        ),
        (GET, ME.get(0)),
        (SEARCH, ME.search(PEER)),
        (DELETE, ME.delete("zz-new-zz")),
    ];
    all.into_iter()
        .map(|(command, body)| (command, body.replace(r#""me""#, r#""zz-me-zz""#)))
        .collect()
}

#[test]
fn requests_outcomes_and_changes_show_no_values() {
    let mut account = Account::new();
    for (command, body) in requests() {
        let request = Validator::new(&POLICY).decode(command, body.as_bytes()).unwrap();
        assert_without_data(&format!("{request:?} {request:#?}"));
        assert_without_data(&format!("{:?}", request.request()));
        for lookup in request.lookups() {
            assert_without_data(&format!("{lookup:?}"));
        }
        match request.request() {
            Request::Create(request) => {
                assert_without_data(&format!("{:?}", request.conversations()))
            }
            Request::Update(request) => assert_without_data(&format!("{:?}", request.kind())),
            Request::Mark(request) => assert_without_data(&format!("{:?}", request.items())),
            _ => {}
        }
        let outcome = account.apply(&request, &Facts::vouched(), 1).unwrap();
        assert_without_data(&format!("{outcome:?}"));
        for change in outcome.changes() {
            assert_without_data(&format!("{change:?} {change:#?} {:?}", change.kind()));
        }
        let owned = outcome.into_owned();
        assert_without_data(&format!("{owned:?} {:?}", owned.changes()));
        assert_without_data(&format!("{:?}", Incoming::new(command, body.as_bytes())));
        for row in account.rows() {
            assert_without_data(&format!("{row:?}"));
        }
    }
}

#[test]
fn a_seed_only_says_that_it_declined() {
    let expected = "declined";
    for (command, body) in requests() {
        // A string in place of an array, a string in place of each number, and text that is not
        // JSON.
        let strings = body
            .match_indices(r#":""#)
            .map(|(place, _)| format!("{}:[{}", &body[..place], &body[place + 1..]));
        let digits = body.match_indices(":1").chain(body.match_indices(":0"));
        let numbers = digits
            .map(|(place, _)| format!(r#"{}:"zz-type"{}"#, &body[..place], &body[place + 2..]));
        let others =
            [r#""zz-body""#.to_string(), "{\"zz-\\ud800\":1}".into(), "[\"zz-".into(), "7".into()];
        for wrong in strings.chain(numbers).chain(others) {
            let seed = || RequestSeed::new(command, &POLICY);
            let error = serde::de::DeserializeSeed::deserialize(
                seed(),
                &mut serde_json::Deserializer::from_str(&wrong),
            );
            assert_eq!(error.unwrap_err().to_string(), expected, "{wrong}");
            let mut reader = serde_json::Deserializer::from_str(&wrong);
            let error = Validator::new(&POLICY).deserialize(command, &mut reader).unwrap_err();
            assert_eq!(error.to_string(), expected, "{wrong}");
        }
    }
}

/// The value with every string too long or of the wrong type.
fn wrong_requests() -> Vec<(Command, String)> {
    let long = |text: &str| format!("zz-{}{text}", "x".repeat(300));
    let mut wrong = Vec::new();
    for (command, body) in requests() {
        for secret in SECRETS {
            wrong.push((command, body.replace(secret, &long(secret))));
            wrong.push((command, body.replace(secret, &format!("{secret}\u{e9}"))));
            wrong
                .push((command, body.replace(&format!("{secret:?}"), &format!(r#"["{secret}"]"#))));
            wrong.push((command, body.replace(secret, &format!(r"{secret}\ud800"))));
            wrong.push((command, body.replace(secret, &format!(r"{secret}\x"))));
            wrong.push((
                command,
                body.replacen('{', &format!(r#"{{"From_Account":"{secret}","#), 1),
            ));
        }
        wrong.push((command, body.replace(r#""Type":1"#, r#""Type":"zz-type""#)));
        wrong.push((command, body.replace(r#""Type":1"#, r#""Type":73737373"#)));
        wrong.push((command, body.replace(r#""Type":1,"#, r#""Type":1,"ToGroupId":"zz-other","#)));
    }
    wrong
}

#[test]
fn findings_and_refusals_show_no_values() {
    let (mut seen, mut rules) = (0, std::collections::BTreeSet::new());
    for (command, body) in wrong_requests() {
        let found = Validator::new(&POLICY).report(command, body.as_bytes());
        for finding in found.findings() {
            for text in [
                finding.message(),
                finding.to_string(),
                format!("{finding:?}"),
                serde_json::to_string(finding).unwrap(),
            ] {
                assert_without_data(&text);
                assert!(!text.contains("73737373"), "{text}");
            }
            seen += 1;
            rules.insert(finding.id());
        }
        assert_without_data(&format!("{found:?}."));
        if let Err(refusal) = Validator::new(&POLICY).decode(command, body.as_bytes()) {
            let mut answer = Vec::new();
            refusal.write_answer(&POLICY, &mut answer);
            assert_without_data(&format!(
                "{refusal:?} {} {}",
                refusal.info(),
                String::from_utf8(answer).unwrap()
            ));
        }
    }
    assert!(seen > 100, "{seen}");
    assert!(rules.len() >= 9, "{rules:?}");
}

#[test]
fn refusals_because_of_the_account_show_no_values() {
    let mut account = Account::new();
    let facts = Facts::vouched()
        .with_unknown(Conversation::user("zz-peer-zz").unwrap())
        .with_unknown(chat("zz-chat-zz"));
    assert_without_data(&format!("{facts:?}"));
    let mut refused = 0;
    for (command, body) in
        requests().iter().chain(&requests()[..1]).chain(&requests()[..1]).chain(&requests()[1..3])
    {
        let request = Validator::new(&POLICY).decode(*command, body.as_bytes()).unwrap();
        let outcome = account.apply(&request, &facts, 1).unwrap();
        assert_without_data(&format!("{outcome:?}"));
        if let Some(refusal) = outcome.refusal() {
            assert_without_data(&refusal.info());
            refused += 1;
        }
        for rule in outcome.item_rules().flatten() {
            assert_without_data(rule.info().item_info);
        }
    }
    assert!(refused >= 1, "{refused}");
}

#[test]
fn misuse_and_replay_errors_show_no_values() {
    let (_, body) = &requests()[0];
    let request = Validator::new(&POLICY).decode(CREATE, body.as_bytes()).unwrap();
    let misuse = Account::new().apply(&request, &Facts::asked(), 1).unwrap_err();
    assert_without_data(&format!("{misuse} {misuse:?}"));
    let mut account = Account::new();
    let name = || "zz-name-zz".into();
    for kind in [
        ChangeKind::GroupDeleted { group_id: 1, name: name() },
        ChangeKind::GroupCreated { group_id: 7, name: name() },
        ChangeKind::ConversationAdded { group_id: 7, conversation: peer("zz-peer-zz") },
        ChangeKind::ConversationForgotten { conversation: peer("zz-peer-zz") },
        ChangeKind::ConversationMarked {
            conversation: peer("zz-peer-zz"),
            standard_mark: None,
            custom_mark: None,
        },
    ] {
        let error = account.replay(&Change::new(1, kind)).unwrap_err();
        assert_without_data(&format!("{error} {error:?}"));
    }
}

#[test]
fn ids_and_calls_show_no_values() {
    assert_without_data(&format!(
        "{:?} {:?} {:?}",
        user("zz-me-zz"),
        peer("zz-peer-zz"),
        chat("zz-chat-zz")
    ));
    assert_without_data(&format!("{:?} {}", UserId::new("zz-é"), UserId::new("zz-é").unwrap_err()));
    let target = "/v4/recentcontact/mark_contact?sdkappid=1&identifier=zz-me-zz&usersig=zz-sig-zz&random=1&contenttype=";
    assert_without_data(&format!("{:?}", Call::parse_target(&format!("{target}json")).unwrap()));
    for wrong in [
        format!("{target}zz-xml"),
        target.replace("sdkappid=1", "sdkappid=zz-1"),
        target.replace("mark_contact", "zz-mark"),
    ] {
        let refusal = Call::parse_target(&wrong).unwrap_err();
        assert_without_data(&format!("{refusal:?} {} {}", refusal.info(), refusal.finding()));
    }
}

#[test]
fn long_member_names_are_cut_in_messages() {
    for (name, shown) in [
        ("n".repeat(64), "n".repeat(64)),
        ("n".repeat(65), format!("{}…", "n".repeat(64))),
        // Names are cut between characters.
        (format!("{}é", "n".repeat(63)), format!("{}…", "n".repeat(63))),
        ("😀".repeat(17), format!("{}…", "😀".repeat(16))),
        ("a\u{1b}[31m\u{7f}".into(), "a\u{FFFD}[31m\u{FFFD}".into()),
    ] {
        let body =
            format!(r#"{{"From_Account":"me","StartIndex":0,{}:0}}"#, support::json::quote(&name));
        let found = Validator::new(&POLICY).report(GET, body.as_bytes());
        let finding = &found.findings()[0];
        assert!(finding.message().contains(&format!("`{shown}`")), "{}", finding.message());
        assert_eq!(finding.path(), format!("/{name}"));
        assert_eq!(format!("{finding:?}"), "warning[unknown-field] at ");
    }
}

#[test]
fn answers_that_were_read_show_no_values() {
    let mut account = Account::new();
    for (command, body) in requests() {
        let request = Validator::new(&POLICY).decode(command, body.as_bytes()).unwrap();
        let outcome = account.apply(&request, &Facts::vouched(), 1).unwrap().into_owned();
        let answer = Answer::read(outcome.answer()).unwrap();
        assert_without_data(&format!(
            "{answer:?} {:?} {:?} {:?}.",
            answer.items, answer.rows, answer.groups
        ));
    }
}

#[test]
fn a_validator_shows_nothing_of_what_it_judged() {
    let mut validator = Validator::new(&POLICY);
    for (command, body) in requests() {
        let request = validator.decode(command, body.as_bytes()).unwrap();
        let built = request.request().clone().into_owned();
        validator.reclaim(request);
        drop(validator.report(command, body.as_bytes()));
        validator.check(built).unwrap();
        assert_without_data(&format!("{validator:?} {validator:#?}"));
        // Not as the numbers of its bytes either.
        let shown = format!("{validator:?}");
        assert!(!shown.contains("122, 122, 45"), "{shown}");
        assert!(shown.len() < 600, "{shown}");
    }
}
