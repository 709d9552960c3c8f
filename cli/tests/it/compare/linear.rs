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
    let time = |members: usize| {
        let recording = recording(members);
        let times = (0..3).map(|_| {
            let start = Instant::now();
            let (status, text) = text(&["compare"], &recording);
            assert_eq!((status, text.lines().count()), (1, 259));
            let further = format!("line 1: {} further differences", members + 1 - 256);
            assert_eq!(text.lines().nth(256), Some(&*further));
            start.elapsed()
        });
        times.min().unwrap_or(Duration::MAX)
    };
    // Eight times as many would take 64 times as long if each were compared with each.
    let (few, many) = (time(3_000), time(24_000));
    assert!(many < 24 * few, "{few:?}, {many:?}");
}
