//! The endpoints under `/_convmark/`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use convmark::UserId;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::answer::Answer;
use super::check::Question;
use super::refused::Refused;
use super::rule::Rules;
use super::{Fake, Part, clock, json, query};
use crate::facts::Known;
use crate::http::{BodyError, Budget, Hosts, RunToEnd, read_body};
use crate::store::AccountKey;

/// What the paths of all endpoints begin with.
pub const PREFIX: &str = "/_convmark/";

/// The most bytes of one body.
const BODY_BYTES: usize = 16 << 20;
/// The most bytes of all bodies together.
const BODIES_BYTES: usize = 64 << 20;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);
/// How long what is too long is read on, so that the client can read the answer.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How many users are listed at once: by default, and at most.
const LISTED: usize = 100;
const LISTED_MAX: usize = 1000;

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

/// Answers the requests of tests.
pub struct Routes {
    fake: Arc<Fake>,
    hosts: Hosts,
    bodies: Budget,
}

/// How many were removed.
#[derive(Serialize)]
struct Deleted {
    deleted: usize,
}

/// Whether bodies are kept.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Recording {
    bodies: bool,
}

impl Routes {
    /// Answers at an address with those names.
    pub fn new(fake: Arc<Fake>, hosts: Hosts) -> Self {
        Self { fake, hosts, bodies: Budget::new(BODIES_BYTES) }
    }

    /// Answers one request. What was begun goes on to its end, even if the client is gone.
    pub async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, mut body) = request.into_parts();
        let refused = |refused: Refused| Answer::refused(&refused);
        let answer = match self.body_of(&head, &mut body).await {
            Ok((path, body)) => {
                let work = async move { self.perform(&head, path, &body).await };
                match RunToEnd::new(work).await {
                    Ok(done) => done.unwrap_or_else(refused),
                    Err(_panicked) => refused(Refused::fault()),
                }
            }
            Err(answer) => answer,
        };
        answer.response()
    }

    /// The path template and the body, if there is such an endpoint.
    async fn body_of(
        &self,
        head: &Parts,
        body: &mut Incoming,
    ) -> Result<(&'static str, Bytes), Answer> {
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
        match self.read(body).await {
            Ok(body) => Ok((template, body)),
            Err(error) => Err(Answer::refused(&error)),
        }
    }

    async fn read(&self, incoming: &mut Incoming) -> Result<Bytes, Refused> {
        let now = Instant::now();
        let deadline = now.checked_add(BODY_TIME).unwrap_or(now);
        let read = read_body(incoming, &self.bodies, BODY_BYTES, deadline, false).await;
        if !read.is_whole {
            let rest = async { while let Some(Ok(_)) = incoming.frame().await {} };
            let _ = timeout(DRAIN_TIME, rest).await;
        }
        let (status, error) = match read.body {
            Ok((body, _held)) => return Ok(body),
            Err(BodyError::Empty) => return Ok(Bytes::new()),
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

    async fn perform(&self, head: &Parts, path: &str, body: &[u8]) -> Result<Answer, Refused> {
        let (fake, query) = (&self.fake, head.uri.query());
        match path {
            "reset" => reset(fake, query, body).await,
            "accounts" => list(fake, query).await,
            "accounts/{user}" => {
                let [] = query::read(query, [])?;
                account(fake, head, body).await
            }
            "calls" => calls(fake, head, body),
            _ => {
                let [] = query::read(query, [])?;
                match path {
                    "facts" => facts(fake, &head.method, body),
                    "clock" => self::clock(fake, &head.method, body),
                    "check" => Answer::json(&json::read::<Question>(body)?.judge(&fake.policy)?),
                    _ => faults(fake, &head.method, body),
                }
            }
        }
    }
}

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

async fn reset(fake: &Fake, query: Option<&str>, body: &[u8]) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Reset {
        reset: Vec<&'static str>,
    }
    if !body.is_empty() {
        return Err(Refused::bad(
            "",
            "must be empty; what is to be kept is said in the query: ?keep=facts,clock",
        ));
    }
    let [keep] = query::read(query, ["keep"])?;
    let mut kept = Vec::new();
    for name in keep.iter().flat_map(|keep| keep.split(',')) {
        let Some((_, part)) = Part::ALL.iter().find(|(known, _)| *known == name) else {
            let names = Part::ALL.map(|(name, _)| name).join(", ");
            return Err(Refused::bad(
                "keep",
                &format!("must be some of {names}, with commas between them"),
            ));
        };
        kept.push(*part);
    }
    fake.reset(&kept).await?;
    let reset = Part::ALL.iter().filter(|(_, part)| !kept.contains(part));
    Answer::json(&Reset { reset: reset.map(|(name, _)| *name).collect() })
}

/// A user ID from a URL.
fn user_id(text: &str, place: &str) -> Result<AccountKey, Refused> {
    let user = UserId::new(text);
    Ok(AccountKey::new(
        &user.map_err(|error| Refused::bad(place, &format!("is not a user ID: {error}")))?,
    ))
}

async fn list(fake: &Fake, query: Option<&str>) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Users<'a> {
        users: Vec<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_after: Option<&'a str>,
    }
    let [after, limit] = query::read(query, ["after", "limit"])?;
    let after = after.map(|after| user_id(&after, "after")).transpose()?;
    let limit = match limit {
        None => LISTED,
        Some(limit) => {
            let limit = limit.parse().ok().filter(|limit| (1..=LISTED_MAX).contains(limit));
            limit.ok_or_else(|| {
                Refused::bad("limit", &format!("must be an integer from 1 to {LISTED_MAX}"))
            })?
        }
    };
    let users = fake.accounts()?.list(after, limit).await?;
    let is_full = users.len() == limit;
    let next_after = users.last().filter(|_| is_full).map(AccountKey::as_str);
    Answer::json(&Users { users: users.iter().map(AccountKey::as_str).collect(), next_after })
}

async fn account(fake: &Fake, head: &Parts, body: &[u8]) -> Result<Answer, Refused> {
    let encoded = head.uri.path().rsplit('/').next().unwrap_or_default();
    let decoded = percent_decode_str(encoded).decode_utf8();
    let decoded =
        decoded.map_err(|_| Refused::bad("the path", "is not UTF-8 when it is decoded"))?;
    let user = user_id(&decoded, "the last part of the path")?;
    let accounts = fake.accounts()?;
    match head.method {
        Method::PUT => {
            let account = json::read(body)?;
            accounts.put(&user, account).await?;
        }
        Method::DELETE => {
            let deleted = usize::from(accounts.delete(&user).await?);
            return Answer::json(&Deleted { deleted });
        }
        _ => {
            let account = accounts.get(&user).await?;
            let missing = || Refused::new(StatusCode::NOT_FOUND, "the account has no data");
            return Answer::json(&account.ok_or_else(missing)?);
        }
    }
    Answer::json(&accounts.get(&user).await?.unwrap_or_default())
}

fn facts(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    if *method == Method::PUT {
        fake.facts.set(json::read::<Known>(body)?);
    }
    Answer::json(&*fake.facts.now())
}

fn clock(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    match *method {
        Method::PUT => fake.clock.set(&json::read::<clock::Setting>(body)?)?,
        Method::DELETE => fake.clock.reset(),
        _ => {}
    }
    Answer::json(&fake.clock.shown())
}

fn calls(fake: &Fake, head: &Parts, body: &[u8]) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Calls<'a> {
        calls: Vec<&'a super::Entry>,
        dropped: u64,
        bodies: bool,
    }
    if head.method == Method::GET {
        let [format] = query::read(head.uri.query(), ["format"])?;
        let shown = fake.calls.shown();
        return match format.as_deref() {
            None | Some("json") => {
                let calls = shown.entries.iter().map(AsRef::as_ref).collect();
                Answer::json(&Calls { calls, dropped: shown.dropped, bodies: shown.has_bodies })
            }
            Some("recording") => {
                let mut lines = Vec::new();
                for entry in &shown.entries {
                    entry.write_exchange(&mut lines).map_err(|_| Refused::fault())?;
                }
                Ok(Answer::lines(lines))
            }
            Some(_) => Err(Refused::bad("format", "must be json or recording")),
        };
    }
    let [] = query::read(head.uri.query(), [])?;
    if head.method == Method::DELETE {
        return Answer::json(&Deleted { deleted: fake.calls.clear() });
    }
    let recording: Recording = json::read(body)?;
    fake.calls.set_bodies(recording.bodies);
    Answer::json(&recording)
}

fn faults(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Faults {
        faults: Vec<super::faults::Counted>,
    }
    match *method {
        Method::PUT => fake.faults.set(json::read::<Rules>(body)?.checked()?),
        Method::DELETE => return Answer::json(&Deleted { deleted: fake.faults.clear() }),
        _ => {}
    }
    Answer::json(&Faults { faults: fake.faults.shown() })
}
