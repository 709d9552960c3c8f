//! `--format text`: one line for each difference.

use std::io::{self, Write};

use convmark::Command;
use serde_json::Value;

use super::super::difference::Kind;
use super::super::exchange::Explained;
use super::super::listed::Kept;
use super::super::settings::Setting;
use super::super::state::{Counts, History, Origin};
use super::found::FoundSetting;
use super::totals::Totals;
use crate::plural::count;
use crate::recorded::Place;
use crate::window;

/// Columns of a value.
const VALUE_COLUMNS: usize = 120;

/// How many settings are named at the end.
const SETTINGS: usize = 10;

const NOT_AN_OPTION: &str = "not an option of this tool: set it in the configuration of the server or in the crate's Policy";

const TAKEN_TO_BE_EMPTY: &str = "; the account was taken to be empty, as no pages of it come before its first change: \
    what it had before (by a PUT to the control of the fake, for example) is not known";

pub fn difference(
    place: Place,
    command: Option<Command>,
    history: Option<History>,
    explained: &Explained,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Explained { difference: Kept { path, theirs, ours, kind }, decision, setting } = explained;
    let command = command.map_or("-", Command::name);
    write!(out, "{place} {command} at {path}: ")?;
    match kind {
        Kind::Outcome => write!(out, "theirs answered {}, ours {}", code(theirs), code(ours))?,
        _ => write!(out, "theirs {}, ours {}", shown(theirs), shown(ours))?,
    }
    match kind {
        Kind::Value => {}
        Kind::Outcome => write!(out, ", and the rest is not compared")?,
        Kind::Longer(0) => write!(out, ", the last element")?,
        Kind::Longer(more) => write!(out, ", and {} after it", count(*more as u64, "element"))?,
        Kind::Order(other) => write!(out, ", before {other} in theirs and after it in ours")?,
    }
    let cause = match setting {
        Some(setting) => format!("setting: {}", how_to_set(setting)),
        None => without_setting(place, history),
    };
    writeln!(out, "; decision: {decision} (docs/decisions.md); {cause}")
}

/// `ErrorCode`, which an answer can be without.
fn code(value: &Option<Value>) -> String {
    match value {
        None => "no code".to_string(),
        Some(_) => format!("code {}", shown(value)),
    }
}

/// The start of a value, on one line.
fn shown(value: &Option<Value>) -> String {
    match value {
        None => "absent".to_string(),
        Some(value) => window::start_of(&value.to_string(), VALUE_COLUMNS),
    }
}

fn how_to_set(setting: &Setting) -> String {
    let Setting { name, value, option, revision } = setting;
    let how = match (option, revision) {
        (Some(option), _) => option.clone(),
        (None, None) => NOT_AN_OPTION.to_string(),
        (None, Some(revision)) => {
            format!("{NOT_AN_OPTION}; --revision {revision} has it, with others")
        }
    };
    format!("{name} {value} ({how})")
}

fn without_setting(place: Place, history: Option<History>) -> String {
    let unit = place.unit();
    let none = format!("no setting changes this {unit}");
    let Some(History { origin, unclear }) = history else { return none };
    let unclear = unclear.map_or(String::new(), |place| {
        format!("; the answer of {place} does not say whether its change was made")
    });
    let origin = match origin {
        Origin::Pages => "",
        Origin::Empty => TAKEN_TO_BE_EMPTY,
    };
    format!("{none} alone; an earlier {unit} or a missing page may be the cause{unclear}{origin}")
}

/// How many differences there are beyond those printed.
pub fn more(place: Place, more: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{place}: {}", count(more as u64, "further difference"))
}

/// The settings that were found, and which of them `--observed` would set, if there are any.
pub fn settings(found: &[FoundSetting], out: &mut dyn Write) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let named = found.iter().take(SETTINGS).map(|found| {
        format!("{} by {}", count(found.differences, "difference"), how_to_set(&found.setting))
    });
    let mut named: Vec<String> = named.collect();
    if let more @ 1.. = found.len().saturating_sub(SETTINGS) {
        named.push(count(more as u64, "further setting"));
    }
    let observed = found.iter().filter(|found| found.is_observed).map(|found| found.setting.name);
    let observed: Vec<&str> = observed.collect();
    if !observed.is_empty() {
        named.push(format!("--observed sets {}", observed.join(" and ")));
    }
    writeln!(out, "settings found: {}", named.join("; "))
}

pub fn totals(totals: &Totals, accounts: Counts, out: &mut dyn Write) -> io::Result<()> {
    let Totals { agree, differ, differences, .. } = *totals;
    let skipped: String = totals.skipped().iter().map(|which| format!("; {which}")).collect();
    writeln!(
        out,
        "{} compared: {agree} agree, {differ} differ in {}{skipped}; {} made from pages, {} taken to be empty, {} made anew",
        count(agree + differ, "exchange"),
        count(differences, "place"),
        count(accounts.from_pages, "account"),
        accounts.empty,
        accounts.made_anew,
    )
}
