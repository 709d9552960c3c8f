//! Where and when something was measured.

use std::fs;
use std::process::Command;

/// The machine, the date and the commit, in one line.
pub fn describe() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<_> = processor
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split(": ").nth(1))
        .collect();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{}, commit {}; {} x {}, Linux {}; load average before: {}",
        said("date", &["-u", "+%Y-%m-%d"]),
        commit(),
        models.len(),
        models.first().unwrap_or(&"unknown processor"),
        kernel.trim(),
        load.split(' ').next().unwrap_or("unknown"),
    )
}

/// The commit that is checked out, with a plus if files were changed.
pub fn commit() -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let commit = said("git", &["-C", root, "rev-parse", "--short", "HEAD"]);
    let changed = said(
        "git",
        &["-C", root, "status", "--porcelain", "--untracked-files=no", "--", "src", "server/src"],
    );
    if changed.is_empty() { commit } else { format!("{commit}+") }
}

fn said(command: &str, arguments: &[&str]) -> String {
    Command::new(command).args(arguments).output().map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
