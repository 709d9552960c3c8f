//! Collects findings up to a maximum and counts the rest.

use alloc::vec::Vec;

use super::{Finding, Report, Severity};

#[derive(Debug)]
pub(crate) struct Sink {
    max: usize,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    uncounted: usize,
}

impl Sink {
    /// At least one finding is kept.
    pub(crate) fn new(max: usize) -> Self {
        Self { max: max.max(1), errors: Vec::new(), warnings: Vec::new(), uncounted: 0 }
    }

    /// Keeps a finding while there is room; else it is only counted, and its details are not made.
    pub(crate) fn add(&mut self, severity: Severity, finding: impl FnOnce() -> Finding) {
        let kept = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if kept.len() < self.max {
            kept.push(finding());
        } else {
            self.count();
        }
    }

    /// Counts a finding that is not kept.
    fn count(&mut self) {
        self.uncounted = self.uncounted.saturating_add(1);
    }

    /// Where the next error would stand, for [`insert_error`](Self::insert_error).
    pub(crate) fn mark(&self) -> usize {
        self.errors.len()
    }

    /// Adds an error in front of those since the mark: the length of an array is known only after its elements.
    pub(crate) fn insert_error(&mut self, mark: usize, finding: Finding) {
        self.errors.insert(mark, finding);
        if self.errors.len() > self.max {
            self.errors.truncate(self.max);
            self.count();
        }
    }

    pub(crate) fn has_error(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn into_report(self) -> Report {
        Report::new(self.errors, self.warnings, self.uncounted, self.max)
    }
}
