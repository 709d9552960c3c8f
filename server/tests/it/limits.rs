//! Limits of connections and of bytes; that of calls needs a slow handler.

use std::time::Duration;

use crate::common::{GET, Server, head};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn a_connection_too_many_is_answered_and_closed() {
    let server = Server::start(&["--connections-max", "2"]);
    let mut clients = [server.client(), server.client()];
    for client in &mut clients {
        assert_eq!(client.get().code(), 0);
    }
    let mut third = server.client();
    let answer = third.read().unwrap();
    assert_eq!(answer.code(), 60018);
    assert!(answer.body.contains("server-busy") && answer.header("connection") == "close");
    assert!(third.is_closed_within(SOON));
    // One that sends its call at once gets the answer too.
    assert_eq!(server.client().get().code(), 60018);
    assert_eq!(clients[0].get().code(), 0);
    // A place that is free again is given again.
    drop(clients);
    let again = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        server.client().get().code() == 0
    });
    assert!(again);
}

#[test]
fn all_bodies_together_are_bounded() {
    let server = Server::start(&["--bodies-max-bytes", "100KiB"]);
    let start = |length: usize| {
        let mut client = server.client();
        client.write(head(90_000).as_bytes()).unwrap();
        client.write(&vec![b' '; length]).unwrap();
        client
    };
    let mut other = server.client();
    let whole = [head(90_000).as_bytes(), &vec![b' '; 90_000]].concat();
    // What was announced does not count, what came does. Of two that come at once either may be the
    // one that is refused, so it is tried until the first was read before the other came.
    let one = (1..100).find_map(|round| {
        let mut one = start(89_000);
        std::thread::sleep(Duration::from_millis(20) * round);
        if other.send(&whole).unwrap().code() == 60018 {
            return Some(one);
        }
        let _ = one.send(&vec![b' '; 1000]);
        None
    });
    let mut one = one.unwrap();
    // The connection goes on, and small bodies have their place.
    assert_eq!(other.get().code(), 0);
    // The first is not touched, and gives its place back.
    assert_eq!(one.send(&vec![b' '; 1000]).unwrap().code(), 60003);
    let answer = other.send(&whole).unwrap();
    assert_eq!(answer.code(), 60003, "{answer:?}");
    assert_eq!(other.send(&[head(GET.len()).as_bytes(), GET].concat()).unwrap().code(), 0);
}
