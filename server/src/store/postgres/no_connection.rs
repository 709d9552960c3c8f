//! Why there is no connection, and what to do.

use std::error::Error as _;
use std::fmt;
use std::io;

use rustls::CertificateError;
use tokio_postgres::Config;
use tokio_postgres::Error;
use tokio_postgres::config::Host;

use super::error::words_of;

/// Why there is no connection, in words for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoConnection(pub(super) &'static str);

pub(super) const TOO_LATE: NoConnection = NoConnection(
    "PostgreSQL does not answer in time: check host, port and firewalls, or raise --postgres-connect-timeout",
);

impl From<&Error> for NoConnection {
    fn from(error: &Error) -> Self {
        if let Some(answer) = error.as_db_error() {
            return Self(words_of(answer));
        }
        let source = error.source();
        let system = source.and_then(|source| source.downcast_ref::<io::Error>());
        // The driver tells the kinds of its errors by their first words only.
        Self(match (&*error.to_string(), system) {
            ("error connecting to server", Some(system)) => not_reached(system),
            ("error performing TLS handshake", Some(system)) => no_tls(system),
            ("error performing TLS handshake", None)
                if source.is_some_and(|source| source.to_string().contains("no hostname")) =>
            {
                "TLS needs the name of the host: name it as host, beside hostaddr"
            }
            ("error performing TLS handshake", None) => {
                "PostgreSQL does not offer TLS: set ssl=on there, or use sslmode=disable on a network that you trust"
            }
            ("invalid configuration", _) => {
                "PostgreSQL asks for a password, and the connection string has none: postgres://USER:PASSWORD@HOST/DATABASE"
            }
            ("authentication error", _) => {
                "PostgreSQL asks for a kind of authentication that is not known here: use scram-sha-256 in its pg_hba.conf"
            }
            _ => {
                "the connection was closed before the login was done: check that PostgreSQL listens on this port, and its log"
            }
        })
    }
}

fn not_reached(error: &io::Error) -> &'static str {
    match error.kind() {
        // Of the driver.
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_none() => {
            "PostgreSQL does not accept writes there: it is a standby; name its primary"
        }
        io::ErrorKind::PermissionDenied => "this user may not open the socket of PostgreSQL",
        io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
            "PostgreSQL does not listen there: check host and port, and that it runs"
        }
        io::ErrorKind::TimedOut => TOO_LATE.0,
        _ if error.raw_os_error().is_none() => {
            "the host name has no address: check its spelling and the name service"
        }
        _ => "the host cannot be reached: check its address and the network",
    }
}

fn no_tls(error: &io::Error) -> &'static str {
    let reason = error.get_ref().and_then(|reason| reason.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(problem)) = reason else {
        return "the TLS handshake with PostgreSQL failed: check its log, and ssl_min_protocol_version (1.2 or 1.3)";
    };
    match problem {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the certificate of PostgreSQL is by none of the authorities in sslrootcert: name the file of its authority"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate of PostgreSQL is for another host: connect by a name that it has, or replace it"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate of PostgreSQL has expired: replace it"
        }
        _ => "the certificate of PostgreSQL is not valid: check it, and sslrootcert",
    }
}

/// Which host, port and database a configuration for one host means. Never the user or the password.
pub(super) struct Place<'a>(pub(super) &'a Config);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.get_hosts().first(), self.0.get_hostaddrs().first()) {
            (Some(Host::Tcp(name)), _) => f.write_str(name)?,
            #[cfg(unix)]
            (Some(Host::Unix(path)), _) => write!(f, "{}", path.display())?,
            (None, Some(address)) => write!(f, "{address}")?,
            (None, None) => {}
        }
        write!(f, ":{}", self.0.get_ports().first().unwrap_or(&5432))?;
        match self.0.get_dbname() {
            Some(database) => write!(f, ", database {database}"),
            // Its name would be that of the user.
            None => f.write_str(", the database of the user's name"),
        }
    }
}
