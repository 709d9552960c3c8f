//! TLS: the certificates, which can be read again while the server runs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::files;

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is not PEM of its kind.
    #[error("{}: {problem}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Certificates and key do not fit.
    #[error("the certificates and the private key cannot be used together: {0}")]
    Pair(#[from] rustls::Error),
}

/// The certificates and the private key.
pub struct Tls {
    certificates: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// [`TlsError`] names the file.
    pub fn read(certificates: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let current = RwLock::new(load(&certificates, &key)?);
        Ok(Self { certificates, key, current })
    }

    /// Reads both files again. After an error the former ones stay.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn reload(&self) -> Result<(), TlsError> {
        let new = load(&self.certificates, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// What secures the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current))
    }
}

fn load(certificates: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let error = |path: &Path, problem: String| TlsError::File { path: path.to_owned(), problem };
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|problem| error(certificates, problem.to_string()))?;
    if chain.is_empty() {
        return Err(error(certificates, "the file has no certificate in PEM".to_owned()));
    }
    let secret = files::read_secret(key).map_err(|problem| error(key, problem))?;
    let private = PrivateKeyDer::from_pem_slice(&secret)
        .map_err(|problem| error(key, problem.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
