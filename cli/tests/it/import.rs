//! `import`: accounts from recorded pages, and each thing that can be wrong with them.

use std::fs;
use std::path::PathBuf;

use crate::files::Temporary;
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

#[test]
fn pages_that_are_not_an_account_are_refused_with_line_and_place() {
    let group = |name: &str| format!(r#"{{"GroupName":"{name}","GroupId":1}}"#);
    let long_mark = r#"{"Type":1,"To_Account":"a","StandardMark":"2","Timestamp":5}"#;
    for (input, problem) in [
        (
            page("b", 0, &row("x"), Some(1)),
            "line 1: CompleteFlag is 0, and the page that follows is missing: StartIndex 1, and all up to the one with CompleteFlag 1",
        ),
        (
            "\n".to_string() + &page("b", 1, &row("x"), None),
            "line 2: StartIndex is 1, and 0 comes next; pages must be in order, from StartIndex 0 on, each once",
        ),
        (
            page("b", 0, "", None) + &page("b", 1, "", None),
            "line 2: StartIndex is 1, and the account was read to its end in line 1; give --latest to take the last complete reading and leave this page out, or remove it",
        ),
        (
            page_with("b", 0, &row("x"), &group("g"), Some(1))
                + &page_with("b", 1, &row("y"), &group("h"), None),
            "line 2: GroupItem differs from that of the first page: the account changed between the two, or pages of several accounts are mixed; record them again",
        ),
        (
            page("b", 0, &row("x"), Some(1)) + &page("b", 1, &[row("y"), row("x")].join(","), None),
            "line 2: the answer at /ContactItem/1: a row before is of the same conversation: the account changed between two pages, or pages are mixed; record them again",
        ),
        (
            page("b", 0, long_mark, None),
            "line 1: the answer at /ContactItem/0: StandardMark must be at most 64 binary digits, empty for no mark",
        ),
    ] {
        assert_refused(&[], &input, problem);
    }
}

#[test]
fn a_page_whose_request_or_answer_cannot_be_read_is_refused() {
    let answer = r#"{"ContactItem":[],"CompleteFlag":1,"ActionStatus":"OK","ErrorCode":0}"#;
    let input = format!(
        r#"{{"command":"get_contact_group","body":{{"From_Account":"secret"}},"answer":{answer}}}"#
    );
    assert_refused(
        &[],
        &input,
        "line 1: the request of this page is not a valid one, so that its account and place are not known: \
         missing-field at /StartIndex: `StartIndex` is required but is absent; send an integer (a number without fraction or exponent)",
    );
    let wrong = r#"{"command":"get_contact_group","body":{"From_Account":"a","StartIndex":0},"answer":{"ContactItem":"secret"}}"#;
    assert_refused(
        &[],
        wrong,
        "line 1: the answer is not one of this service: a documented member has another type at line 1, column 23 of the answer",
    );
}

#[test]
fn what_the_reader_of_answers_takes_for_absent_is_refused() {
    let row = |marks: &str, time: &str| {
        let row = format!(r#"{{"Type":1,"To_Account":"secret"{marks}{time}}}"#);
        page("b", 0, &format!("{},{row}", self::row("x")), None)
    };
    let mark = r#","StandardMark":"1""#;
    let time = |time: &str| row(mark, &format!(r#","Timestamp":{time}"#));
    const TIME: &str = "Unix seconds, an integer from 0 to 1099511627775";
    let wrong_time = format!("/ContactItem/1: Timestamp must be {TIME}");
    let too_late = format!("{wrong_time}; this one may be in milliseconds");
    let no_time = format!("/ContactItem/1: Timestamp is missing; it must be {TIME}");
    let no_mark = "/ContactItem/1: StandardMark is missing; it must be a string".to_string();
    let flag = "/CompleteFlag: CompleteFlag must be 0 or 1".to_string();
    let with_flag = |flag: &str| {
        let flag = format!(r#""CompleteFlag":{flag}"#);
        page("b", 0, "", None).replace(r#""CompleteFlag":1"#, &flag)
    };
    for (input, problem) in [
        (time(r#""1700000000""#), &wrong_time),
        (time("-1"), &wrong_time),
        (time("1.5"), &wrong_time),
        (time("true"), &wrong_time),
        (time("18446744073709551616"), &wrong_time),
        (time("1099511627776"), &too_late),
        (time("1700000000000"), &too_late),
        (time("9223372036854775807"), &too_late),
        (time("null"), &no_time),
        (row(mark, ""), &no_time),
        (row("", r#","Timestamp":5"#), &no_mark),
        (row(r#","StandardMark":null"#, r#","Timestamp":5"#), &no_mark),
        (page("b", 0, "null", None), &"/ContactItem/0: a row must be an object".to_string()),
        (with_flag(r#""1""#), &flag),
        (with_flag("true"), &flag),
        (with_flag("2"), &flag),
    ] {
        assert_refused(&[], &input, &format!("line 1: the answer at {problem}"));
    }
    assert_refused(&[], &with_flag("null"), "line 1: CompleteFlag is missing; it must be 0 or 1");
    assert_refused(
        &[],
        &with_flag(r#"1,"CompleteFlag":1"#),
        "line 1: the answer cannot be read at line 1, column 64 of the answer: a member occurs twice, or a name is not valid Unicode",
    );
    let (status, out, _) = run(&["import"], &time("1099511627775"));
    let is_in = |text: &str| out.contains(text);
    let times = (is_in(r#""timestamp":1099511627775"#), is_in(r#""time":1099511627775"#));
    assert_eq!((status, times), (0, (true, true)));
}

/// A directory of its own.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("convmark-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let place = Place::new("import whole");
    let path = place.0.join("accounts.jsonl");
    let name = path.to_str().unwrap();
    let (status, out, _) = run(&["import", "-o", name], &page("b", 1, "", None));
    assert_eq!((status, out.as_str(), place.files().len()), (2, "", 0));
    fs::write(&path, "before").unwrap();
    assert_eq!(run(&["import", "--output", name], "{").0, 2);
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), place.files().len()), ("before", 1));
    let (status, out, err) = run(&["import", "--output", name], PAGES);
    assert_eq!((status, out.as_str()), (0, ""), "{err}");
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), place.files().len()), (IMPORTED, 1));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let pages = Temporary::new("import pages.jsonl", PAGES);
    let refused =
        |output: &str| crate::tool::refused(&["import", pages.0.to_str().unwrap(), "-o", output]);
    let input = pages.0.to_str().unwrap();
    let missing =
        "the directory `no/such` does not exist; make it, or name a file in one that exists";
    assert_eq!(refused("no/such/file.jsonl"), format!("convmark: no/such/file.jsonl: {missing}\n"));
    assert_eq!(
        refused(&format!("{input}/x")),
        format!("convmark: {input}/x: `{input}` is not a directory; name a file in a directory\n")
    );
    #[cfg(target_os = "linux")]
    for (output, directory) in [("/proc/x.jsonl", "/proc"), ("/proc/self/fd/x", "/proc/self/fd")] {
        let text = refused(output);
        let start =
            format!("convmark: {output}: no file can be made in the directory `{directory}`: ");
        assert!(text.starts_with(&start), "{text}");
        assert!(
            text.ends_with("; name a file in another one\n") && !text.contains(".tmp"),
            "{text}"
        );
    }
    let directory = std::env::temp_dir();
    assert_eq!(
        refused(directory.to_str().unwrap()),
        format!(
            "convmark: {}: not a regular file; name another, or leave out --output for standard output\n",
            directory.display()
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_to_its_end_is_named_and_not_left_there() {
    let place = Place::new("import too large");
    let pages = Temporary::new("import too large.jsonl", PAGES);
    let output = place.0.join("accounts.jsonl");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" import \"$1\" -o \"$2\""]);
    let ended = shell.arg(crate::tool::PATH).args([&pages.0, &output]).output().unwrap();
    assert_eq!((ended.status.code(), place.files().len()), (Some(2), 0));
    let name = output.to_str().unwrap();
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        format!("convmark: {name}: File too large (os error 27)\n")
    );
}
