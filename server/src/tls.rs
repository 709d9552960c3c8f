//! TLS: the certificates, which can be read again while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use x509_cert::der::Decode;
use x509_cert::time::Validity;
use x509_cert::{Certificate, Version};

use crate::{clock, files};

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("--{option} {}: {problem}", .path.display())]
pub struct TlsError {
    /// The option that names the file.
    option: &'static str,
    /// The file.
    path: PathBuf,
    /// What is wrong with it, what is allowed, and what to do.
    problem: String,
}

impl TlsError {
    fn new(option: &'static str, path: &Path, problem: String) -> Self {
        Self { option, path: path.to_owned(), problem }
    }
}

/// The certificates and the private key.
pub struct Tls {
    certificates: PathBuf,
    key: PathBuf,
    current: RwLock<Served>,
}

/// What was read.
struct Served {
    config: Arc<ServerConfig>,
    /// The times of the first certificate, if they are known.
    validity: Option<Validity>,
}

impl Tls {
    /// Reads both files. The times of the certificate are not checked: with a clock that is wrong, a
    /// server should start all the same.
    ///
    /// # Errors
    ///
    /// [`TlsError`] names the file.
    pub fn read(certificates: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let current = RwLock::new(load(&certificates, &key)?);
        Ok(Self { certificates, key, current })
    }

    /// Checks that the certificate of the server is valid now.
    ///
    /// # Errors
    ///
    /// [`TlsError`] says since or until when it is not.
    pub fn check_times(&self) -> Result<(), TlsError> {
        self.check_times_of(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn check_times_of(&self, served: &Served) -> Result<(), TlsError> {
        let checked =
            served.validity.map_or(Ok(()), |validity| check_times(validity, clock::unix_seconds()));
        checked.map_err(|problem| TlsError::new("tls-cert", &self.certificates, problem))
    }

    /// Reads both files again, and checks the times of the certificate. After an error the former
    /// ones stay.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read) and [`check_times`](Self::check_times).
    pub fn reload(&self) -> Result<(), TlsError> {
        let new = load(&self.certificates, &self.key)?;
        self.check_times_of(&new)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// What secures the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current.config))
    }
}

fn load(certificates: &Path, key: &Path) -> Result<Served, TlsError> {
    let of_certificates = |problem| TlsError::new("tls-cert", certificates, problem);
    let of_key = |problem| TlsError::new("tls-key", key, problem);
    let (chain, validity) = chain(certificates).map_err(of_certificates)?;
    let private = private_key(key).map_err(of_key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| of_certificates(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => of_key(format!(
                "the private key is not that of the first certificate in {}; give the key that the certificate was made \
                 for, and in the chain the certificate of this server first",
                certificates.display()
            )),
            rustls::Error::InvalidCertificate(_) => of_certificates(
                "the first certificate is not a valid X.509 certificate of version 3; get a new one".to_owned(),
            ),
            _ => of_key(
                "the private key is not valid, or of a kind that is not supported; allowed are RSA with 2048 to 4096 \
                 bits, ECDSA with P-256 or P-384, and Ed25519"
                    .to_owned(),
            ),
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Served { config: Arc::new(config), validity })
}

/// The certificates of the server, and the times of the first one.
fn chain(path: &Path) -> Result<(Vec<CertificateDer<'static>>, Option<Validity>), String> {
    let chain = certificates(path)?;
    let validity = chain.first().map(check_first).transpose()?.flatten();
    Ok((chain, validity))
}

/// The certificates in a file, at least one.
///
/// # Errors
///
/// What is wrong with the file, and what to do.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates: Vec<_> = read.map_err(|error| match error {
        pem::Error::Io(error) => {
            format!("the file cannot be read: {error}; name one that this process may read")
        }
        _ => {
            "the file is not valid PEM; give the certificates as the authority gave them".to_owned()
        }
    })?;
    if certificates.is_empty() {
        return Err(
            "the file has no certificate in PEM (BEGIN CERTIFICATE); give the certificates as the authority gave them"
                .to_owned(),
        );
    }
    Ok(certificates)
}

/// Checks the version of the certificate of the server, and gives its times. Those of authorities are
/// left to clients, who may know others. What cannot be parsed here is judged by rustls.
fn check_first(certificate: &CertificateDer<'_>) -> Result<Option<Validity>, String> {
    let Ok(Certificate { tbs_certificate: content, .. }) = Certificate::from_der(certificate)
    else {
        return Ok(None);
    };
    if content.version != Version::V3 {
        return Err("the first certificate has an X.509 version before 3, which clients do not accept; get one with \
             version 3, which has the names of the server (subjectAltName)"
            .to_owned());
    }
    Ok(Some(content.validity))
}

/// Checks the times of the certificate of the server, at `now` (Unix seconds).
fn check_times(Validity { not_before, not_after }: Validity, now: u64) -> Result<(), String> {
    if now < not_before.to_unix_duration().as_secs() {
        return Err(format!(
            "the first certificate is valid only from {}; wait until then, or set the clock of this machine right",
            not_before.to_date_time()
        ));
    }
    if now > not_after.to_unix_duration().as_secs() {
        return Err(format!(
            "the first certificate has expired: it was valid until {}; renew it",
            not_after.to_date_time()
        ));
    }
    Ok(())
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let secret = files::read_secret(path)?;
    PrivateKeyDer::from_pem_slice(&secret).map_err(|error| {
        let is_encrypted = secret.windows(ENCRYPTED.len()).any(|text| text == ENCRYPTED);
        match error {
            _ if is_encrypted => {
                "the private key is encrypted; give one without a pass phrase: openssl pkey -in OLD -out NEW"
            }
            pem::Error::NoItemsFound => {
                "the file has no private key in PEM (BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY)"
            }
            _ => "the private key is not valid PEM; give the file as it was made",
        }
        .to_owned()
    })
}

/// What PEM has at the beginning of an encrypted key, in both of its forms.
const ENCRYPTED: &[u8] = b"ENCRYPTED";
