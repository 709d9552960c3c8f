//! Rules that depend on the account: groups, capacities, timestamps, the creation and removal of
//! rows, group IDs.

use convmark::account::Usage;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, RenameItems};
use convmark::{Account, Facts, Policy, Revision, Rule, StandardMarks};

use crate::helpers::*;
use support::json::assert_json;

#[test]
fn the_21st_group_is_refused() {
    let mut session = Session::new();
    for number in 1..=20 {
        session.ok(CREATE, ME.create(&format!("g{number}"), ""));
    }
    let refused = session.run(CREATE, ME.create("g21", ""));
    assert_eq!((refused.code, refused.rule), (51010, Some(Rule::TooManyGroups)));
    // The name is checked first.
    let refused = session.run(CREATE, ME.create("g20", ""));
    assert_eq!((refused.code, refused.rule), (50002, Some(Rule::GroupNameTaken)));
    session.ok(DELETE, ME.delete("g7"));
    session.ok(CREATE, ME.create("g21", ""));
    assert_eq!(session.account.group("g21").unwrap().id, 21);
    assert_eq!(session.account.usage().groups, 20);
}

#[test]
fn the_number_of_groups_can_be_set_from_0_to_64() {
    for groups in [0, 1, 64] {
        let mut session = Session::with(POLICY.to_builder().groups(groups).build().unwrap());
        for number in 0..groups {
            session.ok(CREATE, ME.create(&format!("g{number}"), &user_contact("a")));
        }
        assert_eq!(session.run(CREATE, ME.create("more", "")).code, 51010);
        assert_eq!(session.account.usage().groups, groups);
        let ids: Vec<u32> =
            session.account.row(&peer("a")).map_or(vec![], |row| row.group_ids().collect());
        assert_eq!(ids, (1..=groups).collect::<Vec<u32>>());
    }
}

#[test]
fn a_lowered_limit_refuses_growth_only() {
    let mut session = Session::new();
    for number in 0..3 {
        session.ok(CREATE, ME.create(&format!("g{number}"), &user_contacts(0..3)));
    }
    session.policy = POLICY
        .to_builder()
        .groups(1)
        .capacity(Capacity::Separate { grouped: 1, marked: 0 })
        .build()
        .unwrap();
    assert_eq!(session.run(CREATE, ME.create("more", "")).code, 51010);
    assert_eq!(session.run(UPDATE, ME.add("g0", &[user_contact("new")])).items, [51008]);
    session.ok(UPDATE, ME.remove("g0", &[user_contact("u0")]));
    session.ok(UPDATE, ME.add("g0", &[user_contact("u0")]));
    session.ok(UPDATE, ME.rename("g0", "other"));
    session.ok(DELETE, ME.delete("g1"));
}

/// Adds users to a new group in requests of 100.
fn grouped(session: &mut Session, name: &str, range: std::ops::Range<usize>) {
    session.ok(CREATE, ME.create(name, ""));
    for start in range.clone().step_by(100) {
        let end = range.end.min(start + 100);
        let list: Vec<String> =
            (start..end).map(|number| user_contact(&format!("u{number}"))).collect();
        session.ok(UPDATE, ME.add(name, &list));
    }
}

fn marked(session: &mut Session, range: std::ops::Range<usize>) {
    for start in range.clone().step_by(100) {
        let end = range.end.min(start + 100);
        let list: Vec<String> = (start..end)
            .map(|number| mark_item(1, &user_contact(&format!("u{number}")), r#","SetMark":[1]"#))
            .collect();
        session.ok(MARK, ME.mark(&list));
    }
}

#[test]
fn a_thousand_conversations_in_groups_when_counted_separately() {
    let mut session = Session::new();
    grouped(&mut session, "g", 0..1000);
    assert_eq!(session.run(UPDATE, ME.add("g", &[user_contact("u1000")])).items, [51008]);
    // In another group too, because all groups share one capacity.
    assert_eq!(session.run(CREATE, ME.create("h", &user_contact("u1000"))).items, [51008]);
    assert!(session.account.group("h").is_some());
    // Rows that are in a group already do not count again.
    session.ok(UPDATE, ME.add("h", &[user_contact("u0"), user_contact("u999")]));
    // Marked rows have a capacity of their own.
    session.ok(MARK, ME.set_marks("u1000", "1"));
    assert_eq!(session.account.usage(), Usage { groups: 2, rows: 1001, grouped: 1000, marked: 1 });
    // A marked row that is added to a group counts as grouped.
    assert_eq!(session.run(UPDATE, ME.add("g", &[user_contact("u1000")])).items, [51008]);
    // An item can use the room that an earlier one made.
    let both = ME.remove("g", &[user_contact("u5")]).replace(
        "]}}",
        r#",{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"u1000"}}]}}"#,
    );
    session.ok(UPDATE, both);
    assert_eq!(session.account.usage().grouped, 1000);
}

#[test]
fn a_thousand_marked_conversations_when_counted_separately() {
    let mut session = Session::new();
    marked(&mut session, 0..1000);
    assert_eq!(session.run(MARK, ME.set_marks("u1000", "1")).items, [51008]);
    assert_eq!(session.run(MARK, ME.set_custom_mark("u1000", "c")).items, [51008]);
    // Standard and custom mark fail together.
    let both =
        ME.mark(&[mark_item(3, &user_contact("u1000"), r#","SetMark":[1],"CustomMark":"c""#)]);
    assert_eq!(session.run(MARK, both).items, [51008]);
    assert!(session.account.row(&peer("u1000")).is_none());
    // Marked rows take more marks.
    session.ok(MARK, ME.set_marks("u0", "2"));
    session.ok(MARK, ME.set_custom_mark("u0", "c"));
    // Clearing a mark that is not set does not count.
    session.ok(MARK, ME.mark(&[mark_item(1, &user_contact("u1000"), r#","ClearMark":[1]"#)]));
    session.ok(MARK, ME.set_custom_mark("u1000", ""));
    session.ok(CREATE, ME.create("g", &user_contact("u1000")));
    assert_eq!(session.run(MARK, ME.set_marks("u1000", "1")).items, [51008]);
    session.ok(MARK, ME.mark(&[mark_item(1, &user_contact("u1"), r#","ClearMark":[1]"#)]));
    session.ok(MARK, ME.set_marks("u1000", "1"));
    assert_eq!(session.account.usage(), Usage { groups: 1, rows: 1000, grouped: 1, marked: 1000 });
}

#[test]
fn a_thousand_rows_when_counted_together() {
    let mut session = Session::capacity(Capacity::Shared { rows: 1000 });
    grouped(&mut session, "g", 0..600);
    marked(&mut session, 500..1000);
    assert_eq!(session.account.usage(), Usage { groups: 1, rows: 1000, grouped: 600, marked: 500 });
    assert_eq!(session.run(UPDATE, ME.add("g", &[user_contact("u1000")])).items, [51008]);
    assert_eq!(session.run(MARK, ME.set_marks("u1000", "1")).items, [51008]);
    assert_eq!(session.run(CREATE, ME.create("h", &user_contact("u1000"))).items, [51008]);
    // An existing row counts already, even if something is added to it.
    session.ok(UPDATE, ME.add("h", &[user_contact("u999")]));
    session.ok(MARK, ME.set_marks("u0", "1"));
    // A removed row makes room.
    session.ok(UPDATE, ME.remove("g", &[user_contact("u1")]));
    session.ok(MARK, ME.set_marks("u1000", "1"));
    assert_eq!(session.account.usage().rows, 1000);
}

#[test]
fn a_thousand_members_in_each_group_when_counted_per_group() {
    let mut session = Session::capacity(Capacity::PerGroup { members: 1000, marked: 1000 });
    grouped(&mut session, "g", 0..1000);
    assert_eq!(session.run(UPDATE, ME.add("g", &[user_contact("u1000")])).items, [51008]);
    // Adding a member again does not count.
    session.ok(UPDATE, ME.add("g", &[user_contact("u0")]));
    grouped(&mut session, "h", 1..1001);
    assert_eq!(session.run(UPDATE, ME.add("h", &[user_contact("u0")])).items, [51008]);
    session.ok(UPDATE, ME.remove("h", &[user_contact("u5")]));
    session.ok(UPDATE, ME.add("h", &[user_contact("u0")]));
    marked(&mut session, 0..1000);
    assert_eq!(session.run(MARK, ME.set_marks("u1000", "1")).items, [51008]);
    assert_eq!(
        session.account.usage(),
        Usage { groups: 2, rows: 1001, grouped: 1001, marked: 1000 }
    );
    assert_eq!(session.account.group("g").unwrap().members, 1000);
}

#[test]
fn capacities_of_0_refuse_every_row() {
    for capacity in [
        Capacity::Shared { rows: 0 },
        Capacity::Separate { grouped: 0, marked: 0 },
        Capacity::PerGroup { members: 0, marked: 0 },
    ] {
        let mut session = Session::capacity(capacity);
        assert_eq!(session.run(CREATE, ME.create("g", &user_contact("a"))).items, [51008]);
        assert_eq!(session.run(MARK, ME.set_marks("a", "1")).items, [51008]);
        assert_eq!(session.run(MARK, ME.set_custom_mark("a", "c")).items, [51008]);
        assert_eq!(session.account.usage().rows, 0);
        assert!(session.account.group("g").is_some());
    }
}

#[test]
fn names_are_compared_byte_for_byte() {
    let mut session = Session::new();
    for name in ["g", "G", "g ", "é", "e\u{301}"] {
        session.ok(CREATE, ME.create(name, ""));
    }
    assert_eq!(session.run(CREATE, ME.create(r"\u0067", "")).code, 50002);
    assert_eq!(session.run(UPDATE, ME.rename("G", "g")).rule, Some(Rule::GroupNameTaken));
    assert_eq!(session.run(DELETE, ME.delete(" g")).code, 51009);
}

#[test]
fn a_group_may_be_renamed_to_its_own_name() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", ""));
    let response = session.ok(UPDATE, ME.rename("g", "g"));
    assert!(response.changes.is_empty());
    assert_eq!(session.run(UPDATE, ME.rename("x", "x")).code, 51009);
    // The group is checked before its new name.
    assert_eq!(session.run(UPDATE, ME.rename("x", "g")).code, 51009);
}

#[test]
fn a_row_that_is_created_again_comes_last() {
    let mut session = Session::new();
    session.ok(MARK, ME.set_marks("a", "1"));
    session.ok(MARK, ME.set_marks("b", "1"));
    let ids = |session: &Session| {
        session.account.rows().map(|row| row.id().to_string()).collect::<Vec<_>>()
    };
    session.ok(MARK, ME.mark(&[mark_item(1, &user_contact("a"), r#","ClearMark":[1]"#)]));
    assert_eq!(ids(&session), ["b"]);
    session.ok(MARK, ME.set_marks("a", "1"));
    assert_eq!(ids(&session), ["b", "a"]);
    // Also within one request.
    let clear = mark_item(1, &user_contact("b"), r#","ClearMark":[1]"#);
    session.ok(MARK, ME.mark(&[clear, mark_item(1, &user_contact("b"), r#","SetMark":[1]"#)]));
    assert_eq!(ids(&session), ["a", "b"]);
}

#[test]
fn a_change_that_the_same_request_undoes_sets_the_timestamp() {
    let mut session = Session::new();
    session.ok(MARK, ME.set_marks("a", "1"));
    let before = session.account.row(&peer("a")).unwrap().timestamp_seconds();
    let response = session.ok(MARK, ME.set_marks("a", "1"));
    assert!(response.changes.is_empty());
    assert_eq!(session.account.row(&peer("a")).unwrap().timestamp_seconds(), before);
    let set = mark_item(1, &user_contact("a"), r#","SetMark":[2]"#);
    let response =
        session.ok(MARK, ME.mark(&[set, mark_item(1, &user_contact("a"), r#","ClearMark":[2]"#)]));
    assert_eq!(response.change_names(), ["conversation_marked", "conversation_marked"]);
    let row = session.account.row(&peer("a")).unwrap();
    assert_eq!((row.timestamp_seconds(), row.standard_marks()), (session.now, StandardMarks::STAR));
}

#[test]
fn removing_a_conversation_that_is_not_a_member_changes_nothing() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contact("a")));
    session.ok(CREATE, ME.create("h", &user_contact("b")));
    let before = session.snapshot();
    let response = session.ok(UPDATE, ME.remove("h", &[user_contact("a"), user_contact("c")]));
    assert_eq!((response.items, response.changes), (vec![0, 0], vec![]));
    assert_eq!(session.snapshot(), before);
}

#[test]
fn deleting_a_group_sets_timestamps_and_removes_empty_rows() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contacts(0..3)));
    session.ok(MARK, ME.set_marks("u1", "1"));
    session.ok(CREATE, ME.create("h", &user_contact("u2")));
    let response = session.ok(DELETE, ME.delete("g"));
    assert_eq!(response.change_names(), ["group_deleted"]);
    let rows: Vec<(String, u64)> =
        session.account.rows().map(|row| (row.id().to_string(), row.timestamp_seconds())).collect();
    assert_eq!(rows, [("u1".to_string(), session.now), ("u2".to_string(), session.now)]);
    assert_eq!(session.account.usage(), Usage { groups: 1, rows: 2, grouped: 1, marked: 1 });
}

#[test]
fn renaming_a_group_changes_no_row() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contact("a")));
    let before = session.account.row(&peer("a")).unwrap().timestamp_seconds();
    session.ok(UPDATE, ME.rename("g", "h"));
    assert_eq!(session.account.row(&peer("a")).unwrap().timestamp_seconds(), before);
    let group = session.account.group("h").unwrap();
    assert_eq!((group.id, group.members), (1, 1));
    assert!(session.account.group("g").is_none());
}

#[test]
fn group_ids_end_at_the_largest_32_bit_number() {
    let mut session = Session::new();
    session.account =
        serde_json::from_str(r#"{"version":1,"last_group_id":2147483646,"groups":[],"rows":[]}"#)
            .unwrap();
    let response = session.ok(CREATE, ME.create("g", ""));
    assert_json(
        &response.answer,
        r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":2147483647},"ResultItem":[]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#,
    );
    let refused = session.run(CREATE, ME.create("h", ""));
    assert_eq!((refused.code, refused.rule), (50004, Some(Rule::GroupIdsExhausted)));
    assert_eq!(session.account.last_group_id(), 2_147_483_647);
    session.ok(DELETE, ME.delete("g"));
    assert_eq!(session.run(CREATE, ME.create("g", "")).code, 50004);
}

#[test]
fn forgetting_drops_a_row_and_its_memberships() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contacts(0..2)));
    session.ok(CREATE, ME.create("h", &user_contact("u0")));
    session.ok(MARK, ME.set_marks("u0", "1"));
    let mut shadow = session.account.clone();
    let gone = peer("u0");
    let change = session.account.forget(&gone, 5000).unwrap();
    assert_eq!(
        serde_json::to_string(&change).unwrap(),
        r#"{"type":"conversation_forgotten","at":5000,"conversation":{"Type":1,"To_Account":"u0"}}"#
    );
    shadow.replay(&change).unwrap();
    assert_eq!(shadow, session.account);
    assert_eq!(session.account.usage(), Usage { groups: 2, rows: 1, grouped: 1, marked: 0 });
    assert_eq!(session.account.group("g").unwrap().members, 1);
    assert_eq!(session.account.group("h").unwrap().members, 0);
    assert_eq!(session.account.forget(&gone, 5001), None);
    assert_eq!(session.account.forget(&chat("u1"), 5001), None);
}

#[test]
fn hosts_read_groups_rows_and_usage() {
    let mut session = Session::new();
    assert!(session.account.is_empty());
    session.ok(CREATE, ME.create("g", &user_contacts(0..2)));
    session.ok(
        MARK,
        ME.mark(&[mark_item(3, &user_contact("u1"), r#","SetMark":[1,64],"CustomMark":"c""#)]),
    );
    let row = session.account.row(&peer("u1")).unwrap();
    assert_eq!((row.kind(), row.id(), row.conversation()), (1, "u1", Some(peer("u1"))));
    assert_eq!(row.standard_marks().bits(), 1 | 1 << 63);
    assert_eq!((row.custom_mark(), row.timestamp_seconds()), (Some("c"), session.now));
    assert_eq!(row.group_ids().collect::<Vec<_>>(), [1]);
    assert_eq!(session.account.rows_from(1).map(|row| row.id()).collect::<Vec<_>>(), ["u1"]);
    assert_eq!(session.account.rows_from(2).count(), 0);
    assert_eq!(session.account.rows_from(usize::MAX).count(), 0);
    let groups: Vec<_> =
        session.account.groups().map(|group| (group.id, group.name, group.members)).collect();
    assert_eq!(groups, [(1, "g", 2)]);
    assert!(session.account.row(&chat("u1")).is_none());
    assert!(!session.account.is_empty());
}

#[test]
fn an_account_that_has_used_a_group_id_is_not_empty() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", ""));
    session.ok(DELETE, ME.delete("g"));
    assert_eq!(session.account.usage(), Usage::default());
    assert!(!session.account.is_empty());
    assert_ne!(session.account, Account::new());
}

#[test]
fn pages_of_every_size_concatenate_to_the_whole() {
    let mut session = Session::new();
    grouped(&mut session, "g", 0..7);
    for size in 1..=8 {
        session.policy = POLICY.to_builder().page_size(size).build().unwrap();
        let (mut start, mut ids) = (0, Vec::new());
        loop {
            let response = session.ok(GET, ME.get(start));
            let page = convmark::answer::Answer::read(response.answer.as_bytes()).unwrap();
            assert_eq!(page.groups.len(), 1);
            ids.extend(page.rows.iter().map(|row| row.user.clone()));
            match (page.complete, page.next_start_index) {
                (Some(false), Some(next)) => start = next,
                last => {
                    assert_eq!(last, (Some(true), Some(0)));
                    break;
                }
            }
        }
        assert_eq!(ids, (0..7).map(|number| format!("u{number}")).collect::<Vec<_>>(), "{size}");
    }
}

#[test]
fn a_start_past_the_end_gives_an_empty_last_page() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("g", &user_contact("a")));
    for start in [1, 2, u64::MAX] {
        let response = session.ok(GET, ME.get(start));
        assert_json(
            &response.answer,
            r#"{"ContactItem":[],"GroupItem":[{"GroupName":"g","GroupId":1}],"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#,
        );
    }
}

#[test]
fn error_display_is_where_the_documented_samples_have_it() {
    let display = r#","ErrorDisplay":""}"#;
    let mut session = Session::with(Revision::V2023_03.policy());
    for (command, body) in one_of_each() {
        let shown = [CREATE, MARK, SEARCH].contains(&command);
        assert_eq!(session.ok(command, body).answer.ends_with(display), shown, "{command}");
        let failed = session.run(command, "{}");
        assert_eq!((failed.code, failed.answer.ends_with(display)), (50002, shown), "{command}");
    }
    session.policy = Revision::V2026_04.policy();
    assert!(!session.run(CREATE, "{}").answer.contains("ErrorDisplay"));
}

#[test]
fn error_display_is_in_every_answer_if_the_policy_says_so() {
    let display = r#""ErrorInfo":"","ErrorDisplay":""}"#;
    let mut session = Session::with(
        Policy::default().to_builder().error_display(ErrorDisplay::All).build().unwrap(),
    );
    for (command, body) in one_of_each() {
        assert!(session.ok(command, body).answer.ends_with(display), "{command}");
        let failed = session.run(command, "{}");
        assert_eq!(
            (failed.code, failed.answer.ends_with(r#"","ErrorDisplay":""}"#)),
            (50002, true),
            "{command}"
        );
    }
}

#[test]
fn the_last_page_has_no_index_if_the_policy_says_so() {
    let policy = Policy::default()
        .to_builder()
        .last_page_index(LastPageIndex::Absent)
        .page_size(1)
        .build()
        .unwrap();
    let mut session = Session::with(policy);
    session.ok(CREATE, ME.create("g", &format!("{},{}", user_contact("a"), user_contact("b"))));
    for (start, end) in [(0, r#"0,"NextStartIndex":1"#), (1, "1"), (2, "1"), (u64::MAX, "1")] {
        let answer = session.ok(GET, ME.get(start)).answer;
        let expected = format!(
            r#""GroupItem":[{{"GroupName":"g","GroupId":1}}],"CompleteFlag":{end},"ActionStatus":"OK""#
        );
        assert!(answer.contains(&expected), "{start}: {answer}");
    }
}

#[test]
fn a_rename_lists_no_items_in_the_form_that_the_policy_says() {
    for (items, end) in
        [(RenameItems::Absent, ""), (RenameItems::Empty, r#","ContactResultItem":[]"#)]
    {
        let mut session =
            Session::with(Policy::default().to_builder().rename_items(items).build().unwrap());
        session.ok(CREATE, ME.create("g", ""));
        for (old, new) in [("g", "h"), ("h", "h")] {
            let expected = format!(
                r#"{{"UpdateType":1,"UpdateGroupResult":{{"UpdateGroupType":1,"GroupName":"{new}","GroupId":1,"OldGroupName":"{old}"{end}}},"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}"#
            );
            assert_eq!(session.ok(UPDATE, ME.rename(old, new)).answer, expected);
        }
        // An update of conversations has its items either way.
        let updated = session.ok(UPDATE, ME.change("h", "")).answer;
        assert!(updated.contains(r#""OldGroupName":"h","ContactResultItem":[]}"#), "{updated}");
    }
}

#[test]
fn the_plan_is_checked_before_the_account() {
    let mut session = Session::new();
    let facts = Facts::vouched().without_plan();
    for (command, body) in
        [(CREATE, ME.create("g", "")), (UPDATE, ME.rename("x", "y")), (DELETE, ME.delete("x"))]
    {
        let refused = session.run_with(command, body, &facts);
        assert_eq!((refused.code, refused.rule), (51013, Some(Rule::PlanRequired)), "{command}");
    }
    let refused = session.run_with(DELETE, ME.delete("x"), &facts.with_unknown_requester());
    assert_eq!((refused.code, refused.rule), (50001, Some(Rule::RequesterUnknown)));
}

#[test]
fn all_64_bits_can_be_set_and_cleared() {
    let mut session = Session::new();
    let all: Vec<String> = (1..=64).map(|index: u32| index.to_string()).collect();
    session.ok(MARK, ME.set_marks("a", &all.join(",")));
    let response = session.ok(SEARCH, ME.search(&user_contact("a")));
    assert!(response.answer.contains(&format!(r#""StandardMark":"{}""#, "1".repeat(64))));
    session.ok(
        MARK,
        ME.mark(&[mark_item(
            1,
            &user_contact("a"),
            &format!(r#","ClearMark":[{}]"#, all.join(",")),
        )]),
    );
    assert_eq!(session.account.usage().rows, 0);
}
