//! The server on PostgreSQL against `pgbench` with the same work on the same database.
//!
//! `pgbench` uses tables of its own, like those of the server, in the schema `convmark_bench`.

use std::path::Path;
use std::process::Command;

use crate::cluster::Cluster;
use crate::figures::{READS_POSTGRES, SIZE_POSTGRES, WRITES_POSTGRES};
use crate::load::{Kind, Measured};
use crate::ratios::{self, Case, FULL, SMALL, Work};
use crate::results::Section;
use crate::server::Server;
use crate::{Result, fill};

/// As many as the server has by default.
const CONNECTIONS: u32 = 16;

/// A script of `pgbench` on a database.
#[derive(Clone, Copy)]
pub struct Script<'a> {
    database: &'a str,
    file: &'static str,
}

impl Script<'_> {
    pub fn run(self, seconds: u32) -> Result<Measured> {
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file"])
            .arg(directory().join(self.file))
            .args([
                format!("--client={CONNECTIONS}"),
                format!("--time={seconds}"),
                self.database.into(),
            ])
            .output()
            .map_err(|error| {
                format!("pgbench cannot be started ({error}): install postgresql-contrib")
            })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let value = |start: &str| -> Result<f64> {
            let line = text.lines().find_map(|line| line.strip_prefix(start));
            let word = line.and_then(|line| line.split_whitespace().next());
            let word = word.ok_or_else(|| {
                format!("pgbench gave no result: {}", String::from_utf8_lossy(&output.stderr))
            })?;
            Ok(word.parse()?)
        };
        let average = value("latency average = ")?;
        Ok(Measured {
            requests: value("number of transactions actually processed: ")?,
            per_second: value("tps = ")?,
            p50_ms: average,
            p99_ms: f64::NAN,
        })
    }
}

fn directory() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/pgbench"))
}

/// On the database that is named, or on one that is made for this.
pub fn measure(database: Option<&str>, short: bool) -> Result<Section> {
    let cluster = if database.is_none() { Some(Cluster::start()?) } else { None };
    let database =
        database.map_or_else(|| cluster.as_ref().map(Cluster::url), |url| Some(url.to_owned()));
    let database = database.ok_or("no database")?;
    let made = Command::new("psql")
        .args(["--quiet", "--set=ON_ERROR_STOP=1", "--file"])
        .arg(directory().join("tables.sql"))
        .arg(&database)
        .status()?;
    if !made.success() {
        return Err("the tables for pgbench cannot be made".into());
    }
    let server = Server::start(&database, &[])?;
    fill::over_http(server.address, SMALL)?;
    fill::over_http(server.address, FULL)?;
    let load =
        |name, kind, accounts| Case { name, work: Work::Load { server: &server, kind, accounts } };
    let pgbench =
        |name, file| Case { name, work: Work::Pgbench(Script { database: &database, file }) };
    let cases = [
        pgbench("pgbench: select of the head row", "head.sql"),
        load("PostgreSQL: read, 10 rows", Kind::Read, SMALL),
        pgbench("pgbench: append", "append.sql"),
        load("PostgreSQL: mark, 10 rows", Kind::Mark, SMALL),
        load("PostgreSQL: mark, 1000 rows", Kind::Mark, FULL),
    ];
    let all = ratios::run(&cases, short)?;
    let figures = vec![
        (
            READS_POSTGRES,
            ratios::ratio(&all, "PostgreSQL: read, 10 rows", "pgbench: select of the head row"),
        ),
        (WRITES_POSTGRES, ratios::ratio(&all, "PostgreSQL: mark, 10 rows", "pgbench: append")),
        (
            SIZE_POSTGRES,
            ratios::ratio(&all, "PostgreSQL: mark, 1000 rows", "PostgreSQL: mark, 10 rows"),
        ),
    ];
    let text = format!(
        "{}\npgbench has {CONNECTIONS} connections, as many as the server; its latencies are averages.",
        ratios::describe(&all)
    );
    server.stop()?;
    Ok(Section { text, figures })
}
