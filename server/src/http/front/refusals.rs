//! Answers to what gets no further than the front.

use bytes::Bytes;
use convmark::{Command, ErrorCode, Refusal};

use super::Front;
use crate::answer::Failure;
use crate::http::Handler;
use crate::http::bad_http::BadHttp;

impl<H: Handler> Front<H> {
    /// The answer to HTTP that is not a call, of that command if its URL names one.
    pub(in crate::http) fn bad_http(&self, why: BadHttp, command: Option<Command>) -> Bytes {
        let info = why.info(&self.settings.limits, &self.settings.time_outs);
        let code = Refusal::bad_http(command).code();
        Failure { command, code, info }.answer(&self.settings.policy)
    }

    /// The answer to a connection that is one too many.
    pub(in crate::http) fn too_many_connections(&self) -> Bytes {
        self.busy(None, "too many connections")
    }

    pub(super) fn refused(&self, refusal: &Refusal) -> Bytes {
        let mut answer = Vec::new();
        refusal.write_answer(&self.settings.policy, &mut answer);
        answer.into()
    }

    pub(super) fn failed(&self, command: Command, code: ErrorCode, info: String) -> Bytes {
        Failure { command: Some(command), code, info }.answer(&self.settings.policy)
    }

    pub(super) fn busy(&self, command: Option<Command>, what: &str) -> Bytes {
        Failure::busy(command, what).answer(&self.settings.policy)
    }

    pub(super) fn foreign(&self, command: Option<Command>) -> Bytes {
        let failure = Failure { command, code: ErrorCode::HTTP, info: FOREIGN.to_owned() };
        failure.answer(&self.settings.policy)
    }
}

const FOREIGN: &str = "bad-http: the Host or Origin header is not a name of this server. It listens on loopback, where it \
                       refuses the calls of web pages. Call it by its address, or start it with --allow-host NAME.";
