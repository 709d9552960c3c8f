//! Bodies that are too long, too slow, or broken off.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::{GET, Server, head, target};
use crate::http::bad_http;

fn longer_than(bytes: u32) -> String {
    bad_http(&format!(
        "the body has more than {bytes} bytes, or comes in too many chunks. Send less, or start the server with a larger \
         --body-max-bytes."
    ))
}

#[test]
fn long_bodies_are_refused_and_the_connection_goes_on() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let get = target("get_contact_group");
    let mut long = GET.to_vec();
    long.resize((1 << 20) + 1, b' ');
    assert_eq!(client.post(&get, "", &long[..1 << 20]).code(), 0);
    let answer = client.post(&get, "", &long[..(1 << 20) - 100]);
    assert_eq!(answer.code(), 0);
    long.resize(700_000, b' ');
    let server = Server::start(&["--body-max-bytes", "64KiB"]);
    let mut client = server.client();
    let answer = client.post(&get, "", &long);
    assert_eq!(
        (answer.body.as_str(), answer.header("connection")),
        (longer_than(65536).as_str(), "")
    );
    assert_eq!(client.get().code(), 0);
}

#[test]
fn a_body_of_100_megabytes_is_broken_off() {
    let server = Server::start(&[]);
    let begun = Instant::now();
    for chunked in [false, true] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
        let get = target("get_contact_group");
        let how = if chunked { "transfer-encoding: chunked" } else { "content-length: 100000000" };
        let head = format!("POST {get} HTTP/1.1\r\nhost: localhost\r\n{how}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut piece = vec![b' '; 100_000];
        if chunked {
            piece.splice(..0, *b"186a0\r\n");
            piece.extend_from_slice(b"\r\n");
        }
        let sent = (0..1000).take_while(|_| stream.write_all(&piece).is_ok()).count();
        assert!(sent < 500, "{sent} of 1000 pieces were taken");
    }
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert_eq!(server.client().get().code(), 0);
}

#[test]
fn a_body_of_many_pieces_costs_no_more_than_a_long_one() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let get = target("get_contact_group");
    let head =
        format!("POST {get} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
    // One byte a chunk.
    let chunks = |count: usize| {
        [head.as_bytes(), "1\r\n \r\n".repeat(count).as_bytes(), b"0\r\n\r\n"].concat()
    };
    assert_eq!(client.send(&chunks(60_000)).unwrap().code(), 60003);
    let begun = Instant::now();
    assert_eq!(client.send(&chunks(70_000)).unwrap().body, longer_than(1 << 20));
    assert!(begun.elapsed() < Duration::from_secs(10));
    // 60 MiB of such chunks are broken off.
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let piece = "1\r\n \r\n".repeat(10_000);
    let sent = (0..1000).take_while(|_| stream.write_all(piece.as_bytes()).is_ok()).count();
    assert!(sent < 500, "{sent} of 1000 pieces were taken");
}

#[test]
fn a_body_that_breaks_off_is_no_call() {
    let server = Server::start(&[]);
    let mut client = server.client();
    client.write(head(99).as_bytes()).unwrap();
    client.write(b"{").unwrap();
    client.shut();
    let problem = "the body breaks off, or its chunks are not valid. Send as many bytes as content-length says, or chunks to \
                   their end.";
    assert_eq!(client.read().unwrap().body, bad_http(problem));
    assert!(client.is_closed_within(Duration::from_secs(20)));
}

#[test]
fn a_slow_body_is_given_up() {
    let server = Server::start(&["--body-timeout", "300ms"]);
    let mut client = server.client();
    client.write(head(GET.len()).as_bytes()).unwrap();
    let begun = Instant::now();
    // A byte now and then does not help.
    for byte in GET.iter().take(6) {
        if client.write(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    let answer = client.read().unwrap();
    let slow = bad_http(
        "the body did not come within 300ms. Send faster, or start the server with a longer --body-timeout.",
    );
    assert_eq!((answer.body.as_str(), answer.header("connection")), (slow.as_str(), "close"));
    assert!(begun.elapsed() >= Duration::from_millis(250));
    assert!(client.is_closed_within(Duration::from_secs(20)));
}

#[test]
fn a_client_that_asks_is_not_told_to_send_too_much() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let head = head(2 << 20).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    let answer = client.send(head.as_bytes()).unwrap();
    assert_eq!((answer.status, answer.body), (200, longer_than(1 << 20)));
    assert!(client.is_closed_within(Duration::from_secs(20)));
}

#[test]
fn a_client_may_ask_before_it_sends_its_body() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let head = head(GET.len()).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    let go_on = client.send(head.as_bytes()).unwrap();
    assert_eq!(go_on.status, 100);
    assert_eq!(client.send(GET).unwrap().code(), 0);
}
