//! The paths and methods under `/_convmark/`, and what every request goes through.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use tokio::time::{Instant, timeout};

use super::Fake;
use super::answer::Answer;
use super::endpoints::perform;
use super::refused::Refused;
use crate::http::{BodyError, Budget, Held, Hosts, read_body};

/// What the paths of all endpoints begin with.
pub const PREFIX: &str = "/_convmark/";

/// The most bytes of one body.
const BODY_BYTES: usize = 16 << 20;
/// The most bytes of all bodies together.
const BODIES_BYTES: usize = 64 << 20;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);
/// How long a body that is not wanted is read, so that the client can read the answer.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// Every path, without [`PREFIX`], with its methods.
pub const ROUTES: &[(&str, &[&str])] = &[
    ("reset", &["POST"]),
    ("accounts", &["GET"]),
    ("accounts/{user}", &["GET", "PUT", "DELETE"]),
    ("facts", &["GET", "PUT"]),
    ("clock", &["GET", "PUT", "DELETE"]),
    ("calls", &["GET", "PUT", "DELETE"]),
    ("check", &["POST"]),
    ("faults", &["GET", "PUT", "DELETE"]),
];

/// Whether a path is one of those that tests control the service by, or would be.
pub fn is_control(path: &str) -> bool {
    path.starts_with(PREFIX) || PREFIX.strip_suffix('/') == Some(path)
}

/// The answer of a server that tests do not control, after the body of the request.
pub async fn absent(mut body: Incoming) -> Response<Full<Bytes>> {
    drain(&mut body).await;
    Answer::refused(&Refused::new(StatusCode::NOT_FOUND, ABSENT)).response()
}

/// The answer to a request at the address of calls, of a service that tests control or do not.
pub fn elsewhere(is_controlled: bool) -> Bytes {
    let error = if is_controlled { ELSEWHERE } else { ABSENT_HERE };
    Refused::new(StatusCode::NOT_FOUND, error).body().into()
}

/// Answers the requests of tests.
pub struct Routes {
    fake: Arc<Fake>,
    hosts: Hosts,
    bodies: Budget,
}

/// A body, which takes its place in the budget as long as it is there.
struct Body {
    bytes: Bytes,
    _held: Option<Held>,
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Routes {
    /// Answers at an address with those names.
    pub fn new(fake: Arc<Fake>, hosts: Hosts) -> Self {
        Self { fake, hosts, bodies: Budget::new(BODIES_BYTES) }
    }

    /// Answers one request.
    pub async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, mut body) = request.into_parts();
        let answer = match self.endpoint(&head) {
            Ok(template) => {
                let done = match self.read(&mut body).await {
                    Ok(body) => perform(&self.fake, template, head, body).await,
                    Err(refused) => Err(refused),
                };
                done.unwrap_or_else(|refused| Answer::refused(&refused))
            }
            Err(answer) => {
                drain(&mut body).await;
                answer
            }
        };
        answer.response()
    }

    /// The path template, if there is such an endpoint.
    fn endpoint(&self, head: &Parts) -> Result<&'static str, Answer> {
        let refused = |status, error: String| Answer::refused(&Refused::new(status, error));
        if !self.hosts.accept(head) {
            return Err(refused(StatusCode::FORBIDDEN, FOREIGN.to_owned()));
        }
        let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        let found = ROUTES.iter().find(|(template, _)| fits(template, path));
        let Some((template, methods)) = found else {
            let paths: Vec<_> = ROUTES.iter().map(|(path, _)| format!("{PREFIX}{path}")).collect();
            let error = format!("there is no such path; there are {}", paths.join(", "));
            return Err(refused(StatusCode::NOT_FOUND, error));
        };
        if !methods.contains(&head.method.as_str()) {
            let methods = methods.join(", ");
            let error = format!("the method is not allowed here; allowed: {methods}");
            return Err(refused(StatusCode::METHOD_NOT_ALLOWED, error).allowing(methods));
        }
        Ok(template)
    }

    async fn read(&self, incoming: &mut Incoming) -> Result<Body, Refused> {
        let now = Instant::now();
        let deadline = now.checked_add(BODY_TIME).unwrap_or(now);
        let read = read_body(incoming, &self.bodies, BODY_BYTES, deadline, false).await;
        if !read.is_whole {
            drain(incoming).await;
        }
        let (status, error) = match read.body {
            Ok((bytes, held)) => return Ok(Body { bytes, _held: Some(held) }),
            Err(BodyError::Empty) => return Ok(Body { bytes: Bytes::new(), _held: None }),
            Err(BodyError::Long) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is too long; at most {BODY_BYTES} bytes are allowed"),
            ),
            Err(BodyError::Broken) => {
                (StatusCode::BAD_REQUEST, "the body is not complete".to_owned())
            }
            Err(BodyError::Slow) => {
                (StatusCode::REQUEST_TIMEOUT, "the body took too long".to_owned())
            }
            Err(BodyError::Busy) => {
                return Err(Refused::unavailable("too many bodies at a time; try again"));
            }
        };
        Err(Refused::new(status, error))
    }
}

/// Reads a body and forgets it: a client that is still sending would not read the answer.
pub async fn drain(body: &mut Incoming) {
    let rest = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = timeout(DRAIN_TIME, rest).await;
}

const ABSENT: &str = "tests do not control this server; they do with --store memory or --fake, without --app, and with --control on \
                      loopback";
const ELSEWHERE: &str = "calls are answered at this address; tests control the service at the address of --control, which the server \
                         prints when it starts: convmark-server is controlled on http://..";
const ABSENT_HERE: &str = "calls are answered at this address, and tests do not control this server; they do, at the address of --control, \
                           with --store memory or --fake, without --app, and with --control on loopback";
const FOREIGN: &str = "the Host or Origin header is not a name of this server, which refuses what web pages ask for; call it \
                       by its address, or start it with --allow-host NAME";

/// Whether a path is of this form.
fn fits(template: &str, path: &str) -> bool {
    match template.strip_suffix("{user}") {
        Some(before) => {
            path.strip_prefix(before).is_some_and(|user| !user.is_empty() && !user.contains('/'))
        }
        None => template == path,
    }
}
