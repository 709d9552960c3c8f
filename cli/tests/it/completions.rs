//! `completions`: scripts for shells.

use std::process::{Command, Stdio};

use crate::tool::{finish, refused, text};

#[test]
fn the_scripts_complete_subcommands_and_options() {
    for shell in ["bash", "zsh", "fish"] {
        let (status, script) = text(&["completions", shell], "");
        assert_eq!(status, 0, "{shell}");
        for word in ["convmark", "replay", "validate", "last-page-index", "2023-03", "sampled"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // Where the shell is installed, it must be able to read its script.
        let mut check = Command::new(shell);
        check.arg("-n").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Ok(child) = check.spawn() {
            let output = finish(child, script.as_bytes());
            assert!(output.status.success(), "{shell}: {output:?}");
        }
    }
}

#[test]
fn other_shells_are_refused() {
    let text = refused(&["completions", "cmd"]);
    assert!(text.contains("bash") && text.contains("zsh") && text.contains("fish"), "{text}");
    refused(&["completions"]);
}
