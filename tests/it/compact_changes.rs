//! The compact form of changes: that it is what was promised, that it reads as the form for people
//! does, and the error for every kind of damage.

use convmark::account::ChangeKind;
use convmark::{Account, Change, Conversation, StandardMarks};

use crate::formats::{Format, OwnedChange, damage, stored_file};
use crate::helpers::*;

fn stored() -> Vec<OwnedChange> {
    let json = include_str!("../stored/changes-1.json");
    let changes: Vec<OwnedChange> = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&changes).unwrap(), json);
    changes
}

#[test]
fn stored_changes_are_read_for_ever() {
    for format in Format::ALL {
        let bytes = stored_file(format, "changes-compact-1");
        let changes: Vec<OwnedChange> = format.read(&bytes).unwrap();
        assert_eq!(changes, stored(), "{format:?}");
        assert_eq!(format.write(&changes), bytes, "{format:?}");
        let mut account = Account::new();
        assert_eq!(account.replay_all(changes.iter().map(|change| &change.0)), Ok(changes.len()));
    }
}

#[test]
fn the_documented_tuples_are_read_and_written() {
    const AT: u64 = 1_700_000_000;
    let user = || Conversation::user("u").unwrap();
    let marked = |marks: Option<StandardMarks>, custom: Option<&'static str>| {
        ChangeKind::ConversationMarked {
            conversation: user(),
            standard_mark: marks,
            custom_mark: custom.map(Into::into),
        }
    };
    #[track_caller]
    fn check(kind: ChangeKind<'_>, tuple: impl serde::Serialize) {
        let change = Change::new(AT, kind);
        for format in Format::ALL {
            let bytes = format.write(&change);
            assert_eq!(bytes, format.write(&tuple), "{format:?}");
            assert_eq!(format.read::<OwnedChange>(&bytes).unwrap().0, change, "{format:?}");
        }
    }
    let one = 1_u8;
    let name = || "a".into();
    check(ChangeKind::GroupCreated { group_id: 3, name: name() }, (one, 1_u8, AT, (3_u32, "a")));
    let renamed = ChangeKind::GroupRenamed { group_id: 3, old_name: name(), name: "b".into() };
    check(renamed, (one, 2_u8, AT, (3_u32, "a", "b")));
    check(ChangeKind::GroupDeleted { group_id: 3, name: name() }, (one, 3_u8, AT, (3_u32, "a")));
    let conversation = Conversation::group("u").unwrap();
    let added = ChangeKind::ConversationAdded { group_id: 3, conversation };
    check(added, (one, 4_u8, AT, (3_u32, (2_u8, "u"))));
    let removed = ChangeKind::ConversationRemoved { group_id: 3, conversation: user() };
    check(removed, (one, 5_u8, AT, (3_u32, (1_u8, "u"))));
    for marks in [None, Some(StandardMarks::empty()), Some(StandardMarks::all())] {
        for custom in [None, Some(""), Some("c")] {
            if marks.is_some() || custom.is_some() {
                let bits = marks.map(|marks| marks.bits());
                check(marked(marks, custom), (one, 6_u8, AT, ((1_u8, "u"), bits, custom)));
            }
        }
    }
    let forgotten = ChangeKind::ConversationForgotten { conversation: user() };
    check(forgotten, (one, 7_u8, AT, ((1_u8, "u"),)));
}

#[test]
fn texts_are_borrowed_where_the_format_lends_them() {
    let change = Change::new(
        1,
        ChangeKind::ConversationForgotten { conversation: Conversation::user("u").unwrap() },
    );
    let bytes = postcard::to_allocvec(&change).unwrap();
    let read: Change<'_> = postcard::from_bytes(&bytes).unwrap();
    let ChangeKind::ConversationForgotten { conversation } = read.kind() else { panic!() };
    assert!(bytes.as_ptr_range().contains(&conversation.id().as_ptr()));
}

#[test]
fn long_texts_are_read() {
    let long = "日".repeat(20_000);
    let change = Change::new(1, ChangeKind::GroupCreated { group_id: 1, name: (&*long).into() });
    for format in Format::ALL {
        assert_eq!(format.read::<OwnedChange>(&format.write(&change)).unwrap().0, change);
    }
}

#[track_caller]
fn assert_refused(value: impl serde::Serialize, expected: &str) {
    for format in Format::TELLING {
        let error = format.read::<OwnedChange>(&format.write(&value)).unwrap_err();
        assert_eq!(error, expected, "{format:?}");
    }
}

#[test]
fn damaged_tuples_are_refused_with_what_is_wrong() {
    for version in [0, 2, 255] {
        let expected = format!(
            "version {version} of changes is unknown, only version 1 can be read; a newer convmark may read it"
        );
        assert_refused((version, "new"), &expected);
    }
    for number in [0, 8, 255] {
        assert_refused((1, number, 1, (1, "a")), "unknown type of change");
    }
    assert_refused([0_u8; 0], "missing element `version`");
    assert_refused((1,), "missing element `type`");
    assert_refused((1, 1), "missing element `at`");
    assert_refused((1, 1, 1), "missing element `body`");
    assert_refused((1, 1, 1, [0_u8; 0]), "missing element `group_id`");
    assert_refused((1, 1, 1, (1,)), "missing element `name`");
    assert_refused((1, 2, 1, (1, "a")), "missing element `name`");
    assert_refused((1, 4, 1, (1,)), "missing element `conversation`");
    assert_refused((1, 6, 1, ((1, "u"), 1)), "missing element `custom_mark`");
    let more = "one element more than this type of change has";
    assert_refused((1, 1, 1, (1, "a"), 1), more);
    assert_refused((1, 1, 1, (1, "a", 1)), more);
    assert_refused((1, 7, 1, ((1, "u"), 1)), more);
    let marks = "a change of marks needs `standard_mark`, `custom_mark` or both";
    assert_refused((1, 6, 1, ((1, "u"), None::<u64>, None::<&str>)), marks);
    let other = |element| {
        format!("the element `{element}` of a change is of another type, out of range, or damaged")
    };
    assert_refused(("secret", 1), &other("version"));
    assert_refused((1, "secret"), &other("type"));
    assert_refused((1, 1, -1), &other("at"));
    assert_refused((1, 1, 1, "secret"), &other("body"));
    assert_refused((1, 1, 1, ("secret", "a")), &other("group_id"));
    assert_refused((1, 1, 1, (1, 77)), &other("name"));
    assert_refused((1, 6, 1, ((1, "u"), "secret", "")), &other("standard_mark"));
    assert_refused((1, 6, 1, ((1, "u"), 1, 77)), &other("custom_mark"));
    let long = "u".repeat(33);
    for (kind, id, expected) in [
        (0, "u", "the `Type` of a conversation is 1 or 2"),
        (3, "u", "the `Type` of a conversation is 1 or 2"),
        (1, "", "an ID must not be empty"),
        (1, "é", "an ID has only printable ASCII characters"),
        (1, &*long, "an ID of this kind has at most 32 bytes"),
    ] {
        for change in [4, 5] {
            assert_refused((1, change, 1, (1, (kind, id))), expected);
        }
        assert_refused((1, 6, 1, ((kind, id), 1, "")), expected);
        assert_refused((1, 7, 1, ((kind, id),)), expected);
    }
    assert_refused((1, 7, 1, ("secret",)), &other("conversation"));
    assert_refused((1, 7, 1, ((1, "u", 1),)), &other("conversation"));
    assert_refused((1, 7, 1, ((1, 77),)), &other("conversation"));
    for value in ["secret", ""] {
        assert_refused(value, "this is not a change, or it is damaged");
    }
}

#[test]
fn conversations_are_pairs() {
    for conversation in [peer("u"), chat("@TGS#1")] {
        for format in Format::ALL {
            let bytes = format.write(&conversation);
            assert_eq!(bytes, format.write(&(conversation.kind(), conversation.id())));
        }
        let bytes = postcard::to_allocvec(&conversation).unwrap();
        assert_eq!(postcard::from_bytes::<Conversation<'_>>(&bytes).unwrap(), conversation);
    }
    for (pair, expected) in [
        ((1_u8, ""), "an ID must not be empty"),
        ((3, "u"), "the `Type` of a conversation is 1 or 2"),
    ] {
        let bytes = rmp_serde::to_vec(&pair).unwrap();
        let error = rmp_serde::from_slice::<Conversation<'_>>(&bytes).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn views_are_written_in_every_format() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contacts(0..3)));
    session.ok(MARK, ME.set_marks("u1", "1,3"));
    let (rows, groups): (Vec<_>, Vec<_>) =
        (session.account.rows().collect(), session.account.groups().collect());
    for format in Format::ALL {
        assert!(!format.write(&rows).is_empty());
        assert!(!format.write(&groups).is_empty());
    }
    let row = (((1_u8, "u1"), "101", ""), vec![1_u32], session.account.rows().nth(1).unwrap());
    let flat = (row.0.0, row.0.1, row.0.2, row.1, row.2.timestamp_seconds());
    assert_eq!(Format::Postcard.write(&rows[1]), Format::Postcard.write(&flat));
}

#[test]
fn damage_is_refused_or_gives_a_change() {
    for format in Format::ALL {
        for change in stored() {
            damage(format, &format.write(&change), |_, read: OwnedChange| {
                assert_eq!(format.read::<OwnedChange>(&format.write(&read)).unwrap(), read);
                let json = serde_json::to_string(&read).unwrap();
                assert_eq!(serde_json::from_str::<OwnedChange>(&json).unwrap(), read);
            });
        }
    }
}
