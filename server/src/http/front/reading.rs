//! The first stage: HTTP.

use std::time::Instant;

use bytes::Bytes;
use convmark::Command;
use hyper::Method;
use hyper::body::Incoming;
use hyper::header::EXPECT;
use hyper::http::request::Parts;

use super::Front;
use crate::http::Handler;
use crate::http::bad_http::BadHttp;
use crate::http::body::{self, BodyError};
use crate::http::budget::Held;
use crate::http::cors;
use crate::http::phase::PhaseWatch;
use crate::http::response::How;
use crate::metrics::Stage;

impl<H: Handler> Front<H> {
    /// HTTP: the method, the names of the server, the body.
    pub(super) async fn read(
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
}
