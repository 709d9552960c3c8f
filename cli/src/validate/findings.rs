//! What is printed and counted of a report.

use convmark::report::Severity;
use convmark::{Finding, Policy, Refusal, Report, Warning};
use serde::Serialize;

use super::found::Found;
use super::url;
use crate::engine;
use crate::envelope::Envelope;
use crate::plural::count;
use crate::recorded::Place;

/// How many findings are looked at for allowed warnings. A body of many megabytes can have
/// millions; those beyond this number are counted, even if they are allowed.
const LOOKED_AT: usize = 50_000;

/// What was found about a request, without the warnings that are allowed.
#[derive(Serialize)]
pub struct Findings {
    /// Errors in canonical order, then warnings. At most [`Report::MAX_FINDINGS`].
    #[serde(rename = "findings")]
    pub kept: Vec<Found>,
    /// How many there are beyond those kept.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Findings {
    /// Judges the request. `bad_http` is what is wrong with the HTTP around it, if it was read of a
    /// recording of HTTP; then only this and the URL are judged.
    pub fn of(
        envelope: &Envelope<'_>,
        bad_http: Option<&str>,
        policy: &Policy,
        allowed: &[Warning],
    ) -> Self {
        if let Some(problem) = bad_http {
            return Self::of_bad_http(envelope, problem);
        }
        let mut report = engine::judge(envelope, policy, Report::MAX_FINDINGS);
        if report.more() > 0 && !allowed.is_empty() {
            // Warnings that are not printed must not take the place of others.
            let all = Report::MAX_FINDINGS.saturating_add(report.more());
            report = engine::judge(envelope, policy, all.min(LOOKED_AT));
        }
        let is_allowed = |finding: &&Finding| {
            finding.warning().is_some_and(|warning| allowed.contains(&warning))
        };
        let kept = report.findings().iter().filter(|finding| !is_allowed(finding));
        let mut kept: Vec<Found> = kept.cloned().map(Found::from).collect();
        let cut = kept.len().saturating_sub(Report::MAX_FINDINGS);
        kept.truncate(Report::MAX_FINDINGS);
        // An error of the URL comes first, and one is in the report at most.
        if let (Some(first), Some(beyond)) = (kept.first_mut(), url::beyond_first(&envelope.target))
        {
            first.beyond = beyond;
        }
        Self { kept, more: report.more() + cut }
    }

    fn of_bad_http(envelope: &Envelope<'_>, problem: &str) -> Self {
        let command = envelope.target.command();
        let mut first = Found::from(Refusal::bad_http(command).into_finding());
        first.beyond = format!(". {problem}");
        let url = engine::url_error(&envelope.target).map(|finding| {
            let mut found = Found::from(finding);
            found.beyond.extend(url::beyond_first(&envelope.target));
            found
        });
        Self { kept: std::iter::once(first).chain(url).collect(), more: 0 }
    }

    /// How many of those kept have this severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.kept.iter().filter(|found| found.finding.severity() == severity).count() as u64
    }

    /// `2 more findings`, if there are any beyond those kept.
    pub fn more(&self) -> Option<String> {
        (self.more > 0).then(|| count(self.more as u64, "more finding"))
    }
}

/// ` at /pointer`, or nothing for the body as a whole.
pub fn place(path: String) -> String {
    if path.is_empty() { path } else { format!(" at {path}") }
}

/// A request with the findings about it.
#[derive(Clone, Copy)]
pub struct Judged<'j> {
    pub place: Place,
    pub envelope: &'j Envelope<'j>,
    pub findings: &'j Findings,
}
