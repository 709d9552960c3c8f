//! The server over PostgreSQL as an operator sees it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::bodies::Requester;

use crate::cluster::Cluster;
use crate::common::{Directory, Server, command, said, target};

/// The status and the text of a path of the control address.
fn ask(control: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(control).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_outlives_its_database_and_tells_no_secrets() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--log-level", "trace"]);
    command.env("CONVMARK_STORE", cluster.url()).stderr(Stdio::piped());
    let mut server = Server::of(command);
    let control = said(&mut server.out);
    let mut client = server.client();
    let mut mark = |mark: &str| {
        let body = Requester("anna").set_custom_mark("ben", mark);
        client.post(&target("mark_contact"), "", body.as_bytes()).code()
    };
    assert_eq!(mark("name1"), 0);
    assert_eq!(ask(control, "/ready"), (200, "ready\n".to_owned()));
    let (_, metrics) = ask(control, "/metrics");
    for (name, least, most) in
        [("connections", 1, 16), ("connections_in_use", 0, 16), ("waiting", 0, 0)]
    {
        let start = format!("convmark_postgres_{name} ");
        let value = metrics.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
        assert!((least..=most).contains(&value.parse().unwrap()), "{name}: {metrics}");
    }
    cluster.kill();
    until("the server notices", || ask(control, "/ready").0 == 503);
    assert_eq!(ask(control, "/health").0, 200);
    let (status, why) = ask(control, "/ready");
    assert_eq!(status, 503);
    assert!(why.contains("PostgreSQL does not listen there"), "{why}");
    assert_eq!(mark("name2"), 50004);
    cluster.restart();
    until("the server comes back", || ask(control, "/ready").0 == 200);
    assert_eq!(mark("name3"), 0);
    server.signal("TERM");
    assert!(server.ends_within(Duration::from_secs(30)).unwrap().success());
    let mut log = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("PostgreSQL answers again"), "{log}");
    for secret in ["s3cret", "anna", "ben", "name1", "name2", "127.0.0.1:0"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[test]
fn history_is_kept_when_told() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    for (schema, option, is_kept) in [("cut", None, false), ("kept", Some("--keep-history"), true)]
    {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--postgres-schema", schema]).args(option);
        command.env("CONVMARK_STORE", cluster.url());
        let server = Server::of(command);
        let mut client = server.client();
        for number in 0..120 {
            let body = Requester("anna").set_custom_mark("ben", &format!("mark {number:040}"));
            assert_eq!(client.post(&target("mark_contact"), "", body.as_bytes()).code(), 0);
        }
        let count = |table| cluster.sql(&format!("SELECT count(*) FROM {schema}.{table}"));
        until("a snapshot is made", || count("snapshots") == "1");
        assert_eq!(count("records") == "120", is_kept, "{schema}");
    }
}

#[test]
fn a_connection_string_is_checked_before_anything_starts() {
    for (url, expected) in [
        ("postgres://u:s3cret@h/d?sslmode=verify-ca", "--store must have sslmode="),
        ("postgres://u:s3cret@h:x/d", "--store must have a valid port in the connection string"),
        (
            "postgres://u:s3cret@h/d?s3cret=1",
            "--store must have known parameters after the question mark, and number 1 is not one: ",
        ),
    ] {
        let output = command().args(["--check-config", "--store", url]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(expected) && !text.contains("s3cret"), "{text}");
    }
    for (option, value, expected) in [
        ("--postgres-schema", "a.b", "--postgres-schema must be 1 to 63 of a to z"),
        (
            "--postgres-connections",
            "0",
            "--postgres-connections must be an integer from 1 to 10000",
        ),
        ("--postgres-prepare", "no", "--postgres-prepare must be true or false"),
        ("--postgres-connect-timeout", "3", "--postgres-connect-timeout must be a time"),
        ("--read-consistency", "cached", "--read-consistency must be strong, or cached:MS"),
    ] {
        let output = command().args(["--check-config", option, value]).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(expected), "{text}");
    }
}

/// Runs a subcommand; its status, and what it printed.
fn run(arguments: &[&str], store: &str) -> (Option<i32>, String, String) {
    let output = command().args(arguments).env("CONVMARK_STORE", store).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const SUBCOMMANDS: [&[&str]; 4] = [
    &["verify"],
    &["export", "/nowhere/file"],
    &["import", "/nowhere/file"],
    &["forget", "--user", "ben"],
];

#[test]
fn subcommands_check_the_options_of_the_store() {
    for subcommand in SUBCOMMANDS {
        for (option, value, expected) in [
            ("--postgres-schema", "a.b", "--postgres-schema must be 1 to 63 of a to z"),
            ("--postgres-connections", "0", "--postgres-connections must be an integer"),
            ("--postgres-prepare", "no", "--postgres-prepare must be true or false"),
            ("--postgres-connect-timeout", "3", "--postgres-connect-timeout must be a time"),
            ("--store-timeout", "3", "--store-timeout must be a time"),
        ] {
            let arguments = [subcommand, &[option, value]].concat();
            let (status, out, problem) = run(&arguments, "postgres://u:s3cret@127.0.0.1:1/d");
            assert_eq!((status, out.as_str()), (Some(2), ""), "{arguments:?}: {problem}");
            assert!(problem.contains(expected), "{arguments:?}: {problem}");
        }
    }
}

#[test]
fn subcommands_use_the_schema_and_only_import_makes_it() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let url = cluster.url();
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname IN ('convmark', 'one', 'other')";
    let mut server = command();
    server.args(["--listen", "127.0.0.1:0", "--postgres-schema", "one", "--store", &url]);
    let server = Server::of(server);
    assert_eq!(server.client().mark("anna", "ben"), 0);
    let directory = Directory::new();
    let file = directory.path().join("file");
    let file = file.to_str().unwrap();
    for (arguments, expected) in [
        (vec!["verify"], "1 account, 0 damaged\n"),
        (vec!["export", file], "1 account, 0 damaged\n"),
        (
            vec!["forget", "--user", "ben"],
            "1 account, 1 had a row of it, 0 more had records of it, 0 damaged\n",
        ),
    ] {
        let missing = run(&[&arguments[..], &["--postgres-schema", "other"]].concat(), &url);
        assert_eq!((missing.0, missing.1.as_str()), (Some(1), ""), "{missing:?}");
        assert!(
            missing.2.contains("there is no store in the schema other; name the right one"),
            "{missing:?}"
        );
        assert_eq!(run(&arguments, &url).0, Some(1), "the default schema");
        assert_eq!(cluster.sql(schemas), "1", "no schema was made");
        let done = run(&[&arguments[..], &["--postgres-schema", "one"]].concat(), &url);
        assert_eq!(done, (Some(0), expected.to_owned(), String::new()));
    }
    let would = run(&["import", file, "--dry-run", "--postgres-schema", "other"], &url);
    let would_import =
        "1 account would be imported, 0 replaced, 0 are there; nothing was changed\n";
    assert_eq!(would, (Some(0), would_import.to_owned(), String::new()));
    assert_eq!(cluster.sql(schemas), "1", "a dry run makes no schema");
    let done = run(&["import", file, "--postgres-schema", "other"], &url);
    assert_eq!((done.0, done.2.as_str()), (Some(0), ""), "{done:?}");
    assert_eq!(cluster.sql("SELECT count(*) FROM other.heads"), "1");
    let would = run(&["import", file, "--dry-run", "--postgres-schema", "other"], &url);
    let are_there = "0 accounts would be imported, 0 replaced, 1 is there; nothing was changed\n";
    assert_eq!(would, (Some(0), are_there.to_owned(), String::new()));
    assert_eq!(cluster.sql(schemas), "2");
}
