//! The figures of the server, into `server/RESULTS.md`. It starts everything itself: servers, the
//! load generator `wrk`, and PostgreSQL's `pgbench` if asked.

mod cluster;
mod disk;
mod figures;
mod fill;
mod large;
mod load;
mod machine;
mod postgres;

mod ratios;
mod results;
mod server;
mod waiting;

use std::path::PathBuf;

use clap::Parser;

/// Whatever went wrong; the program ends with it.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measures the server on this machine and writes the figures into server/RESULTS.md.
#[derive(Parser)]
pub struct Options {
    /// Which parts: ratios, disk, waiting, large, postgres. Default: the first three, and postgres
    /// if --postgres is given
    parts: Vec<String>,
    /// Few and short rounds, to see that everything runs
    #[arg(long)]
    short: bool,
    /// A PostgreSQL database that is only used for this, as --store takes it
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How many accounts the part large stores
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    accounts: u32,
    /// The file that the figures are written into
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../RESULTS.md"))]
    results: PathBuf,
}

fn main() -> Result<()> {
    let mut options = Options::parse();
    if options.parts.is_empty() {
        options.parts = ["ratios", "disk", "waiting"].map(String::from).into();
        options.parts.extend(options.postgres.is_some().then(|| "postgres".to_owned()));
    }
    for part in &options.parts {
        eprintln!("measuring: {part}");
        let section = match part.as_str() {
            "ratios" => ratios::measure(options.short)?,
            "disk" => disk::measure(options.short)?,
            "waiting" => waiting::measure(options.short)?,
            "large" => large::measure(options.accounts)?,

            "postgres" => postgres::measure(options.postgres.as_deref(), options.short)?,
            other => return Err(format!("{other} is not a part; see --help").into()),
        };
        println!("{}", section.text);
        for (figure, value) in &section.figures {
            println!("{}: {}", figure.name, figure.show(*value));
        }
        results::write(&options.results, part, &section)?;
    }
    Ok(())
}
