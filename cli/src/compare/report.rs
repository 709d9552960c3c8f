//! Prints the differences, and counts what was compared.

mod found;
mod json;
mod text;
mod totals;

use std::io::{self, Write};

use super::Format;
use super::exchange::{Compared, Differences};
use super::settings::Setting;
use super::state;
use super::theirs::Skipped;
use crate::policy;
use crate::recorded::Place;
use found::FoundSettings;
use totals::Totals;

const NO_EXCHANGE: &str = r#"it is empty; the fake of convmark-server records bodies only after PUT /_convmark/calls {"bodies":true}"#;

pub struct Report<'o> {
    format: Format,
    out: &'o mut dyn Write,
    totals: Totals,
    settings: FoundSettings,
}

impl<'o> Report<'o> {
    pub fn new(format: Format, out: &'o mut dyn Write) -> Self {
        Self { format, out, totals: Totals::default(), settings: FoundSettings::default() }
    }

    /// Counts what is not a call of the service.
    pub fn foreign(&mut self) {
        self.totals.other += 1;
    }

    /// Prints what is wrong with a line.
    pub fn wrong(&mut self, place: Place, problem: &str) -> io::Result<()> {
        self.totals.wrong += 1;
        match self.format {
            Format::Text => writeln!(self.out, "{place}: not compared: {problem}"),
            Format::Json => json::wrong(place, problem, self.out),
        }
    }

    pub fn exchange(&mut self, place: Place, compared: &Compared) -> io::Result<()> {
        let Compared { command, differences } = compared;
        let Differences { explained, count, settings, history } = match differences {
            Ok(differences) => differences,
            Err(skipped) => {
                match skipped {
                    Skipped::NoAnswer => self.totals.no_answer += 1,
                    Skipped::Refused | Skipped::Failed => self.totals.faults += 1,
                    Skipped::NotModeled => self.totals.other += 1,
                }
                return Ok(());
            }
        };
        if *count == 0 {
            self.totals.agree += 1;
            return Ok(());
        }
        self.totals.differ += 1;
        self.totals.differences += *count as u64;
        let named: Vec<&Setting> =
            explained.iter().filter_map(|explained| explained.setting.as_ref()).collect();
        for (setting, differences) in settings {
            self.settings.add(setting, *differences, named.contains(&setting));
        }
        for explained in explained {
            match self.format {
                Format::Text => text::difference(place, *command, *history, explained, self.out)?,
                Format::Json => json::difference(place, *command, *history, explained, self.out)?,
            }
        }
        match (count.saturating_sub(explained.len()), self.format) {
            (0, _) => Ok(()),
            (more, Format::Text) => text::more(place, more, self.out),
            (more, Format::Json) => json::more(place, more, self.out),
        }
    }

    /// Why there is nothing to compare, if no exchange was compared and no line is wrong.
    pub fn why_nothing(&self) -> Option<String> {
        let Totals { agree, differ, wrong, .. } = self.totals;
        let skipped = self.totals.skipped();
        (agree + differ + wrong == 0).then(|| match skipped.is_empty() {
            true => NO_EXCHANGE.to_string(),
            false => skipped.join("; "),
        })
    }

    /// Prints the settings that were found and the totals, and returns the exit status.
    pub fn finish(self, accounts: state::Counts, options: &policy::Settings) -> io::Result<u8> {
        let Self { format, out, totals, settings } = self;
        let settings = settings.into_sorted(options);
        match format {
            Format::Text => {
                text::settings(&settings, out)?;
                text::totals(&totals, accounts, out)?;
            }
            Format::Json => json::totals(&totals, accounts, &settings, out)?,
        }
        Ok(match (totals.wrong, totals.differ) {
            (1.., _) => 2,
            (0, 1..) => 1,
            (0, 0) => 0,
        })
    }
}
