//! Collects findings up to a maximum and counts the rest.

use alloc::vec::Vec;

use super::{Finding, Report, Severity};

#[derive(Debug)]
pub(crate) struct Sink {
    max: usize,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    uncounted: usize,
    has_error: bool,
}

impl Sink {
    pub(crate) const fn new(max: usize) -> Self {
        Self { max, errors: Vec::new(), warnings: Vec::new(), uncounted: 0, has_error: false }
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        let severity = finding.severity();
        if self.is_full(severity) {
            return self.count(severity);
        }
        match severity {
            Severity::Error => {
                self.has_error = true;
                self.errors.push(finding);
            }
            Severity::Warning => self.warnings.push(finding),
        }
    }

    /// Whether one more finding would only be counted: then its details need not be made.
    pub(crate) fn is_full(&self, severity: Severity) -> bool {
        let kept = match severity {
            Severity::Error => &self.errors,
            Severity::Warning => &self.warnings,
        };
        kept.len() >= self.max
    }

    /// Counts a finding that is not kept.
    pub(crate) fn count(&mut self, severity: Severity) {
        self.has_error |= severity == Severity::Error;
        self.uncounted = self.uncounted.saturating_add(1);
    }

    /// Where the next error would stand, for [`insert_error`](Self::insert_error).
    pub(crate) fn mark(&self) -> usize {
        self.errors.len()
    }

    /// Adds an error in front of those since the mark: the length of an array is known only after its elements.
    pub(crate) fn insert_error(&mut self, mark: usize, finding: Finding) {
        self.has_error = true;
        if mark < self.max {
            self.errors.insert(mark, finding);
        } else {
            self.uncounted = self.uncounted.saturating_add(1);
        }
        if self.errors.len() > self.max {
            self.errors.truncate(self.max);
            self.uncounted = self.uncounted.saturating_add(1);
        }
    }

    pub(crate) const fn has_error(&self) -> bool {
        self.has_error
    }

    pub(crate) fn into_report(self) -> Report {
        Report::new(self.errors, self.warnings, self.uncounted, self.max)
    }
}
