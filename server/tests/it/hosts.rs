//! Web pages cannot write into the store of a developer.

use crate::common::{GET, Server, target};

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
