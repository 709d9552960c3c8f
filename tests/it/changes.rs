//! Changes: their JSON, how strictly it is read, and that replaying one that does not fit changes
//! nothing.

use convmark::account::{ChangeKind, ReplayAllError, ReplayError};
use convmark::{Account, Change, Conversation, StandardMarks};
use support::random::Random;

use crate::helpers::*;

/// An account with the groups 1 `g` (with the user a) and 3 `h` (empty). Group 2 was deleted. The
/// user a is marked, b has a custom mark.
fn account() -> Account {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contact("a")));
    session.ok(CREATE, ME.create("gone", ""));
    session.ok(CREATE, ME.create("h", ""));
    session.ok(DELETE, ME.delete("gone"));
    session.ok(MARK, ME.set_marks("a", "1"));
    session.ok(MARK, ME.set_custom_mark("b", "c"));
    session.account
}

fn read(json: &str) -> Result<Change<'_>, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

const A: &str = r#"{"Type":1,"To_Account":"a"}"#;
const B: &str = r#"{"Type":1,"To_Account":"b"}"#;
const NEW: &str = r#"{"Type":2,"ToGroupId":"a"}"#;

#[track_caller]
fn assert_misfit(json: &str, expected: ReplayError) {
    let mut account = account();
    let before = account.clone();
    assert_eq!(account.replay(&read(json).unwrap()), Err(expected), "{json}");
    assert_eq!(account, before);
    assert_eq!(serde_json::to_string(&account).unwrap(), serde_json::to_string(&before).unwrap());
}

#[test]
fn a_new_group_has_the_next_id() {
    for id in [0, 1, 2, 3, 5, u32::MAX] {
        let json = format!(r#"{{"type":"group_created","at":1,"group_id":{id},"name":"n"}}"#);
        assert_misfit(&json, ReplayError::GroupIdOutOfOrder { expected: 4, found: id });
    }
    let change = read(r#"{"type":"group_created","at":1,"group_id":4,"name":"n"}"#).unwrap();
    assert_eq!(account().replay(&change), Ok(()));
}

#[test]
fn group_ids_end_at_31_bits() {
    let mut account: Account =
        serde_json::from_str(r#"{"version":1,"last_group_id":2147483647,"groups":[],"rows":[]}"#)
            .unwrap();
    for id in [0, 1, 2_147_483_647, 2_147_483_648] {
        let change = Change::new(1, ChangeKind::GroupCreated { group_id: id, name: "n".into() });
        let expected = ReplayError::GroupIdOutOfOrder { expected: 2_147_483_648, found: id };
        assert_eq!(account.replay(&change), Err(expected));
    }
    assert_eq!(account.last_group_id(), 2_147_483_647);
}

#[test]
fn a_new_name_must_not_be_taken() {
    assert_misfit(
        r#"{"type":"group_created","at":1,"group_id":4,"name":"g"}"#,
        ReplayError::NameTaken,
    );
    assert_misfit(
        r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"g","name":"h"}"#,
        ReplayError::NameTaken,
    );
    assert_misfit(
        r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"g","name":"g"}"#,
        ReplayError::NameTaken,
    );
}

#[test]
fn names_have_1_to_65536_bytes() {
    for (length, fits) in [(0, false), (1, true), (65_536, true), (65_537, false)] {
        let name = "n".repeat(length);
        for json in [
            format!(r#"{{"type":"group_created","at":1,"group_id":4,"name":"{name}"}}"#),
            format!(
                r#"{{"type":"group_renamed","at":1,"group_id":1,"old_name":"g","name":"{name}"}}"#
            ),
        ] {
            if fits {
                assert_eq!(account().replay(&read(&json).unwrap()), Ok(()));
            } else {
                assert_misfit(&json, ReplayError::NameLength);
            }
        }
    }
}

#[test]
fn an_account_holds_64_groups() {
    let mut account = Account::new();
    for id in 1..=64 {
        account
            .replay(&Change::new(
                1,
                ChangeKind::GroupCreated { group_id: id, name: format!("g{id}").into() },
            ))
            .unwrap();
    }
    let before = account.clone();
    let change = Change::new(1, ChangeKind::GroupCreated { group_id: 65, name: "more".into() });
    assert_eq!(account.replay(&change), Err(ReplayError::TooManyGroups));
    assert_eq!(account, before);
    account
        .replay(&Change::new(1, ChangeKind::GroupDeleted { group_id: 30, name: "g30".into() }))
        .unwrap();
    account.replay(&change).unwrap();
    assert_eq!(account.usage().groups, 64);
}

#[test]
fn a_changed_group_must_exist() {
    for id in [0, 2, 4] {
        for json in [
            format!(
                r#"{{"type":"group_renamed","at":1,"group_id":{id},"old_name":"g","name":"n"}}"#
            ),
            format!(r#"{{"type":"group_deleted","at":1,"group_id":{id},"name":"g"}}"#),
            format!(r#"{{"type":"conversation_added","at":1,"group_id":{id},"conversation":{B}}}"#),
            format!(
                r#"{{"type":"conversation_removed","at":1,"group_id":{id},"conversation":{A}}}"#
            ),
        ] {
            assert_misfit(&json, ReplayError::UnknownGroup { group_id: id });
        }
    }
}

#[test]
fn groups_must_have_the_name_the_change_says() {
    let other = ReplayError::OtherName { group_id: 1 };
    assert_misfit(
        r#"{"type":"group_renamed","at":1,"group_id":1,"old_name":"h","name":"n"}"#,
        other,
    );
    assert_misfit(r#"{"type":"group_deleted","at":1,"group_id":1,"name":"h"}"#, other);
    assert_misfit(r#"{"type":"group_deleted","at":1,"group_id":1,"name":""}"#, other);
}

#[test]
fn a_membership_change_must_change_something() {
    let add = format!(r#"{{"type":"conversation_added","at":1,"group_id":1,"conversation":{A}}}"#);
    assert_misfit(&add, ReplayError::AlreadyMember);
    for (id, conversation) in [(1, B), (3, A), (1, NEW)] {
        let remove = format!(
            r#"{{"type":"conversation_removed","at":1,"group_id":{id},"conversation":{conversation}}}"#
        );
        assert_misfit(&remove, ReplayError::NotMember);
    }
}

#[test]
fn a_mark_change_must_change_something() {
    for (conversation, rest) in [
        (A, r#","standard_mark":"1""#),
        (A, r#","standard_mark":"1","custom_mark":"new""#),
        (A, r#","standard_mark":"11","custom_mark":"""#),
        (B, r#","custom_mark":"c""#),
        (NEW, r#","standard_mark":"""#),
        (NEW, r#","custom_mark":"""#),
    ] {
        let json = format!(
            r#"{{"type":"conversation_marked","at":1,"conversation":{conversation}{rest}}}"#
        );
        assert_misfit(&json, ReplayError::SameMarks);
    }
}

#[test]
fn custom_marks_have_at_most_65536_bytes() {
    let json = |length: usize| {
        format!(
            r#"{{"type":"conversation_marked","at":1,"conversation":{A},"custom_mark":"{}"}}"#,
            "c".repeat(length)
        )
    };
    assert_misfit(&json(65_537), ReplayError::CustomMarkLength);
    let (mut account, json) = (account(), json(65_536));
    account.replay(&read(&json).unwrap()).unwrap();
    assert_eq!(account.row(&peer("a")).unwrap().custom_mark().unwrap().len(), 65_536);
}

#[test]
fn only_rows_can_be_forgotten() {
    assert_misfit(
        &format!(r#"{{"type":"conversation_forgotten","at":1,"conversation":{NEW}}}"#),
        ReplayError::NoRow,
    );
    let json = format!(r#"{{"type":"conversation_forgotten","at":1,"conversation":{A}}}"#);
    let mut account = account();
    account.replay(&read(&json).unwrap()).unwrap();
    assert_eq!(account.replay(&read(&json).unwrap()), Err(ReplayError::NoRow));
}

#[test]
fn changes_of_one_account_do_not_fit_another() {
    let mut session = Session::new();
    let mut log = Vec::new();
    log.extend(session.ok(CREATE, ME.create("n", &user_contacts(0..2))).changes);
    log.extend(session.ok(MARK, ME.set_marks("u0", "1,2")).changes);
    log.extend(session.ok(UPDATE, ME.rename("n", "m")).changes);
    log.extend(session.ok(UPDATE, ME.remove("m", &[user_contact("u1")])).changes);
    log.extend(session.ok(DELETE, ME.delete("m")).changes);
    let mut same = Account::new();
    for change in &log {
        assert_eq!(same.replay(change), Ok(()));
    }
    assert_eq!(same, session.account);
    let mut fitting = 0;
    for change in &log {
        let mut wrong = account();
        if wrong.replay(change).is_ok() {
            // A mark fits every account where it changes something.
            assert!(matches!(
                change.kind(),
                ChangeKind::ConversationMarked { .. } | ChangeKind::ConversationAdded { .. }
            ));
            fitting += 1;
        } else {
            assert_eq!(wrong, account());
        }
    }
    assert!(fitting < log.len());
    // It does not fit a second time.
    for change in &log {
        let before = same.clone();
        if same.replay(change).is_err() {
            assert_eq!(same, before);
        } else {
            same = before;
        }
    }
}

#[test]
fn a_missing_change_is_noticed() {
    let mut session = Session::new();
    let first = session.ok(CREATE, ME.create("a", "")).changes;
    let second = session.ok(CREATE, ME.create("b", "")).changes;
    let mut account = Account::new();
    let expected = ReplayError::GroupIdOutOfOrder { expected: 1, found: 2 };
    assert_eq!(account.replay(&second[0]), Err(expected));
    account.replay(&first[0]).unwrap();
    account.replay(&second[0]).unwrap();
    let expected = ReplayError::NameTaken;
    assert_eq!(account.replay(&second[0]), Err(expected));
}

/// What random requests and forgotten conversations changed, and the account after them.
fn history(seed: u64) -> (Vec<Change<'static>>, Account) {
    let mut random = Random::new(seed);
    let (mut session, mut log) = (Session::new(), Vec::new());
    let names = ["a", "b", "c", "a long name of a group"];
    for _ in 0..60 {
        let name = names[random.below(4)];
        let first = random.below(30);
        let some = first..first + random.below(12);
        let user = format!("u{first}");
        let response = match random.below(9) {
            0 => session.run(CREATE, ME.create(name, &user_contacts(some))),
            1 | 2 => session.run(UPDATE, ME.add(name, &some_contacts(some))),
            3 | 4 => session.run(UPDATE, ME.remove(name, &some_contacts(some))),
            5 => session.run(UPDATE, ME.rename(name, names[random.below(4)])),
            6 if random.one_in(4) => session.run(DELETE, ME.delete(name)),
            6 => session.run(MARK, ME.set_marks(&user, "1")),
            7 => {
                let custom = "c".repeat(random.below(40));
                session.run(MARK, ME.set_custom_mark(&user, &custom))
            }
            _ => {
                let peer = peer(&user);
                let gone = session.account.forget(&peer, session.now);
                log.extend(gone.map(Change::into_owned));
                continue;
            }
        };
        log.extend(response.changes);
    }
    (log, session.account)
}

/// At least one contact.
fn some_contacts(numbers: std::ops::Range<usize>) -> Vec<String> {
    let numbers = if numbers.is_empty() { 0..1 } else { numbers };
    numbers.map(|number| user_contact(&format!("u{number}"))).collect()
}

/// Replays one by one, up to the first change that does not fit.
fn one_by_one(account: &mut Account, log: &[Change<'_>]) -> Result<usize, (usize, ReplayError)> {
    for (index, change) in log.iter().enumerate() {
        account.replay(change).map_err(|error| (index, error))?;
    }
    Ok(log.len())
}

#[track_caller]
fn assert_replay_all(start: &Account, log: &[Change<'_>]) -> Result<usize, ReplayAllError> {
    let (mut one, mut all, mut owned) = (start.clone(), start.clone(), start.clone());
    let expected = one_by_one(&mut one, log);
    let replayed = all.replay_all(log);
    assert_eq!(replayed.map_err(|error| (error.index, error.error)), expected);
    assert_eq!(owned.replay_all(log.to_vec()), replayed, "owned changes are taken, too");
    for account in [&all, &owned] {
        assert_eq!(account, &one);
        assert_eq!(account.usage(), one.usage());
        let members = |account: &Account| -> Vec<u32> {
            account.groups().map(|group| group.members).collect()
        };
        assert_eq!(members(account), members(&one));
    }
    replayed
}

#[test]
fn replaying_all_is_replaying_one_by_one() {
    let mut changes = 0;
    for seed in 0..100 {
        let (log, account) = history(seed);
        assert_eq!(assert_replay_all(&Account::new(), &log), Ok(log.len()));
        let mut replayed = Account::new();
        let (first, rest) = log.split_at(log.len() / 2);
        replayed.replay_all(first).unwrap();
        assert_eq!(assert_replay_all(&replayed, rest), Ok(rest.len()));
        replayed.replay_all(rest).unwrap();
        assert_eq!(replayed, account);
        changes += log.len();
    }
    assert!(changes > 5000, "{changes}");
}

#[test]
fn replaying_all_stops_at_the_first_change_that_does_not_fit() {
    let mut stopped = 0;
    for seed in 0..100 {
        let (log, _) = history(seed);
        let mut random = Random::new(seed);
        for _ in 0..5 {
            let mut log = log.clone();
            let [place, other] = [0; 2].map(|_| random.below(log.len()));
            match random.below(3) {
                0 => drop(log.remove(place)),
                1 => log.insert(place, log[place].clone()),
                _ => log.swap(place, other),
            }
            stopped += usize::from(assert_replay_all(&Account::new(), &log).is_err());
        }
    }
    assert!(stopped > 200, "{stopped}");
}

#[test]
fn an_error_of_many_changes_says_which_and_why() {
    let mut account = account();
    let add = |group_id, id| {
        let conversation = Conversation::user(id).unwrap();
        Change::new(9, ChangeKind::ConversationAdded { group_id, conversation })
    };
    let changes = [add(1, "x"), add(1, "y"), add(3, "x"), add(1, "a"), add(1, "z")];
    let error = account.replay_all(&changes).unwrap_err();
    assert_eq!((error.index, error.error), (3, ReplayError::AlreadyMember));
    assert_eq!(
        error.to_string(),
        "the change with the 0-based number 3 does not fit: the conversation is in the group already"
    );
    let members: Vec<u32> = account.groups().map(|group| group.members).collect();
    assert_eq!(members, [3, 1], "the changes before it stay applied");
    assert_eq!(account.replay_all([add(9, "x")]).unwrap_err().index, 0);
    assert_eq!(account.replay_all([] as [Change<'_>; 0]), Ok(0));
}

#[test]
fn members_are_right_even_if_the_changes_cannot_be_read_to_the_end() {
    let mut account = account();
    let changes = (0..3).map(|number| {
        assert!(number < 2, "the source of the changes fails");
        let conversation = Conversation::user(format!("u{number}")).unwrap();
        Change::new(9, ChangeKind::ConversationAdded { group_id: 1, conversation })
    });
    let replay = std::panic::AssertUnwindSafe(|| account.replay_all(changes));
    assert!(std::panic::catch_unwind(replay).is_err());
    assert_eq!(account.group("g").unwrap().members, 3);
}

/// One well-formed text of each type.
fn samples() -> Vec<String> {
    vec![
        r#"{"type":"group_created","at":1700000000,"group_id":1,"name":"a"}"#.into(),
        r#"{"type":"group_renamed","at":0,"group_id":1,"old_name":"a","name":"b"}"#.into(),
        r#"{"type":"group_deleted","at":18446744073709551615,"group_id":4294967295,"name":"a"}"#
            .into(),
        format!(r#"{{"type":"conversation_added","at":1,"group_id":1,"conversation":{A}}}"#),
        format!(r#"{{"type":"conversation_removed","at":1,"group_id":1,"conversation":{NEW}}}"#),
        format!(
            r#"{{"type":"conversation_marked","at":1,"conversation":{A},"standard_mark":"111","custom_mark":"abcd"}}"#
        ),
        format!(r#"{{"type":"conversation_marked","at":1,"conversation":{A},"standard_mark":""}}"#),
        format!(r#"{{"type":"conversation_marked","at":1,"conversation":{A},"custom_mark":""}}"#),
        format!(r#"{{"type":"conversation_forgotten","at":1,"conversation":{A}}}"#),
    ]
}

#[test]
fn the_json_form_is_stable() {
    for json in samples() {
        let change = read(&json).unwrap();
        assert_eq!(serde_json::to_string(&change).unwrap(), json);
        let owned = change.clone().into_owned();
        assert_eq!(owned, change);
        assert_eq!(
            serde_json::from_reader::<_, serde_json::Value>(json.as_bytes()).unwrap()["type"],
            change.kind().name()
        );
    }
}

#[test]
fn the_order_of_members_does_not_matter() {
    let change = read(r#"{"name":"a","group_id":1,"at":5,"type":"group_created"}"#).unwrap();
    assert_eq!(change, Change::new(5, ChangeKind::GroupCreated { group_id: 1, name: "a".into() }));
    assert_eq!(change.at_seconds(), 5);
}

#[test]
fn names_with_escapes_are_read() {
    let change =
        read(r#"{"type":"group_created","at":5,"group_id":1,"name":"\ud83d\ude00\n"}"#).unwrap();
    assert_eq!(*change.kind(), ChangeKind::GroupCreated { group_id: 1, name: "😀\n".into() });
}

#[test]
fn every_member_is_required_once_and_not_null() {
    for json in samples() {
        let json = support::json::Json::parse(&json);
        for (left_out, (name, value)) in json.members().iter().enumerate() {
            let members = |change: &dyn Fn(usize, &str, &str) -> String| {
                let parts = json
                    .members()
                    .iter()
                    .enumerate()
                    .map(|(place, (name, value))| change(place, name, &value.raw));
                format!(
                    "{{{}}}",
                    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",")
                )
            };
            let one = |name: &str, value: &str| format!("{name:?}:{value}");
            let without = members(&|place, name, value| {
                if place == left_out { String::new() } else { one(name, value) }
            });
            // A change of marks has at least one of the two.
            let optional = name.ends_with("_mark")
                && json.members().iter().filter(|(name, _)| name.ends_with("_mark")).count() == 2;
            let lacks = if name.ends_with("_mark") {
                "a change of marks needs".into()
            } else {
                format!("missing field `{name}`")
            };
            match read(&without) {
                Ok(_) => assert!(optional, "{without}"),
                Err(error) => assert!(!optional && error.starts_with(&lacks), "{error}"),
            }
            let twice = members(&|place, name, value| {
                if place == left_out {
                    format!("{},{}", one(name, value), one(name, value))
                } else {
                    one(name, value)
                }
            });
            assert!(
                read(&twice).unwrap_err().starts_with(&format!("duplicate field `{name}`")),
                "{twice}"
            );
            for wrong in ["null", "[]", "true", "1.5", "-1"] {
                let wrong = members(&|place, name, value| {
                    one(name, if place == left_out { wrong } else { value })
                });
                assert!(read(&wrong).is_err(), "{wrong}");
            }
            assert!(!value.raw.is_empty());
        }
        let more = json.raw.replacen('{', r#"{"note":1,"#, 1);
        assert!(read(&more).unwrap_err().starts_with("unknown member of a change"), "{more}");
    }
}

#[test]
fn members_of_another_type_are_refused() {
    for json in [
        format!(r#"{{"type":"group_created","at":1,"group_id":1,"name":"a","conversation":{A}}}"#),
        r#"{"type":"group_created","at":1,"group_id":1,"name":"a","old_name":"b"}"#.into(),
        r#"{"type":"group_deleted","at":1,"group_id":1,"name":"a","custom_mark":"b"}"#.into(),
        format!(
            r#"{{"type":"conversation_added","at":1,"group_id":1,"conversation":{A},"name":"a"}}"#
        ),
        format!(
            r#"{{"type":"conversation_forgotten","at":1,"conversation":{A},"standard_mark":"1"}}"#
        ),
        format!(
            r#"{{"type":"conversation_marked","at":1,"group_id":1,"conversation":{A},"standard_mark":"1"}}"#
        ),
    ] {
        assert!(
            read(&json).unwrap_err().starts_with("a member that this type of change does not have"),
            "{json}"
        );
    }
}

#[test]
fn values_of_another_type_are_not_quoted() {
    for json in [
        r#""secret""#.into(),
        r#"{"type":"group_created","at":"secret","group_id":1,"name":"a"}"#.into(),
        r#"{"type":"group_created","at":1,"group_id":"secret","name":"a"}"#.into(),
        r#"{"type":"conversation_added","at":1,"group_id":1,"conversation":"secret"}"#.into(),
        r#"{"type":"conversation_added","at":1,"group_id":1,"conversation":{"Type":"secret","To_Account":"x"}}"#.into(),
        format!(r#"{{"type":"conversation_marked","at":1,"conversation":{A},"standard_mark":"secret"}}"#),
    ] {
        let error = read(&json).unwrap_err();
        assert!(!error.contains("secret"), "{error}");
    }
    let error =
        read(r#"{"type":"group_created","at":"secret","group_id":1,"name":"a"}"#).unwrap_err();
    assert!(error.starts_with("the member `at` of a change is of another type"), "{error}");
}

#[test]
fn refusals_say_what_is_expected() {
    let error = read("[]").unwrap_err();
    let expected = "invalid type: sequence, expected a change: an object with `type`, `at` and the members of that type";
    assert!(error.starts_with(expected), "{error}");
    let error =
        read(r#"{"type":"conversation_added","at":1,"group_id":1,"conversation":[]}"#).unwrap_err();
    let expected =
        "invalid type: sequence, expected a conversation: `Type` with its own ID and nothing else";
    assert!(error.starts_with(expected), "{error}");
    let member = [(1_u8, 2_u8)].into_iter();
    let names = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(member);
    let error = <Change<'_> as serde::Deserialize>::deserialize(names).unwrap_err().to_string();
    assert_eq!(error, "invalid type: integer `1`, expected a member name of a change");
    let member = [(1_u8, 2_u8)].into_iter();
    let names = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(member);
    let error =
        <Conversation<'_> as serde::Deserialize>::deserialize(names).unwrap_err().to_string();
    assert_eq!(error, "invalid type: integer `1`, expected a string");
}

#[test]
fn unknown_types_are_refused() {
    for name in ["", "Group_created", "group_created ", "conversation"] {
        let json = format!(r#"{{"type":"{name}","at":1,"group_id":1,"name":"a"}}"#);
        assert!(read(&json).unwrap_err().starts_with("unknown type of change"), "{name}");
    }
}

#[test]
fn hostile_values_are_refused() {
    for (part, wrong) in [
        (r#""standard_mark":"111""#, r#""standard_mark":"012""#),
        (r#""standard_mark":"111""#, r#""standard_mark":"0""#),
        (r#""standard_mark":"111""#, r#""standard_mark":" 1""#),
        (r#""standard_mark":"111""#, &*format!(r#""standard_mark":"{}""#, "1".repeat(65))),
        (r#""custom_mark":"abcd""#, r#""custom_mark":"\ud800""#),
        (r#""To_Account":"a""#, r#""To_Account":"""#),
        (r#""To_Account":"a""#, r#""To_Account":"\u0000""#),
        (r#""To_Account":"a""#, &*format!(r#""To_Account":"{}""#, "a".repeat(33))),
        (r#""To_Account":"a""#, r#""ToGroupId":"a""#),
        (r#""To_Account":"a""#, r#""To_Account":"a","ToGroupId":"a""#),
        (r#""To_Account":"a""#, r#""To_Account":"a","To_Account":"a""#),
        (r#""To_Account":"a""#, r#""To_Account":"a","x":1"#),
        (r#""Type":1"#, r#""Type":3"#),
        (r#""Type":1"#, r#""Type":257"#),
        (r#""Type":1,"#, ""),
        (r#""at":1"#, r#""at":18446744073709551616"#),
    ] {
        let good = &samples()[5];
        let bad = good.replacen(part, wrong, 1);
        assert_ne!(&bad, good);
        assert!(read(good).is_ok());
        assert!(read(&bad).is_err(), "{bad}");
    }
    let all = format!(
        r#"{{"type":"conversation_marked","at":1,"conversation":{A},"standard_mark":"{}"}}"#,
        "1".repeat(64)
    );
    let ChangeKind::ConversationMarked { standard_mark, .. } = read(&all).unwrap().kind().clone()
    else {
        panic!()
    };
    assert_eq!(standard_mark, Some(StandardMarks::all()));
}

#[test]
fn what_is_not_an_object_is_refused() {
    let deep = "[".repeat(1_000_000);
    let inside = format!(r#"{{"type":"conversation_forgotten","at":1,"conversation":{deep}"#);
    for json in ["", "null", "[]", "1", r#""x""#, "{", "{}", deep.as_str(), inside.as_str(), "{} x"]
    {
        assert!(read(json).is_err());
    }
}
