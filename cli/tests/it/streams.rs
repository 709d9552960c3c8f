//! Input that is still open, and output that is closed.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use crate::bodies::*;
use crate::tool::{command, finish};

/// Longer than any answer takes.
const LONG_ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn what_was_read_is_answered_before_more_is_awaited() {
    let mut child = command(&["replay"]).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let from = BufReader::new(child.stdout.take().unwrap());
    let (answered, answers) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        from.lines().for_each(|line| answered.send(line.unwrap()).unwrap());
    });
    let next = || answers.recv_timeout(LONG_ENOUGH).expect("an answer while the input is open");
    // A line, two lines at once, and a line with the start of the next.
    to.write_all(get_line().as_bytes()).unwrap();
    assert_eq!(next(), EMPTY_PAGE);
    to.write_all(get_line().repeat(2).as_bytes()).unwrap();
    assert_eq!([next(), next()], [EMPTY_PAGE; 2]);
    let line = get_line();
    let (start, end) = line.split_at(20);
    to.write_all((get_line() + start).as_bytes()).unwrap();
    assert_eq!(next(), EMPTY_PAGE);
    to.write_all(end.as_bytes()).unwrap();
    assert_eq!(next(), EMPTY_PAGE);
    drop(to);
    reader.join().unwrap();
    assert!(answers.recv().is_err());
    assert!(child.wait().unwrap().success());
}

#[test]
fn many_lines_are_neither_lost_nor_held_back() {
    let mut child = command(&["replay"]).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let lines = 2000;
    let writer = std::thread::spawn(move || {
        to.write_all(get_line().repeat(lines).as_bytes()).unwrap();
        to
    });
    let mut from = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    from.read_line(&mut first).unwrap();
    assert_eq!(first.trim_end(), EMPTY_PAGE);
    let rest = std::thread::spawn(move || from.lines().count());
    drop(writer.join().unwrap());
    assert_eq!(rest.join().unwrap(), lines - 1);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_pipe_that_is_closed_meanwhile_ends_it_quietly() {
    for arguments in [
        &["replay"][..],
        &["replay", "--changes"],
        &["validate", "--format", "json"],
        &["validate", "--format", "text"],
        &["validate", "--format", "human"],
        &["validate", "--format", "github"],
    ] {
        let mut child = command(arguments).spawn().unwrap();
        let mut to = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || {
            let block = (get_line() + &line("get_contact_group", "{}")).repeat(100);
            // A tool that never stops is stopped by the end of the input.
            (0..2000).any(|_| to.write_all(block.as_bytes()).is_err())
        });
        let mut from = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        from.read_line(&mut first).unwrap();
        assert!(first.ends_with('\n'));
        drop(from);
        let output = child.wait_with_output().unwrap();
        assert!(writer.join().unwrap(), "{arguments:?} went on");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    for arguments in [
        &["replay"][..],
        &["replay", "--changes"],
        &["validate", "--format", "text"],
        &["validate", "--format", "human"],
        &["validate", "--format", "json"],
        &["validate", "--format", "github"],
        &["validate", "--format", "junit"],
        &["validate", "--format", "sarif"],
        &["describe"],
        &["schema"],
        &["completions", "bash"],
        &["man"],
        &["man", "validate"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = command(arguments).stdout(full).spawn().unwrap();
        let output = finish(child, get_line().as_bytes());
        let text = String::from_utf8(output.stderr).unwrap();
        let expected =
            "convmark: the output cannot be written: No space left on device (os error 28)\n";
        assert_eq!(text, expected, "{arguments:?}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_was_closed_before_ends_it_quietly() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    for arguments in [
        &["replay"][..],
        &["validate"],
        &["validate", "--format", "junit"],
        &["validate", "--format", "sarif"],
        &["describe"],
        &["describe", "50001"],
        &["schema"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["--version"],
    ] {
        // Writing to a socket without another end fails as writing to such a pipe does.
        let (ours, other) = UnixStream::pair().unwrap();
        drop(other);
        let mut child = command(arguments);
        let mut child = child.stdout(Stdio::from(OwnedFd::from(ours))).spawn().unwrap();
        child.stdin.take().unwrap().write_all(get_line().as_bytes()).ok();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}
