//! Paths, methods, and who may ask.

use super::Faked;
use crate::common::{Client, Directory, Server, said};
use convmark_server::fake::ROUTES;

#[test]
fn other_paths_are_told_which_there_are() {
    let fake = Faked::start(&[]);
    let paths: Vec<_> = ROUTES.iter().map(|(path, _)| format!("/_convmark/{path}")).collect();
    let error = format!("there is no such path; there are {}", paths.join(", "));
    for path in ["", "reset/", "Reset", "accounts/", "accounts/a/b", "facts2", "%72eset"] {
        for method in ["GET", "PUT", "POST"] {
            assert_eq!(fake.refused(method, path, ""), (404, error.clone()), "{method} {path}");
        }
    }
}

/// A client that sends its body first, as most do, reads why the request is refused.
#[test]
fn a_request_that_is_refused_by_its_head_is_answered_after_its_body() {
    let fake = Faked::start(&[]);
    let body = vec![b' '; 8 << 20];
    for (method, path, headers, status) in [
        ("PUT", "fact", "", 404),
        ("POST", "facts", "", 405),
        ("PUT", "facts", "host: evil.test\r\n", 403),
    ] {
        assert_eq!(fake.send(method, path, headers, &body).status, status, "{method} {path}");
    }
    let mut server = Server::start(&["--control", "127.0.0.1:0", "--app", "1"]);
    let mut client = Client::connect(said(&mut server.out));
    let answer = client.request("PUT", "/_convmark/facts", "", &body).unwrap();
    assert!(answer.status == 404 && answer.body.contains("--fake"), "{answer:?}");
}

/// With and without the slash at its end.
#[test]
fn the_root_lists_the_paths() {
    let fake = Faked::start(&[]);
    let expected = "{\"error\":\"there is no such path; there are /_convmark/reset, /_convmark/accounts, \
                    /_convmark/accounts/{user}, /_convmark/facts, /_convmark/clock, /_convmark/calls, /_convmark/check, \
                    /_convmark/faults\"}";
    for path in ["/_convmark", "/_convmark/", "/_convmark?x=1"] {
        for method in ["GET", "POST"] {
            let answer = Client::connect(fake.control).request(method, path, "", b"").unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (404, expected), "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
    let foreign = "host: evil.test\r\n";
    let answer = Client::connect(fake.control).request("GET", "/_convmark", foreign, b"").unwrap();
    assert_eq!(answer.status, 403);
}

#[test]
fn other_methods_are_told_which_are_allowed() {
    let fake = Faked::start(&[]);
    for (path, allowed) in ROUTES {
        let path = path.replace("{user}", "anna");
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"] {
            if allowed.contains(&method) {
                continue;
            }
            let answer = fake.send(method, &path, "", b"{}");
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), allowed.join(", "));
            let error = format!("the method is not allowed here; allowed: {}", allowed.join(", "));
            assert_eq!(answer.body, format!("{{\"error\":\"{error}\"}}"));
        }
    }
}

#[test]
fn foreign_hosts_and_origins_are_refused_and_change_nothing() {
    let fake = Faked::start(&["--allow-host", "proxy.test"]);
    assert_eq!(fake.mark("anna", "ben"), 0);
    let port = fake.control.port();
    let own = format!("origin: http://127.0.0.1:{port}\r\n");
    for headers in [own.as_str(), "host: proxy.test\r\n", "host: [::1]:9\r\n"] {
        assert_eq!(fake.send("GET", "clock", headers, b"").status, 200, "{headers}");
    }
    let address = fake.server.address.port();
    let of_calls = format!("origin: http://127.0.0.1:{address}\r\n");
    for headers in [
        "host: evil.test\r\n",
        "origin: http://evil.test\r\n",
        "origin: null\r\n",
        "host: localhost\r\norigin: http://localhost:1\r\n",
        of_calls.as_str(),
    ] {
        for (path, methods) in ROUTES {
            let path = path.replace("{user}", "anna");
            for method in *methods {
                let answer = fake.send(method, &path, headers, b"");
                assert_eq!(answer.status, 403, "{method} {path} {headers}");
                assert!(answer.body.contains("--allow-host"), "{answer:?}");
            }
        }
    }
    assert_eq!(fake.users(), ["anna"]);
}

#[test]
fn unknown_and_repeated_parameters_are_refused() {
    let fake = Faked::start(&[]);
    let unknown =
        |allowed: &str| (400, format!("the query has an unknown parameter; allowed: {allowed}"));
    assert_eq!(fake.refused("GET", "facts?x=1", ""), unknown("none"));
    assert_eq!(fake.refused("GET", "accounts/anna?x", ""), unknown("none"));
    assert_eq!(fake.refused("GET", "accounts?limt=1", ""), unknown("after, limit"));
    assert_eq!(fake.refused("GET", "calls?last=1", ""), unknown("format"));
    assert_eq!(fake.refused("DELETE", "calls?format=json", ""), unknown("none"));
    assert_eq!(fake.refused("POST", "reset?kep=facts", ""), unknown("keep"));
    assert_eq!(
        fake.refused("GET", "accounts?limit=1&limit=2", ""),
        (400, "the query has a parameter twice; each may occur once".to_owned())
    );
}

#[test]
fn health_and_metrics_stay_as_they_are() {
    let fake = Faked::start(&[]);
    assert_eq!(fake.mark("anna", "ben"), 0);
    assert!(crate::control::get(fake.control, "/health").starts_with("HTTP/1.1 200"));
    assert!(crate::control::get(fake.control, "/ready").starts_with("HTTP/1.1 200"));
    let root = crate::control::get(fake.control, "/");
    let paths = "\r\n\r\nthere are /health, /ready, /metrics and /_convmark/\n";
    assert!(root.starts_with("HTTP/1.1 404") && root.ends_with(paths), "{root}");
    let metrics = crate::control::get(fake.control, "/metrics");
    assert!(metrics.contains("convmark_appends_total 1\n"), "{metrics}");
    let directory = Directory::new();
    let over = Faked::over(&directory.store());
    assert!(crate::control::get(over.control, "/ready").starts_with("HTTP/1.1 200"));
}

/// A request that belongs to the control address, sent to that of calls, does not look as if it was done.
#[test]
fn the_address_of_calls_says_where_the_control_is() {
    let fake = Faked::start(&[]);
    assert_eq!(fake.mark("anna", "ben"), 0);
    let controlled = "{\"error\":\"calls are answered at this address; tests control the service at the address of --control, \
                      which the server prints when it starts: convmark-server is controlled on http://..\"}";
    let not_controlled = "{\"error\":\"calls are answered at this address, and tests do not control this server; they do, at the \
                          address of --control, with --store memory or --fake, without --app, and with --control on loopback\"}";
    let directory = Directory::new();
    let other = Server::over(&directory.store(), &[]);
    for (address, expected) in [(fake.server.address, controlled), (other.address, not_controlled)]
    {
        // By one connection, which goes on.
        let mut client = Client::connect(address);
        for (method, path, body) in [
            ("POST", "/_convmark/reset", ""),
            ("GET", "/_convmark", ""),
            ("GET", "/_convmark/calls?format=recording", ""),
            ("PUT", "/_convmark/clock", r#"{"fixed":1}"#),
            ("POST", "/_convmark/", "{}"),
            ("DELETE", "/_convmark/nowhere", ""),
        ] {
            let answer = client.request(method, path, "", body.as_bytes()).unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (404, expected), "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        for path in ["/_convmarks", "/_Convmark/", "/v4/_convmark/", "//_convmark/"] {
            assert_eq!(client.post(path, "", b"{}").code(), 60009, "{path}");
        }
    }
    // A server of one app is never a fake.
    let app = Server::over(&Directory::new().store(), &["--app", "1"]);
    let mut client = Client::connect(app.address);
    assert_eq!(client.post("/_convmark/reset", "", b"{}").code(), 60009);
    // They are not calls, and nothing was reset.
    let calls = fake.get("calls")["calls"].as_array().unwrap().len();
    assert_eq!((fake.users(), calls), (vec!["anna".to_owned()], 5));
}
