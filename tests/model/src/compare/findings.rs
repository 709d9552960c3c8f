//! Compares findings by rule, code and path: errors in order, warnings in any order.

use super::convert;
use crate::reference;
use convmark::report::Severity;
use convmark::{Command, Finding, Policy, Report, Validator};

/// One finding without its wording.
pub type Found = (bool, String, Option<i64>, String);

fn of_crate(finding: &Finding) -> Found {
    let code = finding.code().map(|code| code.get());
    (finding.severity() == Severity::Error, finding.id().into(), code, finding.path())
}

fn of_reference(finding: &reference::schema::Finding) -> Found {
    (
        finding.severity == reference::schema::Severity::Error,
        finding.rule.into(),
        finding.code,
        finding.path.clone(),
    )
}

/// Splits into errors, in order, and sorted warnings.
fn ordered(found: Vec<Found>) -> (Vec<Found>, Vec<Found>) {
    let (errors, mut warnings): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|found| found.0);
    warnings.sort();
    (errors, warnings)
}

/// Compares the report of a body with the findings of the reference model. Returns the report.
///
/// # Panics
///
/// If they differ.
pub fn compare(command: Command, body: &[u8], policy: &Policy) -> Report {
    let expected = reference::schema::findings(command.name(), body, &convert::policy(policy));
    let expected = ordered(expected.iter().map(of_reference).collect());
    let whole = Validator::new(policy).with_max_findings(usize::MAX).report(command, body);
    assert_eq!(whole.more(), 0, "a report without a maximum is complete");
    let found = ordered(whole.findings().iter().map(of_crate).collect());
    assert!(
        found == expected,
        "{}: {}\nfound    {found:?}\nexpected {expected:?}",
        command.name(),
        shown(body)
    );
    cut(command, body, policy, &whole, Report::MAX_FINDINGS);
    cut(command, body, policy, &whole, 2);
    let report = Validator::new(policy).report(command, body);
    assert!(
        report
            == Validator::new(policy).with_max_findings(Report::MAX_FINDINGS).report(command, body),
        "the report of a body that the fast path accepts differs: {}",
        shown(body)
    );
    whole
}

/// Checks that a truncated report holds the first errors, then as many warnings as fit, and counts
/// the rest.
fn cut(command: Command, body: &[u8], policy: &Policy, whole: &Report, maximum: usize) {
    let report = Validator::new(policy).with_max_findings(maximum).report(command, body);
    let all = whole.findings().len();
    assert_eq!(report.findings().len(), all.min(maximum), "{}", shown(body));
    assert_eq!(report.findings().len() + report.more(), all, "{}", shown(body));
    assert_eq!(report.is_valid(), whole.is_valid());
    let errors = whole.errors().count().min(maximum);
    assert!(report.errors().eq(whole.errors().take(errors)), "{}", shown(body));
    let known: Vec<&Finding> = whole.warnings().collect();
    assert!(report.warnings().all(|warning| known.contains(&warning)));
}

/// A body as text for a message, truncated if it is long.
pub fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(4000) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], body.len()),
        None => text.into_owned(),
    }
}
