//! What each endpoint does.

use std::future::Future;
use std::sync::Arc;

use convmark::UserId;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::answer::{Answer, LEFT_OUT, NOT_JUDGED};
use super::recording::Recording;
use super::refused::Refused;
use super::{Fake, Part, check, query, rule, snapshot};
use crate::facts::Known;
use crate::http::RunToEnd;
use crate::json::Json;
use crate::store::AccountKey;

/// How many users are listed at once: by default, and at most.
const LISTED: usize = 100;
const LISTED_MAX: usize = 1000;

/// How many were removed.
#[derive(Serialize)]
struct Deleted {
    deleted: usize,
}

/// Whether bodies are kept.
#[derive(Serialize)]
struct KeepsBodies {
    bodies: bool,
}

/// The JSON of a body.
fn read(body: &[u8]) -> Result<Json<'_>, Refused> {
    Ok(Json::parse(body, "the body")?)
}

/// Does what is asked of the endpoint with this path template. What was begun goes on to its end,
/// even if the client is gone.
pub async fn perform(
    fake: &Arc<Fake>,
    template: &'static str,
    head: Parts,
    body: impl AsRef<[u8]> + Send + Sync + 'static,
) -> Result<Answer, Refused> {
    let fake = Arc::clone(fake);
    if template == "reset" {
        return reset(fake, head.uri.query(), body.as_ref()).await;
    }
    to_end(async move { perform_at_once(&fake, template, &head, body.as_ref()).await }).await
}

async fn to_end(
    work: impl Future<Output = Result<Answer, Refused>> + Send + 'static,
) -> Result<Answer, Refused> {
    RunToEnd::new(work).await.unwrap_or_else(|_panicked| Err(Refused::fault()))
}

/// What does not wait for calls.
async fn perform_at_once(
    fake: &Fake,
    template: &str,
    head: &Parts,
    body: &[u8],
) -> Result<Answer, Refused> {
    let query = head.uri.query();
    match template {
        "accounts" => return list(fake, query).await,
        "calls" => return calls(fake, head, body),
        _ => {}
    }
    let [] = query::read(query, [])?;
    match template {
        "accounts/{user}" => account(fake, head, body).await,
        "facts" => facts(fake, &head.method, body),
        "clock" => clock(fake, &head.method, body),
        "check" => Answer::json(&check::judge(&read(body)?, &fake.policy)?),
        _ => faults(fake, &head.method, body),
    }
}

async fn reset(fake: Arc<Fake>, query: Option<&str>, body: &[u8]) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Reset {
        reset: Vec<&'static str>,
    }
    if !body.is_empty() {
        return Err(Refused::bad(
            "the body",
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
    // A client that does not wait for it any more may have begun its next test.
    let alone = fake.alone().await?;
    to_end(async move {
        fake.reset(alone, &kept).await?;
        let reset = Part::ALL.iter().filter(|(_, part)| !kept.contains(part));
        Answer::json(&Reset { reset: reset.map(|(name, _)| *name).collect() })
    })
    .await
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
            let account = snapshot::read(&read(body)?)?;
            let answer = Answer::json(&account)?;
            accounts.put(&user, account).await?;
            Ok(answer)
        }
        Method::DELETE => {
            let deleted = usize::from(accounts.delete(&user).await?);
            Answer::json(&Deleted { deleted })
        }
        _ => {
            let account = accounts.get(&user).await?;
            let missing = || Refused::new(StatusCode::NOT_FOUND, "the account has no data");
            Answer::json(&account.ok_or_else(missing)?)
        }
    }
}

fn facts(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    if *method == Method::PUT {
        fake.facts.set(Known::of(&read(body)?)?);
    }
    Answer::json(&*fake.facts.now())
}

fn clock(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    match *method {
        Method::PUT => fake.clock.set(&read(body)?)?,
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
                let Recording { lines, left_out, not_judged } =
                    Recording::of(&shown).map_err(|_| Refused::fault())?;
                Ok(Answer::lines(lines)
                    .with(LEFT_OUT, left_out.to_string())
                    .with(NOT_JUDGED, not_judged.to_string()))
            }
            Some(_) => Err(Refused::bad("format", "must be json or recording")),
        };
    }
    let [] = query::read(head.uri.query(), [])?;
    if head.method == Method::DELETE {
        return Answer::json(&Deleted { deleted: fake.calls.clear() });
    }
    let setting = read(body)?;
    let [bodies] = setting.object(["bodies"])?;
    let bodies = bodies.ok_or_else(|| setting.lacks("bodies"))?.boolean()?;
    fake.calls.set_bodies(bodies);
    Answer::json(&KeepsBodies { bodies })
}

fn faults(fake: &Fake, method: &Method, body: &[u8]) -> Result<Answer, Refused> {
    #[derive(Serialize)]
    struct Faults {
        faults: Vec<super::faults::Counted>,
    }
    match *method {
        Method::PUT => fake.faults.set(rule::read(&read(body)?)?),
        Method::DELETE => return Answer::json(&Deleted { deleted: fake.faults.clear() }),
        _ => {}
    }
    Answer::json(&Faults { faults: fake.faults.shown() })
}
