//! Where the input is read from.

use std::fs;
use std::path::PathBuf;

use crate::bodies::{EMPTY_PAGE, get_line};
use crate::tool::{command, finish, refused, run};

/// A new file that is removed at the end of the test.
pub struct Temporary(pub PathBuf);

impl Temporary {
    pub fn new(name: &str, content: &str) -> Self {
        let name = format!("convmark-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_file_is_read_by_name_and_standard_input_without_one() {
    let file = Temporary::new("read by name.jsonl", &get_line());
    let expected = (0, vec![EMPTY_PAGE.to_string()]);
    assert_eq!(run(&["replay", file.0.to_str().unwrap()], ""), expected);
    assert_eq!(run(&["replay", "-"], get_line()), expected);
    assert_eq!(run(&["replay"], get_line()), expected);
}

#[cfg(unix)]
#[test]
fn a_file_name_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let mut path = std::env::temp_dir().into_os_string();
    path.push(format!("/convmark-{}-", std::process::id()));
    path.push(OsStr::from_bytes(b"\xff.jsonl"));
    // Some file systems allow no such names.
    if fs::write(&path, get_line()).is_err() {
        return;
    }
    let mut tool = command(&["replay"]);
    let output = finish(tool.arg(&path).spawn().unwrap(), b"");
    fs::remove_file(&path).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), EMPTY_PAGE);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for subcommand in ["replay", "validate"] {
        let text = refused(&[subcommand, "no/such/file.jsonl"]);
        assert!(text.starts_with("convmark: no/such/file.jsonl: "), "{text}");
    }
}

#[test]
fn control_characters_in_a_file_name_are_made_visible() {
    let text = refused(&["replay", "no/such\n\u{1b}[31m"]);
    assert!(text.starts_with("convmark: no/such␊␛[31m: "), "{text}");
}

#[test]
fn a_directory_is_named() {
    let directory = std::env::temp_dir();
    let text = refused(&["replay", directory.to_str().unwrap()]);
    assert!(text.starts_with(&format!("convmark: {}: ", directory.display())), "{text}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let file = Temporary::new("secret.jsonl", &get_line());
    fs::set_permissions(&file.0, fs::Permissions::from_mode(0o000)).unwrap();
    let path = file.0.to_str().unwrap();
    let mut tool = command(&["replay", path]);
    if fs::File::open(&file.0).is_ok() {
        // The test runs as root, who may read everything; the tool then runs as another user.
        const NOBODY: u32 = 65534;
        let mut probe = command(&["--version"]);
        let can_run =
            probe.uid(NOBODY).spawn().is_ok_and(|child| finish(child, b"").status.success());
        if !can_run {
            return;
        }
        tool.uid(NOBODY);
    }
    let output = finish(tool.spawn().unwrap(), b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(&format!("convmark: {path}: Permission denied")), "{text}");
}
