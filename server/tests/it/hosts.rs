//! Web pages cannot write into the store of a developer.

use crate::common::{Answer, GET, Server, target};

#[test]
fn foreign_hosts_and_origins_are_refused_on_loopback() {
    let server = Server::start(&["--allow-host", "proxy.test,other.test:99"]);
    let mut client = server.client();
    let get = target("get_contact_group");
    let port = server.address.port();
    let mut code = |headers: &str| {
        let answer = client.post(&get, headers, GET);
        assert!(answer.code() == 0 || answer.body.contains("--allow-host"), "{answer:?}");
        answer.code()
    };
    assert_eq!(code(&format!("host: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n")), 0);
    assert_eq!(code("host: adminapisgp.im.qcloud.com\r\n"), 0);
    assert_eq!(code("host: proxy.test:1\r\n"), 0);
    assert_eq!(code("host: other.test:99\r\n"), 0);
    assert_eq!(code("host: other.test\r\n"), 60002);
    assert_eq!(code("host: evil.test\r\n"), 60002);
    assert_eq!(code("origin: http://evil.test\r\n"), 60002);
    assert_eq!(code("origin: null\r\n"), 60002);
    assert_eq!(code("origin: http://localhost:1\r\n"), 60002);
    let absolute = client.post(&format!("http://evil.test{get}"), "", GET);
    assert_eq!(absolute.code(), 60002);
    // Nothing of a refused call is applied.
    let mark = br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#;
    assert_eq!(
        client.post(&target("mark_contact"), "origin: http://evil.test\r\n", mark).code(),
        60002
    );
    assert!(client.get().body.starts_with("{\"ContactItem\":[]"));
}

/// The headers of an answer that are about other origins.
fn shared(answer: &Answer) -> Vec<(&str, &str)> {
    let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    headers.filter(|(name, _)| name.starts_with("access-control-") || *name == "vary").collect()
}

#[test]
fn pages_of_allowed_names_may_read_answers_and_no_others() {
    let server = Server::start(&["--allow-host", "app.test,localhost:3000"]);
    let mut client = server.client();
    let get = target("get_contact_group");
    let own = format!("http://127.0.0.1:{}", server.address.port());
    let ask =
        "access-control-request-method: POST\r\naccess-control-request-headers: content-type\r\n";
    for origin in ["http://app.test", "https://app.test:8443", "http://localhost:3000"] {
        let headers = format!("origin: {origin}\r\n");
        let answer = client.post(&get, &headers, GET);
        assert_eq!(answer.code(), 0);
        let readable = [
            ("access-control-allow-origin", origin),
            ("access-control-expose-headers", "x-request-id"),
            ("vary", "origin"),
        ];
        let mut found = shared(&answer);
        found.sort_unstable();
        assert_eq!(found, readable);
        // Failed answers, too.
        let answer = client.post(&get, &headers, b"{");
        assert_eq!((answer.code(), answer.header(readable[0].0)), (60003, origin));
        let answer = client.request("OPTIONS", &get, &format!("{headers}{ask}"), b"").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        let mut found = shared(&answer);
        found.sort_unstable();
        let asked = [
            ("access-control-allow-headers", "*"),
            ("access-control-allow-methods", "POST"),
            readable[0],
            readable[1],
            ("access-control-max-age", "600"),
            readable[2],
        ];
        assert_eq!(found, asked);
        // Only a browser that asks is answered so.
        assert_eq!(client.request("OPTIONS", &get, &headers, b"").unwrap().code(), 60002);
    }
    let both = "http://app.test\r\norigin: http://app.test";
    for origin in
        [&own, "http://evil.test", "http://localhost:3001", "ftp://app.test", "null", both]
    {
        let headers = format!("origin: {origin}\r\n");
        assert_eq!(shared(&client.post(&get, &headers, GET)), [], "{origin}");
        let answer = client.request("OPTIONS", &get, &format!("{headers}{ask}"), b"").unwrap();
        assert_eq!((answer.code(), shared(&answer)), (60002, vec![]), "{origin}");
    }
    assert_eq!(shared(&client.get()), []);
}
