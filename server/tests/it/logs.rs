//! Logs cost no answer and show no secrets.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::common::{Directory, Server, command, said, target};

fn with_logs(options: &[&str]) -> std::process::Command {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--store", "memory"]).args(options);
    command
}

#[test]
fn a_closed_standard_error_costs_no_answer() {
    let mut command = with_logs(&["--log-level", "debug"]);
    command.stderr(Stdio::piped());
    let mut server = Server::of(command);
    drop(server.process.stderr.take());
    let mut client = server.client();
    for _ in 0..100 {
        assert_eq!(client.get().code(), 0);
    }
}

#[test]
fn a_full_standard_error_costs_no_answer() {
    let mut command = with_logs(&["--log-level", "debug"]);
    command.stderr(Stdio::piped());
    let server = Server::of(command);
    let mut client = server.client();
    // More lines than the pipe and the queue hold, and nobody reads them.
    for _ in 0..12_000 {
        assert_eq!(client.get().code(), 0);
    }
}

/// Each write to this file fails for lack of space.
#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_on_a_full_disk_costs_no_answer() {
    let mut command = with_logs(&["--log-level", "debug"]);
    command.stderr(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let mut server = Server::of(command);
    let mut client = server.client();
    for _ in 0..100 {
        assert_eq!(client.get().code(), 0);
    }
    server.signal("TERM");
    let status = server.ends_within(std::time::Duration::from_secs(20));
    assert!(status.is_some_and(|status| status.success()));
}

#[test]
fn a_closed_standard_output_costs_no_answer() {
    let mut command = with_logs(&["--control", "127.0.0.1:0"]);
    command.stderr(Stdio::null());
    let server = Server::of(command);
    assert_eq!(server.client().get().code(), 0);
}

#[cfg(unix)]
#[test]
fn lines_name_requests_and_nothing_secret() {
    for format in ["text", "json"] {
        let mut command = with_logs(&["--log-level", "trace", "--log-format", format]);
        command.stderr(Stdio::piped());
        let mut server = Server::of(command);
        let mut client = server.client();
        let path = target("mark_contact")
            .replace("usersig=x", "usersig=secret-sig")
            .replace("=admin", "=secret-admin");
        let body = br#"{"From_Account":"secret-user","MarkItem":[{"OptType":2,"ContactItem":{"Type":1,"To_Account":"secret-peer"},"CustomMark":"secret-mark"}]}"#;
        let answer = client.post(&path, "x-secret: secret-header\r\n", body);
        assert_eq!(answer.code(), 0);
        client.post("/secret-path", "host: secret-host\r\n", b"secret-body");
        server.signal("TERM");
        let mut text = String::new();
        server.process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(
            text.contains(answer.header("x-request-id")) && text.contains("mark_contact"),
            "{text}"
        );
        assert!(text.contains("stopped"), "{text}");
        assert!(!text.contains("secret"), "{text}");
        if format == "json" {
            for line in text.lines() {
                assert!(serde_json::from_str::<serde_json::Value>(line).unwrap().is_object());
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn secrets_that_everyone_can_read_are_said() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    let keys = [directory.write("public", "a"), directory.write("private", "b")];
    std::fs::set_permissions(&keys[0], std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut command =
        with_logs(&["--app", "1", "--admins", "a", "--key", &keys[0], "--key", &keys[1]]);
    command.stderr(Stdio::piped());
    let mut server = Server::of(command);
    server.signal("TERM");
    let mut text = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    let said = |key: &str| {
        text.contains(&format!(
            "everyone on this machine can read this secret: chmod 600 path={key}"
        ))
    };
    assert!(said(&keys[0]) && !said(&keys[1]), "{text}");
}

/// The password of the database may be in the file of `--config`. Nothing listens at the port, so that
/// the server ends by itself.
#[cfg(unix)]
#[test]
fn a_configuration_file_with_a_password_that_everyone_can_read_is_said() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    for (mode, password, is_said) in
        [(0o644, ":s3cret", true), (0o600, ":s3cret", false), (0o644, "", false)]
    {
        let text = format!("store = \"postgres://someone{password}@127.0.0.1:1/d\"\n");
        let file = directory.write("config.toml", &text);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let options = ["--listen", "127.0.0.1:0", "--config", &file];
        let output = command().args(options).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        let warning = "everyone on this machine can read this secret: chmod 600 path=";
        assert_eq!(text.contains(&format!("{warning}{file}")), is_said, "{mode:o}: {text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn addresses_and_a_reload_of_nothing_are_logged() {
    let mut command = with_logs(&["--log-format", "json", "--control", "127.0.0.1:0"]);
    command.stderr(Stdio::piped());
    let mut server = Server::of(command);
    let control = said(&mut server.out);
    server.signal("HUP");
    let mut errors = BufReader::new(server.process.stderr.take().unwrap());
    let (mut text, mut line) = (String::new(), String::new());
    while !line.contains("nothing to read again") {
        line.clear();
        assert!(errors.read_line(&mut line).unwrap() > 0, "{text}");
        text += &line;
    }
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fields = |message: &str| {
        let line = lines.iter().find(|line| line["message"] == message);
        line.unwrap_or_else(|| panic!("{text}")).clone()
    };
    let listening = fields("listening");
    assert_eq!(listening["address"], server.address.to_string());
    assert_eq!(listening["scheme"], "http");
    assert_eq!(fields("controlled")["address"], control.to_string());
    fields("there is nothing to read again: neither --tls-cert nor --key");
}
