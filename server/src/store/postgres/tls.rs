//! TLS to the database.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::options::Verify;
use crate::tls::certificates;

/// How TLS connections to the database are made.
///
/// # Errors
///
/// The file of the authorities cannot be used, and why.
pub(super) fn connector(verify: &Verify) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|problem| problem.to_string())?;
    let config = match verify {
        Verify::Nothing => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        }
        Verify::Full(path) => builder.with_root_certificates(authorities(path)?),
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn authorities(path: &Path) -> Result<RootCertStore, String> {
    let error = |problem: String| format!("sslrootcert {}: {problem}", path.display());
    let mut store = RootCertStore::empty();
    for (number, certificate) in (1..).zip(certificates(path).map_err(error)?) {
        store.add(certificate).map_err(|_| {
            error(format!(
                "certificate {number} in the file is not a valid X.509 certificate; give the certificates of the \
                 authorities of PostgreSQL as they gave them"
            ))
        })?;
    }
    Ok(store)
}

/// Accepts every certificate, as `sslmode=require` means: it is against those who listen, not against
/// those who pretend to be the database.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
