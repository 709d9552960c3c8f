//! One call as tests see it.

mod exchange;
mod found;

use convmark::answer::Answer;
use convmark::{Command, ErrorCode, Policy, Validator};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub use found::Found;

use super::faults::Fault;
use super::rule::Drop;
use crate::request_id::RequestId;
use crate::service::Traced;

/// Longer bodies are not kept: the most bytes of a request with its answer.
const BODIES_MAX: usize = 4 << 20;
/// What a call takes beside its texts, in bytes.
const ENTRY_BYTES: usize = 512;

/// What is known of a call when it is over.
#[derive(Debug)]
pub struct Served<'a> {
    /// Its name.
    pub id: RequestId,
    /// Unix seconds, by the clock of calls.
    pub now_seconds: u64,
    /// The command, if the URL names one.
    pub command: Option<Command>,
    /// What is wrong with the URL.
    pub url: Option<Found>,
    /// `From_Account`, if there is one.
    pub account: Option<String>,
    /// The body of the request, if it was looked at.
    pub body: Option<&'a [u8]>,
    /// The body of the answer, which may not have been sent.
    pub answer: Option<&'a [u8]>,
    /// What a rule did to it.
    pub fault: Option<Fault>,
    /// What the service says of it, if it was judged.
    pub traced: Option<Traced>,
}

/// A call that is over.
#[derive(Debug, Serialize)]
pub struct Entry {
    request_id: String,
    now: u64,
    command: Option<&'static str>,
    account: Option<String>,
    /// `None` if it was neither judged nor answered.
    code: Option<ErrorCode>,
    #[serde(skip_serializing_if = "String::is_empty")]
    info: String,
    item_codes: Vec<ErrorCode>,
    findings: Vec<Found>,
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
    #[serde(serialize_with = "or_nothing")]
    changes: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<Applied>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Box<RawValue>>,
    /// The body, if it is not JSON. What is not UTF-8 is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Box<RawValue>>,
    /// Its place in the order of judging, if the service judged it, so that it belongs to a
    /// recording.
    #[serde(skip)]
    place: Option<u64>,
    /// Whether nothing of the body is replaced.
    #[serde(skip)]
    is_faithful: bool,
}

/// What a rule did to a call.
#[derive(Debug, Serialize)]
struct Applied {
    rule: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_with: Option<ErrorCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drop: Option<Drop>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn or_nothing<S: Serializer>(
    changes: &Option<Box<RawValue>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match changes {
        Some(changes) => changes.serialize(serializer),
        None => serializer.collect_seq(std::iter::empty::<()>()),
    }
}

impl Entry {
    /// Looks at a call that is over.
    pub fn of(served: Served<'_>, policy: &Policy, has_bodies: bool) -> Self {
        let Served { id, now_seconds, command, url, account, body, answer, fault, traced } = served;
        let place = traced.as_ref().map(|traced| traced.place);
        let traced = traced.unwrap_or_default();
        let report =
            command.zip(body).map(|(command, body)| Validator::new(policy).report(command, body));
        let mut report = report.unwrap_or_default();
        if let Some(first) = traced.refusal {
            report = report.with_first(first);
        }
        let core = report.findings().iter().cloned().map(Found::Core);
        let mut findings: Vec<Found> = url.into_iter().chain(core).collect();
        let read = answer.and_then(|answer| Answer::read(answer).ok());
        let code = read.as_ref().map(|answer| answer.code);
        // An answer that a rule asked for is nothing that the service found.
        let refused = read
            .as_ref()
            .filter(|answer| !answer.code.is_ok() && fault.and_then(|fault| fault.code).is_none());
        // The error that decided the answer is the first one.
        if let Some(answer) = refused
            && findings.first().and_then(Found::code) != Some(answer.code)
        {
            findings.insert(0, Found::of_answer(answer.code, &answer.info));
        }
        let item_codes =
            read.iter().flat_map(|answer| &answer.items).map(|item| item.code).collect();
        let length = |text: Option<&[u8]>| text.map_or(0, <[u8]>::len);
        let are_kept = has_bodies && length(body).saturating_add(length(answer)) <= BODIES_MAX;
        let is_faithful = body.is_some_and(|body| str::from_utf8(body).is_ok());
        let body = body.filter(|_| are_kept).map(Body::of);
        let (body, raw) = match body {
            None => (None, None),
            Some(Body::Json(json)) => (Some(json), None),
            Some(Body::Raw(raw)) => (None, Some(raw)),
        };
        Self {
            request_id: id.to_string(),
            now: now_seconds,
            command: command.map(Command::name),
            account,
            code,
            item_codes,
            findings,
            more: report.more(),
            // A failed call has changed nothing, or nobody knows.
            changes: traced.changes.filter(|_| code.is_some_and(ErrorCode::is_ok)),
            fault: fault.map(|fault| Applied {
                rule: fault.rule,
                delay_ms: fault.delay.and_then(|delay| delay.as_millis().try_into().ok()),
                answer_with: fault.code.map(|info| info.code),
                drop: fault.drop,
            }),
            body,
            raw,
            answer: answer.filter(|_| are_kept).and_then(json),
            info: read.map(|answer| answer.info).unwrap_or_default(),
            place,
            is_faithful,
        }
    }

    /// What it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let raws = [&self.changes, &self.body, &self.answer];
        let raws = raws.into_iter().flatten().map(|raw| raw.get().len());
        let texts = [self.account.as_ref(), self.raw.as_ref(), Some(&self.info)];
        let texts = texts.into_iter().flatten().map(String::len);
        let findings = self.findings.iter().map(Found::bytes);
        let findings = findings.fold(size_of_val(&*self.findings), usize::saturating_add);
        let codes = self.item_codes.len().saturating_mul(size_of::<ErrorCode>());
        raws.chain(texts)
            .fold(ENTRY_BYTES.saturating_add(findings).saturating_add(codes), usize::saturating_add)
    }

    /// Its place in the order of judging, if the service judged it.
    pub const fn place(&self) -> Option<u64> {
        self.place
    }
}

/// The body of a request as it is kept.
enum Body {
    Json(Box<RawValue>),
    Raw(String),
}

impl Body {
    fn of(body: &[u8]) -> Self {
        json(body).map_or_else(|| Self::Raw(String::from_utf8_lossy(body).into_owned()), Self::Json)
    }
}

/// The text, if it is JSON, on one line.
fn json(text: &[u8]) -> Option<Box<RawValue>> {
    // Inside a string, no line feed can stand as it is.
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if text.iter().any(is_break) {
        let line: Vec<u8> =
            text.iter().map(|byte| if is_break(byte) { b' ' } else { *byte }).collect();
        // A text that is not JSON could become JSON by blanks instead of line feeds.
        serde_json::from_slice::<&RawValue>(text).ok()?;
        return serde_json::from_slice(&line).ok();
    }
    serde_json::from_slice(text).ok()
}
