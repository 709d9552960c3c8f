//! Always status 200, whatever comes.

use std::time::Duration;

use convmark::{Command, Policy, Refusal, Revision};

use crate::common::{Client, GET, QUERY, Server, call, target};

pub fn refused(refusal: &Refusal, policy: &Policy) -> String {
    let mut answer = Vec::new();
    refusal.write_answer(policy, &mut answer);
    String::from_utf8(answer).unwrap()
}

/// The answer to HTTP that is not a call: as the core's, with what is wrong here.
pub fn bad_http(problem: &str) -> String {
    bad_http_of(None, &Policy::default(), problem)
}

fn bad_http_of(command: Option<Command>, policy: &Policy, problem: &str) -> String {
    let refusal = Refusal::bad_http(command);
    refused(&refusal, policy).replace(&refusal.info(), &format!("bad-http: {problem}"))
}

const METHOD: &str = "the method is not POST. Send the call as POST.";
const EMPTY: &str = "the body is empty. Send the JSON object of the command as the body.";
const NOT_HTTP: &str = "the bytes are not a valid request of HTTP/1.1. Send HTTP/1.1; HTTP/2 is not served, and TLS only with --tls-cert.";

#[test]
fn every_call_is_answered_with_status_200() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let get = target("get_contact_group");
    for (path, expected) in [
        (get.clone(), 0),
        (target("get_contact_group/"), 60009),
        (target("Get_contact_group"), 60009),
        (target("get_contact_grou%70"), 60009),
        (target("get_list"), 60009),
        (format!("//v4/recentcontact/get_contact_group?{QUERY}"), 60009),
        ("/".to_owned(), 60009),
        ("/v4/recentcontact/get_contact_group".to_owned(), 60012),
        (get.replace("random=1", "random=x"), 60002),
        (get.replace("json", "xml"), 60025),
        (get.replace("identifier=admin", "identifier="), 60025),
    ] {
        assert_eq!(client.post(&path, "", GET).code(), expected, "{path}");
    }
    let mut same = |method: &str, path: &str, body: &[u8]| {
        let answer = client.request(method, path, "", body).unwrap();
        let expected = bad_http(if method == "POST" { EMPTY } else { METHOD });
        assert_eq!((answer.code(), answer.body), (60002, expected), "{method} {path}");
    };
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "OTHER"] {
        same(method, &get, GET);
        same(method, &get, b"");
        same(method, "/nowhere", b"");
    }
    same("POST", &get, b"");
    same("POST", "/nowhere", b"");
    // The content type is not judged, and chunks are a body like any other.
    for headers in ["", "content-type: text/plain\r\n", "content-type: \r\n"] {
        assert_eq!(client.post(&get, headers, GET).code(), 0);
    }
    let chunks = format!("{:x}\r\n{}\r\n0\r\n\r\n", GET.len(), String::from_utf8_lossy(GET));
    let head =
        format!("POST {get} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
    assert_eq!(client.send(format!("{head}{chunks}").as_bytes()).unwrap().code(), 0);
    assert_eq!(client.post(&format!("http://console.tim.qq.com{get}"), "", GET).code(), 0);
}

#[test]
fn answers_have_the_members_of_their_command() {
    for revision in Revision::ALL {
        let server = Server::start(&["--revision", revision.name()]);
        for command in Command::ALL {
            let answer = server.client().post(&target(command.name()), "", b"");
            assert_eq!(answer.body, bad_http_of(Some(*command), &revision.policy(), EMPTY));
        }
    }
}

#[test]
fn bytes_that_are_not_http_are_answered_too() {
    let server = Server::start(&[]);
    let head = format!("POST {} HTTP/1.1\r\nhost: localhost\r\n", target("get_contact_group"));
    let chunks = "the body breaks off, or its chunks are not valid. Send as many bytes as content-length says, or chunks to \
                  their end.";
    for (bytes, problem) in [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), NOT_HTTP),
        (b"not HTTP at all\r\n\r\n".to_vec(), NOT_HTTP),
        (b"POST / HTTP/9.9\r\n\r\n".to_vec(), NOT_HTTP),
        (format!("{head}content-length: x\r\n\r\n").into_bytes(), NOT_HTTP),
        (
            format!("{head}content-length: 1\r\ncontent-length: 2\r\n\r\n{{}}").into_bytes(),
            NOT_HTTP,
        ),
        (format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n").into_bytes(), chunks),
    ] {
        let mut client = server.client();
        let start = String::from_utf8_lossy(&bytes).into_owned();
        let answer = client.send(&bytes).unwrap_or_else(|error| panic!("{start}: {error}"));
        assert_eq!((answer.code(), answer.body), (60002, bad_http(problem)), "{start}");
        assert!(client.is_closed_within(Duration::from_secs(20)), "{start}");
    }
    // A valid call, then bytes that are not HTTP, on one connection.
    let mut client = server.client();
    assert_eq!(client.get().code(), 0);
    assert_eq!(client.send(b"?\r\n\r\n").unwrap().code(), 60002);
    // Both at once.
    let mut client = server.client();
    assert_eq!(client.send(&[call(), b"?\r\n\r\n".to_vec()].concat()).unwrap().code(), 0);
    assert_eq!(client.read().unwrap().code(), 60002);
}

#[test]
fn a_head_that_breaks_off_is_answered() {
    let server = Server::start(&[]);
    let mut client = server.client();
    client.write(b"POST /v4/recent").unwrap();
    client.shut();
    let problem = "the headers break off. Send them to the empty line at their end.";
    assert_eq!(client.read().unwrap().body, bad_http(problem));
    // A connection that ends between requests is not.
    let mut client = server.client();
    assert_eq!(client.get().code(), 0);
    client.shut();
    assert!(client.is_closed_within(Duration::from_secs(20)));
}

#[test]
fn giant_heads_are_refused() {
    let server = Server::start(&[]);
    let head = format!("POST {} HTTP/1.1\r\nhost: localhost\r\n", target("get_contact_group"));
    for bytes in [
        format!("POST /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 17)),
        format!("{head}{}\r\n", "x: y\r\n".repeat(1000)),
        format!("{head}x: {}\r\n\r\n", "y".repeat(20_000)),
        format!("{head}x: {}\r\n\r\n", "y".repeat(900_000)),
    ] {
        let problem = "the request line and the headers have more than 16384 bytes, or there are more than 100 headers. Send \
                       fewer, or start the server with a larger --head-max-bytes.";
        assert_eq!(server.client().send(bytes.as_bytes()).unwrap().body, bad_http(problem));
    }
    let fits = format!("{head}x: {}\r\ncontent-length: {}\r\n\r\n", "y".repeat(15_000), GET.len());
    assert_eq!(server.client().send(&[fits.as_bytes(), GET].concat()).unwrap().code(), 0);
}

#[test]
fn http_2_is_refused_with_an_answer() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let answer = client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    assert_eq!(answer.body, bad_http(NOT_HTTP));
    assert!(client.is_closed_within(Duration::from_secs(20)));
    // An upgrade that is offered is not taken.
    let headers = "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n";
    assert_eq!(server.client().post(&target("get_contact_group"), headers, GET).code(), 0);
}

#[test]
fn a_tunnel_is_refused() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let answer =
        client.send(b"CONNECT localhost:22 HTTP/1.1\r\nhost: localhost:22\r\n\r\n").unwrap();
    assert_eq!((answer.status, answer.body), (405, bad_http(METHOD)));
    assert!(client.is_closed_within(Duration::from_secs(20)));
}

#[test]
fn pipelined_calls_are_answered_in_order() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let mark = r#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#;
    let mut bytes = Vec::new();
    for (command, body) in
        [("mark_contact", mark), ("get_contact_group", r#"{"From_Account":"a","StartIndex":0}"#)]
    {
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
            target(command),
            body.len()
        );
        bytes.extend_from_slice(head.as_bytes());
    }
    for _ in 0..50 {
        bytes.extend_from_slice(&call());
    }
    client.write(&bytes).unwrap();
    assert!(client.read().unwrap().body.starts_with("{\"ResultItem\""));
    for _ in 0..51 {
        let answer = client.read().unwrap();
        assert_eq!(answer.code(), 0);
        assert!(answer.body.contains("\"To_Account\":\"b\""));
    }
}

#[test]
fn a_client_that_sends_no_more_gets_its_answer() {
    let server = Server::start(&[]);
    let mut client = server.client();
    client.write(&call()).unwrap();
    client.shut();
    assert_eq!(client.read().unwrap().code(), 0);
}

#[test]
fn answers_have_request_ids() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let ids: Vec<_> = (0..3).map(|_| client.get().header("x-request-id").to_owned()).collect();
    assert!(ids.iter().all(|id| id.len() > 16) && ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[test]
fn a_free_port_is_taken_and_printed() {
    let (one, other) = (Server::start(&[]), Server::start(&[]));
    assert!(one.address.port() != 0 && one.address.port() != other.address.port());
    assert_eq!(Client::connect(one.address).get().code(), 0);
}

#[test]
fn the_call_frequency_is_kept_per_command() {
    let server = Server::start(&["--calls-per-second", "2"]);
    let mut client = server.client();
    let mut codes = |command: &str| [0; 3].map(|_| client.post(&target(command), "", b"{").code());
    assert_eq!(codes("get_contact_group"), [60003, 60003, 60007]);
    assert_eq!(codes("mark_contact"), [60003, 60003, 60007]);
}

#[test]
fn the_facts_file_is_honored() {
    let directory = crate::common::Directory::new();
    let facts = directory
        .write("facts.json", r#"{"accounts":["a"],"groups":[],"admins":["admin"],"plan":false}"#);
    let server = Server::start(&["--facts", &facts]);
    let mut client = server.client();
    let get = target("get_contact_group");
    assert_eq!(client.get().code(), 0);
    assert_eq!(client.post(&get, "", br#"{"From_Account":"b","StartIndex":0}"#).code(), 50001);
    // A caller that is not an admin learns nothing about the body.
    assert_eq!(client.post(&get.replace("admin", "other"), "", b"{").code(), 50003);
    let delete = br#"{"From_Account":"a","GroupName":["g"]}"#;
    assert_eq!(client.post(&target("del_contact_group"), "", delete).code(), 51013);
}
