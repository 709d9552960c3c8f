//! The stages of a call that do not look at its body, in order: HTTP, URL, UserSig, call frequency,
//! admin. Then the handler.

mod admission;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use convmark::call::Call;
use convmark::rate::RateLimiters;
use convmark::{Command, ErrorCode, Policy, Refusal};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::EXPECT;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};
use tokio::sync::Semaphore;
use tracing::Instrument;

use super::bad_http::BadHttp;
use super::body::{self, BodyError};
use super::budget::{Budget, Held};
use super::cors;
use super::faked::Faked;
use super::handler::Handler;
use super::hosts::Hosts;
use super::phase::{Phase, PhaseWatch};
use super::response::{self, How};
use super::run_to_end::RunToEnd;
use crate::answer::{Failure, code_of};
use crate::clock::unix_seconds;
use crate::config::{Callers, Limits, TimeOuts};
use crate::fake::Fake;
use crate::metrics::{Metrics, Stage};
use crate::request_id::{RequestId, RequestIds};
use crate::service::Trace;

/// What the front is told.
#[derive(Debug)]
pub struct FrontSettings {
    /// What refused calls are answered under.
    pub policy: Policy,
    /// Who may call.
    pub callers: Callers,
    /// Calls admitted in one second, for each command.
    pub calls_per_second: Option<u32>,
    /// The names that are accepted on loopback.
    pub hosts: Hosts,
    /// The limits.
    pub limits: Limits,
    /// The time-outs.
    pub time_outs: TimeOuts,
}

/// The connection is closed without an answer, as a test wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub struct Dropped;

/// Everything in front of the handler.
pub struct Front<H> {
    settings: FrontSettings,
    handler: Arc<H>,
    limiters: Option<Mutex<RateLimiters>>,
    started: Instant,
    bodies: Budget,
    calls: Arc<Semaphore>,
    ids: RequestIds,
    metrics: Arc<Metrics>,
    fake: Option<Arc<Fake>>,
}

impl<H: Handler> Front<H> {
    /// A front without calls so far.
    #[must_use]
    pub fn new(settings: FrontSettings, handler: Arc<H>, metrics: Arc<Metrics>) -> Self {
        Self {
            limiters: settings.calls_per_second.map(RateLimiters::new).map(Mutex::new),
            started: Instant::now(),
            bodies: Budget::new(settings.limits.bodies_bytes),
            calls: Arc::new(Semaphore::new(settings.limits.calls)),
            ids: RequestIds::new(),
            settings,
            handler,
            metrics,
            fake: None,
        }
    }

    /// The same under the control of tests, if there is one.
    #[must_use]
    pub fn with_fake(self, fake: Option<Arc<Fake>>) -> Self {
        Self { fake, ..self }
    }

    /// What the front was told.
    pub const fn settings(&self) -> &FrontSettings {
        &self.settings
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Waits until no call is in flight.
    pub async fn calls_end(&self) {
        let all = u32::try_from(self.settings.limits.calls).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = self.calls.acquire_many(all).await;
    }

    /// The answer to HTTP that is not a call, of that command if its URL names one.
    pub(super) fn bad_http(&self, why: BadHttp, command: Option<Command>) -> Bytes {
        let info = why.info(&self.settings.limits, &self.settings.time_outs);
        let code = Refusal::bad_http(command).code();
        Failure { command, code, info }.answer(&self.settings.policy)
    }

    /// The answer to a connection that is one too many.
    pub(super) fn too_many_connections(&self) -> Bytes {
        self.busy(None, "too many connections")
    }

    /// Answers one request.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        phase: PhaseWatch,
    ) -> Result<Response<Full<Bytes>>, Dropped> {
        phase.enter(Phase::Call);
        let (id, begun) = (self.ids.next(), Instant::now());
        let (head, mut body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("", |target| target.as_str());
        let call = Call::parse_target(target);
        let command = call.as_ref().map_or_else(Refusal::command, |call| Some(call.command()));
        let mut faked = self.fake.as_ref().map(|fake| {
            let url = call.as_ref().err().map(|refusal| refusal.finding().clone());
            Faked::new(fake, id, command, url)
        });
        let (answer, how) = match self.read(&head, command, &mut body, &phase).await {
            Ok((body, held)) => match (self.admit(call), faked.take()) {
                (Ok(command), None) => {
                    let answer = self.call(command, body, held, id, unix_seconds(), None).await;
                    (answer, How::default())
                }
                (Ok(command), Some(faked)) => {
                    let call = Arc::clone(&self).call_faked(faked, command, body, held);
                    (call.await?, How::default())
                }
                (Err(answer), refused) => {
                    faked = refused;
                    (answer, How::default())
                }
            },
            Err(refused) => refused,
        };
        if !how.is_preflight {
            if let Some(faked) = faked {
                faked.refused(&answer);
            }
            let code = code_of(&answer);
            self.metrics.answered(command, code, begun.elapsed());
            tracing::debug!(
                request = %id,
                command = command.map_or("none", Command::name),
                code,
                micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
                "answered"
            );
        }
        let mut response = response::of(answer, id, how);
        if let Some(origin) = self.settings.hosts.readable_by(&head) {
            cors::allow(response.headers_mut(), origin.clone());
            if how.is_preflight {
                cors::allow_call(response.headers_mut());
            }
        }
        phase.enter(Phase::Write);
        Ok(response)
    }

    /// HTTP: the method, the names of the server, the body.
    async fn read(
        &self,
        head: &Parts,
        command: Option<Command>,
        incoming: &mut Incoming,
        phase: &PhaseWatch,
    ) -> Result<(Bytes, Held), (Bytes, How)> {
        if head.method == Method::CONNECT {
            let how = How { closes: true, refuses_tunnel: true, ..How::default() };
            return Err((self.bad_http(BadHttp::Method, command), how));
        }
        let begun = Instant::now();
        let now = tokio::time::Instant::now();
        let deadline = now.checked_add(self.settings.time_outs.body).unwrap_or(now);
        let most = self.settings.limits.body_bytes;
        let waits = head.headers.contains_key(EXPECT);
        let read = body::read(incoming, &self.bodies, most, deadline, waits).await;
        self.metrics.took(Stage::Body, begun.elapsed());
        let how = How { closes: !read.is_whole, ..How::default() };
        if matches!(read.body, Err(BodyError::Slow)) {
            phase.linger();
        }
        if !self.settings.hosts.accept(head) {
            return Err((self.foreign(command), how));
        }
        if cors::is_preflight(head) && self.settings.hosts.readable_by(head).is_some() {
            return Err((Bytes::new(), How { is_preflight: true, ..how }));
        }
        let is_post = head.method == Method::POST;
        let why = match read.body {
            Ok(body) if is_post => return Ok(body),
            Err(BodyError::Busy) => {
                return Err((self.busy(command, "too many bytes of bodies"), how));
            }
            _ if !is_post => BadHttp::Method,
            Ok(_) | Err(BodyError::Empty) => BadHttp::EmptyBody,
            Err(BodyError::Long) => BadHttp::LongBody,
            Err(BodyError::Broken) => BadHttp::BrokenBody,
            Err(BodyError::Slow) => BadHttp::SlowBody,
        };
        Err((self.bad_http(why, command), how))
    }

    /// The stages from the JSON on, which run to their end.
    pub(super) async fn call(
        &self,
        command: Command,
        body: Bytes,
        held: Held,
        id: RequestId,
        now_seconds: u64,
        trace: Option<Arc<Trace>>,
    ) -> Bytes {
        let Ok(place) = Arc::clone(&self.calls).try_acquire_owned() else {
            return self.busy(Some(command), "too many calls in flight");
        };
        let begun = Instant::now();
        let handler = Arc::clone(&self.handler);
        let work = async move {
            let answer = match trace {
                None => handler.call(command, body, now_seconds).await,
                Some(trace) => handler.call_traced(command, body, now_seconds, trace).await,
            };
            drop((held, place));
            answer
        };
        let work = work.instrument(tracing::info_span!("call", request = %id));
        let ended = tokio::time::timeout(self.settings.time_outs.call, RunToEnd::new(work)).await;
        self.metrics.took(Stage::Call, begun.elapsed());
        match ended {
            Ok(Ok(answer)) => answer,
            Ok(Err(_panicked)) => {
                tracing::error!(request = %id, command = command.name(), "a call panicked");
                self.refused(&Refusal::host_fault(command))
            }
            Err(_) => {
                tracing::warn!(request = %id, command = command.name(), "a call took too long");
                self.refused(&Refusal::host_timeout(command))
            }
        }
    }

    fn refused(&self, refusal: &Refusal) -> Bytes {
        let mut answer = Vec::new();
        refusal.write_answer(&self.settings.policy, &mut answer);
        answer.into()
    }

    fn failed(&self, command: Command, code: ErrorCode, info: String) -> Bytes {
        Failure { command: Some(command), code, info }.answer(&self.settings.policy)
    }

    fn busy(&self, command: Option<Command>, what: &str) -> Bytes {
        Failure::busy(command, what).answer(&self.settings.policy)
    }

    fn foreign(&self, command: Option<Command>) -> Bytes {
        let failure = Failure { command, code: ErrorCode::HTTP, info: FOREIGN.to_owned() };
        failure.answer(&self.settings.policy)
    }
}

const FOREIGN: &str = "bad-http: the Host or Origin header is not a name of this server. It listens on loopback, where it \
                       refuses the calls of web pages. Call it by its address, or start it with --allow-host NAME.";
