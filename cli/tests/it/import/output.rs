//! The file that `import` writes.

use std::fs;
use std::path::PathBuf;

use super::{IMPORTED, PAGES, page, run};
use crate::files::Temporary;

/// A directory of its own.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("convmark-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let place = Place::new("import whole");
    let path = place.0.join("accounts.jsonl");
    let name = path.to_str().unwrap();
    let (status, out, _) = run(&["import", "-o", name], &page("b", 1, "", None));
    assert_eq!((status, out.as_str(), place.files().len()), (2, "", 0));
    fs::write(&path, "before").unwrap();
    assert_eq!(run(&["import", "--output", name], "{").0, 2);
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), place.files().len()), ("before", 1));
    let (status, out, err) = run(&["import", "--output", name], PAGES);
    assert_eq!((status, out.as_str()), (0, ""), "{err}");
    assert_eq!((fs::read_to_string(&path).unwrap().as_str(), place.files().len()), (IMPORTED, 1));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let pages = Temporary::new("import pages.jsonl", PAGES);
    let refused =
        |output: &str| crate::tool::refused(&["import", pages.0.to_str().unwrap(), "-o", output]);
    let input = pages.0.to_str().unwrap();
    let missing =
        "the directory `no/such` does not exist; make it, or name a file in one that exists";
    assert_eq!(refused("no/such/file.jsonl"), format!("convmark: no/such/file.jsonl: {missing}\n"));
    assert_eq!(
        refused(&format!("{input}/x")),
        format!("convmark: {input}/x: `{input}` is not a directory; name a file in a directory\n")
    );
    #[cfg(target_os = "linux")]
    for (output, directory) in [("/proc/x.jsonl", "/proc"), ("/proc/self/fd/x", "/proc/self/fd")] {
        let text = refused(output);
        let start =
            format!("convmark: {output}: no file can be made in the directory `{directory}`: ");
        assert!(text.starts_with(&start), "{text}");
        assert!(
            text.ends_with("; name a file in another one\n") && !text.contains(".tmp"),
            "{text}"
        );
    }
    let directory = std::env::temp_dir();
    assert_eq!(
        refused(directory.to_str().unwrap()),
        format!(
            "convmark: {}: not a regular file; name another, or leave out --output for standard output\n",
            directory.display()
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_to_its_end_is_named_and_not_left_there() {
    let place = Place::new("import too large");
    let pages = Temporary::new("import too large.jsonl", PAGES);
    let output = place.0.join("accounts.jsonl");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" import \"$1\" -o \"$2\""]);
    let ended = shell.arg(crate::tool::PATH).args([&pages.0, &output]).output().unwrap();
    assert_eq!((ended.status.code(), place.files().len()), (Some(2), 0));
    let name = output.to_str().unwrap();
    assert_eq!(
        String::from_utf8(ended.stderr).unwrap(),
        format!("convmark: {name}: File too large (os error 27)\n")
    );
}
