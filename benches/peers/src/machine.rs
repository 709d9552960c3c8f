//! Describes the machine, the compiler and the versions that figures were measured with.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// Lines of Markdown.
pub fn describe() -> String {
    let mut text =
        format!("- date: {}\n- machine: {}\n- compiler: {}\n- versions: ", today(), cpu(), rustc());
    let shown = ["serde", "serde_json", "jsonschema", "rusqlite", "libsqlite3-sys", "sonic-rs"];
    let versions: Vec<String> = shown
        .iter()
        .filter_map(|name| version(name).map(|version| format!("{name} {version}")))
        .collect();
    text.push_str(&versions.join(", "));
    text.push('\n');
    text
}

fn version(name: &str) -> Option<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next()
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("-V").output();
    output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or("unknown".into(), |v| v.trim().into())
}

fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(key, _)| key.trim() == name).map_or("unknown", |(_, value)| value.trim())
    };
    let (name, family, model) = (field("model name"), field("cpu family"), field("model"));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{name} (family {family}, model {model}), {cores} cores, {os} {arch}")
}

/// The date in UTC, from the days since 1970.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let mut days = seconds / 86_400;
    let mut year = 1970;
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, days + 1)
}
