//! How others fare while 1000 callers wait for one account.

use crate::figures::WAITING;
use crate::load::{self, Accounts, Kind, Load};
use crate::ratios::SMALL;
use crate::results::Section;
use crate::server::Server;
use crate::{Result, fill, machine};

const HOT: Accounts = Accounts { prefix: "hot", count: 1, rows: 1000 };

pub fn measure(short: bool) -> Result<Section> {
    let place = tempfile::tempdir()?;
    let store = format!("dir:{}", place.path().join("data").display());
    let server = Server::start(&store, &["--create"])?;
    fill::over_http(server.address, SMALL)?;
    fill::over_http(server.address, HOT)?;
    let seconds = if short { 3 } else { 15 };
    let others = Load { kind: Kind::Mark, accounts: SMALL, connections: 8, threads: 1, seconds };
    let alone = others.run(server.address)?;
    let hot = Load {
        kind: Kind::Mark,
        accounts: HOT,
        connections: 1000,
        threads: 1,
        seconds: seconds + 2,
    };
    let hot = hot.start(server.address)?;
    std::thread::sleep(std::time::Duration::from_secs(1));
    let beside = others.run(server.address)?;
    let hot = load::finish(hot)?;
    let text = format!(
        "{}\n\nOthers are 8 connections that mark conversations of 200 accounts, durably. \
         Alone: {:.0} calls/s, p99 {:.1} ms. While 1000 connections mark conversations of one account of 1000 rows \
         ({:.0} calls/s, p50 {:.1} ms): {:.0} calls/s, p50 {:.1} ms, p99 {:.1} ms.",
        machine::describe(),
        alone.per_second,
        alone.p99_ms,
        hot.per_second,
        hot.p50_ms,
        beside.per_second,
        beside.p50_ms,
        beside.p99_ms,
    );
    server.stop()?;
    Ok(Section { text, figures: vec![(WAITING, beside.p99_ms)] })
}
