//! The store in a directory, as the operator meets it.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{FileExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::{Client, Directory, Server, command};

const SOON: Duration = Duration::from_secs(30);

/// Starts a server that is to fail, and gives what it says.
fn fails(store: &str, options: &[&str]) -> String {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--store", store]).args(options);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty(), "no port was opened");
    text
}

#[test]
fn accounts_outlive_the_process() {
    let directory = Directory::new();
    let store = directory.store();
    for (number, signal) in ["TERM", "KILL", "TERM"].into_iter().enumerate() {
        let mut server = Server::over(&store, &[]);
        let mut client = server.client();
        let page = client.page("anna").body;
        for before in 0..number {
            assert!(page.contains(&format!("\"contact{before}\"")), "{page}");
        }
        assert_eq!(page.matches("To_Account").count(), number, "{page}");
        assert_eq!(client.mark("anna", &format!("contact{number}")), 0);
        server.signal(signal);
        let status = server.ends_within(SOON).unwrap();
        assert_eq!(status.code(), (signal == "TERM").then_some(0));
    }
}

#[test]
fn a_store_of_another_user_is_not_opened() {
    let directory = Directory::new();
    let store = directory.store();
    drop(Server::over(&store, &[]));
    let format = Path::new(store.strip_prefix("dir:").unwrap()).join("FORMAT");
    if chown(&format, Some(65532), None).is_err() {
        println!("only root can give files away: not tested");
        return;
    }
    let text = fails(&store, &[]);
    let expected = "belongs to the user with the ID 65532, this process to 0";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_store_that_is_not_there_is_made_only_when_asked_to() {
    let directory = Directory::new();
    let text = fails(&directory.store(), &[]);
    assert!(text.contains("there is no store at") && text.contains("--create"), "{text}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing was made");
    // The default name is made without.
    for _ in 0..2 {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0"]).current_dir(directory.path());
        let mut server = Server::of(command);
        assert_eq!(server.client().mark("anna", "ben"), 0);
        server.signal("TERM");
        assert!(server.ends_within(SOON).is_some());
    }
    assert!(directory.path().join("convmark-data/FORMAT").is_file());
}

#[test]
fn what_is_not_a_store_is_said_and_not_touched() {
    let directory = Directory::new();
    directory.write("letter.txt", "dear");
    let here = format!("dir:{}", directory.path().display());
    assert!(fails(&here, &["--create"]).contains("is not a store"));
    let file = format!("{here}/letter.txt");
    assert!(fails(&file, &["--create"]).contains("letter.txt"));
    let nowhere = format!("{here}/a/b/c");
    assert!(fails(&nowhere, &["--create"]).contains("No such file or directory"));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn two_processes_cannot_have_one_directory() {
    let directory = Directory::new();
    let mut first = Server::over(&directory.store(), &[]);
    let text = fails(&directory.store(), &["--create"]);
    assert!(text.contains("is in use by another process"), "{text}");
    assert_eq!(first.client().mark("anna", "ben"), 0);
    first.signal("TERM");
    assert!(first.ends_within(SOON).is_some());
    let next = Server::over(&directory.store(), &[]);
    assert!(next.client().page("anna").body.contains("\"ben\""));
}

#[test]
fn of_two_first_starts_one_serves() {
    for _ in 0..3 {
        let directory = Directory::new();
        let start = || {
            let mut command = command();
            command.args(["--listen", "127.0.0.1:0", "--create", "--store", &directory.store()]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let mut starts = [start(), start()];
        let mut lines = Vec::new();
        for start in &mut starts {
            let mut line = String::new();
            BufReader::new(start.stdout.take().unwrap()).read_line(&mut line).unwrap();
            lines.push(line);
        }
        let serving = lines.iter().position(|line| line.contains("listens on")).unwrap();
        let refused = &mut starts[1 - serving];
        assert_eq!((lines[1 - serving].as_str(), refused.wait().unwrap().code()), ("", Some(1)));
        let mut text = String::new();
        refused.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("is in use by another process"), "{text}");
        starts[serving].kill().unwrap();
        starts[serving].wait().unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
    }
}

/// Only the owner can read what is in a directory.
fn check(path: &Path) {
    let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
    if path.is_dir() {
        assert_eq!(mode, 0o700, "{}", path.display());
        fs::read_dir(path).unwrap().for_each(|entry| check(&entry.unwrap().path()));
    } else {
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn files_of_an_import_are_for_their_owner_only() {
    let directory = Directory::new();
    let server = Server::over(&directory.store(), &[]);
    assert_eq!(server.client().mark("anna", "ben"), 0);
    let file = directory.path().join("file");
    let run = |subcommand, store: &str, create: &[&str]| {
        let mut command = command();
        command.args([subcommand, "--store", store]).args(create).arg(&file);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    run("export", &directory.store(), &[]);
    let copy = directory.path().join("copy");
    run("import", &format!("dir:{}", copy.display()), &["--create"]);
    check(&copy);
}

#[test]
fn files_are_for_their_owner_only() {
    let directory = Directory::new();
    let mut server = Server::over(&directory.store(), &[]);
    assert_eq!(server.client().mark("anna", "ben"), 0);
    check(&directory.path().join("data"));
    server.signal("TERM");
    assert!(server.ends_within(SOON).is_some());
    check(&directory.path().join("data"));
}

/// All files below a directory.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
    found.sort();
}

/// Starts a server over a damaged store: it says what is wrong, or it serves what is not damaged.
fn start_damaged(store: &str, what: &str) -> bool {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--store", store]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let is_served = line.contains("listens on");
    if is_served {
        let address = line.trim_end().rsplit('/').next().unwrap().parse().unwrap();
        let mut client = Client::connect(address);
        for number in 0..20 {
            let answer = client.page(&format!("user{number}"));
            let is_right = answer.body.contains("\"To_Account\":\"b\"");
            assert!(is_right || answer.code() == 50004, "{what}: {answer:?}");
        }
        process.kill().unwrap();
    }
    let status = process.wait().unwrap();
    let mut text = String::new();
    process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(!text.contains("panicked"), "{what}: {text}");
    for of_the_engine in ["Fjall", "LsmTree", "Error", "Mismatch"] {
        assert!(!text.contains(of_the_engine), "{what}: {text}");
    }
    if !is_served {
        assert_eq!(status.code(), Some(1), "{what}: {text}");
        assert!(text.contains("convmark-server: --store dir:"), "{what}: {text}");
    }
    is_served
}

#[test]
fn a_damaged_file_is_an_error_message_and_never_a_panic() {
    let directory = Directory::new();
    let store = directory.path().join("data");
    for _ in 0..2 {
        // The second start has a journal to read.
        let mut server = Server::over(&directory.store(), &[]);
        let mut client = server.client();
        for number in 0..20 {
            assert_eq!(client.mark(&format!("user{number}"), "b"), 0);
        }
        server.signal("TERM");
        assert!(server.ends_within(SOON).is_some());
    }
    let mut names = Vec::new();
    files(&store, &mut names);
    let copy = directory.path().join("copy");
    let (mut served, mut refused) = (0, 0);
    for name in &names {
        for damage in ["removed", "cut", "changed"] {
            let _ = fs::remove_dir_all(&copy);
            let mut cp = Command::new("cp");
            cp.args(["-r", "--sparse=always"]).args([&store, &copy]);
            assert!(cp.status().unwrap().success());
            let path = copy.join(name.strip_prefix(&store).unwrap());
            match damage {
                "removed" => fs::remove_file(&path).unwrap(),
                "cut" => {
                    let file = fs::File::options().write(true).open(&path).unwrap();
                    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
                }
                _ => {
                    let file = fs::File::options().write(true).open(&path).unwrap();
                    file.write_all_at(&[0xff; 40], 10).unwrap();
                }
            }
            let what = format!("{} {damage}", path.display());
            if start_damaged(&format!("dir:{}", copy.display()), &what) {
                served += 1;
            } else {
                refused += 1;
            }
        }
    }
    println!("{served} were served, {refused} refused");
    assert!(served > 0 && refused > 0);
}
