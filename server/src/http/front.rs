//! The stages of a call that do not look at its body, in order: HTTP, URL, UserSig, call frequency,
//! admin. Then the handler.

mod admission;
mod judging;
mod reading;
mod refusals;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use bytes::Bytes;
use convmark::call::Call;
use convmark::rate::RateLimiters;
use convmark::{Command, Policy, Refusal};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::sync::Semaphore;

use super::budget::Budget;
use super::cors;
use super::faked::Faked;
use super::handler::Handler;
use super::hosts::Hosts;
use super::phase::{Phase, PhaseWatch};
use super::response::{self, How};
use crate::answer::code_of;
use crate::clock::unix_seconds;
use crate::config::{Callers, Limits, TimeOuts};
use crate::fake::{self, Fake, Found};
use crate::metrics::Metrics;
use crate::request_id::RequestIds;

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
        // A server of one app is never a fake, and has paths of calls alone.
        let is_control = command.is_none()
            && self.settings.callers.app.is_none()
            && fake::is_control(head.uri.path());
        let mut faked = self.fake.as_ref().map(|fake| {
            let path = head.uri.path();
            let url = call.as_ref().err().map(|error| Found::of_url(error.finding(), path));
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
        let (answer, how) = if is_control && !how.is_preflight {
            (fake::elsewhere(self.fake.is_some()), How { is_control, ..how })
        } else {
            (answer, how)
        };
        if !how.is_preflight && !how.is_control {
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
}
