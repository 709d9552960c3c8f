//! Lines that are too long: what is said about them, and how much memory they take.

use std::io::{BufRead, BufReader, Write};
use std::process::Child;

use crate::bodies::*;
use crate::tool::{command, run};

/// The longest line that is read, in bytes.
const LIMIT: usize = 64 << 20;

const TOO_LONG: &str = r#"{"line":1,"error":"the line is longer than 67108864 bytes, the most that is read; no request needs as many"}"#;

/// A request of exactly so many bytes, without the end of the line.
fn of_length(bytes: usize) -> String {
    let rest = line("get_contact_group", r#"{"From_Account":"","StartIndex":0}"#).trim_end().len();
    let name = "x".repeat(bytes - rest);
    let line = line("get_contact_group", &format!(r#"{{"From_Account":"{name}","StartIndex":0}}"#));
    line.trim_end().to_string()
}

#[test]
fn a_line_of_the_greatest_length_is_read_and_a_longer_one_is_not() {
    let rest = format!("\n{}", get_line());
    let (status, lines) = run(&["replay"], of_length(LIMIT) + &rest);
    assert_eq!((status, lines.len()), (0, 2));
    assert!(lines[0].contains(r#""ErrorInfo":"malformed-id"#), "{}", lines[0]);
    let (status, lines) = run(&["replay"], of_length(LIMIT + 1) + &rest);
    assert_eq!((status, lines), (2, vec![TOO_LONG.to_string(), EMPTY_PAGE.to_string()]));
    // At the end of the input, where no line follows.
    assert_eq!(run(&["replay"], of_length(LIMIT + 1)), (2, vec![TOO_LONG.to_string()]));
    let (status, lines) = run(&["replay"], of_length(LIMIT));
    assert_eq!((status, lines.len()), (0, 1));
    assert!(lines[0].contains("malformed-id"), "{}", lines[0]);
}

#[test]
fn each_format_says_that_a_line_is_too_long() {
    let input = of_length(LIMIT + 1) + "\n" + &get_line();
    let error = &TOO_LONG[r#"{"line":1,"error":""#.len()..TOO_LONG.len() - 2];
    for (format, expected) in [
        ("text", TOO_LONG.to_string()),
        ("human", TOO_LONG.to_string()),
        ("json", TOO_LONG.to_string()),
        ("github", format!("::error line=1,title=not a request::line 1: {error}")),
        ("junit", format!(r#"<error type="not-a-request" message="{error}">"#)),
        ("sarif", format!(r#"{{"level":"error","message":{{"text":"{error}"}}"#)),
    ] {
        let (status, lines) = run(&["validate", "--format", format], &input);
        assert_eq!(status, 2, "{format}");
        assert!(lines.iter().any(|line| line.contains(&expected)), "{format}: {lines:?}");
    }
}

/// The most memory that the process ever had, in bytes.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = line.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    kib << 10
}

/// The first line of output, and the peak of the memory when it was printed. The input stays open.
#[cfg(target_os = "linux")]
fn first_answer(arguments: &[&str], block: &[u8], blocks: usize) -> (String, u64) {
    let mut child = command(arguments).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    for _ in 0..blocks {
        to.write_all(block).unwrap();
    }
    to.write_all(b"\n").unwrap();
    let mut answer = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    let peak = peak(&child);
    drop(to);
    child.wait().unwrap();
    (answer.trim_end().to_string(), peak)
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_megabytes_takes_no_more_memory_than_the_longest_that_is_read() {
    for arguments in [&["replay"][..], &["validate", "--format", "json"]] {
        for text in ["x", " ", "[", r#"{"command":"#, "\"\\u0041"] {
            let block = text.repeat((1 << 20) / text.len() + 1);
            let (answer, peak) = first_answer(arguments, block.as_bytes(), 100);
            assert_eq!(answer, TOO_LONG, "{text}");
            // The line and its growth, and the program.
            assert!(peak < 2 * LIMIT as u64 + (32 << 20), "{arguments:?} {text}: {peak}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_for_a_line_is_bounded_by_its_length() {
    const LENGTH: usize = 8 << 20;
    let fill = |start: &str, text: &str, end: &str| {
        let times = (LENGTH - start.len() - end.len()) / text.len();
        format!("{start}{}{end}", text.repeat(times))
    };
    let search = r#"{"command":"search_contact_group","body":{"From_Account":"me","ContactItem":["#;
    let raw = r#"{"command":"get_contact_group","raw":""#;
    let facts = r#"{"command":"get_contact_group","facts":{"unknown_accounts":["#;
    let contact = r#"{"Type":1,"To_Account":"a"},"#;
    for (arguments, input) in [
        // Many findings, and many that are not to be printed.
        (&["validate", "--format", "json"][..], fill(search, contact, "0]}}")),
        (
            &["validate", "--format", "json", "--allow", "repeated-conversation"],
            fill(search, contact, "0]}}"),
        ),
        // A body of escapes, and a long list of facts.
        (&["replay"], fill(raw, "\\u0041", "\"}")),
        (&["replay"], fill(facts, r#""a","#, r#""a"]},"body":{}}"#)),
    ] {
        let (answer, peak) = first_answer(arguments, input.as_bytes(), 1);
        assert!(answer.contains("findings") || answer.contains("ErrorCode"), "{answer:.200}");
        assert!(peak < 16 * LENGTH as u64, "{arguments:?}: {peak}");
    }
}
