//! A disk without space, a process without file descriptors, an account that is damaged.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use convmark::UserId;
use convmark_server::store::embedded::{EmbeddedOptions, EmbeddedStore};
use convmark_server::store::{AccountKey, Append, AppendId, Record, Store, Version};

use crate::common::{Client, Directory, Server, command_of, head, said};
use crate::control::get;

/// Sets a limit of a running process. With that of the length of files it is as if the disk was full.
fn limit(server: &Server, limit: &str) {
    let process = server.process.id().to_string();
    let status = Command::new("prlimit").args(["--pid", &process, limit]).status().unwrap();
    assert!(status.success(), "{limit}");
}

#[test]
fn a_full_disk_costs_calls_and_nothing_that_was_acknowledged() {
    let directory = Directory::new();
    let mut server = Server::over(&directory.store(), &["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let mut client = server.client();
    assert_eq!(client.mark("anna", "before"), 0);
    limit(&server, "--fsize=100:");
    // What was begun when the disk filled up may be stored or not: 50005. Then nothing is begun.
    let first = client.mark("anna", "full");
    assert!(first == 50004 || first == 50005, "{first}");
    let begun = Instant::now();
    loop {
        // The store is opened again meanwhile, and fails again.
        let code = client.mark("ben", "full");
        assert!(code == 50004 || code == 50005, "{code}");
        let ready = get(control, "/ready");
        if ready.starts_with("HTTP/1.1 503") && ready.contains("the store failed") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it says that it is ready: {ready}");
    }
    // There is space again, and nobody has to do anything.
    limit(&server, "--fsize=unlimited:");
    let begun = Instant::now();
    while client.mark("anna", "after") != 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not go on");
        std::thread::sleep(Duration::from_millis(50));
    }
    let page = client.page("anna").body;
    assert!(page.contains("\"before\"") && page.contains("\"after\""), "{page}");
    assert!(get(control, "/ready").starts_with("HTTP/1.1 200"));
    server.signal("KILL");
    assert!(server.ends_within(Duration::from_secs(30)).is_some());
    let server = Server::over(&directory.store(), &[]);
    assert_eq!(server.client().page("anna").body, page);
}

#[test]
fn a_store_goes_on_after_the_file_descriptors_were_used_up() {
    let directory = Directory::new();
    let server = Server::over(&directory.store(), &[]);
    let mut first = server.client();
    assert_eq!(first.mark("anna", "before"), 0);
    limit(&server, "--nofile=40:");
    let many: Vec<_> = (0..60).map(|_| Client::connect(server.address)).collect();
    for number in 0..50 {
        assert_eq!(first.mark("anna", &format!("c{number}")), 0);
    }
    drop(many);
    assert_eq!(server.client().page("anna").body.matches("To_Account").count(), 50 + 1);
}

#[test]
fn a_process_that_may_open_too_few_files_says_so() {
    let mut command = command_of("sh");
    command.args(["-c", "ulimit -n 64; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_convmark-server")]);
    let output = command.args(["--listen", "127.0.0.1:0", "--store", "memory"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("may open 64 files") && text.contains("ulimit -n"), "{text}");
}

#[test]
fn connections_are_fewer_if_the_process_may_open_few_files() {
    let mut command = command_of("sh");
    command.args(["-c", "ulimit -n 280; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_convmark-server")]);
    let server = Server::of({
        command.args(["--listen", "127.0.0.1:0", "--store", "memory"]);
        command
    });
    let mut clients: Vec<_> = (0..24).map(|_| server.client()).collect();
    assert!(clients.iter_mut().all(|client| client.get().code() == 0));
    assert_eq!(server.client().read().unwrap().code(), 60018);
}

/// A record of something that is not changes stands in for any damage that the checksums of the
/// files do not find.
#[tokio::test]
async fn a_damaged_account_is_answered_50004_and_harms_no_other() {
    let directory = Directory::new();
    let mut options = EmbeddedOptions::default();
    options.create = true;
    let store = EmbeddedStore::open(directory.path().join("data"), options).unwrap();
    let record = Record {
        version: Version::new(1),
        time_seconds: 1_700_000_000,
        append_id: AppendId::new([1; 16]),
        changes: Bytes::from_static(b"not changes"),
    };
    let append = Append { after: Version::ZERO, records: vec![record] };
    store.append(&AccountKey::new(&UserId::new("anna").unwrap()), append).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let mut server = Server::over(&directory.store(), &["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let mut client = server.client();
    for _ in 0..2 {
        assert_eq!((client.page("anna").code(), client.mark("anna", "c")), (50004, 50004));
        assert_eq!((client.page("ben").code(), client.mark("ben", "c")), (0, 0));
    }
    assert!(get(control, "/metrics").contains("convmark_damaged_total 4\n"));
    assert!(get(control, "/ready").starts_with("HTTP/1.1 200"));
}

/// 500 bodies of 900 kB are 450 MB; the default is to hold 64 MiB.
#[test]
fn many_long_bodies_at_once_take_no_more_memory_than_allowed() {
    // None of them is given up while the others are sent, however slow the machine is.
    let server = Server::start(&["--body-timeout", "1h"]);
    let body = vec![b' '; 900_000];
    let start = || {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head(body.len()).as_bytes()).unwrap();
        // All but the end: the body is held. One that is refused is closed meanwhile.
        let _ = stream.write_all(&body[1..]);
        stream
    };
    let mut streams: Vec<_> = (0..500).map(|_| start()).collect();
    let whole = [head(body.len()).as_bytes(), &body].concat();
    // The server may still be reading what came, or closing what it refused. A body that is refused
    // gives back what it held, so that one more may have a place after it.
    let until = |code: i64, between: &mut dyn FnMut()| {
        let begun = Instant::now();
        while server.client().send(&whole).map_or(0, |answer| answer.code()) != code {
            assert!(begun.elapsed() < Duration::from_secs(60), "{code} does not come");
            between();
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    until(60018, &mut || streams.push(start()));
    let process = server.process.id();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("at most {peak_kib} KiB were resident");
    assert!(peak_kib < 250 << 10, "{peak_kib} KiB");
    drop(streams);
    // What was held is given back.
    until(60003, &mut || {});
}
