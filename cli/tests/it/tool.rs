//! Runs the tool.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The tool, which cargo builds before the tests.
pub const PATH: &str = env!("CARGO_BIN_EXE_convmark");

/// The tool with a clean environment as far as its output depends on it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PATH);
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
