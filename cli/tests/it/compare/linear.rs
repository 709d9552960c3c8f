//! Exchanges with very many differences.

use std::time::{Duration, Instant};

use super::with_answer;
use crate::bodies::*;
use crate::tool::text;

/// An answer that differs in that many members, and in one that a setting changes.
fn recording(members: usize) -> String {
    let members: Vec<_> = (0..members).map(|number| format!("\"x{number}\":0")).collect();
    let answer =
        EMPTY_PAGE.replacen('{', &format!("{{\"ErrorDisplay\":\"\",{},", members.join(",")), 1);
    with_answer(&get_line(), &answer)
}

#[test]
fn the_time_is_linear_in_the_number_of_differences() {
    let compare = |members: usize, recording: &str| {
        let (status, text) = text(&["compare"], recording);
        assert_eq!((status, text.lines().count()), (1, 259));
        let further = format!("line 1: {} further differences", members + 1 - 256);
        assert_eq!(text.lines().nth(256), Some(&*further));
    };
    let time = |members: usize, runs: usize| {
        let recording = recording(members);
        let times = (0..3).map(|_| {
            let start = Instant::now();
            (0..runs).for_each(|_| compare(members, &recording));
            start.elapsed()
        });
        times.min().unwrap_or(Duration::MAX)
    };
    // Both take about as long, so that a busy machine delays them alike. If each were compared with
    // each, the second would take eight times as long.
    let (few, many) = (time(3_000, 8), time(24_000, 1));
    assert!(many < 4 * few, "{few:?}, {many:?}");
}
