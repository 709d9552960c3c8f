//! Calls of a service that tests control.

use std::sync::Arc;

use bytes::Bytes;
use convmark::Command;
use convmark::code::CodeInfo;
use serde::Deserialize;

use super::budget::Held;
use super::front::{Dropped, Front};
use super::handler::Handler;
use super::run_to_end::RunToEnd;
use crate::answer::Failure;
use crate::fake::{Drop, Epoch, Fake, Fault, Found, Over, Served};
use crate::request_id::RequestId;
use crate::service::Trace;

/// A call that tests are told of.
pub(super) struct Faked {
    fake: Arc<Fake>,
    id: RequestId,
    command: Option<Command>,
    url: Option<Found>,
    epoch: Epoch,
    /// `From_Account`, if its body was looked at and has one.
    account: Option<String>,
}

impl Faked {
    /// A call that has just arrived, with what is wrong with its URL.
    pub fn new(
        fake: &Arc<Fake>,
        id: RequestId,
        command: Option<Command>,
        url: Option<Found>,
    ) -> Self {
        Self { fake: Arc::clone(fake), id, command, url, epoch: fake.epoch(), account: None }
    }

    /// Notes a call that got no further than its admission.
    pub fn refused(self, answer: &[u8]) {
        let now_seconds = self.fake.clock.now_seconds();
        self.ended(now_seconds, None, Some(answer), None, None);
    }

    fn ended(
        self,
        now_seconds: u64,
        body: Option<&[u8]>,
        answer: Option<&[u8]>,
        fault: Option<Fault>,
        trace: Option<&Trace>,
    ) {
        let Self { fake, id, command, url, epoch, account } = self;
        let traced = trace.map(Trace::take);
        let served = Served { id, now_seconds, command, url, account, body, answer, fault, traced };
        fake.ended(served, epoch);
    }
}

impl From<Over> for Dropped {
    fn from(_: Over) -> Self {
        Self
    }
}

impl<H: Handler> Front<H> {
    /// Serves an admitted call, with the fault that a rule has for it. It runs to its end even if
    /// the client is gone.
    pub(super) async fn call_faked(
        self: Arc<Self>,
        faked: Faked,
        command: Command,
        body: Bytes,
        held: Held,
    ) -> Result<Bytes, Dropped> {
        let front = Arc::clone(&self);
        let work = RunToEnd::new(front.with_fault(faked, command, body, held));
        // The handler's own panics are answers.
        work.await.unwrap_or(Err(Dropped))
    }

    async fn with_fault(
        self: Arc<Self>,
        mut faked: Faked,
        command: Command,
        body: Bytes,
        held: Held,
    ) -> Result<Bytes, Dropped> {
        let fake = Arc::clone(&faked.fake);
        faked.account = account_of(&body);
        // A call of a test that is over uses up no rule of the next one.
        let fault = fake.decide(faked.epoch, command, faked.account.as_deref())?;
        if let Some(delay) = fault.and_then(|fault| fault.delay) {
            tokio::select! {
                biased;
                () = fake.is_over(faked.epoch) => return Err(Dropped),
                () = tokio::time::sleep(delay) => {}
            }
        }
        let now_seconds = fake.clock.now_seconds();
        let (code, drop) = fault.map_or((None, None), |fault| (fault.code, fault.drop));
        if drop == Some(Drop::Before) {
            faked.ended(now_seconds, Some(&body), None, fault, None);
            return Err(Dropped);
        }
        if let Some(code) = code {
            let answer = self.injected(code, command);
            faked.ended(now_seconds, Some(&body), Some(&answer), fault, None);
            return Ok(answer);
        }
        let judging = fake.judge(faked.epoch).await?;
        let trace = Arc::new(Trace::default());
        let traced = Some(Arc::clone(&trace));
        // Until its end is noted, and for as long as it goes on after the time for a call.
        let held = (held, judging.clone());
        let answer = self.call(command, body.clone(), held, faked.id, now_seconds, traced).await;
        faked.ended(now_seconds, Some(&body), Some(&answer), fault, Some(&trace));
        if drop == Some(Drop::After) { Err(Dropped) } else { Ok(answer) }
    }

    fn injected(&self, code: &CodeInfo, command: Command) -> Bytes {
        let info = format!(
            "{}: {}; a rule of /_convmark/faults asks for this answer",
            code.name, code.meaning
        );
        let failure = Failure { command: Some(command), code: code.code, info };
        failure.answer(&self.settings().policy)
    }
}

/// `From_Account`, if the body is JSON that has one.
fn account_of(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Requester {
        #[serde(rename = "From_Account")]
        account: String,
    }
    // An array of one text would be read as an object with one member.
    if !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(body).map(|Requester { account }| account).ok()
}
