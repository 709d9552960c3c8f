//! Runs the example tool that was built beside the tests.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The built example: `cargo test` builds it with the tests.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let profile = test.parent().and_then(std::path::Path::parent).expect("target/<profile>/deps");
    let path = profile.join("examples").join(format!("convmark{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `cargo build --example convmark` first", path.display());
    path
}

/// The tool with a clean environment as far as its output depends on it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments).env_remove("NO_COLOR").env_remove("COLUMNS").env("TERM", "xterm");
    command
}

/// Gives the tool its input and waits for it.
pub fn finish(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool starts");
    // Whoever refuses its options does not read.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("the tool ends")
}

/// Status and output.
pub fn run(arguments: &[&str], input: &str) -> (i32, String) {
    let output = finish(command(arguments), input);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code().expect("a status"), text)
}
