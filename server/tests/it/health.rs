//! The subcommands that are not about a store: health, completions, man, help.

use std::process::Output;

use crate::common::{Directory, Server, command, said};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    command().args(arguments).envs(environment.iter().copied()).output().unwrap()
}

/// Status, standard output and standard error.
fn health(arguments: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let output = run(&[&["health"], arguments].concat(), environment);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_server_that_runs_is_healthy() {
    let mut server = Server::start(&["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let (address, any) = (control.to_string(), format!("0.0.0.0:{}", control.port()));
    let done = |text: &str| (Some(0), format!("{text}\n"), String::new());
    assert_eq!(health(&["--control", &address], &[]), done("ok"));
    assert_eq!(health(&["--control", &address, "--ready"], &[]), done("ready"));
    // As in a container: the address that the server itself was given.
    assert_eq!(health(&[], &[("CONVMARK_CONTROL", &any), ("CONVMARK_LISTEN", "x")]), done("ok"));
    let directory = Directory::new();
    let file = directory.write("c.toml", &format!("control = \"{address}\"\n"));
    assert_eq!(health(&["--config", &file], &[]), done("ok"));
    drop(server);
    let (status, out, problem) = health(&["--control", &address], &[]);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    let start = format!("convmark-server: the server does not answer at {address}: ");
    assert!(problem.starts_with(&start), "{problem}");
}

/// The store of this one is never opened: nothing answers at the port.
#[test]
fn a_server_that_is_not_ready_is_told_from_one_that_is() {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 1000]).unwrap() > 0);
        let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 37\r\n\r\nnot ready: the store is being opened\n";
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let problem = "convmark-server: not ready: the store is being opened\n".to_owned();
    assert_eq!(health(&["--control", &address, "--ready"], &[]), (Some(1), String::new(), problem));
    answering.join().unwrap();
}

#[test]
fn health_needs_the_address() {
    let help = "\n\nFor more information, try '--help'.\n";
    for (arguments, problem) in [
        (&[][..], "--control is required: the control address of the server"),
        (&["--control", "127.0.0.1:0"], "--control must have the port of the server, and not 0"),
    ] {
        let expected = format!("convmark-server: {problem}{help}");
        assert_eq!(health(arguments, &[]), (Some(2), String::new(), expected));
    }
}

#[test]
fn help_completions_and_manual_pages_are_printed() {
    for (arguments, expected) in [
        (&["help"][..], "Usage: convmark-server [OPTIONS]"),
        (&["help", "export"], "Usage: convmark-server export [OPTIONS] <FILE>"),
        (&["completions", "bash"], "--page-size"),
        (&["completions", "zsh"], "--page-size"),
        (&["completions", "fish"], "-l page-size"),
        (&["man"], ".TH convmark-server 1"),
        (&["man"], "\\-\\-page\\-size"),
        (&["man", "export"], ".TH convmark-server-export 1"),
        (&["man", "health"], "\\-\\-control"),
    ] {
        let output = run(arguments, &[]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    assert_eq!(run(&["completions", "cmd"], &[]).status.code(), Some(2));
    assert_eq!(run(&["man", "nothing"], &[]).status.code(), Some(2));
}
