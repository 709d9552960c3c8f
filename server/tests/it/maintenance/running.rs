//! Subcommands on a store that a server has open.
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use super::{Place, count, fill, mark};
use crate::common::{Client, target};

const SOON: Duration = Duration::from_secs(20);

/// A call that gives two conversations the same mark.
fn both(user: &str, mark: usize) -> String {
    let item = |peer| {
        format!(
            r#"{{"OptType":2,"ContactItem":{{"Type":1,"To_Account":"{peer}"}},"CustomMark":"m{mark}"}}"#
        )
    };
    format!(r#"{{"From_Account":"{user}","MarkItem":[{},{}]}}"#, item("left"), item("right"))
}

/// The marks of the rows of each account in a file.
fn marks(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accounts = lines.iter().filter_map(|line| line["account"]["rows"].as_array());
    let mark = |row: &serde_json::Value| row["custom_mark"].as_str().unwrap().to_owned();
    accounts.map(|rows| rows.iter().map(mark).collect()).collect()
}

#[test]
fn an_export_under_load_has_each_account_as_it_was_at_one_moment() {
    let place = Place::new();
    let mut server = place.serve("store");
    let address = server.address;
    let is_over = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..3)
        .map(|caller| {
            let over = Arc::clone(&is_over);
            std::thread::spawn(move || {
                let mut client = Client::connect(address);
                let mut number = 0;
                while !over.load(SeqCst) || number < 100 {
                    number += 1;
                    let body = both(&format!("user{caller}_{}", number % 100), number);
                    assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
                }
            })
        })
        .collect();
    while count(&place.path("store"), "user2_") < 60 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut seen = HashSet::new();
    for round in 0..5 {
        let file = format!("file{round}");
        let ran = place.run("export", "store", &[&file]);
        assert_eq!((ran.status, ran.problem.as_str()), (Some(0), ""), "{ran:?}");
        let text = fs::read_to_string(place.path(&file)).unwrap();
        for marks in marks(&text) {
            assert_eq!(marks.len(), 2);
            assert_eq!(marks[0], marks[1]);
        }
        seen.insert(text);
    }
    assert!(seen.len() > 1, "nothing was written meanwhile");
    is_over.store(true, SeqCst);
    callers.into_iter().for_each(|caller| caller.join().unwrap());

    let done = "300 accounts, 0 damaged\n";
    place.run("verify", "store", &[]).is_done(done);
    place.run("export", "store", &["running"]).is_done(done);
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    assert!(!place.path("store").join("control.sock").exists());
    place.run("export", "store", &["stopped"]).is_done(done);
    let [running, stopped] = ["running", "stopped"].map(|name| fs::read(place.path(name)).unwrap());
    assert_eq!(running, stopped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_imports_and_its_callers_see_it() {
    let place = Place::new();
    let calls = (0..300).map(|number| mark(&format!("user{number:03}"), "peer", "old"));
    fill(&place.path("old"), calls).await;
    place.run("export", "old", &["file"]).is_done("300 accounts, 0 damaged\n");
    let server = place.serve("new");
    let mut client = server.client();
    let (_, body) = mark("user001", "peer", "new");
    assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
    place.run("import", "new", &["file"]).is_refused("1 account exists with other data (line 2)");
    place
        .run("import", "new", &["file", "--replace"])
        .is_done("300 accounts imported and read back, 1 in place of other data; 0 were there before with the same data\n");
    // The account was cached.
    let get = br#"{"From_Account":"user001","StartIndex":0}"#;
    let answer = client.post(&target("get_contact_group"), "", get);
    assert_eq!(answer.code(), 0);
    assert!(answer.body.contains(r#""CustomMark":"old""#), "{}", answer.body);
    assert!(!answer.body.contains("new"), "{}", answer.body);
    assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
    let answer = client.post(&target("get_contact_group"), "", get);
    assert!(answer.body.contains(r#""CustomMark":"new""#), "{}", answer.body);
    place.run("verify", "new", &[]).is_done("300 accounts, 0 damaged\n");
}

#[test]
fn the_socket_is_for_the_user_of_the_server_and_outlives_nobody() {
    // Longer than the address of a socket may be.
    for name in ["store".to_owned(), "s".repeat(150)] {
        let place = Place::new();
        let socket = place.path(&name).join("control.sock");
        for _ in 0..2 {
            // The second time, the socket of a killed server is there.
            let mut server = place.serve(&name);
            let metadata = fs::metadata(&socket).unwrap();
            assert!(metadata.file_type().is_socket());
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
            let directory = fs::metadata(place.path(&name)).unwrap();
            assert_eq!(directory.permissions().mode() & 0o777, 0o700);
            place.run("verify", &name, &[]).is_done("0 accounts, 0 damaged\n");
            server.process.kill().unwrap();
            server.process.wait().unwrap();
            assert!(socket.exists());
        }
        // Nobody answers there, and nobody has the store open.
        place.run("verify", &name, &[]).is_done("0 accounts, 0 damaged\n");
    }
}

#[test]
fn a_store_that_another_process_has_open_without_a_socket_is_refused() {
    let place = Place::new();
    let store = super::open(&place.path("store"), true);
    place.run("verify", "store", &[]).is_refused(
        "another process has the store open and cannot be asked (No such file or directory (os error 2)); if it is another subcommand, wait for its end",
    );
    drop(store);
    place.run("verify", "store", &[]).is_done("0 accounts, 0 damaged\n");
}

/// What a subcommand does to a store that a server has open is in the log of the server, without IDs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_of_subcommands_is_logged() {
    let place = Place::new();
    fill(&place.path("store"), (0..5).map(|user| mark(&format!("user{user}"), "leaver", "x")))
        .await;
    let mut command = crate::common::command();
    command.args(["--listen", "127.0.0.1:0", "--store", &place.store("store")]);
    command.stderr(std::process::Stdio::piped());
    let mut server = crate::common::Server::of(command);
    place.run("export", "store", &["file"]).is_done("5 accounts, 0 damaged\n");
    place.run("verify", "store", &[]).is_done("5 accounts, 0 damaged\n");
    place
        .run("forget", "store", &["--user", "leaver"])
        .is_done("5 accounts, 5 had a row of it, 0 more had records of it, 0 damaged\n");
    place
        .run("import", "store", &["file", "--replace"])
        .is_done("5 accounts imported and read back, 5 in place of other data; 0 were there before with the same data\n");
    server.signal("TERM");
    let mut log = String::new();
    let mut errors = server.process.stderr.take().unwrap();
    std::io::Read::read_to_string(&mut errors, &mut log).unwrap();
    for (operation, changed) in [("export", 0), ("verify", 0), ("forget", 5), ("import", 5)] {
        for line in [
            format!("a subcommand works on the store operation=\"{operation}\"\n"),
            format!(
                "the subcommand is gone operation=\"{operation}\" accounts=5 changed={changed} damaged=0 failed=0\n"
            ),
        ] {
            assert_eq!(log.matches(&line).count(), 1, "{line}{log}");
        }
    }
    assert!(!log.contains("user0") && !log.contains("leaver"), "{log}");
}

/// A subcommand that says no more is given up with the calls, and the store is closed in order.
#[test]
fn a_silent_subcommand_does_not_delay_the_end() {
    let place = Place::new();
    let mut command = crate::common::command();
    command.args(["--listen", "127.0.0.1:0", "--create", "--store", &place.store("store")]);
    command.args(["--shutdown-timeout", "500ms"]).stderr(std::process::Stdio::piped());
    let mut server = crate::common::Server::of(command);
    let socket = place.path("store").join("control.sock");
    let mut silent = std::os::unix::net::UnixStream::connect(socket).unwrap();
    let half = b"POST /1 HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    std::io::Write::write_all(&mut silent, half).unwrap();
    // The server waits for the body.
    assert!(std::io::Read::read(&mut silent, &mut [0; 99]).unwrap() > 0);
    let begun = std::time::Instant::now();
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let mut log = String::new();
    let mut errors = server.process.stderr.take().unwrap();
    std::io::Read::read_to_string(&mut errors, &mut log).unwrap();
    assert!(log.contains("requests on the control socket are given up"), "{log}");
    assert!(log.contains(": stopped\n") && !log.contains("could not be closed"), "{log}");
}
