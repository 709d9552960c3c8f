//! Gives requests to the core: for a report, or for an answer.

use std::io;

use convmark::call::{Call, Caller, Incoming};
use convmark::fake::{self, Time};
use convmark::rate::RateLimiters;
use convmark::{Account, Change, Finding, Policy, Report, Validator};

use crate::envelope::{Envelope, Target};
use crate::fault;

/// The first error of the URL, if it has one, and the findings about the body if the command is
/// known. At most `max_findings` findings.
pub fn judge(envelope: &Envelope<'_>, policy: &Policy, max_findings: usize) -> Report {
    let report = |command| {
        let mut validator = Validator::new(policy).with_max_findings(max_findings);
        validator.report(command, envelope.body.as_bytes())
    };
    match &envelope.target {
        Target::Command(command) => report(*command),
        Target::Url(url) => match Call::parse_target(url) {
            Ok(call) => report(call.command()),
            Err(refusal) => {
                let report = refusal.command().map(report).unwrap_or_default();
                report.with_first(refusal.into_finding())
            }
        },
    }
}

/// The first error of the URL, if the request has one that is wrong.
pub fn url_error(target: &Target<'_>) -> Option<Finding> {
    let Target::Url(url) = target else { return None };
    Some(Call::parse_target(url).err()?.into_finding())
}

/// A service in memory.
pub struct Service(fake::Service);

impl Service {
    /// A service without data. `calls_per_second` is for each command; `None` is no limit.
    pub fn new(policy: &Policy, calls_per_second: Option<u32>) -> Self {
        let service = fake::Service::new(policy);
        Self(match calls_per_second {
            Some(calls_per_second) => service.with_calls_per_second(calls_per_second),
            None => service,
        })
    }

    /// The answer to the request, and what it changed. If the line asks for a certain code, that is
    /// the answer, and nothing is judged or applied.
    pub fn serve(
        &mut self,
        envelope: &Envelope<'_>,
    ) -> io::Result<(Vec<u8>, Vec<Change<'static>>)> {
        if let Some(code) = envelope.answer_with {
            let answer = fault::answer(code, envelope.target.command(), self.0.policy())?;
            return Ok((answer, Vec::new()));
        }
        let time = Time { seconds: envelope.now, milliseconds: envelope.now_ms };
        let served = self.0.serve(&incoming(envelope), &envelope.facts, time);
        Ok(served.map_err(io::Error::other)?.into_parts())
    }

    /// Serializes and loads the account that the request is about.
    pub fn reload(&mut self, envelope: &Envelope<'_>) -> io::Result<()> {
        let mut validator = Validator::new(self.0.policy());
        let request = incoming(envelope).judge(&mut validator, &mut RateLimiters::unlimited(), 0);
        let Ok(request) = request else { return Ok(()) };
        if let Some(account) = self.0.account(request.account()) {
            let stored = serde_json::to_vec(account)?;
            let loaded: Account = serde_json::from_slice(&stored)?;
            self.0.insert(request.account().clone(), loaded);
        }
        Ok(())
    }
}

fn incoming<'e>(envelope: &'e Envelope<'_>) -> Incoming<'e> {
    let body = envelope.body.as_bytes();
    let incoming = match &envelope.target {
        Target::Command(command) => Incoming::new(*command, body),
        Target::Url(url) => Incoming::from_url(url, body),
    };
    incoming.by(if envelope.is_admin { Caller::Admin } else { Caller::Other })
}
