//! Lines of many megabytes: the time must grow with the length and no faster.

use std::time::{Duration, Instant};

use crate::bodies::*;
use crate::tool::{command, finish};

const MEGABYTES: usize = 20;

/// Some hundred times what is needed; a time that grows with the square of the length is hours.
const ALLOWED: Duration = Duration::from_secs(120);

/// Exit status and output, if the tool ends in time.
#[track_caller]
fn run(arguments: &[&str], input: &str) -> (i32, String) {
    let start = Instant::now();
    let child = command(arguments).spawn().unwrap();
    let id = child.id();
    let (done, waiting) = std::sync::mpsc::channel();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(ALLOWED).is_err() {
                // Only the child can have this number, as it has not been waited for.
                let _ = std::process::Command::new("kill").arg(id.to_string()).status();
            }
        });
        let output = finish(child, input.as_bytes());
        let _ = done.send(());
        output
    });
    assert!(start.elapsed() < ALLOWED, "{arguments:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// As many copies of the text as fit into `MEGABYTES` megabytes.
fn fill(text: &str) -> String {
    text.repeat((MEGABYTES << 20) / text.len())
}

#[test]
fn a_long_text_in_a_body() {
    // One error after a long text, and one long text that is the error.
    let long = fill("x");
    let body = format!(r#"{{"Pad":"{long}","From_Account":"me","StartIndex":"{long}"}}"#);
    let input = line("get_contact_group", &body);
    let (status, answer) = run(&["replay"], &input);
    assert_eq!(status, 0);
    assert!(
        answer.starts_with(r#"{"ActionStatus":"FAIL","ErrorCode":50002,"ErrorInfo":"wrong-type"#)
    );
    let (status, report) = run(&["validate", "--format", "human"], &input);
    assert_eq!(status, 1);
    assert!(report.lines().all(|line| line.chars().count() < 200));
    assert!(report.ends_with("\n1 request: 1 error, 1 warning\n"), "{report}");
}

#[test]
fn many_findings_in_a_long_body() {
    let elements = fill(r#"{"Type":1,"To_Account":""},"#);
    let body = ME.search(elements.trim_end_matches(','));
    let input = line("search_contact_group", &body);
    let (status, report) = run(&["validate", "--format", "human"], &input);
    assert_eq!(status, 1);
    assert_eq!(report.matches("\nerror[missing-field] 50002 at /ContactItem/").count(), 255);
    assert!(report.len() < 300_000, "{}", report.len());
}

#[test]
fn many_long_member_names() {
    // Names of escaped quotation marks: the start of a name is found from its end.
    let quotes = r#"\""#.repeat((MEGABYTES << 20) / 2 / 256);
    let names: Vec<_> = (0..256).map(|number| format!(r#""{number}{quotes}":0"#)).collect();
    let body = format!(r#"{{"From_Account":"me","StartIndex":0,{}}}"#, names.join(","));
    let (status, report) =
        run(&["validate", "--format", "human"], &line("get_contact_group", &body));
    assert_eq!(status, 0);
    assert!(report.ends_with("\n1 request: 0 errors, 256 warnings\n"));
    assert!(report.lines().all(|line| line.chars().count() < 500));
}

#[test]
fn accents_without_a_letter() {
    let accents = fill("\u{301}");
    let body = format!(r#"{{"From_Account":"me","{accents}":1,"StartIndex":"{accents}"}}"#);
    let input = line("get_contact_group", &body);
    let (status, report) = run(&["validate", "--format", "human"], &input);
    assert_eq!(status, 1);
    assert!(report.len() < 30_000, "{}", report.len());
}

#[test]
fn deep_nesting() {
    let depth = (MEGABYTES << 20) / 2;
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    let (status, answer) = run(&["replay"], &line("get_contact_group", &deep));
    assert_eq!(status, 0);
    assert!(answer.contains(r#""ErrorCode":50002,"ErrorInfo":"wrong-type"#), "{answer}");
    let (status, error) = run(&["replay"], &format!(r#"{{"command":{deep},"body":1}}"#));
    assert_eq!(status, 2);
    assert!(error.contains("the member `command` of the line must be a string"), "{error}");
    let (status, error) = run(&["replay"], &fill("["));
    assert_eq!(status, 2);
    assert!(error.starts_with(r#"{"line":1,"error":"the line must be a JSON object"#), "{error}");
    let (status, error) = run(&["replay"], &(r#"{"body":"#.to_string() + &fill("[")));
    assert_eq!(status, 2);
    assert!(error.contains("it ends before the value is complete"), "{error}");
}

#[test]
fn many_or_long_members_that_do_not_exist() {
    let long = fill("x");
    let (status, error) = run(&["replay"], &format!(r#"{{"{long}":1}}"#));
    assert_eq!(status, 2);
    assert!(error.len() < 300, "{}", error.len());
    let many = fill(r#""x":1,"#);
    let (status, error) = run(&["validate", "--format", "json"], &format!(r#"{{{many}"y":1}}"#));
    assert_eq!(status, 2);
    assert!(error.starts_with(r#"{"line":1,"error":"unknown member `x` of the line;"#), "{error}");
}
