//! `compare`: runs recorded requests through the core and lists where its answers differ from the
//! recorded ones.

mod decisions;
mod difference;
mod exchange;
mod facts;
mod fitting;
mod group_ids;
mod listed;
mod ours;
mod report;
mod seeds;
mod settings;
mod state;
mod theirs;
mod trial;

use std::io::Write;

use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::recorded::{Recorded, Recording};
use crate::{policy, redact};
use report::Report;
use seeds::Seeds;
use state::State;

/// Run recorded requests through the core and list where its answers differ from the recorded ones
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    recording: Recording,
    /// How differences are printed [default: text]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Write the recording as JSON Lines with IDs, names and custom marks replaced, and without
    /// UserSigs, instead of comparing it. It compares as the original does
    #[arg(long, conflicts_with = "format")]
    redact: bool,
    #[command(flatten)]
    policy: policy::Settings,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for each difference
    #[default]
    Text,
    /// One JSON object for each difference
    Json,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (_, policy) = options.policy.choose()?;
    let recording = &options.recording;
    if options.redact {
        return redact::run(recording, out);
    }
    // Pages of an account can come after requests that only read it, so all are read first.
    let mut input = recording.seekable()?;
    let mut seeds = Seeds::default();
    recording.read_from(&mut input, &mut |place, recorded| {
        if let Recorded::Exchange(exchange) = recorded {
            seeds.add(place, &exchange);
        }
        Ok(())
    })?;
    recording.rewind(&mut input)?;
    let mut state = State::new(seeds.into_accounts());
    let mut report = Report::new(options.format.unwrap_or_default(), out);
    recording.read_from(&mut input, &mut |place, recorded| {
        match recorded {
            Recorded::Exchange(exchange) if exchange.is_of_another_service() => report.foreign(),
            Recorded::Exchange(exchange) => {
                let compared = exchange::compare(&mut state, &policy, place, &exchange);
                report.exchange(place, &compared)?;
            }
            Recorded::NotPost(_) | Recorded::Foreign(_) => report.foreign(),
            Recorded::Wrong(problem) => report.wrong(place, &problem)?,
        }
        Ok(())
    })?;
    if let Some(why) = report.why_nothing() {
        let name = recording.name();
        return Err(Failure::Refused(format!(
            "{name}: there is no exchange to compare in it: {why}"
        )));
    }
    Ok(report.finish(state.counts(), &options.policy)?)
}
