//! Signals stop the server, whatever its connections do.
#![cfg(unix)]

use std::time::{Duration, Instant};

use crate::common::{GET, Server, head};

const SOON: Duration = Duration::from_secs(5);

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
    let mut server = Server::start(&[]);
    let mut half = server.client();
    half.write(b"POST /v4/recent").unwrap();
    let fresh = server.client();
    assert_eq!(server.client().get().code(), 0);
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    drop(fresh);
}

#[test]
fn what_is_in_flight_is_finished() {
    let mut server = Server::start(&[]);
    let mut client = server.client();
    client.write(head(GET.len()).as_bytes()).unwrap();
    client.write(&GET[..5]).unwrap();
    // The body is being read.
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(200));
    assert!(server.ends_within(Duration::from_millis(100)).is_none());
    assert_eq!(client.send(&GET[5..]).unwrap().code(), 0);
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
}

#[test]
fn it_stops_accepting_at_once() {
    let mut server = Server::start(&[]);
    let mut client = server.client();
    client.write(head(GET.len()).as_bytes()).unwrap();
    client.write(&GET[..5]).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(200));
    assert!(std::net::TcpStream::connect(server.address).is_err());
    client.write(&GET[5..]).unwrap();
    assert!(server.ends_within(SOON).is_some());
}

#[test]
fn half_a_body_blocks_it_no_longer_than_allowed() {
    let mut server = Server::start(&["--shutdown-timeout", "500ms"]);
    let mut client = server.client();
    client.write(head(GET.len()).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(0)));
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut server = Server::start(&["--shutdown-timeout", "1h"]);
    let mut client = server.client();
    client.write(head(GET.len()).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    assert!(server.ends_within(Duration::from_millis(500)).is_none());
    server.signal("TERM");
    assert_eq!(server.ends_within(SOON).map(|status| status.code()), Some(Some(1)));
}
