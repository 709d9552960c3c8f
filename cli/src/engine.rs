//! What the core makes of a request: its report, or its answer.

use std::io;

use convmark::{Account, Accounts, Buffers, Call, Caller, Change, Gates, Incoming, Policy, Report};

use crate::envelope::{Envelope, Target};

/// The first error of the URL, if it has one, and the findings of the body if the command is known.
pub fn judge(envelope: &Envelope<'_>, policy: &Policy) -> Report {
    let report = |command| convmark::report(command, envelope.body.as_bytes(), policy);
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

/// The service, in memory.
pub struct Service {
    policy: Policy,
    accounts: Accounts,
    limiters: Option<Gates>,
}

impl Service {
    /// A service without data. `calls_per_second` is for each command; `None` is no limit.
    pub fn new(policy: Policy, calls_per_second: Option<u32>) -> Self {
        Self { policy, accounts: Accounts::new(), limiters: calls_per_second.map(Gates::new) }
    }

    /// The answer to the request, and what it changed.
    pub fn serve(&mut self, envelope: &Envelope<'_>) -> io::Result<(Vec<u8>, Vec<Change<'static>>)> {
        let limiters = self.limiters.as_mut().map(|limiters| (limiters, envelope.now_ms));
        let (call, facts) = (incoming(envelope), &envelope.facts);
        let served = self.accounts.serve(&call, &self.policy, facts, envelope.now, limiters);
        Ok(served.map_err(io::Error::other)?.into_parts())
    }

    /// Serializes and loads the account that the request is about.
    pub fn reload(&mut self, envelope: &Envelope<'_>) -> io::Result<()> {
        let call = incoming(envelope);
        let Ok(request) = call.judge(&mut Buffers::new(), &self.policy, None) else { return Ok(()) };
        if let Some(account) = self.accounts.get(request.account()) {
            let stored = serde_json::to_vec(account)?;
            let loaded: Account = serde_json::from_slice(&stored)?;
            self.accounts.insert(request.account().clone(), loaded);
        }
        Ok(())
    }
}

fn incoming<'e>(envelope: &'e Envelope<'_>) -> Incoming<'e> {
    let body = envelope.body.as_bytes();
    let incoming = match &envelope.target {
        Target::Command(command) => Incoming::new(*command, body),
        Target::Url(url) => Incoming::to_url(url, body),
    };
    incoming.by(if envelope.is_admin { Caller::Admin } else { Caller::Other })
}
