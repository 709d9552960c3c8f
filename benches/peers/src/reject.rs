//! Compares rejecting an invalid body, with a full report, with accepting a valid one. Both per byte.

use std::hint::black_box;

use convmark::{Command, Policy, Validator};

use crate::clock::{Effort, Lane, measure};
use crate::workload::{Request, large_mark, malformed_mark};

pub struct Result {
    pub what: &'static str,
    pub bytes: usize,
    pub findings: usize,
    /// Nanoseconds per byte of the report.
    pub report: f64,
    /// The cost per byte as a multiple of what accepting costs.
    pub ratio: f64,
}

pub fn run(effort: Effort) -> Vec<Result> {
    let good = large_mark(100).body;
    cases().into_iter().map(|(what, body)| case(what, &body, &good, effort)).collect()
}

fn case(what: &'static str, body: &[u8], good: &[u8], effort: Effort) -> Result {
    const MARK: Command = Command::MarkContact;
    let policy = Policy::default();
    let report = Validator::new(&policy).report(MARK, body);
    assert!(!report.is_valid(), "{what} is accepted");
    let findings = report.findings().len() + report.more();
    let (mut rejecting, mut accepting) = (Validator::new(&policy), Validator::new(&policy));
    let lanes = vec![
        Lane::new("reject", || drop(black_box(rejecting.report(MARK, black_box(body))))),
        Lane::new("accept", || {
            let checked = accepting.decode(MARK, black_box(good)).expect("a valid body");
            accepting.reclaim(black_box(checked));
        }),
    ];
    let times = measure(lanes, effort);
    Result {
        what,
        bytes: body.len(),
        findings,
        report: times.nanos("reject") / body.len() as f64,
        ratio: times.ratio("reject", "accept") * good.len() as f64 / body.len() as f64,
    }
}

const MB: usize = 1_000_000;

/// Invalid `mark_contact` bodies, with what is wrong in them.
fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let body = |request: Request| request.body;
    let items = |bytes: usize| bytes * 100 / large_mark(100).body.len();
    let mut cut = large_mark(100).body;
    cut.truncate(cut.len() - 1);
    vec![
        ("100 items, each one invalid", body(malformed_mark(100))),
        ("100 items, the last brace missing", cut),
        ("101 items, one too many", body(large_mark(101))),
        ("one too many, 1 MB", body(large_mark(items(MB)))),
        ("one too many, 10 MB", body(large_mark(items(10 * MB)))),
        ("each item invalid, 1 MB", body(malformed_mark(items(MB)))),
        ("each item invalid, 10 MB", body(malformed_mark(items(10 * MB)))),
        ("unknown members only, 1 MB", unknown(MB)),
        ("unknown members only, 10 MB", unknown(10 * MB)),
        ("one member repeated, 1 MB", repeated(MB)),
        ("one member repeated, 10 MB", repeated(10 * MB)),
        ("an array of zeros, 10 MB", zeros(10 * MB)),
        ("nested arrays, 10 MB", nested(10 * MB)),
    ]
}

fn unknown(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"From_Account":"#.to_vec();
    body.extend_from_slice(br#""a""#);
    let mut number = 0;
    while body.len() < bytes {
        body.extend_from_slice(format!(",\"MarkItm{number}\":0").as_bytes());
        number += 1;
    }
    body.push(b'}');
    body
}

fn repeated(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"From_Account":"a""#.to_vec();
    while body.len() < bytes {
        body.extend_from_slice(br#","MarkItem":[]"#);
    }
    body.push(b'}');
    body
}

fn zeros(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"From_Account":"a","MarkItem":[0"#.to_vec();
    while body.len() < bytes {
        body.extend_from_slice(b",0");
    }
    body.extend_from_slice(b"]}");
    body
}

fn nested(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"From_Account":"a","Extra":"#.to_vec();
    body.resize(bytes / 2, b'[');
    body.resize(bytes, b']');
    body.push(b'}');
    body
}
