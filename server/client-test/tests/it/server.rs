//! The server as a process, with a certificate and a key, and clients that reach it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tencent_im_rs::api::v4::TencentHelper;
use tencent_im_rs::user_sig::hmac_sha256::TencentSig;

/// The documented name of a region, as a program in use has it.
const DOMAIN: &str = "adminapisgp.im.qcloud.com";
pub const APP: u32 = 1_400_000_000;
pub const ADMIN: &str = "administrator";
const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const OTHER_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The server. It is killed when this is dropped.
pub struct Server {
    process: Child,
    address: SocketAddr,
    certificate: String,
    _files: TempDir,
}

impl Server {
    pub fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed([DOMAIN.to_owned()]).unwrap();
        let write = |name: &str, text: &str| {
            let path = files.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let certificate = made.cert.pem();
        let mut process = Command::new(binary())
            .args(["--listen", "127.0.0.1:0", "--create", "--rename-items", "empty"])
            .arg("--store")
            .arg(format!("dir:{}", files.path().join("data").display()))
            .args(["--app", &APP.to_string(), "--admins", ADMIN])
            .arg("--key")
            .arg(write("key", KEY))
            .arg("--tls-cert")
            .arg(write("certificate.pem", &certificate))
            .arg("--tls-key")
            .arg(write("key.pem", &made.signing_key.serialize_pem()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said
            .trim_end()
            .strip_prefix("convmark-server listens on https://")
            .unwrap_or_else(|| panic!("it says: {said}"));
        Self { address: address.parse().unwrap(), process, certificate, _files: files }
    }

    /// A client of an admin.
    pub fn client(&self) -> TencentHelper {
        self.client_of(ADMIN, KEY, &self.certificate)
    }

    /// A client that trusts another server's certificate only.
    pub fn client_trusting(&self, other: &Self) -> TencentHelper {
        self.client_of(ADMIN, KEY, &other.certificate)
    }

    pub fn client_of_a_user(&self) -> TencentHelper {
        self.client_of("user0", KEY, &self.certificate)
    }

    pub fn client_with_another_key(&self) -> TencentHelper {
        self.client_of(ADMIN, OTHER_KEY, &self.certificate)
    }

    fn client_of(&self, identifier: &str, key: &str, trusted: &str) -> TencentHelper {
        let signer = TencentSig::new(APP, key.to_owned());
        let signature = signer.generate_user_sig(identifier.to_owned(), 3600).unwrap();
        // Resolving replaces the address only, so the port is part of the name.
        let domain = format!("{DOMAIN}:{}", self.address.port());
        let mut client = TencentHelper::new(domain, APP, identifier.to_owned(), signature);
        let certificate = reqwest::Certificate::from_pem(trusted.as_bytes()).unwrap();
        *client.get_client() = reqwest::Client::builder()
            .add_root_certificate(certificate)
            .resolve(DOMAIN, self.address)
            .no_proxy()
            .build()
            .unwrap();
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server's release build, or what `SERVER_UNDER_TEST` names.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("SERVER_UNDER_TEST") {
        return path.into();
    }
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = server.join("target");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(server.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()
        .unwrap();
    assert!(built.success(), "the server cannot be built");
    target.join("release/convmark-server")
}
