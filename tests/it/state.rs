//! What the state of an account decides: groups, capacities, timestamps, rows that come and go, group IDs.

use convmark::{
    Account, Capacity, ErrorDisplay, Facts, LastPageIndex, Policy, RenameItems, Revision, Rule, StandardMarks, Usage,
};

use crate::json::assert_json;
use crate::world::*;

#[test]
fn twenty_groups_fit_and_no_more() {
    let mut world = World::new();
    for number in 1..=20 {
        world.ok(CREATE, create_body(&format!("g{number}"), ""));
    }
    let refused = world.run(CREATE, create_body("g21", ""));
    assert_eq!((refused.code, refused.rule), (51010, Some(Rule::TooManyGroups)));
    // The name is looked at first.
    let refused = world.run(CREATE, create_body("g20", ""));
    assert_eq!((refused.code, refused.rule), (50002, Some(Rule::GroupNameTaken)));
    world.ok(DELETE, delete_body("g7"));
    world.ok(CREATE, create_body("g21", ""));
    assert_eq!(world.account.group("g21").unwrap().id, 21);
    assert_eq!(world.account.usage().groups, 20);
}

#[test]
fn the_number_of_groups_can_be_set_from_0_to_64() {
    for groups in [0, 1, 64] {
        let mut world = World::with(POLICY.to_builder().groups(groups).build().unwrap());
        for number in 0..groups {
            world.ok(CREATE, create_body(&format!("g{number}"), &contact("a")));
        }
        assert_eq!(world.run(CREATE, create_body("more", "")).code, 51010);
        assert_eq!(world.account.usage().groups, groups);
        let ids: Vec<u32> = world.account.row(&peer("a")).map_or(vec![], |row| row.group_ids().collect());
        assert_eq!(ids, (1..=groups).collect::<Vec<u32>>());
    }
}

#[test]
fn a_lowered_limit_refuses_growth_only() {
    let mut world = World::new();
    for number in 0..3 {
        world.ok(CREATE, create_body(&format!("g{number}"), &contacts(0..3)));
    }
    world.policy = POLICY.to_builder().groups(1).capacity(Capacity::Separate { grouped: 1, marked: 0 }).build().unwrap();
    assert_eq!(world.run(CREATE, create_body("more", "")).code, 51010);
    assert_eq!(world.run(UPDATE, update_body("g0", 1, &[contact("new")])).items, [51008]);
    world.ok(UPDATE, update_body("g0", 2, &[contact("u0")]));
    world.ok(UPDATE, update_body("g0", 1, &[contact("u0")]));
    world.ok(UPDATE, rename_body("g0", "other"));
    world.ok(DELETE, delete_body("g1"));
}

/// A thousand rows in groups, made in requests of a hundred.
fn grouped(world: &mut World, name: &str, range: std::ops::Range<usize>) {
    world.ok(CREATE, create_body(name, ""));
    for start in range.clone().step_by(100) {
        let end = range.end.min(start + 100);
        let list: Vec<String> = (start..end).map(|number| contact(&format!("u{number}"))).collect();
        world.ok(UPDATE, update_body(name, 1, &list));
    }
}

fn marked(world: &mut World, range: std::ops::Range<usize>) {
    for start in range.clone().step_by(100) {
        let end = range.end.min(start + 100);
        let list: Vec<String> =
            (start..end).map(|number| mark_item(1, &contact(&format!("u{number}")), r#","SetMark":[1]"#)).collect();
        world.ok(MARK, mark_body(&list));
    }
}

#[test]
fn a_thousand_conversations_in_groups_when_counted_separately() {
    let mut world = World::new();
    grouped(&mut world, "g", 0..1000);
    assert_eq!(world.run(UPDATE, update_body("g", 1, &[contact("u1000")])).items, [51008]);
    // In another group too: one budget for all groups.
    assert_eq!(world.run(CREATE, create_body("h", &contact("u1000"))).items, [51008]);
    assert!(world.account.group("h").is_some());
    // What counts already, counts no further.
    world.ok(UPDATE, update_body("h", 1, &[contact("u0"), contact("u999")]));
    // Marks have a budget of their own.
    world.ok(MARK, set_body("u1000", "1"));
    assert_eq!(world.account.usage(), Usage { groups: 2, rows: 1001, grouped: 1000, marked: 1 });
    // A marked row newly counts as grouped.
    assert_eq!(world.run(UPDATE, update_body("g", 1, &[contact("u1000")])).items, [51008]);
    // Room made by one item is there for the next.
    let both = update_body("g", 2, &[contact("u5")])
        .replace("]}}", r#",{"ContactOptType":1,"ContactItem":{"Type":1,"To_Account":"u1000"}}]}}"#);
    world.ok(UPDATE, both);
    assert_eq!(world.account.usage().grouped, 1000);
}

#[test]
fn a_thousand_marked_conversations_when_counted_separately() {
    let mut world = World::new();
    marked(&mut world, 0..1000);
    assert_eq!(world.run(MARK, set_body("u1000", "1")).items, [51008]);
    assert_eq!(world.run(MARK, custom_body("u1000", "c")).items, [51008]);
    // Both halves fail together.
    let both = mark_body(&[mark_item(3, &contact("u1000"), r#","SetMark":[1],"CustomMark":"c""#)]);
    assert_eq!(world.run(MARK, both).items, [51008]);
    assert!(world.account.row(&peer("u1000")).is_none());
    // More marks on what is marked.
    world.ok(MARK, set_body("u0", "2"));
    world.ok(MARK, custom_body("u0", "c"));
    // Nothing to clear is nothing to count.
    world.ok(MARK, mark_body(&[mark_item(1, &contact("u1000"), r#","ClearMark":[1]"#)]));
    world.ok(MARK, custom_body("u1000", ""));
    world.ok(CREATE, create_body("g", &contact("u1000")));
    assert_eq!(world.run(MARK, set_body("u1000", "1")).items, [51008]);
    world.ok(MARK, mark_body(&[mark_item(1, &contact("u1"), r#","ClearMark":[1]"#)]));
    world.ok(MARK, set_body("u1000", "1"));
    assert_eq!(world.account.usage(), Usage { groups: 1, rows: 1000, grouped: 1, marked: 1000 });
}

#[test]
fn a_thousand_rows_when_shared() {
    let mut world = World::capacity(Capacity::Shared { rows: 1000 });
    grouped(&mut world, "g", 0..600);
    marked(&mut world, 500..1000);
    assert_eq!(world.account.usage(), Usage { groups: 1, rows: 1000, grouped: 600, marked: 500 });
    assert_eq!(world.run(UPDATE, update_body("g", 1, &[contact("u1000")])).items, [51008]);
    assert_eq!(world.run(MARK, set_body("u1000", "1")).items, [51008]);
    assert_eq!(world.run(CREATE, create_body("h", &contact("u1000"))).items, [51008]);
    // A row that is there counts already, whatever it gets.
    world.ok(UPDATE, update_body("h", 1, &[contact("u999")]));
    world.ok(MARK, set_body("u0", "1"));
    // A row that vanishes makes room.
    world.ok(UPDATE, update_body("g", 2, &[contact("u1")]));
    world.ok(MARK, set_body("u1000", "1"));
    assert_eq!(world.account.usage().rows, 1000);
}

#[test]
fn a_thousand_members_in_each_group_when_counted_per_group() {
    let mut world = World::capacity(Capacity::PerGroup { members: 1000, marked: 1000 });
    grouped(&mut world, "g", 0..1000);
    assert_eq!(world.run(UPDATE, update_body("g", 1, &[contact("u1000")])).items, [51008]);
    // A member is a member already.
    world.ok(UPDATE, update_body("g", 1, &[contact("u0")]));
    grouped(&mut world, "h", 1..1001);
    assert_eq!(world.run(UPDATE, update_body("h", 1, &[contact("u0")])).items, [51008]);
    world.ok(UPDATE, update_body("h", 2, &[contact("u5")]));
    world.ok(UPDATE, update_body("h", 1, &[contact("u0")]));
    marked(&mut world, 0..1000);
    assert_eq!(world.run(MARK, set_body("u1000", "1")).items, [51008]);
    assert_eq!(world.account.usage(), Usage { groups: 2, rows: 1001, grouped: 1001, marked: 1000 });
    assert_eq!(world.account.group("g").unwrap().members, 1000);
}

#[test]
fn capacities_of_nothing_refuse_every_row() {
    for capacity in
        [Capacity::Shared { rows: 0 }, Capacity::Separate { grouped: 0, marked: 0 }, Capacity::PerGroup { members: 0, marked: 0 }]
    {
        let mut world = World::capacity(capacity);
        assert_eq!(world.run(CREATE, create_body("g", &contact("a"))).items, [51008]);
        assert_eq!(world.run(MARK, set_body("a", "1")).items, [51008]);
        assert_eq!(world.run(MARK, custom_body("a", "c")).items, [51008]);
        assert_eq!(world.account.usage().rows, 0);
        assert!(world.account.group("g").is_some());
    }
}

#[test]
fn names_are_compared_byte_for_byte() {
    let mut world = World::new();
    for name in ["g", "G", "g ", "é", "e\u{301}"] {
        world.ok(CREATE, create_body(name, ""));
    }
    assert_eq!(world.run(CREATE, create_body(r"\u0067", "")).code, 50002);
    assert_eq!(world.run(UPDATE, rename_body("G", "g")).rule, Some(Rule::GroupNameTaken));
    assert_eq!(world.run(DELETE, delete_body(" g")).code, 51009);
}

#[test]
fn a_group_may_be_renamed_to_its_own_name() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", ""));
    let done = world.ok(UPDATE, rename_body("g", "g"));
    assert!(done.changes.is_empty());
    assert_eq!(world.run(UPDATE, rename_body("x", "x")).code, 51009);
    // The group is looked for before its new name is.
    assert_eq!(world.run(UPDATE, rename_body("x", "g")).code, 51009);
}

#[test]
fn what_comes_back_stands_last() {
    let mut world = World::new();
    world.ok(MARK, set_body("a", "1"));
    world.ok(MARK, set_body("b", "1"));
    let ids = |world: &World| world.account.rows().map(|row| row.id().to_string()).collect::<Vec<_>>();
    world.ok(MARK, mark_body(&[mark_item(1, &contact("a"), r#","ClearMark":[1]"#)]));
    assert_eq!(ids(&world), ["b"]);
    world.ok(MARK, set_body("a", "1"));
    assert_eq!(ids(&world), ["b", "a"]);
    // Within one request too.
    let clear = mark_item(1, &contact("b"), r#","ClearMark":[1]"#);
    world.ok(MARK, mark_body(&[clear, mark_item(1, &contact("b"), r#","SetMark":[1]"#)]));
    assert_eq!(ids(&world), ["a", "b"]);
}

#[test]
fn a_change_undone_in_the_same_request_leaves_its_time() {
    let mut world = World::new();
    world.ok(MARK, set_body("a", "1"));
    let before = world.account.row(&peer("a")).unwrap().timestamp();
    let done = world.ok(MARK, set_body("a", "1"));
    assert!(done.changes.is_empty());
    assert_eq!(world.account.row(&peer("a")).unwrap().timestamp(), before);
    let set = mark_item(1, &contact("a"), r#","SetMark":[2]"#);
    let done = world.ok(MARK, mark_body(&[set, mark_item(1, &contact("a"), r#","ClearMark":[2]"#)]));
    assert_eq!(done.change_names(), ["conversation_marked", "conversation_marked"]);
    let row = world.account.row(&peer("a")).unwrap();
    assert_eq!((row.timestamp(), row.standard_marks()), (world.now, StandardMarks::STAR));
}

#[test]
fn who_is_no_member_leaves_no_group() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contact("a")));
    world.ok(CREATE, create_body("h", &contact("b")));
    let before = world.snapshot();
    let done = world.ok(UPDATE, update_body("h", 2, &[contact("a"), contact("c")]));
    assert_eq!((done.items, done.changes), (vec![0, 0], vec![]));
    assert_eq!(world.snapshot(), before);
}

#[test]
fn deletion_of_a_group_stamps_its_members_and_drops_what_is_left_empty() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contacts(0..3)));
    world.ok(MARK, set_body("u1", "1"));
    world.ok(CREATE, create_body("h", &contact("u2")));
    let done = world.ok(DELETE, delete_body("g"));
    assert_eq!(done.change_names(), ["group_deleted"]);
    let rows: Vec<(String, u64)> = world.account.rows().map(|row| (row.id().to_string(), row.timestamp())).collect();
    assert_eq!(rows, [("u1".to_string(), world.now), ("u2".to_string(), world.now)]);
    assert_eq!(world.account.usage(), Usage { groups: 1, rows: 2, grouped: 1, marked: 1 });
}

#[test]
fn renaming_touches_no_row() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contact("a")));
    let before = world.account.row(&peer("a")).unwrap().timestamp();
    world.ok(UPDATE, rename_body("g", "h"));
    assert_eq!(world.account.row(&peer("a")).unwrap().timestamp(), before);
    let group = world.account.group("h").unwrap();
    assert_eq!((group.id, group.members), (1, 1));
    assert!(world.account.group("g").is_none());
}

#[test]
fn group_ids_end_at_the_largest_32_bit_number() {
    let mut world = World::new();
    world.account = serde_json::from_str(r#"{"version":1,"last_group_id":2147483646,"groups":[],"rows":[]}"#).unwrap();
    let done = world.ok(CREATE, create_body("g", ""));
    assert_json(
        &done.answer,
        r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":2147483647},"ResultItem":[]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#,
    );
    let refused = world.run(CREATE, create_body("h", ""));
    assert_eq!((refused.code, refused.rule), (50004, Some(Rule::GroupIdsExhausted)));
    assert_eq!(world.account.last_group_id(), 2_147_483_647);
    world.ok(DELETE, delete_body("g"));
    assert_eq!(world.run(CREATE, create_body("g", "")).code, 50004);
}

#[test]
fn forgetting_drops_a_row_and_its_memberships() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contacts(0..2)));
    world.ok(CREATE, create_body("h", &contact("u0")));
    world.ok(MARK, set_body("u0", "1"));
    let mut shadow = world.account.clone();
    let gone = peer("u0");
    let change = world.account.forget(&gone, 5000).unwrap();
    assert_eq!(
        serde_json::to_string(&change).unwrap(),
        r#"{"type":"conversation_forgotten","at":5000,"conversation":{"Type":1,"To_Account":"u0"}}"#
    );
    shadow.replay(&change).unwrap();
    assert_eq!(shadow, world.account);
    assert_eq!(world.account.usage(), Usage { groups: 2, rows: 1, grouped: 1, marked: 0 });
    assert_eq!(world.account.group("g").unwrap().members, 1);
    assert_eq!(world.account.group("h").unwrap().members, 0);
    assert_eq!(world.account.forget(&gone, 5001), None);
    assert_eq!(world.account.forget(&chat("u1"), 5001), None);
}

#[test]
fn hosts_read_groups_rows_and_usage() {
    let mut world = World::new();
    assert!(world.account.is_empty());
    world.ok(CREATE, create_body("g", &contacts(0..2)));
    world.ok(MARK, mark_body(&[mark_item(3, &contact("u1"), r#","SetMark":[1,64],"CustomMark":"c""#)]));
    let row = world.account.row(&peer("u1")).unwrap();
    assert_eq!((row.kind(), row.id(), row.conversation()), (1, "u1", Some(peer("u1"))));
    assert_eq!(row.standard_marks().bits(), 1 | 1 << 63);
    assert_eq!((row.custom_mark(), row.timestamp()), (Some("c"), world.now));
    assert_eq!(row.group_ids().collect::<Vec<_>>(), [1]);
    assert_eq!(world.account.rows_from(1).map(|row| row.id()).collect::<Vec<_>>(), ["u1"]);
    assert_eq!(world.account.rows_from(2).count(), 0);
    assert_eq!(world.account.rows_from(usize::MAX).count(), 0);
    let groups: Vec<_> = world.account.groups().map(|group| (group.id, group.name, group.members)).collect();
    assert_eq!(groups, [(1, "g", 2)]);
    assert!(world.account.row(&chat("u1")).is_none());
    assert!(!world.account.is_empty());
}

#[test]
fn an_account_that_gave_an_id_is_not_empty() {
    let mut world = World::new();
    world.ok(CREATE, create_body("g", ""));
    world.ok(DELETE, delete_body("g"));
    assert_eq!(world.account.usage(), Usage::default());
    assert!(!world.account.is_empty());
    assert_ne!(world.account, Account::new());
}

#[test]
fn pages_of_every_size_make_up_the_whole() {
    let mut world = World::new();
    grouped(&mut world, "g", 0..7);
    for size in 1..=8 {
        world.policy = POLICY.to_builder().page_size(size).build().unwrap();
        let (mut start, mut ids) = (0, Vec::new());
        loop {
            let done = world.ok(GET, get_body(start));
            let page = convmark::Answer::read(done.answer.as_bytes()).unwrap();
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
    let mut world = World::new();
    world.ok(CREATE, create_body("g", &contact("a")));
    for start in [1, 2, u64::MAX] {
        let done = world.ok(GET, get_body(start));
        assert_json(
            &done.answer,
            r#"{"ContactItem":[],"GroupItem":[{"GroupName":"g","GroupId":1}],"CompleteFlag":1,"NextStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#,
        );
    }
}

#[test]
fn error_display_stands_where_the_samples_have_it() {
    let display = r#","ErrorDisplay":""}"#;
    let mut world = World::with(Revision::V2023_03.policy());
    for (command, body, shown) in [
        (CREATE, create_body("g", &contact("a")), true),
        (UPDATE, rename_body("g", "h"), false),
        (MARK, set_body("a", "1"), true),
        (GET, get_body(0), false),
        (SEARCH, search_body(&contact("a")), true),
        (DELETE, delete_body("h"), false),
    ] {
        assert_eq!(world.ok(command, body).answer.ends_with(display), shown, "{command}");
        let failed = world.run(command, "{}");
        assert_eq!((failed.code, failed.answer.ends_with(display)), (50002, shown), "{command}");
    }
    world.policy = Revision::V2026_04.policy();
    assert!(!world.run(CREATE, "{}").answer.contains("ErrorDisplay"));
}

#[test]
fn error_display_stands_everywhere_if_the_policy_says_so() {
    let display = r#""ErrorInfo":"","ErrorDisplay":""}"#;
    let mut world = World::with(Policy::default().to_builder().error_display(ErrorDisplay::All).build().unwrap());
    for (command, body) in [
        (CREATE, create_body("g", &contact("a"))),
        (UPDATE, rename_body("g", "h")),
        (MARK, set_body("a", "1")),
        (GET, get_body(0)),
        (SEARCH, search_body(&contact("a"))),
        (DELETE, delete_body("h")),
    ] {
        assert!(world.ok(command, body).answer.ends_with(display), "{command}");
        let failed = world.run(command, "{}");
        assert_eq!((failed.code, failed.answer.ends_with(r#"","ErrorDisplay":""}"#)), (50002, true), "{command}");
    }
}

#[test]
fn the_last_page_has_no_index_if_the_policy_says_so() {
    let policy = Policy::default().to_builder().last_page_index(LastPageIndex::Absent).page_size(1).build().unwrap();
    let mut world = World::with(policy);
    world.ok(CREATE, create_body("g", &format!("{},{}", contact("a"), contact("b"))));
    for (start, end) in [(0, r#"0,"NextStartIndex":1"#), (1, "1"), (2, "1"), (u64::MAX, "1")] {
        let answer = world.ok(GET, get_body(start)).answer;
        let expected = format!(r#""GroupItem":[{{"GroupName":"g","GroupId":1}}],"CompleteFlag":{end},"ActionStatus":"OK""#);
        assert!(answer.contains(&expected), "{start}: {answer}");
    }
}

#[test]
fn a_rename_lists_no_items_in_the_form_that_the_policy_says() {
    for (items, end) in [(RenameItems::Absent, ""), (RenameItems::Empty, r#","ContactResultItem":[]"#)] {
        let mut world = World::with(Policy::default().to_builder().rename_items(items).build().unwrap());
        world.ok(CREATE, create_body("g", ""));
        for (old, new) in [("g", "h"), ("h", "h")] {
            let expected = format!(
                r#"{{"UpdateType":1,"UpdateGroupResult":{{"UpdateGroupType":1,"GroupName":"{new}","GroupId":1,"OldGroupName":"{old}"{end}}},"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}"#
            );
            assert_eq!(world.ok(UPDATE, rename_body(old, new)).answer, expected);
        }
        // An update of conversations has its items either way.
        let updated = world.ok(UPDATE, update_body("h", 1, &[])).answer;
        assert!(updated.contains(r#""OldGroupName":"h","ContactResultItem":[]}"#), "{updated}");
    }
}

#[test]
fn the_plan_is_looked_at_before_the_state() {
    let mut world = World::new();
    let facts = Facts::vouched().without_plan();
    for (command, body) in [(CREATE, create_body("g", "")), (UPDATE, rename_body("x", "y")), (DELETE, delete_body("x"))] {
        let refused = world.run_knowing(command, body, &facts);
        assert_eq!((refused.code, refused.rule), (51013, Some(Rule::PlanRequired)), "{command}");
    }
    let refused = world.run_knowing(DELETE, delete_body("x"), &facts.with_unknown_requester());
    assert_eq!((refused.code, refused.rule), (50001, Some(Rule::RequesterUnknown)));
}

#[test]
fn a_set_of_all_64_bits_and_its_clearing() {
    let mut world = World::new();
    let all: Vec<String> = (1..=64).map(|index: u32| index.to_string()).collect();
    world.ok(MARK, set_body("a", &all.join(",")));
    let done = world.ok(SEARCH, search_body(&contact("a")));
    assert!(done.answer.contains(&format!(r#""StandardMark":"{}""#, "1".repeat(64))));
    world.ok(MARK, mark_body(&[mark_item(1, &contact("a"), &format!(r#","ClearMark":[{}]"#, all.join(",")))]));
    assert_eq!(world.account.usage().rows, 0);
}
