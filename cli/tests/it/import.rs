//! `import`: accounts from recorded pages.

mod output;
mod refused;

use crate::tool::output;

/// Pages of two accounts, and the file that the tests of the server import.
const PAGES: &str = include_str!("../../../server/tests/vectors/pages.jsonl");
const IMPORTED: &str = include_str!("../../../server/tests/vectors/imported.jsonl");

const LAST_GROUP_ID: &str = "convmark: pages do not say which group ID of an account was the highest ever used; \
    it is taken to be that of its newest group, so that a new group can get the ID of a deleted one\n";

/// A page of a user; `next` is the `NextStartIndex` of one that is not the last.
pub fn page(user: &str, start: u64, row: &str, next: Option<u64>) -> String {
    page_with(user, start, row, "", next)
}

pub fn page_with(user: &str, start: u64, row: &str, groups: &str, next: Option<u64>) -> String {
    let (flag, next) = next.map_or((1, 0), |next| (0, next));
    format!(
        r#"{{"command":"get_contact_group","body":{{"From_Account":"{user}","StartIndex":{start}}},"answer":{{"ContactItem":[{row}],"GroupItem":[{groups}],"CompleteFlag":{flag},"NextStartIndex":{next},"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}}}
"#
    )
}

pub fn row(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}","StandardMark":"1","Timestamp":5}}"#)
}

/// Exit status, standard output and standard error.
pub fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = output(arguments, input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn assert_refused(arguments: &[&str], input: &str, problem: &str) {
    let (status, out, err) = run(&[&["import"], arguments].concat(), input);
    assert_eq!((status, out.as_str()), (2, ""));
    assert_eq!(err, format!("convmark: standard input: {problem}; nothing was written\n"));
}

#[test]
fn the_file_that_the_server_imports_is_made_of_these_pages() {
    let (status, out, err) = run(&["import"], PAGES);
    assert_eq!((status, out.as_str()), (0, IMPORTED));
    assert_eq!(err, format!("convmark: 2 accounts from 3 pages\n{LAST_GROUP_ID}"));
}

#[test]
fn what_is_not_used_is_counted() {
    let other = r#"{"command":"search_contact_group","body":1,"answer":{}}"#;
    let failed = r#"{"command":"get_contact_group","body":{"From_Account":"b","StartIndex":0},"answer":{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"x"}}"#;
    let html = r#"{"command":"get_contact_group","body":1,"answer_raw":"<html>"}"#;
    // A reading that is broken off and begun anew.
    let broken_off = page("b", 0, &row("x"), Some(1));
    let input = format!("{other}\n\n{failed}\n{html}\n{broken_off}{}", page("b", 0, "", None));
    let (status, out, err) = run(&["import"], &input);
    assert_eq!((status, out.lines().count()), (0, 2));
    assert_eq!(
        err,
        format!(
            "convmark: 1 account from 1 page; skipped: 1 page of readings that are not complete or not the last, \
             1 exchange of other commands, 2 answers that failed\n{LAST_GROUP_ID}"
        )
    );
    assert_refused(
        &[],
        other,
        "there is no page of get_contact_group in it; skipped: 1 exchange of other commands",
    );
    assert_refused(&[], "", "there is no page of get_contact_group in it; it has no exchange");
}

#[test]
fn an_account_that_was_read_twice_is_an_error_unless_the_latest_is_taken() {
    let first =
        page("b", 0, &row("x"), Some(1)) + &page("a", 0, "", None) + &page("b", 1, "", None);
    let input = first + &page("b", 0, &row("y"), None);
    assert_refused(
        &[],
        &input,
        "an account was read twice, in line 1 to line 3 and in line 4; give --latest to take the last complete reading, or remove one",
    );
    let (status, out, err) = run(&["import", "--latest"], &input);
    assert_eq!((status, out.contains(r#""To_Account":"y""#)), (0, true));
    assert!(!out.contains(r#""To_Account":"x""#));
    let skipped = "2 accounts from 2 pages; skipped: 2 pages of readings that are not complete or not the last";
    assert_eq!(err, format!("convmark: {skipped}\n{LAST_GROUP_ID}"));
}

#[test]
fn pages_that_were_read_again_after_the_last_one_are_left_out_when_the_latest_is_taken() {
    let reading = [page("b", 0, &row("x"), Some(1)), page("b", 1, &row("y"), None)];
    let (_, once, _) = run(&["import"], &reading.concat());
    let again = [page("b", 1, &row("y"), Some(2)), page("b", 2, &row("z"), None)].concat();
    let input = reading.concat() + &again;
    assert_refused(
        &[],
        &input,
        "line 3: StartIndex is 1, and the account was read to its end in line 2; give --latest to take the last complete reading and leave this page out, or remove it",
    );
    let (status, out, err) = run(&["import", "--latest"], &input);
    assert_eq!((status, &out), (0, &once));
    let skipped = "1 account from 2 pages; skipped: 2 pages of readings that are not complete or not the last";
    assert_eq!(err, format!("convmark: {skipped}\n{LAST_GROUP_ID}"));
    // A reading from the start counts, whatever came between.
    let last = page("b", 0, &row("z"), None);
    let (status, out, _) = run(&["import", "--latest"], &(input + &last));
    assert_eq!((status, out), (0, run(&["import"], &last).1));
}

#[test]
fn a_second_reading_that_is_broken_off_is_an_error_unless_the_latest_is_taken() {
    let first = page("b", 0, &row("x"), Some(1)) + &page("b", 1, &row("y"), None);
    let second = page("b", 0, &row("z"), Some(1)) + &page("b", 1, &row("w"), Some(2));
    for (input, places) in [
        (
            first.clone() + &second,
            "in line 1 to line 2, and again but not to its end in line 3 to line 4",
        ),
        (
            page("b", 0, &row("z"), None) + &page("b", 0, "", Some(1)),
            "in line 1, and again but not to its end in line 2",
        ),
    ] {
        assert_refused(
            &[],
            &input,
            &format!(
                "an account was read to its end {places}; give --latest to take the last complete reading and leave the other pages out, or remove one of the two"
            ),
        );
    }
    let (status, out, err) = run(&["import", "--latest"], &(first.clone() + &second));
    assert_eq!((status, out), (0, run(&["import"], &first).1));
    let skipped = "1 account from 2 pages; skipped: 2 pages of readings that are not complete or not the last";
    assert_eq!(err, format!("convmark: {skipped}\n{LAST_GROUP_ID}"));
}

#[test]
fn errors_in_an_earlier_reading_do_not_matter_when_the_latest_is_taken() {
    let repeated = format!("{},{}", row("x"), row("x"));
    let input = page("b", 0, &repeated, None) + &page("b", 0, &row("y"), None);
    assert_eq!(run(&["import", "--latest"], &input).0, 0);
}
