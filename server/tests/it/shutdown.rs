//! Signals stop the server, whatever its connections do.
#![cfg(unix)]

use std::time::{Duration, Instant};

use crate::common::{Client, GET, Server, head};

const SOON: Duration = Duration::from_secs(20);

/// Sends a head and the start of its body, and returns once the server reads it.
fn start_body(client: &mut Client) {
    let head = head(GET.len()).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.send(head.as_bytes()).unwrap().status, 100);
    client.write(&GET[..5]).unwrap();
}

/// Waits until the server takes no more connections.
fn wait_until_closed(server: &Server) {
    let begun = Instant::now();
    while std::net::TcpStream::connect(server.address).is_ok() {
        assert!(begun.elapsed() < SOON, "it still accepts connections");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn both_signals_stop_it_with_status_0() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&[]);
        let mut client = server.client();
        assert_eq!(client.get().code(), 0);
        server.signal(signal);
        assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
        assert!(client.is_closed_within(SOON));
    }
}

#[test]
fn half_a_head_does_not_block_it() {
    let mut server = Server::start(&["--head-timeout", "1h", "--shutdown-timeout", "1h"]);
    let mut half = server.client();
    half.write(b"POST /v4/recent").unwrap();
    let fresh = server.client();
    assert_eq!(server.client().get().code(), 0);
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    drop(fresh);
}

#[test]
fn it_stops_accepting_and_finishes_what_is_in_flight() {
    let mut server = Server::start(&[]);
    let mut client = server.client();
    start_body(&mut client);
    server.signal("TERM");
    wait_until_closed(&server);
    assert!(server.ends_within(Duration::from_millis(100)).is_none());
    assert_eq!(client.send(&GET[5..]).unwrap().code(), 0);
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
}

#[test]
fn half_a_body_blocks_it_no_longer_than_allowed() {
    let mut server = Server::start(&["--shutdown-timeout", "500ms"]);
    let mut client = server.client();
    start_body(&mut client);
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut server = Server::start(&["--shutdown-timeout", "1h"]);
    let mut client = server.client();
    start_body(&mut client);
    server.signal("TERM");
    wait_until_closed(&server);
    assert!(server.ends_within(Duration::from_millis(100)).is_none());
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(1)));
}
