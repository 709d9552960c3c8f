//! Where the input is read from.

use std::fs;
use std::path::PathBuf;

use crate::bodies::{EMPTY_PAGE, get_line};
use crate::recordings;
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
    for reader in all_readers() {
        let text = refused(&[reader, &["no/such/file.jsonl"]].concat());
        #[cfg(unix)]
        let reason = "No such file or directory (os error 2)\n";
        #[cfg(not(unix))]
        let reason = "";
        assert!(text.starts_with(&format!("convmark: no/such/file.jsonl: {reason}")), "{text}");
    }
}

#[test]
fn control_characters_in_a_file_name_are_made_visible() {
    let text = refused(&["replay", "no/such\n\u{1b}[31m"]);
    assert!(text.starts_with("convmark: no/such␊␛[31m: "), "{text}");
}

/// What reads requests, each in a format that is printed line by line and in one that is printed
/// at the end.
const READERS: [&[&str]; 5] = [
    &["replay"],
    &["validate"],
    &["validate", "--format", "github"],
    &["validate", "--format", "junit"],
    &["validate", "--format", "sarif"],
];

/// What reads requests or recordings.
fn all_readers() -> impl Iterator<Item = &'static [&'static str]> {
    READERS.into_iter().chain(recordings::READERS)
}

#[test]
fn a_directory_is_named() {
    let directory = std::env::temp_dir();
    let path = directory.to_str().unwrap();
    for reader in all_readers() {
        let text = refused(&[reader, &[path]].concat());
        #[cfg(target_os = "linux")]
        assert_eq!(text, format!("convmark: {path}: Is a directory (os error 21)\n"));
        assert!(text.starts_with(&format!("convmark: {path}: ")), "{text}");
    }
}

#[test]
fn a_file_that_is_not_json_lines_is_refused_line_by_line() {
    let not_an_object = "the line must be a JSON object; its members are";
    for (content, error) in [
        (&b"\0\0\0\0"[..], not_an_object),
        (b"PK\x03\x04", not_an_object),
        (b"command,body\nget_contact_group,{}\n", not_an_object),
        (b"[{\"command\":\"get_contact_group\",\"body\":{}}]", not_an_object),
        (
            b"{\"command\":\"get_contact_group\",\"body\":{\"From_Acc",
            "the line is not valid JSON: it",
        ),
    ] {
        for reader in READERS {
            let output = finish(command(reader).spawn().unwrap(), content);
            let text = String::from_utf8(output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(2), "{reader:?}: {text}");
            assert!(output.stderr.is_empty());
            assert!(text.contains(error), "{reader:?} {content:?}: {text}");
        }
    }
}

#[test]
fn what_is_not_a_text_in_utf8_is_named_at_once() {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        (mark.to_string() + &get_line()).encode_utf16().flat_map(to_bytes).collect()
    };
    for (content, problem) in [
        (utf16(u16::to_le_bytes, "\u{feff}"), UTF16),
        (utf16(u16::to_be_bytes, "\u{feff}"), UTF16),
        (utf16(u16::to_le_bytes, ""), UTF16),
        (utf16(u16::to_be_bytes, "\n"), UTF16),
        (
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec(),
            "it is compressed with gzip; decompress it first, for example with gunzip",
        ),
    ] {
        for reader in all_readers() {
            let output = finish(command(reader).spawn().unwrap(), &content);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{reader:?}");
            let text = String::from_utf8(output.stderr).unwrap();
            assert_eq!(text, format!("convmark: standard input: {problem}\n"), "{reader:?}");
        }
    }
}

const UTF16: &str = "the text is UTF-16; write it as UTF-8";

#[test]
fn a_byte_order_mark_is_skipped() {
    let marked = format!("\u{feff}{}", get_line());
    assert_eq!(run(&["replay"], &marked), (0, vec![EMPTY_PAGE.to_string()]));
    let clean = vec!["1 request: 0 errors, 0 warnings".to_string()];
    assert_eq!(run(&["validate"], &marked), (0, clean));
    // It is at the start only, and may be all there is.
    assert_eq!(run(&["replay"], "\u{feff}"), (0, vec![]));
    assert_eq!(run(&["replay"], get_line() + &marked).0, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let file = Temporary::new("secret.jsonl", &get_line());
    fs::set_permissions(&file.0, fs::Permissions::from_mode(0o000)).unwrap();
    let path = file.0.to_str().unwrap();
    const NOBODY: u32 = 65534;
    // Root may read everything; then the tool runs as another user.
    let is_root = fs::File::open(&file.0).is_ok();
    let mut probe = command(&["--version"]);
    let mut can_run =
        || probe.uid(NOBODY).spawn().is_ok_and(|child| finish(child, b"").status.success());
    if is_root && !can_run() {
        return;
    }
    for reader in all_readers() {
        let mut tool = command(&[reader, &[path]].concat());
        if is_root {
            tool.uid(NOBODY);
        }
        let output = finish(tool.spawn().unwrap(), b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{reader:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text, format!("convmark: {path}: Permission denied (os error 13)\n"));
    }
}
