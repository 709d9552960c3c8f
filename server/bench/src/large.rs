//! Many accounts stored, few cached: memory and the time to start.

use std::time::Instant;

use crate::figures::{RESIDENT, START, START_AFTER_KILL};
use crate::load::{Accounts, Kind, Load};
use crate::results::Section;
use crate::server::Server;
use crate::{Result, fill, machine};

pub fn measure(count: u32) -> Result<Section> {
    let accounts = Accounts { prefix: "large", count, rows: 20 };
    let place = tempfile::tempdir()?;
    let data = place.path().join("data");
    let store = format!("dir:{}", data.display());
    let begun = Instant::now();
    fill::in_directory(&data, accounts)?;
    let filled_in = begun.elapsed().as_secs_f64();

    Server::start(&store, &[])?.stop()?;
    let server = Server::start(&store, &[])?;
    let start = server.started_in.as_secs_f64();
    let (idle, _) = server.resident_mib()?;
    let load = |kind| Load { kind, accounts, connections: 64, threads: 2, seconds: 20 };
    let read = load(Kind::Read).run(server.address)?;
    let (reading, _) = server.resident_mib()?;
    let marked = load(Kind::Mark).run(server.address)?;
    let (marking, most) = server.resident_mib()?;
    let cached = server.metric("convmark_cached_bytes", "")? / f64::from(1 << 20);
    let under_load = load(Kind::Mark).start(server.address)?;
    std::thread::sleep(std::time::Duration::from_secs(5));
    server.kill()?;
    under_load.wait_with_output()?;
    let server = Server::start(&store, &[])?;
    let start_after_kill = server.started_in.as_secs_f64();
    server.stop()?;

    let on_disk = size(&data)? / f64::from(1 << 20);
    let text = format!(
        "{}\n\n{count} accounts of 20 rows, {on_disk:.0} MiB on disk, filled in {filled_in:.0} s. \
         Resident memory: {idle:.0} MiB after the start, {reading:.0} MiB after 20 s of reads of random accounts ({:.0} calls/s), \
         {marking:.0} MiB after 20 s of marks ({:.0} calls/s), at most {most:.0} MiB; cached accounts take {cached:.0} MiB of it. \
         Start: {start:.2} s after SIGTERM, {start_after_kill:.2} s after SIGKILL under marks.",
        machine::describe(),
        read.per_second,
        marked.per_second,
    );
    let figures = vec![(RESIDENT, most), (START, start), (START_AFTER_KILL, start_after_kill)];
    Ok(Section { text, figures })
}

/// The bytes of all files in a directory.
fn size(path: &std::path::Path) -> Result<f64> {
    let mut bytes = 0.0;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let data = entry.metadata()?;
        bytes += if data.is_dir() { size(&entry.path())? } else { data.len() as f64 };
    }
    Ok(bytes)
}
