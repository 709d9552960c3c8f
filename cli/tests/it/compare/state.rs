//! The accounts that requests are run on: from pages, empty, and following the answers.

use super::{NO_SETTING_AND_EMPTY, compare, record, totals, with_answer};
use crate::bodies::*;
use crate::import::{page, page_with, row};

fn create(name: &str, contact: &str) -> String {
    line("create_contact_group", &ME.create(name, &user_contact(contact)))
}

#[test]
fn pages_before_the_first_change_make_the_account() {
    let get = page("me", 0, &row("x"), Some(1)) + &page("me", 1, &row("y"), None);
    let found = format!(
        r#"{{"ContactResultItem":[{}],"GroupItem":[],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}"#,
        row("y")
    );
    let search = with_answer(&line("search_contact_group", &ME.search(&user_contact("y"))), &found);
    // The search comes before the pages.
    let recording = search + &get;
    assert_eq!(compare(&["--page-size", "1"], &recording), (0, vec![]));
    assert_eq!(
        totals(&["--page-size", "1"], &recording),
        "3 exchanges compared: 3 agree, 0 differ in 0 places; 1 account made from pages, 0 taken to be empty, 0 made anew"
    );
}

#[test]
fn an_account_that_changed_before_its_pages_is_taken_to_be_empty() {
    let mark = record(&[], &line("mark_contact", &ME.set_marks("a", "1")));
    let recording = mark + &page("me", 0, &[row("b"), row("a")].join(","), None);
    let (status, lines) = compare(&[], &recording);
    assert_eq!((status, lines.len()), (1, 2), "{lines:?}");
    assert!(lines[0].starts_with("line 2 get_contact_group at /ContactItem/0/To_Account: theirs \"b\", ours \"a\"; decision: Pages of get (docs/decisions.md); "));
    assert!(
        totals(&[], &recording)
            .ends_with("0 accounts made from pages, 1 taken to be empty, 1 made anew")
    );
    // A request that was refused changed nothing.
    let failed = line("del_contact_group", &ME.delete("g"));
    let recording = record(&[], &failed) + &page("me", 0, &row("b"), None);
    assert_eq!(compare(&[], &recording), (0, vec![]));
}

#[test]
fn a_difference_in_complete_pages_is_listed_once() {
    let start = record(&[], &line("mark_contact", &ME.set_marks("a", "1")));
    let pages = page("me", 0, &[row("a"), row("b")].join(","), None);
    let (_, lines) = compare(&[], &(start.clone() + &pages));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("line 2 get_contact_group at /ContactItem/1: "), "{lines:?}");
    let (status, again) = compare(&[], &(start + &pages.repeat(3)));
    assert_eq!((status, again), (1, lines));
}

#[test]
fn an_account_that_has_more_rows_than_complete_pages_is_made_anew() {
    // The page ends where ours would go on with another one.
    let group =
        |name: &str, ids| line("create_contact_group", &ME.create(name, &user_contacts(ids)));
    let all = record(&[], &(group("g", 0..100) + &group("h", 100..110) + &get_line()));
    let mut lines: Vec<_> = all.lines().map(String::from).collect();
    lines[2] = lines[2].replace(
        r#""CompleteFlag":0,"NextStartIndex":100"#,
        r#""CompleteFlag":1,"NextStartIndex":0"#,
    );
    lines.push(lines[2].clone());
    let recording = lines.join("\n");
    let (status, lines) = compare(&[], &recording);
    assert_eq!((status, lines.len()), (1, 2), "{lines:?}");
    assert!(lines[0].starts_with("line 3 get_contact_group at /CompleteFlag: "), "{lines:?}");
    assert!(lines[1].starts_with("line 3 get_contact_group at /NextStartIndex: "), "{lines:?}");
    assert!(totals(&[], &recording).ends_with(", 1 made anew"));
}

#[test]
fn the_first_group_after_pages_tells_the_counter_of_ids() {
    let group = r#"{"GroupName":"old","GroupId":3}"#;
    let pages = page_with("me", 0, "", group, None);
    // The account is not empty, and its counter is at 7.
    let history: String = (0..7).map(|number| create(&format!("g{number}"), "x")).collect();
    let first = history + &create("g7", "x") + &create("g8", "y");
    let recorded = record(&[], &first);
    let two: String = recorded.lines().skip(7).map(|line| line.to_string() + "\n").collect();
    assert!(two.contains(r#""GroupId":8"#) && two.contains(r#""GroupId":9"#), "{two}");
    assert_eq!(compare(&[], &(pages.clone() + &two)), (0, vec![]));
    // After that it counts.
    let skips = two.replace(r#""GroupId":9"#, r#""GroupId":11"#);
    let (status, lines) = compare(&[], &(pages + &skips));
    assert_eq!(status, 1);
    assert_eq!(
        lines,
        [
            "line 3 create_contact_group at /GroupResultItem/0/GroupItem/GroupId: theirs 11, ours 9; \
             decision: Group IDs (docs/decisions.md); no setting changes this line alone; an earlier line or a missing page may be the cause"
        ]
    );
}

#[test]
fn another_group_id_is_listed_once() {
    let lines = create("g", "x") + &get_line() + &create("h", "x") + &get_line();
    let recording = record(&[], &lines)
        .replace(r#""GroupId":2"#, r#""GroupId":101"#)
        .replace(r#""GroupId":1}"#, r#""GroupId":100}"#)
        .replace(r#"Id":[1]"#, r#"Id":[100]"#)
        .replace(r#"Id":[1,2]"#, r#"Id":[100,101]"#);
    let (status, lines) = compare(&[], &recording);
    assert_eq!((status, lines.len()), (1, 1), "{lines:?}");
    assert!(lines[0].starts_with(
        "line 1 create_contact_group at /GroupResultItem/0/GroupItem/GroupId: theirs 100, ours 1; "
    ));
}

#[test]
fn what_failed_in_theirs_is_not_applied() {
    let failed = r#"{"ActionStatus":"FAIL","ErrorCode":51009,"ErrorInfo":"x"}"#;
    let recording = with_answer(&create("g", "x"), failed) + &with_answer(&get_line(), EMPTY_PAGE);
    let (status, lines) = compare(&[], &recording);
    assert_eq!(status, 1);
    // Settings that make it fail otherwise do not explain it.
    assert_eq!(
        lines,
        [
            "line 1 create_contact_group at /ErrorCode: theirs answered code 51009, ours code 0, and the rest is not compared; \
          decision: No such group (docs/decisions.md); no setting changes this line alone; an earlier line or a missing page may be the cause"
        ]
    );
}

#[test]
fn a_group_that_only_theirs_created_changes_the_id_of_no_other() {
    let recording = record(&[], &(create("g", "x") + &create("G2", "x")))
        + &record(&[], &create("g", "y")).replace(r#""GroupId":1"#, r#""GroupId":5"#);
    // Ours refuses the second `g`.
    let (status, first) = compare(&[], &recording);
    assert_eq!(status, 1);
    assert_eq!(
        first,
        [format!(
            "line 3 create_contact_group at /ErrorCode: theirs answered code 0, ours code 50002, and the rest is not compared; \
             decision: A name that is taken (docs/decisions.md); {NO_SETTING_AND_EMPTY}"
        )]
    );
    let start = create("g", "x") + &create("G2", "x");
    for (old, id) in [("g", 1), ("G2", 2)] {
        let rename = line("update_contact_group", &ME.rename(old, "new"));
        let renamed = record(&[], &(start.clone() + &rename));
        let renamed = renamed.lines().last().unwrap();
        assert!(renamed.contains(&format!(r#""GroupId":{id}"#)), "{renamed}");
        assert_eq!(compare(&[], &format!("{recording}{renamed}\n")), (1, first.clone()), "{old}");
    }
}

#[test]
fn an_account_that_was_there_before_the_recording_is_said_to_be_taken_for_empty() {
    // The group was put there by other means, and the recording begins with a change.
    let recording = record(&[], &(create("g", "x") + &create("h", "x") + &get_line()));
    let recording: String = recording.lines().skip(1).map(|line| line.to_string() + "\n").collect();
    let (status, lines) = compare(&[], &recording);
    assert_eq!(status, 1);
    assert_eq!(
        lines[0],
        format!(
            "line 1 create_contact_group at /GroupResultItem/0/GroupItem/GroupId: theirs 2, ours 1; \
             decision: Group IDs (docs/decisions.md); {NO_SETTING_AND_EMPTY}"
        )
    );
    assert!(lines.iter().all(|line| line.ends_with(NO_SETTING_AND_EMPTY)), "{lines:?}");
    // After complete pages it is known, and so is the next group's ID.
    let next = record(&[], &(create("g", "x") + &create("h", "x") + &create("i", "x")));
    let next = next.lines().last().unwrap();
    assert_eq!(compare(&[], &(recording.clone() + next)), (1, lines.clone()));
    let other = next.replace(r#""GroupId":3"#, r#""GroupId":9"#) + "\n" + next;
    let (_, again) = compare(&[], &(recording + &other));
    assert_eq!(again.len(), lines.len() + 1, "{again:?}");
    assert!(
        again.last().unwrap().ends_with(
            "; no setting changes this line alone; an earlier line or a missing page may be the cause"
        ),
        "{again:?}"
    );
}
