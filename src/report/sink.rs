//! Collects findings up to a maximum and counts the rest.

use alloc::vec::Vec;

use super::{Finding, Judgment, Report, Severity};

#[derive(Debug)]
pub(crate) struct Sink {
    max: usize,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    uncounted: usize,
}

impl Sink {
    /// A sink that keeps at most `max` findings of each severity, but at least one, so that the
    /// first error is always kept.
    pub(crate) fn new(max: usize) -> Self {
        Self { max: max.max(1), errors: Vec::new(), warnings: Vec::new(), uncounted: 0 }
    }

    /// Keeps a finding while there is room. Otherwise the finding is only counted, and not even
    /// made.
    #[inline(always)]
    pub(crate) fn add(&mut self, judgment: Judgment, finding: impl FnOnce(Judgment) -> Finding) {
        let max = self.max;
        let kept = self.kept(judgment);
        if kept.len() < max {
            kept.push(finding(judgment));
        } else {
            self.count(1);
        }
    }

    #[inline(always)]
    const fn kept(&mut self, judgment: Judgment) -> &mut Vec<Finding> {
        match judgment.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        }
    }

    /// Counts findings that are not kept.
    #[inline]
    pub(crate) const fn count(&mut self, findings: usize) {
        self.uncounted = self.uncounted.saturating_add(findings);
    }

    /// Whether one more error is kept.
    #[inline]
    pub(crate) fn keeps_errors(&self) -> bool {
        self.errors.len() < self.max
    }

    /// How many errors are kept: where the next one would stand, for
    /// [`insert_error`](Self::insert_error).
    pub(crate) fn errors(&self) -> usize {
        self.errors.len()
    }

    /// How many warnings are kept: where the next one would stand, for
    /// [`insert_warning`](Self::insert_warning).
    pub(crate) fn warnings(&self) -> usize {
        self.warnings.len()
    }

    /// Adds a warning at a place: a rule that spans fields is known to be broken only after all of
    /// them.
    pub(crate) fn insert_warning(&mut self, place: usize, finding: Finding) {
        self.warnings.insert(place.min(self.warnings.len()), finding);
        if self.warnings.len() > self.max {
            self.warnings.truncate(self.max);
            self.count(1);
        }
    }

    /// Adds an error at a place: the length of an array is known only after its elements.
    pub(crate) fn insert_error(&mut self, place: usize, finding: Finding) {
        self.errors.insert(place.min(self.errors.len()), finding);
        if self.errors.len() > self.max {
            self.errors.truncate(self.max);
            self.count(1);
        }
    }

    pub(crate) fn has_error(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn into_report(self) -> Report {
        Report::new(self.errors, self.warnings, self.uncounted, self.max)
    }
}
