//! Connections that are slow or idle.

use std::net::Shutdown;
use std::time::{Duration, Instant};

use crate::common::{Server, call, head};
use crate::http::bad_http;

const SLOW_HEAD: &str = "the headers did not come within 300ms. Send faster, or start the server with a longer --head-timeout.";
const SOON: Duration = Duration::from_secs(20);

#[test]
fn half_a_head_is_given_up() {
    let server = Server::start(&["--head-timeout", "300ms"]);
    let mut client = server.client();
    let begun = Instant::now();
    client.write(b"POST /v4/recent").unwrap();
    assert_eq!(client.read().unwrap().body, bad_http(SLOW_HEAD));
    assert!(begun.elapsed() >= Duration::from_millis(250));
    assert!(client.is_closed_within(SOON));
    // A byte now and then does not help.
    let mut client = server.client();
    let begun = Instant::now();
    for byte in head(1).bytes().take(20) {
        if client.write(&[byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(client.read().unwrap().body, bad_http(SLOW_HEAD));
    assert!(begun.elapsed() < SOON);
    // The time of a head begins anew with each request.
    let mut client = server.client();
    for _ in 0..4 {
        assert_eq!(client.get().code(), 0);
        std::thread::sleep(Duration::from_millis(150));
    }
}

#[test]
fn an_idle_connection_is_closed() {
    let server = Server::start(&["--idle-timeout", "300ms"]);
    let mut fresh = server.client();
    let mut used = server.client();
    let begun = Instant::now();
    assert_eq!(used.get().code(), 0);
    assert!(fresh.is_closed_within(SOON) && used.is_closed_within(SOON));
    assert!(begun.elapsed() >= Duration::from_millis(250));
}

#[test]
fn a_connection_that_is_used_stays() {
    let server = Server::start(&["--idle-timeout", "3s", "--head-timeout", "500ms"]);
    let mut client = server.client();
    for _ in 0..4 {
        assert_eq!(client.get().code(), 0);
        std::thread::sleep(Duration::from_millis(900));
    }
}

#[test]
fn a_client_that_takes_no_answers_is_given_up() {
    let server = Server::start(&["--write-timeout", "300ms", "--control", "127.0.0.1:0"]);
    let stream = std::net::TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let calls = call().repeat(1000);
    let begun = Instant::now();
    // The answers fill the buffers of both sides, then the calls do.
    loop {
        let written = std::io::Write::write(&mut &stream, &calls);
        match written {
            Ok(_) => {}
            // The server takes no more; it is about to give up.
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => break,
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the connection was not given up");
    }
    let _ = stream.shutdown(Shutdown::Both);
    assert_eq!(server.client().get().code(), 0);
}
