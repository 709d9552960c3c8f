//! When tests may control the service.

use std::process::Stdio;

use crate::common::{Client, Directory, Server, command, said};
use crate::control::get;

fn check(options: &[&str]) -> (Option<i32>, String) {
    let output = command().arg("--check-config").args(options).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn options_that_do_not_fit_together_are_refused() {
    for (options, expected) in [
        (
            &["--fake", "--app", "1", "--control", "127.0.0.1:0"][..],
            "--fake is for tests, which may then do everything to every account",
        ),
        (&["--fake", "--app", "1", "--store", "memory"], "--fake is for tests"),
        (&["--fake"], "--fake needs --control on loopback, for example --control 127.0.0.1:8081"),
        (&["--fake", "--store", "memory"], "--fake needs --control on loopback"),
        (
            &["--fake", "--control", "0.0.0.0:0"],
            "--fake needs --control on loopback, and 0.0.0.0:0 is not",
        ),
        (&["--fake", "--store", "memory", "--control", "192.0.2.1:80"], "and 192.0.2.1:80 is not"),
        (&["--fake-calls-max", "5"], "--fake-calls-max needs --fake"),
        (&["--fake-calls-max", "5", "--store", "memory"], "--fake-calls-max needs --fake"),
        (
            &[
                "--fake-calls-max",
                "5",
                "--store",
                "memory",
                "--control",
                "127.0.0.1:0",
                "--app",
                "1",
            ],
            "--fake-calls-max needs --fake",
        ),
        (
            &["--fake-calls-max", "100001", "--store", "memory", "--control", "127.0.0.1:0"],
            "--fake-calls-max must be an integer from 0 to 100000",
        ),
        (&["--fake=maybe"], "--fake must be true or false"),
    ] {
        let (status, problem) = check(options);
        assert_eq!(status, Some(2), "{options:?}: {problem}");
        assert!(problem.contains(expected), "{options:?}: {problem}");
    }
    for options in [
        &["--fake", "--control", "127.0.0.1:0"][..],
        &["--fake", "--control", "[::1]:0", "--store", "memory", "--fake-calls-max", "0"],
        &["--store", "memory", "--control", "127.0.0.1:0", "--fake-calls-max", "100000"],
        &["--store", "memory", "--app", "1"],
    ] {
        assert_eq!(check(options), (Some(0), String::new()), "{options:?}");
    }
    let metrics = "convmark-server: warning: everyone who reaches --control can read the metrics\n";
    let beyond_loopback = ["--store", "memory", "--control", "0.0.0.0:0"];
    let both = format!("{metrics}convmark-server: warning: {BEYOND_LOOPBACK}\n");
    assert_eq!(check(&beyond_loopback), (Some(0), both));
    for not_wanted in ["--app=1", "--fake=false"] {
        let options = [&beyond_loopback[..], &[not_wanted]].concat();
        assert_eq!(check(&options), (Some(0), metrics.to_owned()), "{not_wanted}");
    }
}

const BEYOND_LOOPBACK: &str = "tests may not control the service under /_convmark/: --control is not on loopback; say for example --control \
                               127.0.0.1:8081";
const ABSENT: &str = "{\"error\":\"tests do not control this server; they do with --store memory or --fake, without --app, and \
                      with --control on loopback\"}";

#[test]
fn without_it_there_is_nothing() {
    let directory = Directory::new();
    let over = Server::over(&directory.store(), &["--control", "127.0.0.1:0"]);
    let other = Directory::new();
    let start =
        |options: &[&str]| Server::start(&[&["--control", "127.0.0.1:0"], options].concat());
    for mut server in [
        over,
        start(&["--app", "1"]),
        start(&["--fake=false"]),
        Server::over(&other.store(), &["--control", "127.0.0.1:0", "--fake=false"]),
    ] {
        let control = said(&mut server.out);
        for (method, path) in [
            ("GET", "/_convmark"),
            ("GET", "/_convmark/"),
            ("GET", "/_convmark/clock"),
            ("POST", "/_convmark/reset"),
            ("PUT", "/_convmark/other"),
        ] {
            let answer = Client::connect(control).request(method, path, "", b"").unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (404, ABSENT), "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
        // Other paths stay as they are.
        for (method, path, status, body) in [
            ("GET", "/_convmarks", 404, "there are /health, /ready and /metrics\n"),
            ("POST", "/_convmarks", 404, "there are /health, /ready and /metrics\n"),
            ("POST", "/ready", 405, "only GET is allowed\n"),
            (
                "POST",
                "/v4/recentcontact/mark_contact",
                404,
                "there are /health, /ready and /metrics; calls go to the address of --listen\n",
            ),
        ] {
            let answer = Client::connect(control).request(method, path, "", b"").unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (status, body), "{method} {path}");
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_there_beyond_loopback_and_the_start_says_so() {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--store", "memory", "--control", "0.0.0.0:0"]);
    let mut server = Server::of({
        command.stderr(Stdio::piped());
        command
    });
    let mut control = said(&mut server.out);
    control.set_ip([127, 0, 0, 1].into());
    for path in ["/_convmark", "/_convmark/", "/_convmark/clock"] {
        let answer = get(control, path);
        assert!(answer.starts_with("HTTP/1.1 404") && answer.ends_with(ABSENT), "{answer}");
    }
    server.signal("TERM");
    let mut log = String::new();
    std::io::Read::read_to_string(server.process.stderr.as_mut().unwrap(), &mut log).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("tests may not control")).collect();
    let [line] = &lines[..] else { panic!("{log}") };
    assert!(line.contains(" WARN ") && line.contains(BEYOND_LOOPBACK), "{log}");
}
