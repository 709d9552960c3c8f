//! Reading answers: leniently those of real servers, completely the crate's own.

use convmark::answer::Answer;
use convmark::policy::{ErrorDisplay, RenameItems};
use convmark::{Facts, Policy, Revision, StandardMarks};

use crate::helpers::*;

fn read(json: &str) -> Answer {
    Answer::read(json.as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn unknown_members_are_skipped_everywhere() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = read(&format!(
        r#"{{"New":{deep},"ResultItem":[{{"x":1,"OptType":1,"ContactItem":{{"Type":1,"To_Account":"u","x":{{}}}},"ResultCode":0,"ResultInfo":""}}],
            "GroupItem":[{{"GroupName":"g","GroupId":1,"x":null}}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}"#
    ));
    assert!(answer.is_ok());
    assert_eq!(answer.items[0].conversation(), Some(peer("u")));
    assert_eq!(answer.items[0].operation, Some(1));
    assert_eq!((answer.groups[0].name.as_str(), answer.groups[0].id), ("g", 1));
}

#[test]
fn absent_members_have_defaults() {
    let answer = read("{}");
    assert_eq!(answer, Answer::default());
    assert!(!answer.is_ok());
    let answer = read(r#"{"ActionStatus":"OK"}"#);
    assert!(answer.is_ok() && answer.display.is_none());
    let answer =
        read(r#"{"ResultItem":[{}],"ContactItem":[{}],"GroupItem":[{}],"ActionStatus":"OK"}"#);
    assert_eq!((answer.items.len(), answer.rows.len(), answer.groups.len()), (1, 1, 1));
    assert_eq!(answer.items[0].conversation(), None);
    assert_eq!(answer.rows[0].marks(), Some(StandardMarks::empty()));
}

#[test]
fn the_last_page_may_lack_its_next_index() {
    let answer = read(r#"{"ContactItem":[],"CompleteFlag":1,"ActionStatus":"OK","ErrorCode":0}"#);
    assert_eq!((answer.complete, answer.next_start_index), (Some(true), None));
    let answer = read(
        r#"{"ContactItem":[],"CompleteFlag":0,"NextStartIndex":200,"ActionStatus":"OK","ErrorCode":0}"#,
    );
    assert_eq!((answer.complete, answer.next_start_index), (Some(false), Some(200)));
    let answer = read(r#"{"CompleteFlag":null,"NextStartIndex":null}"#);
    assert_eq!((answer.complete, answer.next_start_index), (None, None));
}

#[test]
fn lists_may_be_null_or_absent() {
    for list in ["ResultItem", "ContactItem", "ContactResultItem", "GroupItem", "GroupResultItem"] {
        let answer =
            read(&format!(r#"{{"{list}":null,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}"#));
        assert!(answer.is_ok(), "{list}");
        assert!(
            answer.items.is_empty() && answer.rows.is_empty() && answer.groups.is_empty(),
            "{list}"
        );
    }
    let answer = read(
        r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":1},"ResultItem":null}]}"#,
    );
    assert_eq!((answer.groups.len(), answer.items.len()), (1, 0));
    let answer =
        read(r#"{"UpdateGroupResult":{"GroupName":"g","GroupId":1,"ContactResultItem":null}}"#);
    assert_eq!((answer.groups.len(), answer.items.len()), (1, 0));
    let answer = read(
        r#"{"ContactItem":[{"Type":1,"To_Account":"u","ContactGroupId":null,"CustomMark":null,"StandardMark":null}]}"#,
    );
    assert_eq!(answer.rows[0].conversation(), Some(peer("u")));
    assert!(answer.rows[0].group_ids.is_empty());
}

#[test]
fn a_null_result_names_no_group() {
    let answer =
        read(r#"{"UpdateType":1,"UpdateGroupResult":null,"ActionStatus":"OK","ErrorCode":0}"#);
    assert!(answer.groups.is_empty(), "{answer:?}");
}

#[test]
fn codes_may_be_anything() {
    let answer = read(
        r#"{"ActionStatus":"FAIL","ErrorCode":91000,"ErrorInfo":"?","ResultItem":[{"ResultCode":-7}]}"#,
    );
    assert_eq!((answer.code.get(), answer.code.info()), (91000, None));
    assert_eq!(answer.items[0].code.get(), -7);
    assert_eq!(answer.items[0].info, "");
    let answer = read(r#"{"ResultItem":[{"ResultCode":51005,"ResultInfo":"why"}]}"#);
    assert_eq!(answer.items[0].info, "why");
    assert!(!answer.is_ok());
    // The code 0 with the status FAIL is not a success.
    assert!(!read(r#"{"ActionStatus":"FAIL","ErrorCode":0}"#).is_ok());
    assert!(!read(r#"{"ActionStatus":"OK","ErrorCode":1}"#).is_ok());
}

#[test]
fn marks_in_answers_may_have_leading_zeros() {
    let marks = |text: &str| {
        read(&format!(r#"{{"ContactItem":[{{"StandardMark":"{text}"}}]}}"#)).rows[0].marks()
    };
    assert_eq!(marks("0"), Some(StandardMarks::empty()));
    assert_eq!(
        marks(&format!("{}101", "0".repeat(61))),
        Some(StandardMarks::STAR | StandardMarks::FOLD)
    );
    assert_eq!(marks("2"), None);
    assert_eq!(marks(&"1".repeat(65)), None);
}

#[test]
fn what_is_not_an_answer_is_refused_with_its_place() {
    let place = |bytes: &[u8]| Answer::read(bytes).map_err(|error| (error.line(), error.column()));
    assert_eq!(place(b"").unwrap_err(), (1, 0));
    assert_eq!(place(b"{\n \"ErrorCode\":\"0\"}").unwrap_err(), (2, 16));
    let error = serde_json::from_str::<Answer>(r#"{"ResultItem":[[]]}"#).unwrap_err().to_string();
    assert!(error.starts_with("invalid type: sequence, expected an object at line 1"), "{error}");
    for bytes in [
        &b"[]"[..],
        b"null",
        b"{",
        b"{}x",
        b"{\"ErrorInfo\":\"\xff\"}",
        br#"{"ErrorCode":"0"}"#,
        br#"{"ErrorCode":1.5}"#,
        br#"{"ErrorCode":9223372036854775808}"#,
        br#"{"ResultItem":{}}"#,
        br#"{"ResultItem":[1]}"#,
        br#"{"ContactItem":[[1,"u"]]}"#,
        br#"{"GroupItem":[{"GroupName":1}]}"#,
    ] {
        let error = Answer::read(bytes).unwrap_err();
        assert!(
            error.to_string().starts_with("not an answer of this service at line 1, column "),
            "{error}"
        );
    }
}

#[test]
fn optional_values_of_the_wrong_type_are_read_as_absent() {
    let answer =
        read(r#"{"CompleteFlag":true,"NextStartIndex":-1,"ContactItem":[null,{"Timestamp":"x"}]}"#);
    assert_eq!(
        (answer.complete, answer.next_start_index, answer.rows.len()),
        (Some(true), None, 1)
    );
    assert_eq!(answer.rows[0].timestamp_seconds, 0);
    // Timestamps have 64 bits.
    let answer = read(
        r#"{"ContactItem":[{"Timestamp":18446744073709551615}],"NextStartIndex":18446744073709551615}"#,
    );
    assert_eq!(
        (answer.rows[0].timestamp_seconds, answer.next_start_index),
        (u64::MAX, Some(u64::MAX))
    );
}

#[test]
fn the_crates_own_answers_can_be_read() {
    for policy in [Revision::V2023_03.policy(), Revision::V2026_04.policy()] {
        let mut session = Session::with(policy);
        let two = format!(r#"{},{{"Type":2,"ToGroupId":"c"}}"#, user_contact("a"));
        let facts = Facts::vouched().with_unknown(chat("c"));
        let created = read(&session.run_with(CREATE, ME.create("g", &two), &facts).answer);
        assert!(created.is_ok());
        assert_eq!((created.groups[0].name.as_str(), created.groups[0].id), ("g", 1));
        assert_eq!(
            created.items.iter().map(|item| item.code.get()).collect::<Vec<_>>(),
            [0, 51007]
        );
        assert_eq!(created.items[1].conversation(), Some(chat("c")));
        assert_eq!(created.items[0].operation, None);
        assert_eq!(
            created.display.as_deref(),
            (policy.error_display() == ErrorDisplay::Sampled).then_some("")
        );

        let renamed = read(&session.ok(UPDATE, ME.rename("g", "h")).answer);
        assert_eq!(
            (renamed.groups[0].name.as_str(), renamed.groups[0].old_name.as_str()),
            ("h", "g")
        );
        assert!(renamed.items.is_empty() && renamed.display.is_none());

        let updated = read(&session.ok(UPDATE, ME.remove("h", &[user_contact("b")])).answer);
        assert_eq!((updated.groups[0].name.as_str(), updated.groups[0].id), ("h", 1));
        assert_eq!(
            (updated.items[0].operation, updated.items[0].conversation()),
            (Some(2), Some(peer("b")))
        );

        let both = ME.mark(&[mark_item(
            3,
            &user_contact("a"),
            r#","SetMark":[1,64],"CustomMark":"x\"y""#,
        )]);
        let marked = read(&session.ok(MARK, both).answer);
        assert_eq!((marked.items[0].operation, marked.items[0].code.get()), (Some(3), 0));

        let found = read(&session.ok(SEARCH, ME.search(&user_contact("a"))).answer);
        let row = &found.rows[0];
        assert_eq!(row.marks().unwrap().bits(), 1 | 1 << 63);
        assert_eq!((row.custom_mark.as_str(), &row.group_ids[..]), ("x\"y", &[1][..]));
        assert_eq!(row.timestamp_seconds, session.now - 1);
        assert_eq!(found.groups[0].name, "h");

        let page = read(&session.ok(GET, ME.get(0)).answer);
        assert_eq!(
            (page.rows.len(), page.complete, page.next_start_index),
            (1, Some(true), Some(0))
        );
        assert_eq!(page.rows, found.rows);

        let deleted = read(&session.ok(DELETE, ME.delete("h")).answer);
        assert_eq!((deleted.groups[0].name.as_str(), deleted.groups[0].id), ("h", 1));

        let refused = read(&session.run(DELETE, ME.delete("h")).answer);
        assert_eq!((refused.status.as_str(), refused.code.get()), ("FAIL", 51009));
        assert!(refused.info.starts_with("group-missing: "));
    }
}

#[test]
fn answers_in_every_form_read_back_the_same() {
    let mut plain = Session::new();
    let mut observed = Session::with(
        Policy::observed().to_builder().rename_items(RenameItems::Empty).build().unwrap(),
    );
    for (command, body) in one_of_each() {
        let mut expected = read(&plain.ok(command, &body).answer);
        let found = read(&observed.ok(command, &body).answer);
        expected.display = Some(String::new());
        expected.next_start_index = None;
        assert_eq!(found, expected, "{command}");
    }
}
