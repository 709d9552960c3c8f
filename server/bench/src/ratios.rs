//! Ratios of calls a second: all cases in one run, their rounds interleaved.

use std::fmt::Write;

use crate::figures::{
    Figure, GROUP_COMMIT, READS_10_EMBEDDED, READS_10_MEMORY, READS_1000_EMBEDDED,
    READS_1000_MEMORY, SIZE_EMBEDDED, SIZE_MEMORY, WRITES_MEMORY,
};
use crate::load::{Accounts, Kind, Load, Measured};
use crate::postgres::Script;
use crate::results::Section;
use crate::server::{self, Server};
use crate::{Result, fill, machine};

pub const SMALL: Accounts = Accounts { prefix: "small", count: 200, rows: 10 };
pub const FULL: Accounts = Accounts { prefix: "full", count: 200, rows: 1000 };
/// The option that limits how many appends become durable by one sync.
const COMMIT_OPTION: &str = "--commit-max-records";

/// Something that is measured.
pub struct Case<'a> {
    pub name: &'static str,
    pub work: Work<'a>,
}

/// What is done.
pub enum Work<'a> {
    /// Calls of one server.
    Load { server: &'a Server, kind: Kind, accounts: Accounts },
    /// Transactions of pgbench.
    Pgbench(Script<'a>),
}

/// What a case gave: a round each.
pub struct Rounds {
    name: &'static str,
    rounds: Vec<Measured>,
    processor_us: f64,
}

/// Runs all cases in turn, as often as there are rounds.
pub fn run(cases: &[Case<'_>], short: bool) -> Result<Vec<Rounds>> {
    let (count, seconds) = if short { (2, 1) } else { (5, 3) };
    let mut all: Vec<_> = cases
        .iter()
        .map(|case| Rounds { name: case.name, rounds: Vec::new(), processor_us: 0.0 })
        .collect();
    for _ in 0..count {
        for (case, rounds) in cases.iter().zip(&mut all) {
            let (measured, processor_us) =
                case.work.run(seconds).map_err(|error| format!("{}: {error}", case.name))?;
            rounds.rounds.push(measured);
            rounds.processor_us += processor_us;
        }
    }
    Ok(all)
}

impl Work<'_> {
    /// What came of it, and the server's processor time.
    fn run(&self, seconds: u32) -> Result<(Measured, f64)> {
        let (server, kind, accounts) = match *self {
            Self::Load { server, kind, accounts } => (server, kind, accounts),
            Self::Pgbench(script) => return Ok((script.run(seconds)?, f64::NAN)),
        };
        let load = Load { kind, accounts, connections: 64, threads: 2, seconds };
        let records = || server.metric("convmark_records_total", "");
        let (used_before, records_before) = (server.processor_us()?, records()?);
        let measured = load.run(server.address)?;
        let used = server.processor_us()? - used_before;
        if matches!(kind, Kind::Mark) && records()? - records_before < measured.requests {
            return Err("not every mark had its effect".into());
        }
        Ok((measured, used))
    }
}

impl Rounds {
    fn per_second(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.per_second))
    }

    /// The server's processor time for one call, in microseconds.
    fn processor_us(&self) -> f64 {
        self.processor_us / self.rounds.iter().map(|round| round.requests).sum::<f64>()
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of the ratios of the rounds.
pub fn ratio(all: &[Rounds], of: &str, to: &str) -> f64 {
    let find =
        |name| all.iter().find(|rounds| rounds.name == name).map_or(&[][..], |found| &found.rounds);
    median(find(of).iter().zip(find(to)).map(|(of, to)| of.per_second / to.per_second))
}

/// A table of the cases.
pub fn describe(all: &[Rounds]) -> String {
    let mut text = format!(
        "{}\n\n| | calls/s (median) | lowest | highest | p50 ms | p99 ms | server's processor time a call |\n|---|---|---|---|---|---|---|\n",
        machine::describe()
    );
    for case in all {
        let speeds = || case.rounds.iter().map(|round| round.per_second);
        let (lowest, highest) =
            (speeds().fold(f64::INFINITY, f64::min), speeds().fold(0.0, f64::max));
        let p50 = median(case.rounds.iter().map(|round| round.p50_ms));
        let p99 = median(case.rounds.iter().map(|round| round.p99_ms));
        let _ = writeln!(
            text,
            "| {} | {:.0} | {lowest:.0} | {highest:.0} | {p50:.2} | {} | {} |",
            case.name,
            case.per_second(),
            if_measured(p99, |p99| format!("{p99:.2}")),
            if_measured(case.processor_us(), |time| format!("{time:.1} µs"))
        );
    }
    text
}

/// A value, or `-` for one that a program does not tell.
fn if_measured(value: f64, text: impl Fn(f64) -> String) -> String {
    if value.is_nan() { "-".to_owned() } else { text(value) }
}

pub fn measure(short: bool) -> Result<Section> {
    let place = tempfile::tempdir()?;
    let directory = |name: &str| format!("dir:{}", place.path().join(name).display());
    let memory = Server::start("memory", &[])?;
    // What is left of the account's size when pages are as long as those of small accounts.
    let short_pages = Server::start("memory", &["--page-size", "10"])?;
    let embedded = Server::start(&directory("embedded"), &["--create"])?;
    let single = if server::has_option(COMMIT_OPTION)? {
        Some(Server::start(&directory("single"), &["--create", COMMIT_OPTION, "1"])?)
    } else {
        eprintln!("SKIPPED: the server has no option {COMMIT_OPTION}");
        None
    };
    for server in [Some(&memory), Some(&embedded), single.as_ref()].into_iter().flatten() {
        fill::over_http(server.address, SMALL)?;
    }
    for server in [&memory, &short_pages, &embedded] {
        fill::over_http(server.address, FULL)?;
    }
    let case =
        |name, server, kind, accounts| Case { name, work: Work::Load { server, kind, accounts } };
    let mut cases = vec![
        case("empty handler", &memory, Kind::Empty, SMALL),
        case("memory: read, 10 rows", &memory, Kind::Read, SMALL),
        case("memory: read, 1000 rows", &memory, Kind::Read, FULL),
        case("memory, pages of 10 rows: read, 1000 rows", &short_pages, Kind::Read, FULL),
        case("memory: mark, 10 rows", &memory, Kind::Mark, SMALL),
        case("memory: mark, 1000 rows", &memory, Kind::Mark, FULL),
        case("embedded: read, 10 rows", &embedded, Kind::Read, SMALL),
        case("embedded: read, 1000 rows", &embedded, Kind::Read, FULL),
        case("embedded: mark, 10 rows", &embedded, Kind::Mark, SMALL),
        case("embedded: mark, 1000 rows", &embedded, Kind::Mark, FULL),
    ];
    if let Some(single) = &single {
        cases.push(case("embedded, commits of 1: mark, 10 rows", single, Kind::Mark, SMALL));
    }
    let all = run(&cases, short)?;
    let ratios: [(Figure, &str, &str); 8] = [
        (READS_10_MEMORY, "memory: read, 10 rows", "empty handler"),
        (READS_1000_MEMORY, "memory: read, 1000 rows", "empty handler"),
        (READS_10_EMBEDDED, "embedded: read, 10 rows", "empty handler"),
        (READS_1000_EMBEDDED, "embedded: read, 1000 rows", "empty handler"),
        (WRITES_MEMORY, "memory: mark, 10 rows", "empty handler"),
        (SIZE_MEMORY, "memory: mark, 1000 rows", "memory: mark, 10 rows"),
        (SIZE_EMBEDDED, "embedded: mark, 1000 rows", "embedded: mark, 10 rows"),
        (GROUP_COMMIT, "embedded: mark, 10 rows", "embedded, commits of 1: mark, 10 rows"),
    ];
    let figures = ratios
        .into_iter()
        .map(|(figure, of, to)| (figure, ratio(&all, of, to)))
        .filter(|(_, ratio)| ratio.is_finite())
        .collect();
    Ok(Section { text: describe(&all), figures })
}
