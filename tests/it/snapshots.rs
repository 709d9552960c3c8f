//! Snapshots: round trips, and the exact message for every kind of damage.

use convmark::Account;
use convmark::account::{SnapshotError, SnapshotPlace};

use crate::helpers::*;

const GOOD: &str = r#"{"version":1,"last_group_id":5,"groups":[{"group_id":1,"name":"a"},{"group_id":4,"name":"b"}],"rows":[{"conversation":{"Type":1,"To_Account":"x"},"standard_mark":"111","custom_mark":"abcd","group_ids":[1,4],"timestamp":1700000000},{"conversation":{"Type":2,"ToGroupId":"x"},"standard_mark":"","custom_mark":"c","group_ids":[],"timestamp":0}]}"#;

const WHOLE: SnapshotPlace = SnapshotPlace::Whole;

fn read(json: &str) -> Result<Account, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// The valid snapshot with one part replaced.
fn damaged(part: &str, replacement: &str) -> String {
    assert_eq!(GOOD.matches(part).count(), 1, "{part}");
    GOOD.replace(part, replacement)
}

#[track_caller]
fn assert_refused(json: &str, expected: SnapshotError) {
    let message = read(json).unwrap_err();
    let (text, place) = message.split_once(" at line ").unwrap_or((&message, ""));
    assert_eq!(text, expected.to_string(), "{json}");
    assert!(place.is_empty() || place.starts_with("1 column "), "{message}");
}

#[test]
fn the_documented_form_is_read_and_written() {
    let account = read(GOOD).unwrap();
    assert_eq!(serde_json::to_string(&account).unwrap(), GOOD);
    assert_eq!(account.last_group_id(), 5);
    assert_eq!(account.group("b").unwrap().members, 1);
    let usage = account.usage();
    assert_eq!((usage.groups, usage.rows, usage.grouped, usage.marked), (2, 2, 1, 2));
}

#[test]
fn an_empty_account_has_a_snapshot() {
    let empty = r#"{"version":1,"last_group_id":0,"groups":[],"rows":[]}"#;
    assert_eq!(serde_json::to_string(&Account::new()).unwrap(), empty);
    assert_eq!(read(empty).unwrap(), Account::new());
}

#[test]
fn members_may_have_any_order() {
    let json = r#"{"rows":[{"timestamp":7,"group_ids":[2],"custom_mark":"","standard_mark":"","conversation":{"To_Account":"x","Type":1}}],"groups":[{"name":"a","group_id":2}],"last_group_id":2,"version":1}"#;
    let account = read(json).unwrap();
    assert_eq!(account.row(&peer("x")).unwrap().group_ids().collect::<Vec<_>>(), [2]);
}

#[test]
fn a_large_account_loads_and_accepts_requests() {
    let mut session = Session::new();
    for number in 0..5 {
        session.ok(CREATE, ME.create(&format!("g{number}"), &user_contacts(number..number + 4)));
    }
    session.ok(MARK, ME.set_marks("u3", "1,33,64"));
    session.ok(MARK, ME.set_custom_mark("u7", "\u{1F600}\\n\\\""));
    session.ok(DELETE, ME.delete("g1"));
    let mut loaded = Session::new();
    loaded.now = session.now;
    loaded.account = read(&session.snapshot()).unwrap();
    assert_eq!(loaded.account, session.account);
    for (command, body) in [
        (CREATE, ME.create("new", &user_contacts(2..9))),
        (UPDATE, ME.remove("g2", &[user_contact("u3"), user_contact("u4")])),
        (DELETE, ME.delete("g0")),
        (GET, ME.get(0)),
    ] {
        assert_eq!(session.run(command, &body).answer, loaded.run(command, &body).answer);
        assert_eq!(loaded.snapshot(), session.snapshot());
    }
}

#[test]
fn other_versions_are_refused_as_such() {
    for found in [0, 2, u64::MAX] {
        assert_refused(
            &damaged(r#""version":1"#, &format!(r#""version":{found}"#)),
            SnapshotError::Version { found },
        );
    }
    // Also if it has other new members.
    assert_refused(r#"{"version":2,"other":{"x":[]}}"#, SnapshotError::Version { found: 2 });
    assert!(
        SnapshotError::Version { found: 2 }
            .to_string()
            .starts_with("version 2 of snapshots is unknown")
    );
}

#[test]
fn every_member_of_the_snapshot_is_required_once() {
    for (member, value) in [("version", "1"), ("last_group_id", "5")] {
        let part = format!(r#""{member}":{value},"#);
        assert_refused(&damaged(&part, ""), SnapshotError::Missing { place: WHOLE, member });
        assert_refused(
            &damaged(&part, &part.repeat(2)),
            SnapshotError::Repeated { place: WHOLE, member },
        );
    }
    for member in ["groups", "rows"] {
        let other = if member == "rows" { "groups" } else { "rows" };
        let without = format!(r#"{{"version":1,"last_group_id":0,"{other}":[]}}"#);
        assert_refused(&without, SnapshotError::Missing { place: WHOLE, member });
        let twice = format!(
            r#"{{"version":1,"last_group_id":0,"{other}":[],"{member}":[],"{member}":[]}}"#
        );
        assert_refused(&twice, SnapshotError::Repeated { place: WHOLE, member });
    }
    assert_eq!(
        SnapshotError::Missing { place: WHOLE, member: "rows" }.to_string(),
        "the snapshot lacks the member `rows`"
    );
}

#[test]
fn every_member_of_a_group_is_required_once() {
    let place = SnapshotPlace::Group(1);
    assert_refused(
        &damaged(r#""group_id":4,"#, ""),
        SnapshotError::Missing { place, member: "group_id" },
    );
    assert_refused(
        &damaged(r#","name":"b""#, ""),
        SnapshotError::Missing { place, member: "name" },
    );
    let twice = damaged(r#""group_id":4,"#, r#""group_id":4,"group_id":4,"#);
    assert_refused(&twice, SnapshotError::Repeated { place, member: "group_id" });
    let twice = damaged(r#","name":"b""#, r#","name":"b","name":"b""#);
    assert_refused(&twice, SnapshotError::Repeated { place, member: "name" });
    assert!(
        SnapshotError::Missing { place, member: "name" }
            .to_string()
            .starts_with("/groups/1 lacks the member `name`")
    );
}

#[test]
fn every_member_of_a_row_is_required_once() {
    let place = SnapshotPlace::Row(0);
    for (part, member) in [
        (r#""conversation":{"Type":1,"To_Account":"x"},"#, "conversation"),
        (r#""standard_mark":"111","#, "standard_mark"),
        (r#""custom_mark":"abcd","#, "custom_mark"),
        (r#""group_ids":[1,4],"#, "group_ids"),
    ] {
        assert_refused(&damaged(part, ""), SnapshotError::Missing { place, member });
        assert_refused(&damaged(part, &part.repeat(2)), SnapshotError::Repeated { place, member });
    }
    assert_refused(
        &damaged(r#","timestamp":1700000000"#, ""),
        SnapshotError::Missing { place, member: "timestamp" },
    );
    let twice = damaged(r#""timestamp":1700000000"#, r#""timestamp":1,"timestamp":1"#);
    assert_refused(&twice, SnapshotError::Repeated { place, member: "timestamp" });
    assert!(SnapshotError::EmptyRow { place }.to_string().starts_with("/rows/0: "));
}

#[test]
fn unknown_members_are_refused_with_their_place() {
    assert_refused(
        &damaged(r#""version":1"#, r#""version":1,"x":{}"#),
        SnapshotError::Unknown { place: WHOLE },
    );
    assert_refused(
        &damaged(r#""name":"b""#, r#""name":"b","x":1"#),
        SnapshotError::Unknown { place: SnapshotPlace::Group(1) },
    );
    assert_refused(
        &damaged(r#""timestamp":0"#, r#""timestamp":0,"x":1"#),
        SnapshotError::Unknown { place: SnapshotPlace::Row(1) },
    );
    let cased = damaged(r#""timestamp":0"#, r#""timestamp":0,"Timestamp":0"#);
    assert_refused(&cased, SnapshotError::Unknown { place: SnapshotPlace::Row(1) });
}

#[test]
fn the_counter_has_31_bits() {
    assert_refused(
        &damaged(r#""last_group_id":5"#, r#""last_group_id":2147483648"#),
        SnapshotError::LastGroupId,
    );
    assert_refused(
        &damaged(r#""last_group_id":5"#, r#""last_group_id":4294967295"#),
        SnapshotError::LastGroupId,
    );
    let json = damaged(r#""last_group_id":5"#, r#""last_group_id":2147483647"#);
    assert_eq!(read(&json).unwrap().last_group_id(), 2_147_483_647);
    assert!(SnapshotError::LastGroupId.to_string().starts_with("last_group_id "));
}

fn many_groups(count: u32) -> String {
    let groups: Vec<String> =
        (1..=count).map(|id| format!(r#"{{"group_id":{id},"name":"g{id}"}}"#)).collect();
    format!(r#"{{"version":1,"last_group_id":{count},"groups":[{}],"rows":[]}}"#, groups.join(","))
}

#[test]
fn there_are_at_most_64_groups() {
    assert_eq!(read(&many_groups(64)).unwrap().usage().groups, 64);
    assert_refused(&many_groups(65), SnapshotError::TooManyGroups);
}

#[test]
fn group_ids_ascend_up_to_the_counter() {
    let place = SnapshotPlace::Group(1);
    for id in ["0", "1", "6", "4294967295"] {
        assert_refused(
            &damaged(r#""group_id":4"#, &format!(r#""group_id":{id}"#)),
            SnapshotError::GroupId { place },
        );
    }
    let first = damaged(r#""group_id":1"#, r#""group_id":0"#);
    assert_refused(&first, SnapshotError::GroupId { place: SnapshotPlace::Group(0) });
    // The counter is below the highest group ID.
    assert_refused(
        &damaged(r#""last_group_id":5"#, r#""last_group_id":3"#),
        SnapshotError::GroupId { place },
    );
}

#[test]
fn group_names_are_not_empty_and_unique() {
    let place = SnapshotPlace::Group(1);
    let named = |name: &str| damaged(r#""name":"b""#, &format!(r#""name":"{name}""#));
    assert_refused(&named(""), SnapshotError::GroupName { place });
    assert_refused(&named(&"n".repeat(65_537)), SnapshotError::GroupName { place });
    assert!(read(&named(&"n".repeat(65_536))).is_ok());
    assert_refused(&named("a"), SnapshotError::RepeatedName { place });
    assert_refused(&named(r"\u0061"), SnapshotError::RepeatedName { place });
    assert!(read(&named("A")).is_ok());
}

#[test]
fn rows_have_different_conversations_and_data() {
    let place = SnapshotPlace::Row(1);
    let same = damaged(r#"{"Type":2,"ToGroupId":"x"}"#, r#"{"Type":1,"To_Account":"x"}"#);
    assert_refused(&same, SnapshotError::RepeatedRow { place });
    assert_refused(
        &damaged(r#""custom_mark":"c""#, r#""custom_mark":"""#),
        SnapshotError::EmptyRow { place },
    );
}

#[test]
fn marks_are_bit_strings() {
    for marks in ["0", "011", "2", "1x", " 1", "1 ", "+1", "-1", "0b1", &"1".repeat(65)] {
        let json = damaged(r#""standard_mark":"111""#, &format!(r#""standard_mark":"{marks}""#));
        assert_refused(&json, SnapshotError::StandardMark { place: SnapshotPlace::Row(0) });
    }
    for (marks, bits) in [("1", 1), ("10", 2), (&*"1".repeat(64), u64::MAX)] {
        let json = damaged(r#""standard_mark":"111""#, &format!(r#""standard_mark":"{marks}""#));
        assert_eq!(read(&json).unwrap().row(&peer("x")).unwrap().standard_marks().bits(), bits);
    }
}

#[test]
fn custom_marks_have_at_most_65536_bytes() {
    let json = |length: usize| {
        damaged(r#""custom_mark":"c""#, &format!(r#""custom_mark":"{}""#, "c".repeat(length)))
    };
    assert!(read(&json(65_536)).is_ok());
    assert_refused(&json(65_537), SnapshotError::CustomMark { place: SnapshotPlace::Row(1) });
}

#[test]
fn rows_name_existing_groups() {
    for ids in ["[2]", "[0]", "[5]", "[1,1]", "[4,1]", "[1,4,4294967295]"] {
        let json = damaged(r#""group_ids":[1,4]"#, &format!(r#""group_ids":{ids}"#));
        assert_refused(&json, SnapshotError::RowGroup { place: SnapshotPlace::Row(0) });
    }
}

#[test]
fn values_of_other_types_are_refused_with_their_place() {
    for part in [
        r#""version":1"#,
        r#""last_group_id":5"#,
        r#""group_id":4"#,
        r#""name":"b""#,
        r#""conversation":{"Type":2,"ToGroupId":"x"}"#,
        r#""standard_mark":"111""#,
        r#""custom_mark":"abcd""#,
        r#""group_ids":[1,4]"#,
        r#""timestamp":1700000000"#,
    ] {
        let (name, _) = part.split_once(':').unwrap();
        for value in [
            "null",
            "true",
            "-1",
            "1.5",
            "1e2",
            "18446744073709551616",
            r#"{"a":1}"#,
            "[[1]]",
            r#"["1"]"#,
            "[null]",
        ] {
            let message = read(&damaged(part, &format!("{name}:{value}"))).unwrap_err();
            let place = match name {
                r#""version""# | r#""last_group_id""# => "the snapshot",
                r#""group_id""# | r#""name""# => "/groups/1",
                _ => "/rows/",
            };
            assert!(message.starts_with(place), "{name} {value}: {message}");
            assert!(message.contains(" at line 1 column "), "{name} {value}: {message}");
        }
        let secret = read(&damaged(part, &format!("{name}:\"secret\"")))
            .map_or_else(|error| error, |_| String::new());
        assert!(!secret.contains("secret"), "{secret}");
    }
    for rows in [r#""secret""#, r#"["secret"]"#] {
        let json = format!(r#"{{"version":1,"last_group_id":0,"groups":[],"rows":{rows}}}"#);
        assert!(!read(&json).unwrap_err().contains("secret"), "{rows}");
    }
    // Another version is found wherever the member is.
    let future = read(r#"{"shards":1,"last_group_id":0,"version":2}"#).unwrap_err();
    assert!(future.starts_with(&SnapshotError::Version { found: 2 }.to_string()), "{future}");
    for (part, values) in [
        (r#""last_group_id":5"#, ["4294967296", r#""5""#]),
        (r#""standard_mark":"111""#, ["111", "{}"]),
    ] {
        let (name, _) = part.split_once(':').unwrap();
        for value in values {
            assert!(read(&damaged(part, &format!("{name}:{value}"))).is_err(), "{name} {value}");
        }
    }
}

#[test]
fn conversations_are_well_formed() {
    let long = "x".repeat(33);
    for conversation in [
        "{}",
        r#"{"Type":1}"#,
        r#"{"To_Account":"x"}"#,
        r#"{"Type":2,"To_Account":"x"}"#,
        r#"{"Type":1,"ToGroupId":"x"}"#,
        r#"{"Type":3,"To_Account":"x"}"#,
        r#"{"Type":1,"To_Account":""}"#,
        r#"{"Type":1,"To_Account":"é"}"#,
        r#"{"Type":1,"To_Account":"y","ToGroupId":"y"}"#,
        r#"{"Type":1,"To_Account":"y","x":1}"#,
        r#"{"Type":1,"To_Account":"\ud800"}"#,
        &format!(r#"{{"Type":1,"To_Account":"{long}"}}"#),
    ] {
        let message = read(&damaged(r#"{"Type":2,"ToGroupId":"x"}"#, conversation)).unwrap_err();
        assert!(message.contains(" at line 1 column "), "{conversation}: {message}");
    }
}

#[test]
fn lists_and_objects_cannot_stand_for_each_other() {
    for json in [
        "null",
        "[]",
        "1",
        r#""x""#,
        r#"[1,0,[],[]]"#,
        r#"{"version":1,"last_group_id":0,"groups":{},"rows":[]}"#,
        r#"{"version":1,"last_group_id":0,"groups":[],"rows":{}}"#,
        r#"{"version":1,"last_group_id":0,"groups":[[1,"a"]],"rows":[]}"#,
        r#"{"version":1,"last_group_id":0,"groups":[null],"rows":[]}"#,
        r#"{"version":1,"last_group_id":0,"groups":[],"rows":[1]}"#,
        r#"{"version":1,"last_group_id":0,"groups":null,"rows":[]}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
    }
    for (json, expected) in [
        ("[]", "a snapshot of an account"),
        (r#"{"version":1,"last_group_id":0,"groups":[[]],"rows":[]}"#, "a group of a snapshot"),
        (r#"{"version":1,"last_group_id":0,"groups":[],"rows":[[]]}"#, "a row of a snapshot"),
    ] {
        let error = read(json).unwrap_err();
        assert!(
            error.starts_with(&format!("invalid type: sequence, expected {expected} at line 1")),
            "{error}"
        );
    }
}

#[test]
fn a_snapshot_cut_short_anywhere_is_refused() {
    for end in 0..GOOD.len() {
        assert!(read(&GOOD[..end]).is_err(), "{end}");
    }
    assert!(read(&format!("{GOOD}x")).is_err());
}

#[test]
fn hostile_sizes_are_refused() {
    let deep = "[".repeat(1_000_000);
    for json in [
        deep.clone(),
        format!(r#"{{"version":1,"x":{deep}"#),
        format!(r#"{{"version":1,"rows":{deep}"#),
        format!(r#"{{"version":1,"rows":[{{"group_ids":{deep}"#),
        format!(r#"{{"version":1,"rows":[{{"conversation":{}"#, r#"{"a":"#.repeat(1_000_000)),
        format!(r#"{{"{}":1}}"#, "n".repeat(1 << 20)),
    ] {
        assert!(read(&json).is_err());
    }
}

#[test]
fn every_change_of_one_byte_is_refused_or_gives_another_account() {
    let original = read(GOOD).unwrap();
    let bytes = GOOD.as_bytes();
    for place in 0..bytes.len() {
        for byte in [b'0', b'9', b'"', b'}', b',', b' ', 0xff] {
            let mut damaged = bytes.to_vec();
            if std::mem::replace(&mut damaged[place], byte) == byte {
                continue;
            }
            if let Ok(account) = serde_json::from_slice::<Account>(&damaged) {
                let again = serde_json::to_string(&account).unwrap();
                assert_eq!(read(&again).unwrap(), account);
                // A group chat and a user may have the same ID.
                assert_ne!(account, original, "{}", String::from_utf8_lossy(&damaged));
            }
        }
    }
}

#[test]
fn messages_begin_with_the_place_and_say_what_is_needed() {
    let (group, row) = (SnapshotPlace::Group(7), SnapshotPlace::Row(9));
    for (error, start, needed) in [
        (SnapshotError::Version { found: 9 }, "version 9 ", "version 1"),
        (SnapshotError::Missing { place: group, member: "name" }, "/groups/7 ", "`name`"),
        (
            SnapshotError::Repeated { place: row, member: "timestamp" },
            "/rows/9 ",
            "`timestamp` twice",
        ),
        (SnapshotError::Unknown { place: WHOLE }, "the snapshot ", "do not have"),
        (SnapshotError::LastGroupId, "last_group_id ", "2147483647"),
        (SnapshotError::TooManyGroups, "there are more than ", "64 groups"),
        (SnapshotError::GroupId { place: group }, "/groups/7: ", "group_id"),
        (SnapshotError::GroupName { place: group }, "/groups/7: ", "1 to 65536 bytes"),
        (SnapshotError::RepeatedName { place: group }, "/groups/7: ", "same name"),
        (SnapshotError::RepeatedRow { place: row }, "/rows/9: ", "same conversation"),
        (SnapshotError::EmptyRow { place: row }, "/rows/9: ", "does not exist"),
        (SnapshotError::StandardMark { place: row }, "/rows/9: ", "standard_mark"),
        (SnapshotError::CustomMark { place: row }, "/rows/9: ", "at most 65536 bytes"),
        (SnapshotError::RowGroup { place: row }, "/rows/9: ", "group_ids"),
    ] {
        let text = error.to_string();
        assert!(text.starts_with(start) && text.contains(needed), "{text}");
    }
}
