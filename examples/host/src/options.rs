//! The command line.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use convmark::{Policy, Revision, UnknownName};

use crate::known::Known;

pub const HELP: &str = "\
usage: convmark-host [options]

Serves the six commands on conversation groups and marks over HTTP: POST /v4/recentcontact/<command>?<parameters>.

  --listen ADDRESS:PORT        where to listen; default 127.0.0.1:8080. Port 0 takes a free port, which is printed
  --data FILE                  the file of the accounts; default convmark-host.redb; created if it does not exist
  --facts FILE                 which accounts and groups exist, who is an admin, and whether the plan includes the feature:
                               {\"accounts\":[..],\"groups\":[..],\"admins\":[..],\"plan\":true}. Each member is optional; an ID that
                               a list does not name is unknown, or not an admin. Default: every ID is known, and every
                               caller is an admin
  --revision 2023-03|2026-04   the documented revision; default 2026-04
  --calls-per-second N         admit N calls per second of each command, 0 to 1000000; default: no limit (documented: 200)
  --help                       print this help";

pub struct Options {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub policy: Policy,
    pub calls_per_second: Option<u32>,
    pub known: Known,
}

/// Reads the arguments after the program's name; `None` if help was asked for.
pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        data: "convmark-host.redb".into(),
        policy: Policy::default(),
        calls_per_second: None,
        known: Known::default(),
    };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--listen" => {
                options.listen = value()?.parse().map_err(
                    |_| "--listen must be an address and a port, for example 127.0.0.1:8080",
                )?
            }
            "--data" => options.data = value()?.into(),
            "--revision" => {
                let revision: Revision = value()?
                    .parse()
                    .map_err(|error: UnknownName| format!("--revision: {error}"))?;
                options.policy = revision.policy();
            }
            "--calls-per-second" => {
                let number = value()?.parse().ok().filter(|number| *number <= 1_000_000);
                options.calls_per_second =
                    Some(number.ok_or("--calls-per-second must be an integer from 0 to 1000000")?);
            }
            "--facts" => {
                let file = value()?;
                let text = fs::read(&file).map_err(|error| format!("{file}: {error}"))?;
                options.known =
                    serde_json::from_slice(&text).map_err(|error| format!("{file}: {error}"))?;
            }
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(Some(options))
}
