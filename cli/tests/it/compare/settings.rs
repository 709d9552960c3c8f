//! The setting that would change a difference is found by trying.

use super::{NO_SETTING_AND_EMPTY, compare, record, with_answer};
use crate::bodies::*;
use crate::tool::run;

/// The title of the decision at the end of a text.
#[track_caller]
fn decision(text: &str) -> &str {
    let (_, decision) = text.rsplit_once("decision: ").unwrap();
    decision.strip_suffix(" (docs/decisions.md)").unwrap()
}

/// The settings that the differences name, each once, in order.
#[track_caller]
fn settings(options: &[&str], recording: &str) -> Vec<String> {
    let (status, lines) = compare(options, recording);
    assert_eq!(status, 1, "{recording}");
    let mut found: Vec<String> = lines
        .iter()
        .map(|line| match line.rsplit_once("; setting: ") {
            Some((before, setting)) => {
                format!("{setting}; {}", decision(before))
            }
            None => line.clone(),
        })
        .collect();
    found.dedup();
    found
}

/// How a setting is changed that is not an option of the tool.
const ELSEWHERE: &str = "not an option of this tool: set it in the configuration of the server or in the crate's Policy";

/// The text with what it says in short in braces.
fn whole(short: &str) -> String {
    let long = |revision| format!("({ELSEWHERE}; --revision {revision} has it, with others)");
    let text = short.replace("{IN 2023-03}", &long("2023-03"));
    let text = text.replace("{IN 2026-04}", &long("2026-04"));
    text.replace("{ELSEWHERE}", &format!("({ELSEWHERE})"))
}

#[test]
fn each_option_of_the_policy_is_found() {
    let group = line("create_contact_group", &ME.create("g", &user_contacts(0..5)));
    let rename = line("update_contact_group", &ME.rename("g", "h"));
    let mark = line("mark_contact", &ME.set_marks("a", "0"));
    for (options, lines, setting) in [
        (
            ["--page-size", "2"],
            group.clone() + &get_line(),
            "page_size 2 (--page-size 2); Page size of get",
        ),
        (["--mark-base", "0"], mark, "mark_base 0 (--mark-base 0); Index of mark bits"),
        (
            ["--error-display", "sampled"],
            group.clone(),
            "error_display sampled (--error-display sampled); `ErrorDisplay`",
        ),
        (
            ["--error-display", "all"],
            get_line(),
            "error_display all (--error-display all); `ErrorDisplay`",
        ),
        (
            ["--last-page-index", "absent"],
            get_line(),
            "last_page_index absent (--last-page-index absent); `NextStartIndex` on the last page",
        ),
        (
            ["--rename-items", "empty"],
            group + &rename,
            "rename_items empty (--rename-items empty); `ContactResultItem` after a rename",
        ),
    ] {
        let recording = record(&options, &lines);
        assert_eq!(settings(&[], &recording), [setting], "{options:?}");
        assert_eq!(compare(&options, &recording), (0, vec![]), "{options:?}");
    }
}

#[test]
fn each_setting_that_revisions_differ_in_is_found() {
    let name = line("create_contact_group", &ME.create(&"n".repeat(40), &user_contact("a")));
    let bare = line("create_contact_group", &ME.body(r#""GroupContactItem":[{"GroupName":"g"}]"#));
    let many = line("create_contact_group", &ME.create("g", &user_contacts(0..150)));
    let custom = line("mark_contact", &ME.set_custom_mark("a", "x"))
        .replace("}\n", r#","facts":{"plan":false}}"#);
    for (lines, older, newer) in [
        (
            name,
            "group_name_max_bytes 64 {IN 2026-04}; Group names, code 51011",
            "group_name_max_bytes 32 {IN 2023-03}; Group names, code 51011",
        ),
        (
            bare,
            "create_needs_conversations no {IN 2026-04}; `ContactItem` of create",
            "create_needs_conversations yes {IN 2023-03}; `ContactItem` of create",
        ),
        (
            many,
            "conversations_max 100 {IN 2026-04}; Conversations in one create or update, code 51006",
            "conversations_max no limit {IN 2023-03}; Conversations in one create or update, code 51006",
        ),
        (
            custom,
            "custom_mark_needs_plan yes {IN 2026-04}; Plan, code 51013",
            "custom_mark_needs_plan no {IN 2023-03}; Plan, code 51013",
        ),
    ] {
        // Both without ErrorDisplay, which differs as well.
        let [old, new] = ["2023-03", "2026-04"]
            .map(|revision| ["--revision", revision, "--error-display", "none"]);
        assert_eq!(settings(&old, &record(&new, &lines)), [whole(older)]);
        assert_eq!(settings(&new, &record(&old, &lines)), [whole(newer)]);
    }
}

#[test]
fn limits_are_suggested_by_the_answer() {
    let refused = |code: u32, lines: &str| {
        let answer = format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"x"}}"#);
        with_answer(lines, &answer)
    };
    let create = |name: &str| line("create_contact_group", &ME.create(name, &user_contact("a")));
    let marks: Vec<_> = (0..7)
        .map(|number| mark_item(1, &user_contact(&format!("u{number}")), r#","SetMark":[1]"#))
        .collect();
    for (recording, setting) in [
        (
            refused(51011, &create("fifteen letters")),
            "group_name_max_bytes 14 {ELSEWHERE}; Group names, code 51011",
        ),
        (
            record(&[], &create("g")) + &refused(51010, &create("h")),
            "groups 1 {ELSEWHERE}; Number of groups, code 51010",
        ),
        (
            refused(51006, &line("mark_contact", &ME.mark(&marks[..]))),
            "mark_items_max 6 {ELSEWHERE}; Marks in one request, code 51006",
        ),
        (
            refused(50002, &line("search_contact_group", &ME.search(&user_contacts(0..9)[..]))),
            "search_max 8 {ELSEWHERE}; Conversations in one search",
        ),
        (
            refused(50002, &line("mark_contact", &ME.set_custom_mark("a", "12345"))),
            "custom_mark_max_bytes 4 {ELSEWHERE}; Custom marks",
        ),
    ] {
        assert_eq!(settings(&[], &recording), [whole(setting)]);
    }
}

#[test]
fn a_capacity_is_suggested_by_what_was_accepted() {
    let group = line("create_contact_group", &ME.create("g", &user_contacts(0..4)[..]));
    let full = |text: &str, id: &str| {
        let done = format!(r#""To_Account":"{id}"}},"ResultCode":0,"ResultInfo":""}}"#);
        assert!(text.contains(&done), "{text}");
        text.replace(
            &done,
            &format!(r#""To_Account":"{id}"}},"ResultCode":51008,"ResultInfo":"x"}}"#),
        )
    };
    let recorded = record(&[], &group);
    assert_eq!(
        settings(&[], &full(&recorded, "u3")),
        [whole(
            "capacity separate: 3 grouped and 1000 marked rows {ELSEWHERE}; Capacity, code 51008"
        )]
    );
    // A marked conversation does not count.
    let marks = record(&[], &line("mark_contact", &ME.set_marks("z", "1")));
    let request = line("update_contact_group", &ME.add("g", &[user_contact("n")]));
    let added = record(&[], &(group + &request));
    let added = added.lines().nth(1).unwrap().to_string() + "\n";
    let recording = recorded + &marks + &full(&added, "n");
    assert_eq!(
        settings(&[], &recording),
        [whole(
            "capacity separate: 4 grouped and 1000 marked rows {ELSEWHERE}; Capacity, code 51008"
        )]
    );
}

#[test]
fn what_no_setting_changes_says_so() {
    let recording = with_answer(&get_line(), &EMPTY_PAGE.replacen('{', r#"{"New":[],"#, 1));
    assert_eq!(
        compare(&[], &recording).1,
        [
            "line 1 get_contact_group at /New: theirs [], ours absent; decision: Answers of the live service (docs/decisions.md); no setting changes this line alone; an earlier line or a missing page may be the cause"
        ]
    );
}

#[test]
fn a_difference_that_an_earlier_line_causes_is_not_called_one_that_no_setting_changes() {
    let mark = line("mark_contact", &ME.set_marks("a", "5"));
    let recording = record(&["--mark-base", "0"], &(mark + &get_line()));
    let (status, lines) = compare(&["--mark-base", "1"], &recording);
    assert_eq!((status, lines.len()), (1, 1), "{lines:?}");
    assert!(
        lines[0].starts_with("line 2 get_contact_group at /ContactItem/0/StandardMark: ")
            && lines[0].ends_with(&format!("; {NO_SETTING_AND_EMPTY}")),
        "{lines:?}"
    );
}

#[test]
fn json_says_how_each_setting_can_be_set() {
    let recording = record(&["--page-size", "2"], &{
        line("create_contact_group", &ME.create("g", &user_contacts(0..5))) + &get_line()
    });
    let long = line("create_contact_group", &ME.create(&"n".repeat(40), &user_contact("a")));
    let long = record(&["--revision", "2023-03", "--error-display", "none"], &long);
    let create = line("create_contact_group", &ME.create("fifteen letters", &user_contact("a")));
    let refused =
        with_answer(&create, r#"{"ActionStatus":"FAIL","ErrorCode":51011,"ErrorInfo":"x"}"#);
    for (recording, setting) in [
        (recording, r#"{"name":"page_size","value":"2","option":"--page-size 2"}"#),
        (
            long,
            r#"{"name":"group_name_max_bytes","value":"32","option":null,"revision":"2023-03"}"#,
        ),
        (refused, r#"{"name":"group_name_max_bytes","value":"14","option":null}"#),
    ] {
        let (_, lines) = run(&["compare", "--format", "json"], recording);
        assert!(
            lines[0].ends_with(&format!(r#","setting":{setting},"account":"empty"}}"#)),
            "{lines:?}"
        );
    }
}
