//! The entry points for judging a body: the request, everything found, the first error, or yes and
//! no.

use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer;

use super::fast::Context;
use super::memory::ItemMemory;
use super::repeats::Repeats;
use super::*;
use crate::account::{ItemResult, Outcome};
use crate::json::{ErrorPlace, Scanner};
use crate::refusal::Refusal;
use crate::report::{Finding, Report};

/// Judges request bodies under one policy (stages 2 and 3), and keeps memory between them.
///
/// Making a validator allocates nothing, so one can be made for a single body. One that is kept
/// allocates nothing either once it is warm, if requests and outcomes are [given
/// back](Self::reclaim).
///
/// ```
/// use convmark::{Account, Command, Facts, Policy, Validator};
///
/// let mut validator = Validator::new(&Policy::default());
/// let mut account = Account::new();
/// let mut answer = Vec::new();
/// for body in [
///     br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#,
///     br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"c"},"SetMark":[2]}]}"#,
/// ] {
///     let request = validator.decode(Command::MarkContact, body).unwrap();
///     let outcome = account.apply_with(&mut validator, &request, &Facts::vouched(), 1_700_000_000).unwrap();
///     answer.clear();
///     outcome.write_answer(&mut answer);
///     validator.reclaim_outcome(outcome);
///     validator.reclaim(request);
/// }
/// assert!(answer.ends_with(br#""ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#));
/// ```
pub struct Validator {
    policy: Policy,
    max_findings: usize,
    pub(super) items: ItemMemory,
    results: Vec<ItemResult>,
    repeats: Repeats,
    body: Vec<u8>,
}

/// Shows the policy and the maximum of findings, nothing that a request left behind.
impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator")
            .field("policy", &self.policy)
            .field("max_findings", &self.max_findings)
            .finish_non_exhaustive()
    }
}

impl Default for Validator {
    /// A validator under the default policy.
    fn default() -> Self {
        Self::new(&Policy::default())
    }
}

impl Validator {
    /// A validator under that policy.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self {
            policy: *policy,
            max_findings: Report::MAX_FINDINGS,
            items: ItemMemory::default(),
            results: Vec::new(),
            repeats: Repeats::default(),
            body: Vec::new(),
        }
    }

    /// The same with another maximum of findings in a report, at least 1. The default is
    /// [`Report::MAX_FINDINGS`].
    #[must_use]
    pub fn with_max_findings(mut self, max_findings: usize) -> Self {
        self.max_findings = max_findings.max(1);
        self
    }

    /// The policy that bodies are judged under.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Reads a request from its body. The request borrows from the body.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with the first finding in canonical order: `invalid-json` (60003) or a rule of
    /// the schema. [`report`](Self::report) finds them all.
    ///
    /// ```
    /// use convmark::{Command, Policy, Rule, Validator};
    ///
    /// let body = br#"{"From_Account":"user_0001","GroupName":["friends","family"]}"#;
    /// let refusal = Validator::new(&Policy::default()).decode(Command::DelContactGroup, body).unwrap_err();
    /// let finding = refusal.finding();
    /// assert_eq!((finding.rule(), finding.path().as_str()), (Some(Rule::SingleItemOnly), "/GroupName"));
    /// ```
    pub fn decode<'a>(
        &mut self,
        command: Command,
        body: &'a [u8],
    ) -> Result<CheckedRequest<'a>, Refusal> {
        match self.accept(command, body) {
            Ok((request, _)) => Ok(request),
            Err(declined) => match self.judge(command, body, declined, 1) {
                Ok((request, _)) => Ok(request),
                Err(report) => Err(Refusal::of_report(command, report)),
            },
        }
    }

    /// Reads a request of any serde format, on the fast path alone: see [`RequestSeed`].
    ///
    /// # Errors
    ///
    /// One that says "declined".
    pub fn deserialize<'de, D: Deserializer<'de>>(
        &mut self,
        command: Command,
        reader: D,
    ) -> Result<CheckedRequest<'de>, D::Error> {
        RequestSeed::new(command, &self.policy).deserialize_in(&mut self.items, reader)
    }

    /// Everything that is wrong or unusual with a body.
    #[must_use]
    pub fn report(&mut self, command: Command, body: &[u8]) -> Report {
        let declined = match self.accept(command, body) {
            Ok((request, has_warnings)) => {
                let quick = if has_warnings {
                    None
                } else {
                    self.repeats.report(request.request(), body, self.max_findings)
                };
                self.reclaim(request);
                if let Some(report) = quick {
                    return report;
                }
                Declined::Unknown
            }
            Err(declined) => declined,
        };
        self.judge(command, body, declined, self.max_findings)
            .map_or_else(|report| report, |(_, report)| report)
    }

    /// The error that decides the answer, if the body is not a valid request.
    #[must_use]
    pub fn first_error(&mut self, command: Command, body: &[u8]) -> Option<Finding> {
        match self.decode(command, body) {
            Ok(request) => {
                self.reclaim(request);
                None
            }
            Err(refusal) => Some(refusal.into_finding()),
        }
    }

    /// Whether a body is a valid request. This is the cheapest question.
    #[must_use]
    pub fn is_valid(&mut self, command: Command, body: &[u8]) -> bool {
        match self.accept(command, body) {
            Ok((request, _)) => {
                self.reclaim(request);
                true
            }
            Err(declined) => self.judge(command, body, declined, 1).is_ok(),
        }
    }

    /// Checks a request that was built in code, by judging the body that it would be sent as.
    ///
    /// # Errors
    ///
    /// A [`Report`] of what the policy does not allow, with the places in that body.
    ///
    /// ```
    /// use convmark::request::CreateGroup;
    /// use convmark::{Policy, UserId, Validator};
    ///
    /// let account = UserId::new("user_0001").unwrap();
    /// let request = CreateGroup::new(account, "a name that is longer than 32 bytes", vec![]);
    /// assert!(Validator::new(&Policy::default()).check(request.clone()).is_ok());
    /// let short = Policy::default().to_builder().group_name_max_bytes(32).build().unwrap();
    /// let report = Validator::new(&short).check(request).unwrap_err();
    /// assert_eq!(report.findings()[0].path(), "/GroupContactItem/0/GroupName");
    /// ```
    pub fn check<'a>(
        &mut self,
        request: impl Into<Request<'a>>,
    ) -> Result<CheckedRequest<'a>, Report> {
        let request = request.into();
        let command = request.command();
        let mut body = core::mem::take(&mut self.body);
        body.clear();
        request.write_body(&self.policy, &mut body);
        let checked = if self.is_valid(command, &body) {
            Ok(CheckedRequest::new(request, &self.policy))
        } else {
            Err(self.report(command, &body).without_spans())
        };
        body.clear();
        self.body = body;
        checked
    }

    /// Takes back the memory of a request.
    pub fn reclaim(&mut self, request: CheckedRequest<'_>) {
        request.into_request().give_back(&mut self.items);
    }

    /// Takes back the memory of an outcome.
    pub fn reclaim_outcome(&mut self, outcome: Outcome<'_>) {
        let mut results = outcome.into_results();
        results.clear();
        self.results = results;
    }

    pub(crate) fn take_results(&mut self) -> Vec<ItemResult> {
        core::mem::take(&mut self.results)
    }

    /// The fast path: the request, and whether there may be a warning.
    #[inline]
    pub(super) fn accept<'a>(
        &mut self,
        command: Command,
        body: &'a [u8],
    ) -> Result<(CheckedRequest<'a>, bool), Declined> {
        let text = core::str::from_utf8(body).map_err(|_| Declined::Unknown)?;
        let mut scanner = Scanner::new(text);
        let context = Context::new(&self.policy, &mut self.items);
        let request = seed::read(command, &context, &mut scanner);
        let has_warnings = context.has_warnings();
        context.give_back();
        let request = request.map_err(|_| Declined::of(&scanner))?;
        if scanner.end().is_err() {
            request.give_back(&mut self.items);
            return Err(Declined::of(&scanner));
        }
        Ok((CheckedRequest::new(request, &self.policy), has_warnings))
    }

    /// Judges a body that the fast path declined. Returns the request, if there is no error, and
    /// everything found.
    #[cold]
    fn judge<'a>(
        &self,
        command: Command,
        body: &'a [u8],
        declined: Declined,
        max_findings: usize,
    ) -> Result<(CheckedRequest<'a>, Report), Report> {
        match declined {
            Declined::Syntax(place) => Err(full::not_json(body, place, max_findings)),
            Declined::Unknown => validate(command, body, &self.policy, max_findings),
        }
    }
}

/// Why the fast path declined a body.
pub(super) enum Declined {
    Unknown,
    /// The body is not JSON.
    Syntax(ErrorPlace),
}

impl Declined {
    #[cold]
    fn of(scanner: &Scanner<'_>) -> Self {
        scanner.error_place().map_or(Self::Unknown, Self::Syntax)
    }
}

macro_rules! validate_each {
    ($($Command:ident => $Variant:ident($Type:ident), $facts:tt;)+) => {
        /// Full validation: the request, if there is no error, and everything found.
        pub(super) fn validate<'a>(
            command: Command,
            body: &'a [u8],
            policy: &Policy,
            max_findings: usize,
        ) -> Result<(CheckedRequest<'a>, Report), Report> {
            match command {
                $(Command::$Command => full::validate::<<$Type<'a> as Body<'a>>::Table>(body, policy, max_findings)
                    .map(|(request, report)| (CheckedRequest::new(Request::$Variant(request), policy), report)),)+
            }
        }
    };
}

for_each_command!(validate_each);
