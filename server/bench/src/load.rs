//! The load generator `wrk`, as a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Result;

/// What is sent.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Reads to a path that is not served: all of HTTP and nothing of the service.
    Empty,
    /// Reads of the first page.
    Read,
    /// Marks of one conversation, each with an effect.
    Mark,
}

/// Accounts that were filled: `PREFIX_0`, `PREFIX_1`, …
#[derive(Clone, Copy)]
pub struct Accounts {
    pub prefix: &'static str,
    pub count: u32,
    pub rows: u32,
}

/// Load that is to be sent.
#[derive(Clone, Copy)]
pub struct Load {
    pub kind: Kind,
    pub accounts: Accounts,
    pub connections: u32,
    pub threads: u32,
    pub seconds: u32,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    pub requests: f64,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Load {
    /// Sends it and waits for the end.
    pub fn run(self, address: SocketAddr) -> Result<Measured> {
        finish(self.start(address)?)
    }

    /// Sends it; [`finish`] waits for the end.
    pub fn start(self, address: SocketAddr) -> Result<Child> {
        let kind = match self.kind {
            Kind::Empty => "empty",
            Kind::Read => "read",
            Kind::Mark => "mark",
        };
        Command::new("wrk")
            .args([format!("-t{}", self.threads), format!("-c{}", self.connections)])
            .args([format!("-d{}s", self.seconds), "--timeout=30s".into(), "-s".into()])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("load.lua"))
            .args([format!("http://{address}"), "--".into(), kind.into()])
            .args([self.accounts.prefix.into(), self.accounts.count.to_string()])
            .arg(self.accounts.rows.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!(
                    "wrk cannot be started ({error}): install it, for example apt-get install wrk"
                )
                .into()
            })
    }
}

/// Waits for the end of a load.
pub fn finish(wrk: Child) -> Result<Measured> {
    let output = wrk.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.ok_or_else(|| format!("wrk ended without a result:\n{text}"))?;
    let value = |name: &str| -> Result<f64> {
        let found = line.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        Ok(found.ok_or("wrk's result is incomplete")?.parse()?)
    };
    if value("errors")? > 0.0 {
        return Err(format!("connections failed: {line}").into());
    }
    let (requests, duration_us) = (value("requests")?, value("duration")?);
    Ok(Measured {
        requests,
        per_second: requests / duration_us * 1e6,
        p50_ms: value("p50")? / 1e3,
        p99_ms: value("p99")? / 1e3,
    })
}
