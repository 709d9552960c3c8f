//! Every limit: its last allowed value and the first beyond it.

use convmark::conversation::IdError;
use convmark::marks::MarkBase;
use convmark::{Command, Conversation, GroupChatId, Policy, Revision, StandardMarks, UserId};

use crate::helpers::*;

/// A text of exactly `bytes` bytes that ends in a character of `width` bytes.
fn text(bytes: usize, width: usize) -> String {
    let last = ["a", "é", "中", "😀"][width - 1];
    assert_eq!(last.len(), width);
    "n".repeat(bytes - width) + last
}

fn each_width(max: usize, mut check: impl FnMut(&str, bool)) {
    for width in 1..=4 {
        for bytes in [max - 1, max, max + 1, max + width] {
            check(&text(bytes, width), bytes <= max);
        }
        // Such characters only.
        check(&text(width, width).repeat(max / width), true);
        check(&text(width, width).repeat(max / width + 1), false);
    }
}

fn named_under(policy: &Policy, name: &str) -> [Vec<String>; 2] {
    [
        errors_under(CREATE, ME.create(name, "").as_bytes(), policy),
        errors_under(UPDATE, ME.rename("old", name).as_bytes(), policy),
    ]
}

const NAME_TOO_LONG: [&str; 2] = [
    "group-name-too-long 51011 /GroupContactItem/0/GroupName",
    "group-name-too-long 51011 /UpdateGroup/NewGroupName",
];

#[test]
fn group_names_have_64_bytes_in_2026() {
    each_width(64, |name, fits| {
        let expected =
            NAME_TOO_LONG.map(|error| if fits { vec![] } else { vec![error.to_string()] });
        assert_eq!(
            named_under(&Revision::V2026_04.policy(), name),
            expected,
            "{} bytes",
            name.len()
        );
    });
}

#[test]
fn group_names_have_32_bytes_in_2023() {
    each_width(32, |name, fits| {
        let expected =
            NAME_TOO_LONG.map(|error| if fits { vec![] } else { vec![error.to_string()] });
        assert_eq!(
            named_under(&Revision::V2023_03.policy(), name),
            expected,
            "{} bytes",
            name.len()
        );
    });
}

#[test]
fn escapes_count_as_the_characters_they_stand_for() {
    let name = r"\u4e2d".repeat(21);
    assert_errors(CREATE, ME.create(&format!("{name}n"), ""), &[]);
    assert_errors(CREATE, ME.create(&format!("{name}nn"), ""), &[NAME_TOO_LONG[0]]);
}

#[test]
fn every_name_longer_than_32_bytes_has_a_warning() {
    each_width(32, |name, fits| {
        if name.len() <= 64 {
            let expected: &[&str] =
                if fits { &[] } else { &["long-group-name /GroupContactItem/0/GroupName"] };
            assert_warnings(CREATE, ME.create(name, ""), expected);
            let expected: &[&str] =
                if fits { &[] } else { &["long-group-name /UpdateGroup/NewGroupName"] };
            assert_warnings(UPDATE, ME.rename("old", name), expected);
        }
    });
}

#[test]
fn names_that_only_look_up_a_group_have_no_limit() {
    let name = "n".repeat(100_000);
    assert_warnings(DELETE, ME.delete(&name), &[]);
    assert_warnings(UPDATE, ME.rename(&name, "new"), &[]);
    assert_warnings(UPDATE, ME.add(&name, &[user_contact("a")]), &[]);
}

#[test]
fn custom_marks_have_256_bytes() {
    each_width(256, |mark, fits| {
        for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy()] {
            for operation in [2, 3] {
                let body = ME.mark(&[mark_item(
                    operation,
                    &user_contact("a"),
                    &format!(r#","CustomMark":"{mark}""#),
                )]);
                let expected: &[&str] =
                    if fits { &[] } else { &["custom-mark-too-long 50002 /MarkItem/0/CustomMark"] };
                assert_eq!(
                    errors_under(MARK, body.as_bytes(), &policy),
                    expected,
                    "{} bytes",
                    mark.len()
                );
            }
        }
    });
}

#[test]
fn a_custom_mark_that_is_not_used_has_no_limit() {
    let body = ME.mark(&[mark_item(
        1,
        &user_contact("a"),
        &format!(r#","SetMark":[1],"CustomMark":"{}""#, "c".repeat(257)),
    )]);
    assert_warnings(MARK, body, &["ignored-field /MarkItem/0/CustomMark"]);
}

/// The bits that an index sets with that base.
fn bits(base: MarkBase, index: &str) -> Result<u64, Vec<String>> {
    let policy = POLICY.to_builder().mark_base(base).build().unwrap();
    let mut session = Session::with(policy);
    let found = errors_under(MARK, ME.set_marks("a", index).as_bytes(), &policy);
    if !found.is_empty() {
        return Err(found);
    }
    session.ok(MARK, ME.set_marks("a", index));
    Ok(session.account.row(&peer("a")).unwrap().standard_marks().bits())
}

#[test]
fn mark_indexes_count_from_1() {
    for (index, bit) in [(1, 0), (2, 1), (32, 31), (33, 32), (63, 62), (64, 63)] {
        assert_eq!(bits(MarkBase::One, &index.to_string()), Ok(1 << bit), "{index}");
    }
    for index in ["0", "65", "-1"] {
        assert_eq!(
            bits(MarkBase::One, index),
            Err(vec!["out-of-range 50002 /MarkItem/0/SetMark/0".into()]),
            "{index}"
        );
    }
}

#[test]
fn mark_indexes_count_from_0_where_the_policy_says_so() {
    for (index, bit) in [(0, 0), (1, 1), (31, 31), (32, 32), (33, 33), (63, 63)] {
        assert_eq!(bits(MarkBase::Zero, &index.to_string()), Ok(1 << bit), "{index}");
    }
    for index in ["64", "65", "-1"] {
        assert_eq!(
            bits(MarkBase::Zero, index),
            Err(vec!["out-of-range 50002 /MarkItem/0/SetMark/0".into()]),
            "{index}"
        );
    }
}

#[test]
fn every_index_has_its_own_bit() {
    for base in [MarkBase::Zero, MarkBase::One] {
        let all: Vec<u8> = (base.first()..=base.last()).collect();
        let marks: Vec<u64> =
            all.iter().map(|index| base.mark(u64::from(*index)).unwrap().bits()).collect();
        assert_eq!(marks, (0..64).map(|bit| 1 << bit).collect::<Vec<u64>>());
        assert_eq!(base.indexes(StandardMarks::all()).collect::<Vec<_>>(), all);
        for index in all {
            let mark = base.mark(u64::from(index)).unwrap();
            assert_eq!(base.indexes(mark).collect::<Vec<_>>(), [index]);
        }
        assert_eq!(base.mark(u64::from(base.last()) + 1), None);
        assert_eq!(base.mark(u64::MAX), None);
    }
    assert_eq!(MarkBase::One.mark(0), None);
}

#[test]
fn the_5th_to_the_32nd_bit_are_internal() {
    for (index, internal) in
        [(1, false), (4, false), (5, true), (32, true), (33, false), (64, false)]
    {
        for list in ["SetMark", "ClearMark"] {
            let body =
                ME.mark(&[mark_item(1, &user_contact("a"), &format!(r#","{list}":[{index}]"#))]);
            let path = format!("internal-mark-bit /MarkItem/0/{list}/0");
            let expected: &[&str] = if internal { &[&path] } else { &[] };
            assert_warnings(MARK, body, expected);
        }
    }
}

#[test]
fn a_request_marks_1_to_100_conversations() {
    let body = |count: usize| {
        let items: Vec<String> = (0..count)
            .map(|n| mark_item(1, &user_contact(&format!("u{n}")), r#","SetMark":[1]"#))
            .collect();
        ME.mark(&items)
    };
    for (count, fits) in [(0, false), (1, true), (100, true), (101, false)] {
        let expected: &[&str] = if fits { &[] } else { &["item-count 51006 /MarkItem"] };
        for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy()] {
            assert_eq!(errors_under(MARK, body(count).as_bytes(), &policy), expected, "{count}");
        }
    }
}

#[test]
fn create_takes_100_conversations_in_2026_and_any_number_in_2023() {
    for (count, fits) in [(0, true), (1, true), (100, true), (101, false)] {
        let body = ME.create("g", &user_contacts(0..count));
        let expected: &[&str] =
            if fits { &[] } else { &["item-count 51006 /GroupContactItem/0/ContactItem"] };
        assert_errors(CREATE, &body, expected);
        assert_eq!(
            errors_under(CREATE, body.as_bytes(), &Revision::V2023_03.policy()),
            [""; 0],
            "{count}"
        );
    }
}

#[test]
fn update_takes_100_conversations_in_2026_and_any_number_in_2023() {
    for (count, fits) in [(0, true), (1, true), (100, true), (101, false)] {
        let list: Vec<String> = (0..count).map(|n| user_contact(&format!("u{n}"))).collect();
        let body = ME.add("g", &list);
        let expected: &[&str] =
            if fits { &[] } else { &["item-count 51006 /UpdateGroup/ContactUpdateItem"] };
        assert_errors(UPDATE, &body, expected);
        assert_eq!(
            errors_under(UPDATE, body.as_bytes(), &Revision::V2023_03.policy()),
            [""; 0],
            "{count}"
        );
    }
}

#[test]
fn create_needs_its_list_in_2023_only() {
    let body = br#"{"From_Account":"me","GroupContactItem":[{"GroupName":"g"}]}"#;
    assert_errors(CREATE, body, &[]);
    let expected = ["missing-field 50002 /GroupContactItem/0/ContactItem"];
    assert_eq!(errors_under(CREATE, body, &Revision::V2023_03.policy()), expected);
    assert_eq!(
        errors_under(CREATE, ME.create("g", "").as_bytes(), &Revision::V2023_03.policy()),
        [""; 0]
    );
}

#[test]
fn a_search_names_1_to_300_conversations() {
    for (count, fits) in [(0, false), (1, true), (300, true), (301, false)] {
        let expected: &[&str] = if fits { &[] } else { &["search-count 50002 /ContactItem"] };
        for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy()] {
            assert_eq!(
                errors_under(SEARCH, ME.search(&user_contacts(0..count)).as_bytes(), &policy),
                expected,
                "{count}"
            );
        }
    }
}

#[test]
fn one_group_at_a_time_is_created_and_deleted() {
    let group = r#"{"GroupName":"g","ContactItem":[]}"#;
    for (count, fits) in [(0, false), (1, true), (2, false)] {
        let list = vec![group; count].join(",");
        let expected: &[&str] =
            if fits { &[] } else { &["single-item-only 50002 /GroupContactItem"] };
        assert_errors(CREATE, ME.body(&format!(r#""GroupContactItem":[{list}]"#)), expected);
        let list = vec![r#""g""#; count].join(",");
        let expected: &[&str] = if fits { &[] } else { &["single-item-only 50002 /GroupName"] };
        assert_errors(DELETE, ME.body(&format!(r#""GroupName":[{list}]"#)), expected);
    }
}

#[test]
fn user_ids_have_1_to_32_bytes() {
    assert_eq!(UserId::new(""), Err(IdError::Empty));
    assert_eq!(UserId::new("u".repeat(32)).unwrap().as_str().len(), 32);
    assert_eq!(UserId::new("u".repeat(33)), Err(IdError::TooLong { max: 32 }));
    let body =
        |id: &str| format!(r#"{{"From_Account":"{id}","ContactItem":[{}]}}"#, user_contact(id));
    assert_errors(SEARCH, body(&"u".repeat(32)), &[]);
    let both = ["malformed-id 50002 /From_Account", "malformed-id 50002 /ContactItem/0/To_Account"];
    assert_errors(SEARCH, body(&"u".repeat(33)), &both);
}

#[test]
fn an_empty_id_counts_as_missing() {
    let body = r#"{"From_Account":"","ContactItem":[{"Type":1,"To_Account":""},{"Type":2,"ToGroupId":""}]}"#;
    let missing = [
        "missing-field 50002 /From_Account",
        "missing-field 50002 /ContactItem/0/To_Account",
        "missing-field 50002 /ContactItem/1/ToGroupId",
    ];
    assert_errors(SEARCH, body, &missing);
}

/// Group chat IDs of `bytes` bytes, two ordinary ones and two of topics.
fn chat_ids(bytes: usize) -> [String; 4] {
    let rest = "g".repeat(bytes - "@TOPIC#_".len());
    let near_miss = "g".repeat(bytes - "@TOPIC#".len());
    [
        "g".repeat(bytes),
        format!("@TOPIC#{near_miss}"),
        format!("@TOPIC#_{rest}"),
        format!("{rest}@TOPIC#_"),
    ]
}

#[test]
fn group_chat_ids_have_1_to_48_bytes_and_topics_96() {
    for (bytes, chats_fit, topics_fit) in
        [(48, true, true), (49, false, true), (96, false, true), (97, false, false)]
    {
        for (id, fits) in chat_ids(bytes).iter().zip([chats_fit, chats_fit, topics_fit, topics_fit])
        {
            assert_eq!(id.len(), bytes);
            assert_eq!(GroupChatId::new(id.as_str()).is_ok(), fits, "{id}");
            let body = ME.search(&format!(r#"{{"Type":2,"ToGroupId":"{id}"}}"#));
            let expected: &[&str] =
                if fits { &[] } else { &["malformed-id 50002 /ContactItem/0/ToGroupId"] };
            assert_errors(SEARCH, body, expected);
        }
    }
    assert_eq!(GroupChatId::new(""), Err(IdError::Empty));
    assert_eq!(GroupChatId::new("g".repeat(49)), Err(IdError::TooLong { max: 48 }));
    assert_eq!(GroupChatId::new(chat_ids(97)[2].clone()), Err(IdError::TooLong { max: 96 }));
}

#[test]
fn ids_are_printable_ascii() {
    for (byte, fits) in
        [(0x1f, false), (0x20, true), (0x7e, true), (0x7f, false), (0x00, false), (0x0a, false)]
    {
        // At each place, because IDs are checked eight bytes at a time and the rest byte by byte.
        for place in 0..12 {
            let mut id = "abcdefghijkl".to_string();
            id.replace_range(place..=place, &char::from(byte).to_string());
            let expected = if fits { Ok(()) } else { Err(IdError::NotPrintableAscii) };
            assert_eq!(UserId::new(id.as_str()).map(|_| ()), expected, "{id:?}");
            assert_eq!(GroupChatId::new(id.as_str()).map(|_| ()), expected, "{id:?}");
            let quoted = support::json::quote(&id);
            let body = ME.search(&format!(r#"{{"Type":1,"To_Account":{quoted}}}"#));
            let expected: &[&str] =
                if fits { &[] } else { &["malformed-id 50002 /ContactItem/0/To_Account"] };
            assert_errors(SEARCH, body, expected);
        }
    }
    // The same byte twice, eight bytes apart.
    let twice = ["\u{1}abcdefg\u{1}bcdefgh", "a\u{7f}bcdefga\u{7f}bcdefg"];
    // Characters of several bytes: alone, within eight bytes, across their end.
    let longer = [
        "é",
        "ab\u{80}",
        "中文中文中文中文",
        "abcdefg\u{ff}",
        "\u{20ac}",
        "abcdef\u{80}",
        "abcd\u{10ffff}",
    ];
    for id in twice.into_iter().chain(longer) {
        assert_eq!(UserId::new(id), Err(IdError::NotPrintableAscii), "{id}");
        assert_eq!(Conversation::group(id), Err(IdError::NotPrintableAscii), "{id}");
    }
}

#[test]
fn a_start_index_has_64_bits() {
    for (index, error) in [
        ("0", None),
        ("18446744073709551615", None),
        ("18446744073709551616", Some("out-of-range 50002 /StartIndex")),
        ("-1", Some("out-of-range 50002 /StartIndex")),
        ("-0", Some("wrong-type 50002 /StartIndex")),
        ("0.0", Some("wrong-type 50002 /StartIndex")),
        ("1e0", Some("wrong-type 50002 /StartIndex")),
        (r#""0""#, Some("wrong-type 50002 /StartIndex")),
        ("null", Some("missing-field 50002 /StartIndex")),
    ] {
        let expected: Vec<&str> = error.into_iter().collect();
        assert_errors(GET, ME.get(index), &expected);
    }
}

/// A command, a body with that text as its selector, the selector's path and its largest value.
type Selector = (Command, fn(&str) -> String, &'static str, u64);

#[test]
fn selectors_take_their_documented_values_only() {
    let cases: [Selector; 4] = [
        (
            SEARCH,
            |n| ME.search(&format!(r#"{{"Type":{n},"To_Account":"a","ToGroupId":"g"}}"#)),
            "/ContactItem/0/Type",
            2,
        ),
        (
            MARK,
            |n| ME.mark(&[format!(r#"{{"OptType":{n},"ContactItem":{}}}"#, user_contact("a"))]),
            "/MarkItem/0/OptType",
            3,
        ),
        (
            UPDATE,
            |n| {
                ME.update(&format!(
                    r#""UpdateGroupType":{n},"OldGroupName":"a","NewGroupName":"b""#
                ))
            },
            "/UpdateGroup/UpdateGroupType",
            2,
        ),
        (
            UPDATE,
            |n| {
                ME.change(
                    "a",
                    &format!(r#"{{"ContactOptType":{n},"ContactItem":{}}}"#, user_contact("a")),
                )
            },
            "/UpdateGroup/ContactUpdateItem/0/ContactOptType",
            2,
        ),
    ];
    for (command, body, path, max) in cases {
        for value in 1..=max {
            assert_errors(command, body(&value.to_string()), &[]);
        }
        for value in [0, max + 1, 257] {
            assert_errors(
                command,
                body(&value.to_string()),
                &[&format!("out-of-range 50002 {path}")],
            );
        }
        for value in ["1.0", "true", "[1]"] {
            assert_errors(command, body(value), &[&format!("wrong-type 50002 {path}")]);
        }
    }
}

#[test]
fn the_update_type_is_1() {
    let body = |n: &str| {
        ME.rename("a", "b").replacen(r#""UpdateType":1"#, &format!(r#""UpdateType":{n}"#), 1)
    };
    assert_errors(UPDATE, body("1"), &[]);
    for value in ["0", "2"] {
        assert_errors(UPDATE, body(value), &["out-of-range 50002 /UpdateType"]);
    }
    assert_errors(UPDATE, body("null"), &["missing-field 50002 /UpdateType"]);
}
