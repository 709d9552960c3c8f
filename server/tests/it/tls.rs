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

/// A certificate of X.509 version 1, as some tools make it by default.
const VERSION_1: &str = "-----BEGIN CERTIFICATE-----
MIHkMIGXAhQ6aGZHWMFIvDbWrU+jouJXau8yYzAFBgMrZXAwFDESMBAGA1UEAwwJ
bG9jYWxob3N0MCAXDTI2MTEyMjAzNTU1NloYDzIxMDkwMTExMDM1NTU2WjAUMRIw
EAYDVQQDDAlsb2NhbGhvc3QwKjAFBgMrZXADIQBoG4Ok8BhZ1/iDXrUNB/SZ4Uvc
HWnguiLeTFSO16a0jzAFBgMrZXADQQB3MR7gM2pZX7mONfThaLd3xmUrFFJVBXd0
qXjdEI7HOu4Fm8kQ79HxNj/kXTLyxZda4csVTCf628gcM7DIhvEJ
-----END CERTIFICATE-----
";

/// A certificate of these years with its key.
fn made(first: i32, last: i32) -> (String, String) {
    let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(first, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(last, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

/// The options of a server in memory with these files.
const fn in_memory<'f>(cert: &'f str, key: &'f str) -> [&'f str; 8] {
    ["--listen", "127.0.0.1:0", "--store", "memory", "--tls-cert", cert, "--tls-key", key]
}

#[test]
fn files_that_are_wrong_are_named_with_what_to_do() {
    let directory = Directory::new();
    let ((good, key), (_, other)) = (made(2000, 2100), made(2000, 2100));
    let section =
        |kind: &str, text: &str| format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n");
    let encrypted = section("ENCRYPTED PRIVATE KEY", "AAAA");
    let old =
        section("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA");
    let without_pass_phrase = "the private key is encrypted; give one without a pass phrase: openssl pkey -in OLD -out NEW";
    let cert_path = directory.write("cert.pem", "");
    for (cert, key, option, problem) in [
        (
            "",
            &*key,
            "cert",
            "the file has no certificate in PEM (BEGIN CERTIFICATE); give the certificates as the authority gave them",
        ),
        (
            &section("CERTIFICATE", "?"),
            &key,
            "cert",
            "the file is not valid PEM; give the certificates as the authority gave them",
        ),
        (
            &section("CERTIFICATE", "AAAA"),
            &key,
            "cert",
            "the first certificate is not a valid X.509 certificate of version 3; get a new one",
        ),
        (
            VERSION_1,
            &key,
            "cert",
            "the first certificate has an X.509 version before 3, which clients do not accept; get one with version 3, which has \
             the names of the server (subjectAltName)",
        ),
        (
            &good,
            &good,
            "key",
            "the file has no private key in PEM (BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY)",
        ),
        (
            &good,
            &section("PRIVATE KEY", "?"),
            "key",
            "the private key is not valid PEM; give the file as it was made",
        ),
        (&good, &encrypted, "key", without_pass_phrase),
        (&good, &old, "key", without_pass_phrase),
        (
            &good,
            &section("PRIVATE KEY", "AAAA"),
            "key",
            "the private key is not valid, or of a kind that is not supported; allowed are RSA with 2048 to 4096 bits, ECDSA with \
             P-256 or P-384, and Ed25519",
        ),
        (
            &good,
            &other,
            "key",
            &format!(
                "the private key is not that of the first certificate in {cert_path}; give the key that the certificate was made \
                 for, and in the chain the certificate of this server first"
            ),
        ),
    ] {
        let (cert, key) = (directory.write("cert.pem", cert), directory.write("key.pem", key));
        let path = if option == "cert" { &cert } else { &key };
        let options = ["--tls-cert", &cert, "--tls-key", &key, "--listen", "127.0.0.1:0"];
        for (check, status) in [("--check-config", 2), ("--store=memory", 1)] {
            let output = crate::common::command().args(options).arg(check).output().unwrap();
            assert_eq!(
                String::from_utf8(output.stderr).unwrap(),
                format!("convmark-server: --tls-{option} {path}: {problem}\n")
            );
            assert_eq!(output.status.code(), Some(status), "{problem}");
        }
    }
}

/// A clock that is wrong keeps no server down.
#[test]
fn a_server_starts_with_a_certificate_that_is_not_valid_now_and_warns() {
    for (first, last, problem) in [
        (
            2000,
            2001,
            "the first certificate has expired: it was valid until 2001-01-01T00:00:00Z; renew it",
        ),
        (
            2100,
            2101,
            "the first certificate is valid only from 2100-01-01T00:00:00Z; wait until then, or set the clock of this machine right",
        ),
    ] {
        let directory = Directory::new();
        let (cert, key) = made(first, last);
        let (cert, key) = (directory.write("cert.pem", &cert), directory.write("key.pem", &key));
        let options = in_memory(&cert, &key);
        let checked =
            crate::common::command().args(options).arg("--check-config").output().unwrap();
        assert_eq!(
            String::from_utf8(checked.stderr).unwrap(),
            format!("convmark-server: --tls-cert {cert}: {problem}\n")
        );
        assert_eq!(checked.status.code(), Some(2));
        let mut command = crate::common::command();
        command.args(options);
        command.stderr(std::process::Stdio::piped());
        let mut server = Server::of(command);
        server.signal("TERM");
        assert!(server.ends_within(Duration::from_secs(20)).is_some_and(|status| status.success()));
        let mut log = String::new();
        server.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        let warning = log.lines().find(|line| line.contains("clients refuse the certificate"));
        let warning = warning.unwrap_or_else(|| panic!("{log}"));
        assert!(warning.contains("WARN") && warning.contains(problem), "{log}");
    }
}

#[test]
fn a_certificate_that_is_not_valid_now_does_not_replace_one_on_sighup() {
    let directory = Directory::new();
    let good = certify(&directory);
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let mut command = crate::common::command();
    command.args(in_memory(&cert, &key));
    command.stderr(std::process::Stdio::piped());
    let mut server = Server::of(command);
    let (old, other_key) = made(2000, 2001);
    directory.write("cert.pem", &old);
    directory.write("key.pem", &other_key);
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(answer(&server, &good).as_deref(), Some("HTTP/1.1 200 OK"));
    server.signal("TERM");
    assert!(server.ends_within(Duration::from_secs(20)).is_some_and(|status| status.success()));
    let mut log = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("the certificates stay as they were"), "{log}");
    assert!(log.contains("it was valid until 2001-01-01T00:00:00Z"), "{log}");
}
