//! Changes whose answer does not say whether they were made.

use super::{NO_SETTING_AND_EMPTY, compare, record, totals, with_answer};
use crate::bodies::*;
use crate::import::{page, row};
use crate::tool::run;

const TIMEOUT: &str = r#"{"ActionStatus":"FAIL","ErrorCode":50005,"ErrorInfo":"x"}"#;

fn mark(id: &str) -> String {
    line("mark_contact", &ME.set_marks(id, "1"))
}

/// A page of the account with these marked conversations.
fn read(marked: &[&str]) -> String {
    let lines: String = marked.iter().map(|id| mark(id)).collect();
    record(&[], &(lines + &get_line())).lines().last().unwrap().to_string() + "\n"
}

#[test]
fn a_change_without_a_clear_answer_may_have_been_made_or_not() {
    let html = mark("a").replace("}\n", ",\"answer_raw\":\"<html>\"}\n");
    for unclear in [
        with_answer(&mark("a"), TIMEOUT),
        with_answer(&mark("a"), &TIMEOUT.replace("50005", "50004")),
        with_answer(&mark("a"), &TIMEOUT.replace("50005", "70169")),
        html,
    ] {
        for marked in [&[][..], &["a"]] {
            let recording = unclear.clone() + &read(marked);
            assert_eq!(compare(&[], &recording), (0, vec![]), "{recording}");
            assert!(
                totals(&[], &recording)
                    .ends_with("0 accounts made from pages, 1 taken to be empty, 0 made anew"),
                "{recording}"
            );
        }
        // Once it is seen, it stays.
        let (status, lines) = compare(&[], &(unclear + &read(&["a"]) + &read(&[])));
        assert_eq!((status, lines.len()), (1, 1), "{lines:?}");
        assert!(
            lines[0].starts_with("line 3 get_contact_group at /ContactItem/0: theirs absent, ")
        );
    }
    // Also if the answers between say nothing, and for changes in between.
    let between = with_answer(&line("del_contact_group", &ME.delete("g")), &{
        let failed = r#"{"ActionStatus":"FAIL","ErrorCode":51009,"ErrorInfo":"x"}"#;
        failed.to_string()
    });
    let unclear = with_answer(&mark("a"), TIMEOUT);
    for marked in [&[][..], &["a"]] {
        assert_eq!(
            compare(&[], &(unclear.clone() + &between + &read(marked))),
            (0, vec![]),
            "{marked:?}"
        );
    }
}

#[test]
fn each_of_several_changes_without_a_clear_answer_may_have_been_made() {
    let unclear: String = ["a", "b", "c"].map(|id| with_answer(&mark(id), TIMEOUT)).concat();
    for marked in [&[][..], &["a"], &["b"], &["a", "c"], &["b", "c"], &["a", "b", "c"]] {
        assert_eq!(compare(&[], &(unclear.clone() + &read(marked))), (0, vec![]), "{marked:?}");
    }
    // Of very many, all or none.
    let ids: Vec<String> = (0..40).map(|number| format!("u{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let unclear: String = ids.iter().map(|id| with_answer(&mark(id), TIMEOUT)).collect();
    for marked in [&[][..], &ids] {
        assert_eq!(compare(&[], &(unclear.clone() + &read(marked))), (0, vec![]));
    }
}

#[test]
fn of_very_many_changes_that_undo_others_all_may_have_been_made() {
    let item = mark_item(1, &user_contact("c"), r#","ClearMark":[1]"#);
    let clear = line("mark_contact", &ME.mark(&item));
    let marks = |ids: &[&str]| -> Vec<String> { ids.iter().map(|id| mark(id)).collect() };
    let changes = [marks(&["a", "b", "c"]), vec![clear], marks(&["d", "e"])].concat();
    let unclear: String = changes.iter().map(|line| with_answer(line, TIMEOUT)).collect();
    for marked in [&[][..], &["a", "b", "d", "e"]] {
        assert_eq!(compare(&[], &(unclear.clone() + &read(marked))), (0, vec![]), "{marked:?}");
    }
}

#[test]
fn a_call_that_was_refused_before_it_was_judged_changed_nothing() {
    for code in [60002, 60007, 60009, 60012, 60018, 60025, 70001] {
        let refused = with_answer(&mark("a"), &TIMEOUT.replace("50005", &code.to_string()));
        assert_eq!(compare(&[], &(refused.clone() + &read(&[]))), (0, vec![]), "{code}");
        // Pages after it are of the account before it.
        let recording = refused + &page("me", 0, &row("x"), None);
        assert_eq!(compare(&[], &recording), (0, vec![]), "{code}");
        assert!(totals(&[], &recording).contains("; 1 account made from pages, "), "{code}");
    }
}

#[test]
fn a_difference_after_a_change_without_a_clear_answer_names_it() {
    let recording = with_answer(&mark("a"), TIMEOUT) + &read(&["z"]);
    let (status, lines) = compare(&[], &recording);
    let unclear = NO_SETTING_AND_EMPTY.replacen(
        "; the account",
        "; the answer of line 1 does not say whether its change was made; the account",
        1,
    );
    assert_eq!((status, lines.len()), (1, 1), "{lines:?}");
    assert!(lines[0].ends_with(&unclear), "{lines:?}");
    let (_, lines) = run(&["compare", "--format", "json"], recording);
    assert!(lines[0].ends_with(r#","account":"empty","unclear_since":1}"#), "{lines:?}");
}

/// Pages of one row each, of an account with the rows x and y.
fn pages() -> [String; 2] {
    [page("me", 0, &row("x"), Some(1)), page("me", 1, &row("y"), None)]
}

#[test]
fn a_change_without_a_clear_answer_between_two_pages_ends_the_reading() {
    let [first, second] = pages();
    let start = record(&["--page-size", "1"], &mark("q"));
    let anew = |between: &str| {
        let recording = start.clone() + &first + between + &second;
        let totals = totals(&["--page-size", "1"], &recording);
        totals.rsplit(", ").next().unwrap().to_string()
    };
    assert_eq!(anew(""), "1 made anew");
    assert_eq!(anew(&with_answer(&mark("a"), TIMEOUT)), "0 made anew");
    assert_eq!(anew(&record(&[], &mark("a"))), "0 made anew");
    // A change that was refused, and one of another account, do not.
    let refused = r#"{"ActionStatus":"FAIL","ErrorCode":50002,"ErrorInfo":"x"}"#;
    assert_eq!(
        anew(&with_answer(&line("mark_contact", &ME.set_marks("a", "99")), refused)),
        "1 made anew"
    );
    let other = mark("a").replace("\"me\"", "\"you\"");
    assert_eq!(anew(&with_answer(&other, TIMEOUT)), "1 made anew");
}

fn create(name: &str) -> String {
    line("create_contact_group", &ME.create(name, &user_contact("x")))
}

fn delete(name: &str) -> String {
    line("del_contact_group", &ME.delete(name))
}

/// The recorded lines after the first ones.
fn after(first: usize, recording: &str) -> String {
    recording.lines().skip(first).map(|line| line.to_string() + "\n").collect()
}

/// The places that differ: `2 /GroupItem/0`.
fn places(options: &[&str], recording: &str) -> Vec<String> {
    let (_, lines) = compare(options, recording);
    let place = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        format!("{} {}", words[1], words[4].trim_end_matches(':'))
    };
    lines.iter().map(place).collect()
}

#[test]
fn a_state_in_which_the_request_fails_is_farther_than_one_whose_answer_has_another_form() {
    let options = ["--error-display", "all", "--rename-items", "empty"];
    let rename = line("update_contact_group", &ME.rename("g", "h"));
    let recording = record(&options, &(create("g") + &rename + &get_line()));
    // The rename shows that the group was made.
    let recording = with_answer(&create("g"), TIMEOUT) + &after(1, &recording);
    assert_eq!(
        places(&[], &recording),
        ["2 /ErrorDisplay", "2 /UpdateGroupResult/ContactResultItem", "3 /ErrorDisplay"]
    );
    assert_eq!(compare(&options, &recording), (0, vec![]));
}

#[test]
fn the_length_of_pages_tells_no_states_apart() {
    let create = line("create_contact_group", &ME.create("g", &user_contacts(0..2)));
    let next = get_line().replace(r#""StartIndex":0"#, r#""StartIndex":2"#);
    let options = ["--page-size", "2"];
    let recording = record(&options, &(create + &mark("a") + &get_line() + &next));
    // The mark was made, as there is a second page.
    let mut lines: Vec<&str> = recording.lines().collect();
    let unclear = with_answer(&mark("a"), TIMEOUT);
    lines[1] = unclear.trim_end();
    let (status, found) = compare(&[], &lines.join("\n"));
    assert_eq!((status, found.len()), (1, 3), "{found:?}");
    let setting = "; setting: page_size 2 (--page-size 2)";
    assert!(found.iter().all(|line| line.starts_with("line 3 ") && line.ends_with(setting)));
    assert_eq!(compare(&options, &lines.join("\n")), (0, vec![]));
}

#[test]
fn an_answer_that_is_not_clear_tells_no_states_apart() {
    for made in [true, false] {
        let read = record(&[], &(if made { create("g") } else { String::new() } + &get_line()));
        let recording = with_answer(&create("g"), TIMEOUT)
            + &with_answer(&delete("g"), "{}")
            + &after(usize::from(made), &read);
        let found = places(&[], &recording);
        assert!(found.iter().all(|place| place.starts_with("2 ")), "{found:?}");
    }
}

#[test]
fn the_id_of_a_new_group_is_taken_over_in_every_state() {
    let recording = record(&[], &(mark("a") + &create("g") + &get_line()))
        .replace(r#""GroupId":1"#, r#""GroupId":100"#)
        .replace(r#""ContactGroupId":[1]"#, r#""ContactGroupId":[100]"#);
    let recording = with_answer(&mark("a"), TIMEOUT) + &after(1, &recording);
    assert_eq!(places(&[], &recording), ["2 /GroupResultItem/0/GroupItem/GroupId"]);
}

#[test]
fn what_a_setting_explains_is_taken_over_in_every_state() {
    let long = create(&"n".repeat(40));
    for marked in [true, false] {
        let first = if marked { mark("a") } else { String::new() };
        let recording = record(&[], &(first + &long + &get_line()));
        let recording = with_answer(&mark("a"), TIMEOUT) + &after(usize::from(marked), &recording);
        let options = ["--revision", "2023-03", "--error-display", "none"];
        assert_eq!(places(&options, &recording), ["2 /ErrorCode"], "{marked}");
    }
}

#[test]
fn states_that_pages_do_not_tell_apart_are_kept() {
    // Only the ID of the next group shows whether there was a group between.
    let [made, not_made] = [create("g") + &delete("g"), String::new()].map(|before| {
        let skipped = before.lines().count();
        after(skipped, &record(&[], &(before + &get_line() + &create("h"))))
    });
    assert_ne!(made, not_made);
    let unclear = with_answer(&create("g"), TIMEOUT) + &with_answer(&delete("g"), TIMEOUT);
    for rest in [made, not_made] {
        assert_eq!(compare(&[], &(unclear.clone() + &rest)), (0, vec![]));
    }
}
