//! What was found in all lines.

use std::fmt;

use convmark::report::Severity;

use super::findings::Findings;
use crate::plural::count;
use crate::recorded::Foreign;

/// How many lines that are not requests are named.
const NAMED: usize = 10;

#[derive(Default)]
pub struct Totals {
    pub requests: u64,
    pub errors: u64,
    pub warnings: u64,
    more: u64,
    /// The numbers of the first lines that are not requests.
    named: Vec<u64>,
    pub not_requests: u64,
    /// Calls of other services that were skipped.
    other_services: u64,
    /// Calls of commands that are not modeled that were skipped.
    pub not_modeled: u64,
    /// Preflight requests that were skipped.
    preflights: u64,
}

impl Totals {
    pub fn add(&mut self, findings: &Findings) {
        self.requests += 1;
        self.errors += findings.count(Severity::Error);
        self.warnings += findings.count(Severity::Warning);
        self.more += findings.more as u64;
    }

    /// Adds a line that is not a request.
    pub fn add_not_a_request(&mut self, line: u64) {
        self.not_requests += 1;
        if self.named.len() < NAMED {
            self.named.push(line);
        }
    }

    /// Counts what is skipped.
    pub fn skip(&mut self, foreign: Foreign) {
        match foreign {
            Foreign::OtherService => self.other_services += 1,
            Foreign::NotModeled => self.not_modeled += 1,
            Foreign::Preflight => self.preflights += 1,
        }
    }

    /// How many calls and preflight requests were skipped.
    pub const fn skipped_count(&self) -> u64 {
        self.other_services + self.not_modeled + self.preflights
    }

    /// `2 calls of other services skipped`, if there are any.
    pub fn skipped(&self) -> Option<String> {
        let other_services = match self.other_services {
            0 => None,
            1 => Some("1 call of another service".to_string()),
            calls => Some(format!("{calls} calls of other services")),
        };
        let not_modeled = match self.not_modeled {
            0 => None,
            1 => Some("1 call of a command that is not modeled".to_string()),
            calls => Some(format!("{calls} calls of commands that are not modeled")),
        };
        let preflights = (self.preflights > 0).then(|| count(self.preflights, "preflight request"));
        let skipped: Vec<String> =
            other_services.into_iter().chain(not_modeled).chain(preflights).collect();
        let (last, before) = skipped.split_last()?;
        Some(match before {
            [] => format!("{last} skipped"),
            before => format!("{} and {last} skipped", before.join(", ")),
        })
    }
}

/// `2 requests: 1 error, 0 warnings; 1 line is not a request: line 3`
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = count(self.requests, "request");
        let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
        write!(f, "{requests}: {errors}, {warnings}")?;
        if self.more > 0 {
            write!(f, ", {}", count(self.more, "more finding"))?;
        }
        if let Some(skipped) = self.skipped() {
            write!(f, "; {skipped}")?;
        }
        let named: Vec<String> = self.named.iter().map(u64::to_string).collect();
        let named = named.join(", ");
        match (self.not_requests, self.not_requests - self.named.len() as u64) {
            (0, _) => Ok(()),
            (1, _) => write!(f, "; 1 line is not a request: line {named}"),
            (lines, 0) => write!(f, "; {lines} lines are not requests: lines {named}"),
            (lines, more) => {
                write!(f, "; {lines} lines are not requests: lines {named} and {more} more")
            }
        }
    }
}
