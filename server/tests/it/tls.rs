//! TLS, and new certificates while the server runs.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::common::{Directory, Server, call};

/// Writes a new certificate with its key, and gives the certificate.
fn certify(directory: &Directory) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    directory.write("cert.pem", &made.cert.pem());
    directory.write("key.pem", &made.signing_key.serialize_pem());
    made.cert.der().clone()
}

/// The start of the answer to a call, if the server has that certificate.
fn answer(server: &Server, certificate: &CertificateDer<'static>) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let connection =
        ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(server.address).unwrap());
    stream.write_all(&call()).ok()?;
    let mut start = [0; 15];
    stream.read_exact(&mut start).ok()?;
    Some(String::from_utf8_lossy(&start).into_owned())
}

#[test]
fn certificates_are_read_again_on_sighup() {
    let directory = Directory::new();
    let first = certify(&directory);
    let path = |name: &str| {
        directory.write(name, &std::fs::read_to_string(directory.path().join(name)).unwrap())
    };
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let mut server =
        Server::start(&["--tls-cert", &cert, "--tls-key", &key, "--head-timeout", "2s"]);
    let ok = Some("HTTP/1.1 200 OK".to_owned());
    assert_eq!(answer(&server, &first), ok);
    let second = certify(&directory);
    assert_eq!((answer(&server, &first), answer(&server, &second)), (ok.clone(), None));
    server.signal("HUP");
    let renewed = (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        answer(&server, &second) == ok
    });
    assert!(renewed && answer(&server, &first).is_none());
    // Files that are wrong change nothing.
    directory.write("key.pem", "nothing");
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(answer(&server, &second), ok);
    // Half a handshake and no handshake end.
    let mut plain = server.client();
    assert!(plain.send(&call()).is_err());
    let mut silent = server.client();
    assert!(silent.is_closed_within(Duration::from_secs(20)));
    server.signal("TERM");
    assert!(server.ends_within(Duration::from_secs(20)).is_some_and(|status| status.success()));
}

#[test]
fn files_that_are_wrong_are_named() {
    let directory = Directory::new();
    let (cert, key) = (directory.write("cert.pem", ""), directory.write("key.pem", ""));
    let mut command = crate::common::command();
    command.args([
        "--store",
        "memory",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
    ]);
    for check in [&[][..], &["--check-config"]] {
        let output = command.args(check).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().contains("cert.pem: "), "{check:?}");
    }
}
