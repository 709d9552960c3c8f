//! Runs the tool.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

/// The tool, which cargo builds before the tests.
pub const PATH: &str = env!("CARGO_BIN_EXE_convmark");

/// The tool, with pipes on all sides and without variables that its output depends on.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PATH);
    command.args(arguments);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Writes the input while the output is read, and waits for the end.
pub fn finish(mut child: Child, input: &[u8]) -> Output {
    let mut to = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A tool that refuses its options does not read.
            let _ = to.write_all(input);
        });
        child.wait_with_output().expect("the tool ends")
    })
}

/// Everything that comes out.
pub fn output(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let child = command(arguments).spawn().expect("the tool starts");
    finish(child, input.as_ref())
}

/// Exit status and output. Nothing may be on standard error, and the output is whole lines.
#[track_caller]
pub fn text(arguments: &[&str], input: impl AsRef<[u8]>) -> (i32, String) {
    let output = output(arguments, input);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    (output.status.code().expect("a status"), text)
}

/// As `text`, line by line.
#[track_caller]
pub fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> (i32, Vec<String>) {
    let (status, text) = text(arguments, input);
    (status, text.lines().map(String::from).collect())
}

/// What a refusal says: status 2, no output, and a reason on standard error.
#[track_caller]
pub fn refused(arguments: &[&str]) -> String {
    let output = output(arguments, "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!text.is_empty() && !text.contains("panicked"), "{arguments:?}: {text}");
    text
}
