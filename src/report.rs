//! Findings: what is wrong with a request, and what is unusual about it.

mod finding;
mod kind;
mod message;
mod path;
mod sink;
mod suggest;

pub use finding::{Finding, Severity};
pub use kind::{Absence, FindingKind, FoundType};
pub use suggest::FieldNames;

pub(crate) use finding::Judgment;
pub(crate) use path::{Path, Step};
pub(crate) use sink::Sink;

use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::rule::Rule;

/// Everything found in one request: errors in canonical order, then warnings.
///
/// A report keeps at most [`Report::MAX_FINDINGS`] findings (or the maximum asked for) and counts
/// the rest. It serializes as `{"findings":[..]}`, with `"more":N` after them if it was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
    errors: usize,
    more: usize,
    /// The maximum number of findings that it keeps.
    max: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self::empty(Self::MAX_FINDINGS)
    }
}

impl Report {
    /// Findings that a report keeps by default.
    pub const MAX_FINDINGS: usize = 256;

    pub(crate) fn new(
        mut errors: Vec<Finding>,
        warnings: Vec<Finding>,
        uncounted: usize,
        max: usize,
    ) -> Self {
        let kept = errors.len();
        let room = max.saturating_sub(kept);
        let cut = warnings.len().saturating_sub(room);
        errors.extend(warnings.into_iter().take(room));
        Self { findings: errors, errors: kept, more: uncounted.saturating_add(cut), max }
    }

    /// A report without findings.
    pub(crate) fn empty(max: usize) -> Self {
        Self::new(Vec::new(), Vec::new(), 0, max)
    }

    /// A report of one error.
    pub(crate) fn of(finding: Finding, max: usize) -> Self {
        Self::new(alloc::vec![finding], Vec::new(), 0, max)
    }

    /// The findings kept: errors in canonical order, then warnings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The errors kept, in canonical order.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().take(self.errors)
    }

    /// The warnings kept.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().skip(self.errors)
    }

    /// Whether the request has no error. Warnings do not count.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.errors == 0
    }

    /// How many findings there were beyond those kept.
    #[must_use]
    pub const fn more(&self) -> usize {
        self.more
    }

    /// The finding that decides the answer: the first error.
    #[must_use]
    pub fn first_error(&self) -> Option<&Finding> {
        self.errors().next()
    }

    /// The same report for a caller that has no body: places in it would mean nothing.
    pub(crate) fn without_spans(mut self) -> Self {
        self.findings = self.findings.into_iter().map(|finding| finding.spanning(0, 0)).collect();
        self
    }

    pub(crate) fn into_first_error(self) -> Option<Finding> {
        if self.errors == 0 { None } else { self.findings.into_iter().next() }
    }

    /// Whether the body is not valid JSON, so that nothing else could be judged.
    #[must_use]
    pub fn is_invalid_json(&self) -> bool {
        self.errors().any(|finding| finding.rule() == Some(Rule::InvalidJson))
    }

    /// Puts an error in front, for stages before the body.
    #[must_use]
    pub fn with_first(mut self, error: Finding) -> Self {
        if matches!(error.severity(), Severity::Error) {
            self.findings.insert(0, error);
            self.errors = self.errors.saturating_add(1);
            if self.findings.len() > self.max {
                self.findings.pop();
                self.errors = self.errors.min(self.findings.len());
                self.more = self.more.saturating_add(1);
            }
        }
        self
    }
}

/// How many findings, and the first error.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.findings.len().saturating_add(self.more) {
            1 => f.write_str("1 finding")?,
            all => write!(f, "{all} findings")?,
        }
        match self.first_error() {
            Some(error) => write!(f, ", the first error: {error}"),
            None => f.write_str(", no error"),
        }
    }
}

impl core::error::Error for Report {}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cut = self.more > 0;
        let mut object = serializer.serialize_struct("Report", if cut { 2 } else { 1 })?;
        object.serialize_field("findings", &self.findings)?;
        if cut {
            object.serialize_field("more", &self.more)?;
        }
        object.end()
    }
}
