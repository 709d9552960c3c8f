//! Bodies that are too long, too slow or broken off.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Faked;
use convmark_server::fake::ROUTES;

/// 100 MB.
const LONG_MIB: usize = 96;
/// A little more than is allowed.
const TOO_LONG_MIB: usize = 17;

/// Sends a body, in chunks or with the length announced, and gives the answer.
fn send_long(fake: &Faked, method: &str, path: &str, mib: usize, chunked: bool) -> String {
    let mut stream = TcpStream::connect(fake.control).unwrap();
    let length = if chunked {
        "transfer-encoding: chunked".to_owned()
    } else {
        format!("content-length: {}", mib << 20)
    };
    write!(stream, "{method} /_convmark/{path} HTTP/1.1\r\nhost: localhost\r\n{length}\r\n\r\n")
        .unwrap();
    let piece = vec![b'['; 1 << 20];
    for _ in 0..mib {
        if chunked {
            write!(stream, "{:x}\r\n", piece.len()).unwrap();
        }
        stream.write_all(&piece).unwrap();
        if chunked {
            stream.write_all(b"\r\n").unwrap();
        }
    }
    if chunked {
        stream.write_all(b"0\r\n\r\n").unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(target_os = "linux")]
#[test]
fn a_body_of_100_mb_is_refused_in_little_memory() {
    let fake = Faked::start(&[]);
    let status = format!("/proc/{}/status", fake.server.process.id());
    let most_kib = || {
        let status = std::fs::read_to_string(&status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let before = most_kib();
    for (path, methods) in ROUTES {
        let path = path.replace("{user}", "anna");
        for method in methods.iter().filter(|method| matches!(**method, "PUT" | "POST")) {
            let mib = if path == "facts" { LONG_MIB } else { TOO_LONG_MIB };
            for chunked in [false, true] {
                let answer = send_long(&fake, method, &path, mib, chunked);
                assert!(answer.starts_with("HTTP/1.1 413 "), "{method} {path}: {answer}");
                let error =
                    "{\"error\":\"the body is too long; at most 16777216 bytes are allowed\"}";
                assert!(answer.ends_with(error), "{method} {path}: {answer}");
            }
        }
    }
    let grown = most_kib() - before;
    assert!(grown < 64 << 10, "{grown} KiB");
}

/// All but the last byte of a body.
fn unfinished(fake: &Faked, bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(fake.control).unwrap();
    write!(
        stream,
        "PUT /_convmark/facts HTTP/1.1\r\nhost: localhost\r\ncontent-length: {bytes}\r\n\r\n"
    )
    .unwrap();
    stream.write_all(&vec![b' '; bytes - 1]).unwrap();
    stream
}

/// Each takes its place until its answer, or until its client is gone.
#[test]
fn all_bodies_together_are_bounded() {
    const MOST: usize = 16 << 20;
    let fake = Faked::start(&[]);
    let begun = Instant::now();
    let mut streams: Vec<_>;
    let busy = loop {
        streams = (0..4).map(|_| unfinished(&fake, MOST)).collect();
        // Mostly they are read by then. Otherwise the next one may take the place of one of them.
        thread::sleep(Duration::from_millis(500));
        let answer = fake.send("PUT", "clock", "", b"{\"fixed\":5}");
        if answer.status != 200 {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    };
    let error = "{\"error\":\"too many bodies at a time; try again\"}";
    assert_eq!((busy.status, busy.body.as_str()), (503, error));
    // Without a body there is nothing to wait for.
    assert_eq!(fake.get("facts"), json!({}));
    drop(streams.pop());
    let set = |fixed: u64| {
        let body = format!("{{\"fixed\":{fixed}{}}}", " ".repeat(MOST - 32));
        fake.send("PUT", "clock", "", body.as_bytes()).status
    };
    while set(5) != 200 {
        assert!(begun.elapsed() < Duration::from_secs(40));
    }
    // What is answered gives its place back.
    assert_eq!([set(6), set(7), set(8)], [200; 3]);
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    let fake = Faked::start(&[]);
    let body = super::snapshot().to_string();
    let mut stream = TcpStream::connect(fake.control).unwrap();
    let length = body.len() + 1;
    write!(stream, "PUT /_convmark/accounts/anna HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(fake.users().is_empty());
}
