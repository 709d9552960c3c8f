//! What a mark of one conversation costs on disk, with the snapshots that it leads to.

use crate::figures::DISK;
use crate::load::{Kind, Load};
use crate::ratios::FULL;
use crate::results::Section;
use crate::server::Server;
use crate::{Result, fill, machine};

pub fn measure(short: bool) -> Result<Section> {
    let place = tempfile::tempdir()?;
    let store = format!("dir:{}", place.path().join("data").display());
    let server = Server::start(&store, &["--create"])?;
    fill::over_http(server.address, FULL)?;
    let load =
        |seconds| Load { kind: Kind::Mark, accounts: FULL, connections: 64, threads: 2, seconds };
    // So long that accounts are folded again and again, each at its own time.
    load(if short { 2 } else { 15 }).run(server.address)?;
    let values = || -> Result<[f64; 4]> {
        Ok([
            server.written_bytes()?,
            server.metric("convmark_records_total", "")?,
            server.metric("convmark_folds_total", "")?,
            server.metric("convmark_appends_total", "")?,
        ])
    };
    let before = values()?;
    load(if short { 2 } else { 60 }).run(server.address)?;
    // The engine's own work goes on for a moment.
    std::thread::sleep(std::time::Duration::from_secs(if short { 1 } else { 5 }));
    let after = values()?;
    let [bytes, marks, folds, appends] = std::array::from_fn(|index| after[index] - before[index]);
    if bytes == 0.0 {
        return Err("no byte was written to disk: the directory for temporary files is not on a disk; set TMPDIR".into());
    }
    let text = format!(
        "{}\n\n{bytes:.0} bytes for {marks:.0} marks in {appends:.0} appends, with {folds:.0} folds (one for {:.0} marks).",
        machine::describe(),
        marks / folds
    );
    server.stop()?;
    Ok(Section { text, figures: vec![(DISK, bytes / marks)] })
}
