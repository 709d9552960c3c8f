//! A whole request refused: the answer `FAIL`.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::code::ErrorCode;
use crate::command::Command;
use crate::policy::Policy;
use crate::report::{Finding, FindingKind, Judgment, Path, Report};
use crate::rule::Rule;
use crate::write;

/// Why a whole request is refused, at any stage from the URL to the state of the account.
///
/// It takes 16 bytes or less, so that a result that can hold it stays small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    command: Option<Command>,
    finding: Box<Finding>,
}

impl Refusal {
    pub(crate) fn new(command: Option<Command>, finding: Finding) -> Self {
        debug_assert!(finding.code().is_some(), "a warning does not refuse a request");
        Self { command, finding: Box::new(finding) }
    }

    pub(crate) fn of_rule(command: Command, rule: Rule) -> Self {
        Self::new(Some(command), Finding::error(rule, Path::default(), FindingKind::Rule))
    }

    pub(crate) fn of_report(command: Command, report: Report) -> Self {
        match report.into_first_error() {
            Some(finding) => Self::new(Some(command), finding),
            None => {
                debug_assert!(false, "only reports with errors refuse");
                Self::of_rule(command, Rule::HostFault)
            }
        }
    }

    pub(crate) fn of_parameter(
        command: Option<Command>,
        rule: Rule,
        code: ErrorCode,
        kind: FindingKind,
    ) -> Self {
        Self::new(command, Finding::new(Judgment::Error(rule, code), Path::default(), kind))
    }

    /// Stage 0, for hosts that speak HTTP: a method other than POST, an empty or oversized body, or
    /// bytes that are not an HTTP request (`bad-http`, 60002) (decided).
    #[must_use]
    pub fn bad_http(command: Option<Command>) -> Self {
        Self::new(command, Finding::error(Rule::BadHttp, Path::default(), FindingKind::Rule))
    }

    /// Stage 0: the app calls more often than allowed (`too-frequent`, 60007) (decided).
    #[must_use]
    pub fn too_frequent(command: Command) -> Self {
        Self::of_rule(command, Rule::TooFrequent)
    }

    /// Stage 1: the caller is not an app admin (`not-admin`, 50003).
    #[must_use]
    pub fn not_admin(command: Command) -> Self {
        Self::of_rule(command, Rule::NotAdmin)
    }

    /// A fault of the host, for example of its store (`host-fault`, 50004).
    #[must_use]
    pub fn host_fault(command: Command) -> Self {
        Self::of_rule(command, Rule::HostFault)
    }

    /// The host ran out of time (`host-timeout`, 50005).
    #[must_use]
    pub fn host_timeout(command: Command) -> Self {
        Self::of_rule(command, Rule::HostTimeout)
    }

    /// The command, if the call names one.
    #[must_use]
    pub const fn command(&self) -> Option<Command> {
        self.command
    }

    /// The rule that the request breaks.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.finding.rule().unwrap_or(Rule::HostFault)
    }

    /// The code of the answer.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.finding.code().unwrap_or(ErrorCode::INTERNAL)
    }

    /// The finding: rule, code, place and message.
    #[must_use]
    pub const fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The finding: rule, code, place and message.
    #[must_use]
    pub fn into_finding(self) -> Finding {
        *self.finding
    }

    /// `ErrorInfo`: the rule, the place, what is wrong and what to do; never a value of the
    /// request.
    #[must_use]
    pub fn info(&self) -> String {
        self.to_string()
    }

    /// Appends the answer: `{"ActionStatus":"FAIL",..}`.
    pub fn write_answer(&self, policy: &Policy, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"ActionStatus":"FAIL","ErrorCode":"#);
        write::integer(self.code().get(), out);
        out.extend_from_slice(br#","ErrorInfo":"#);
        write::string(self.info().as_bytes(), out);
        if policy.error_display().is_shown(self.command) {
            out.extend_from_slice(ERROR_DISPLAY);
        }
        out.push(b'}');
    }
}

/// The text of [`Refusal::info`].
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.finding.write_info(f)
    }
}

impl core::error::Error for Refusal {}

pub(crate) const ERROR_DISPLAY: &[u8] = br#","ErrorDisplay":"""#;
