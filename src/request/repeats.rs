//! Warnings of repeated conversations in an accepted request that draws no other warning, found
//! without full validation.

use alloc::vec::Vec;

use super::Request;
use super::raw::span_of_id;
use crate::account::hash;
use crate::conversation::Conversation;
use crate::report::{Finding, FindingKind, Judgment, Path, Report};
use crate::rule::Warning;

/// Memory that is used to find them.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    /// The hash of each conversation with its place in the list.
    hashes: Vec<(u64, usize)>,
    places: Vec<usize>,
}

impl Repeats {
    /// The report, or `None` if full validation is needed to make it.
    pub(crate) fn report(
        &mut self,
        request: &Request<'_>,
        body: &[u8],
        max_findings: usize,
    ) -> Option<Report> {
        self.hashes.clear();
        self.hashes.extend(request.conversations().map(hash).zip(0..));
        self.hashes.sort_unstable();
        self.places.clear();
        let mut first: Option<(u64, &Conversation<'_>)> = None;
        for (hash, place) in &self.hashes {
            let this = request.conversation(*place)?;
            match first {
                Some((same, known)) if same == *hash => {
                    if known != this {
                        // Two different conversations with the same hash: rare, unless made on
                        // purpose.
                        return None;
                    }
                    self.places.push(*place);
                }
                _ => first = Some((*hash, this)),
            }
        }
        if self.places.is_empty() {
            return Some(Report::empty(max_findings));
        }
        self.places.sort_unstable();
        let text = core::str::from_utf8(body).ok()?;
        let mut warnings = Vec::new();
        for place in self.places.iter().take(max_findings) {
            let (start, end) = span_of_id(text, request.conversation(*place)?)?;
            let path = Path::of_item(request.list(), *place);
            let finding = Finding::new(
                Judgment::Warning(Warning::RepeatedConversation),
                path,
                FindingKind::Rule,
            );
            warnings.push(finding.spanning(start, end));
        }
        let more = self.places.len().saturating_sub(warnings.len());
        Some(Report::new(Vec::new(), warnings, more, max_findings))
    }
}
