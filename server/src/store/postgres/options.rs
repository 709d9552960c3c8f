//! Which database, and how it is used.

use std::error::Error as _;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};

use super::tls;

/// After how much silence the operating system asks whether the other side of a connection is there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(5);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long what was sent may go without an acknowledgement of the other side's operating system.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);

/// Which database, and how it is used.
///
/// `Debug` shows nothing of the connection string.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostgresOptions {
    pub(super) connection: Config,
    pub(super) verify: Verify,
    /// The schema of the tables.
    pub schema: SchemaName,
    /// Make or extend the schema and the tables when they are not there or older than this release.
    /// Without it, that is an error.
    pub create: bool,
    /// How many connections there are at most, 1 or more.
    pub connections: usize,
    /// How long connecting to one host may take, TLS and login included.
    pub connect_timeout: Duration,
    /// Whether statements are prepared once for each connection. Proxies that give each transaction
    /// another connection need `false`.
    pub prepare: bool,
    /// Whether records stay after they were replaced by a snapshot.
    pub keep_history: bool,
}

/// Whether the certificate of the database is verified.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Verify {
    /// `sslmode=disable`, `prefer` and `require`, which encrypts only.
    Nothing,
    /// `sslmode=verify-full`: the certificate must be for the host, by one of the authorities in
    /// this file, PEM.
    Full(PathBuf),
}

impl PostgresOptions {
    /// Reads `postgres://USER:PASSWORD@HOST,HOST/DATABASE?..`. Of several hosts the first one that accepts
    /// writes is used.
    ///
    /// # Errors
    ///
    /// What is allowed. It shows nothing of the connection string, which can hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.split('?').next().is_some_and(|start| start.matches('@').count() > 1) {
            // The rest of a password would count as the host.
            return Err(
                "must have one @, before the host; in a name or password it is written as %40"
                    .to_owned(),
            );
        }
        let (url, verify) = take_tls_settings(url)?;
        let mut connection = Config::from_str(&url).map_err(|error| not_read(&error))?;
        if connection.get_hosts().is_empty() && connection.get_hostaddrs().is_empty() {
            return Err("must name a host: postgres://USER@HOST/DATABASE".to_owned());
        }
        if connection.get_target_session_attrs() == TargetSessionAttrs::ReadOnly {
            return Err(
                "must not have target_session_attrs=read-only: the server writes".to_owned()
            );
        }
        connection.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if connection.get_application_name().is_none() {
            connection.application_name("convmark-server");
        }
        // A host that is gone without a word must be noticed; hours later is too late.
        if connection.get_keepalives_interval().is_none() {
            connection.keepalives_idle(KEEPALIVE_IDLE).keepalives_interval(KEEPALIVE_INTERVAL);
        }
        if connection.get_keepalives_retries().is_none() {
            connection.keepalives_retries(KEEPALIVE_RETRIES);
        }
        if connection.get_tcp_user_timeout().is_none() {
            connection.tcp_user_timeout(UNACKNOWLEDGED);
        }
        if verify != Verify::Nothing {
            connection.ssl_mode(SslMode::Require);
        }
        let connect_timeout =
            connection.get_connect_timeout().copied().unwrap_or(Duration::from_secs(3));
        Ok(Self {
            connection,
            verify,
            schema: SchemaName::default(),
            create: true,
            connections: 16,
            connect_timeout,
            prepare: true,
            keep_history: false,
        })
    }

    /// Reads the file of `sslrootcert`, if there is one.
    ///
    /// # Errors
    ///
    /// Names the file.
    pub fn check_files(&self) -> Result<(), String> {
        tls::connector(&self.verify).map(drop)
    }

    /// Whether the connection string has a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.connection.get_password().is_some()
    }
}

/// What may follow the question mark, beside `sslmode` and `sslrootcert`.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslnegotiation",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// It is not shown: a question mark in a password that is not encoded ends there, too.
fn unknown_parameter(place: usize) -> String {
    format!(
        "must have known parameters after the question mark, and number {} is not one: sslmode, sslrootcert, {}; \
         a question mark in a name or password is written as %3F",
        place.saturating_add(1),
        PARAMETERS.join(", ")
    )
}

/// Why the driver cannot read it. Of its words only the name of a parameter is used.
fn not_read(error: &tokio_postgres::Error) -> String {
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    let wrong = words.strip_prefix("invalid value for option `");
    match wrong.and_then(|name| name.strip_suffix('`')) {
        Some(name) => format!("must have a valid {name} in the connection string"),
        None => SHAPE.to_owned(),
    }
}

const SHAPE: &str = "must be a connection string such as postgres://USER:PASSWORD@HOST:5432/DATABASE, with several HOST:PORT \
                     separated by commas, and parameters of PostgreSQL after a question mark; special characters of \
                     names and passwords are written as %40 and so on";

/// Takes out what the driver does not know: `sslmode=verify-full` and `sslrootcert`.
fn take_tls_settings(url: &str) -> Result<(String, Verify), String> {
    let Some((start, parameters)) = url.split_once('?') else {
        return Ok((url.to_owned(), Verify::Nothing));
    };
    let (mut full, mut authorities, mut rest) = (false, None, Vec::new());
    for (place, parameter) in parameters.split('&').enumerate() {
        match parameter.split_once('=') {
            Some(("sslmode", "verify-full")) => full = true,
            Some(("sslmode", "disable" | "prefer" | "require")) => rest.push(parameter),
            Some(("sslmode", _)) => {
                return Err(
                    "must have sslmode=disable, prefer, require (encrypts, verifies nothing) or verify-full".to_owned(),
                );
            }
            Some(("sslrootcert", path)) => {
                let path = percent_decode_str(path).decode_utf8();
                authorities = Some(PathBuf::from(
                    path.map_err(|_| "must have an sslrootcert in UTF-8")?.into_owned(),
                ));
            }
            Some((name, _)) if PARAMETERS.contains(&name) => rest.push(parameter),
            _ if parameters.is_empty() => {}
            _ => return Err(unknown_parameter(place)),
        }
    }
    let verify = match (full, authorities) {
        (true, Some(path)) => Verify::Full(path),
        (false, None) => Verify::Nothing,
        _ => {
            return Err(
                "must have both sslmode=verify-full and sslrootcert=FILE, or neither".to_owned()
            );
        }
    };
    Ok((format!("{start}?{}", rest.join("&")), verify))
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("prepare", &self.prepare)
            .field("keep_history", &self.keep_history)
            .finish_non_exhaustive()
    }
}

/// The name of a schema: 1 to 63 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaName(String);

impl SchemaName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn new(name: &str) -> Result<Self, String> {
        let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let has_length = (1..=63).contains(&name.len());
        if is_plain && has_length && !name.starts_with(|first: char| first.is_ascii_digit()) {
            Ok(Self(name.to_owned()))
        } else {
            Err("must be 1 to 63 of a to z, 0 to 9 and _, and must not begin with a digit"
                .to_owned())
        }
    }

    /// The name, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SchemaName {
    fn default() -> Self {
        Self("convmark".to_owned())
    }
}

/// As an identifier in a statement.
impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_string_has_what_the_driver_knows_and_verification() {
        let options = |url: &str| PostgresOptions::parse(url).unwrap();
        let plain = options("postgres://u:secret@h1:1,h2:2/d?connect_timeout=7");
        assert_eq!(plain.connection.get_hosts().len(), 2);
        assert_eq!(plain.connection.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(plain.connect_timeout, Duration::from_secs(7));
        assert!(plain.verify == Verify::Nothing);
        assert!(!format!("{plain:?}").contains("secret"));
        let verified = options(
            "postgres://u@h/d?sslmode=verify-full&sslrootcert=%2Fca%20x.pem&options=-c%20a%3Db",
        );
        assert!(verified.verify == Verify::Full("/ca x.pem".into()));
        assert_eq!(verified.connection.get_ssl_mode(), SslMode::Require);
        assert_eq!(verified.connection.get_options(), Some("-c a=b"));
        assert_eq!(
            options("postgres://h?sslmode=disable").connection.get_ssl_mode(),
            SslMode::Disable
        );
    }

    #[test]
    fn what_is_wrong_is_said_without_the_connection_string() {
        for (url, expected) in [
            ("postgres://u:secret@h:port/d", "must have a valid port in the connection string"),
            (
                "postgres://u:secret@h/d?connect_timeout=secret",
                "must have a valid connect_timeout in the connection string",
            ),
            ("postgres://u:secret@h/%ff", "must be a connection string such as postgres://"),
            (
                "postgres://u:secret@h/d?connect_timeout=1&secret=1",
                "must have known parameters after the question mark, and number 2 is not one: sslmode, sslrootcert, \
                 application_name, ",
            ),
            (
                "postgres://u:a?secret@h/d",
                "must have known parameters after the question mark, and number 1 ",
            ),
            (
                "postgres://u:a@secret@h/d",
                "must have one @, before the host; in a name or password it is written as %40",
            ),
            ("postgres:///d", "must name a host"),
            (
                "postgres://u:secret@h/d?target_session_attrs=read-only",
                "must not have target_session_attrs",
            ),
            ("postgres://u:secret@h/d?sslmode=verify-ca", "must have sslmode="),
            ("postgres://u:secret@h/d?sslmode=verify-full", "must have both"),
            ("postgres://u:secret@h/d?sslmode=require&sslrootcert=x", "must have both"),
        ] {
            let problem = PostgresOptions::parse(url).unwrap_err();
            assert!(problem.starts_with(expected), "{url}: {problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }

    #[test]
    fn the_name_of_a_schema_needs_no_care() {
        for right in ["a", "_", "convmark_2", &"x".repeat(63)] {
            assert_eq!(SchemaName::new(right).unwrap().to_string(), format!("\"{right}\""));
        }
        for wrong in ["", "A", "1a", "a\"b", "a.b", "ä", &"x".repeat(64)] {
            assert!(SchemaName::new(wrong).is_err(), "{wrong}");
        }
    }
}
