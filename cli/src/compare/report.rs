//! Prints the differences and the totals.

use std::io::{self, Write};

use convmark::Command;
use serde::Serialize;
use serde_json::Value;

use super::Format;
use super::difference::{Difference, Kind};
use super::exchange::{Compared, Explained};
use super::state;
use super::theirs::Skipped;
use crate::input;
use crate::json::{Json, object};
use crate::plural::count;
use crate::recorded::Place;
use crate::window;

/// How many differences of one exchange are printed. All are counted.
const SHOWN: usize = 256;

/// Columns of a value in text.
const VALUE_COLUMNS: usize = 120;

const NO_EXCHANGE: &str = r#"it is empty; the fake of convmark-server records bodies only after PUT /_convmark/calls {"bodies":true}"#;

pub struct Report<'o> {
    format: Format,
    out: &'o mut dyn Write,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    agree: u64,
    differ: u64,
    differences: u64,
    faults: u64,
    no_answer: u64,
    other: u64,
    wrong: u64,
}

impl Counts {
    /// What was not compared: `2 skipped: not an exchange`.
    fn skipped(&self) -> Vec<String> {
        let skipped = [
            (self.faults, "the service's own failures"),
            (self.no_answer, "without a JSON object as answer"),
            (self.other, "not a call of a modeled command"),
            (self.wrong, "not an exchange"),
        ];
        let skipped = skipped.into_iter().filter(|(number, _)| *number > 0);
        skipped.map(|(number, which)| format!("{number} skipped: {which}")).collect()
    }
}

impl<'o> Report<'o> {
    pub fn new(format: Format, out: &'o mut dyn Write) -> Self {
        Self { format, out, counts: Counts::default() }
    }

    /// Counts an entry that is not a call of the service.
    pub fn foreign(&mut self) {
        self.counts.other += 1;
    }

    /// Prints what is wrong with a line.
    pub fn wrong(&mut self, place: Place, problem: &str) -> io::Result<()> {
        self.counts.wrong += 1;
        match self.format {
            Format::Text => writeln!(self.out, "{place}: not compared: {problem}"),
            Format::Json => input::print_json(
                &object! {}.with(place.unit(), place.number).with("error", problem),
                self.out,
            ),
        }
    }

    pub fn exchange(&mut self, place: Place, compared: &Compared) -> io::Result<()> {
        let counts = &mut self.counts;
        let differences = match &compared.differences {
            Ok(differences) => differences,
            Err(skipped) => {
                match skipped {
                    Skipped::NoAnswer => counts.no_answer += 1,
                    Skipped::Fault => counts.faults += 1,
                    Skipped::NotModeled => counts.other += 1,
                }
                return Ok(());
            }
        };
        if differences.is_empty() {
            counts.agree += 1;
            return Ok(());
        }
        counts.differ += 1;
        counts.differences += differences.len() as u64;
        for explained in differences.iter().take(SHOWN) {
            match self.format {
                Format::Text => print_text(place, compared.command, explained, self.out)?,
                Format::Json => print_json(place, compared.command, explained, self.out)?,
            }
        }
        match (differences.len().saturating_sub(SHOWN), self.format) {
            (0, _) => Ok(()),
            (more, Format::Text) => {
                writeln!(self.out, "{place}: {}", count(more as u64, "further difference"))
            }
            (more, Format::Json) => input::print_json(
                &object! {}.with(place.unit(), place.number).with("more", more),
                self.out,
            ),
        }
    }

    /// Why there is nothing to compare, if no exchange was compared and no line is wrong.
    pub fn why_nothing(&self) -> Option<String> {
        let Counts { agree, differ, wrong, .. } = self.counts;
        let skipped = self.counts.skipped();
        (agree + differ + wrong == 0).then(|| match skipped.is_empty() {
            true => NO_EXCHANGE.to_string(),
            false => skipped.join("; "),
        })
    }

    /// Prints the totals and returns the exit status.
    pub fn finish(self, accounts: state::Counts) -> io::Result<u8> {
        let Counts { agree, differ, differences, faults, no_answer, other, wrong } = self.counts;
        match self.format {
            Format::Text => {
                let skipped = self.counts.skipped();
                let skipped: String = skipped.iter().map(|which| format!("; {which}")).collect();
                writeln!(
                    self.out,
                    "{} compared: {agree} agree, {differ} differ in {}{skipped}; {} made from pages, {} taken to be empty, {} made anew",
                    count(agree + differ, "exchange"),
                    count(differences, "place"),
                    count(accounts.from_pages, "account"),
                    accounts.empty,
                    accounts.made_anew,
                )?;
            }
            Format::Json => {
                let totals = object! {
                    "agree": agree,
                    "differ": differ,
                    "differences": differences,
                    "skipped": object! { "faults": faults, "no_answer": no_answer, "other": other },
                    "wrong": wrong,
                    "accounts": object! {
                        "from_pages": accounts.from_pages,
                        "empty": accounts.empty,
                        "made_anew": accounts.made_anew,
                    },
                };
                input::print_json(&object! { "totals": totals }, self.out)?;
            }
        }
        Ok(match (wrong, differ) {
            (1.., _) => 2,
            (0, 1..) => 1,
            (0, 0) => 0,
        })
    }
}

fn print_text(
    place: Place,
    command: Option<Command>,
    explained: &Explained,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Explained { difference: Difference { path, theirs, ours, kind }, decision, setting } =
        explained;
    let command = command.map_or("-", Command::name);
    write!(out, "{place} {command} at {path}: theirs {}, ours {}", shown(theirs), shown(ours))?;
    match kind {
        Kind::Value => {}
        Kind::Longer(0) => write!(out, ", the last element")?,
        Kind::Longer(more) => write!(out, ", and {} after it", count(*more as u64, "element"))?,
        Kind::Order(other) => write!(out, ", before {other} in theirs and after it in ours")?,
    }
    write!(out, "; decision: {decision} (docs/decisions.md); ")?;
    match setting {
        None => {
            let unit = place.unit();
            writeln!(
                out,
                "no setting changes this {unit} alone; an earlier {unit} or a missing page may be the cause"
            )
        }
        Some(setting) => {
            write!(out, "setting: {} {}", setting.name, setting.value)?;
            match &setting.option {
                Some(option) => writeln!(out, " ({option})"),
                None => writeln!(out),
            }
        }
    }
}

/// The start of a value, on one line.
fn shown(value: &Option<Value>) -> String {
    match value {
        None => "absent".to_string(),
        Some(value) => window::start_of(&value.to_string(), VALUE_COLUMNS),
    }
}

fn print_json(
    place: Place,
    command: Option<Command>,
    explained: &Explained,
    out: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        entry: Option<u64>,
        command: Option<&'static str>,
        path: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        theirs: Option<&'a Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ours: Option<&'a Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        more_elements: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<&'a str>,
        decision: &'static str,
        setting: Option<Json>,
    }
    let Explained { difference: Difference { path, theirs, ours, kind }, decision, setting } =
        explained;
    let number = |unit| (place.unit() == unit).then_some(place.number);
    input::print_json(
        &Line {
            line: number("line"),
            entry: number("entry"),
            command: command.map(Command::name),
            path,
            theirs: theirs.as_ref(),
            ours: ours.as_ref(),
            more_elements: if let Kind::Longer(more) = kind { Some(*more) } else { None },
            order: if let Kind::Order(other) = kind { Some(other) } else { None },
            decision,
            setting: setting.as_ref().map(|setting| {
                object! { "name": setting.name, "value": &*setting.value }
                    .with_some("option", setting.option.as_deref())
            }),
        },
        out,
    )
}
