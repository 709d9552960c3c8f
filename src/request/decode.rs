//! The doors to the one judgment of a body: a request, yes or no, the first error, everything.

use alloc::vec::Vec;
use core::mem;

use serde::Deserializer;
use serde::de::DeserializeSeed;

use super::create::CreateSeed;
use super::delete::DeleteSeed;
use super::fields::Fields;
use super::get::GetSeed;
use super::mark::MarkSeed;
use super::repeats::Repeats;
use super::search::SearchSeed;
use super::seed::{Context, Parts, declined};
use super::update::UpdateSeed;
use super::walk::{Broken, Members, Walk, walk};
use super::{CheckedRequest, MarkItem, Membership, Request};
use super::{create, delete, get, mark, search, update};
use crate::account::ItemResult;
use crate::command::Command;
use crate::conversation::Conversation;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::report::{Finding, Report};

/// Reads a request from its body, under a policy (stages 2 and 3).
///
/// The request borrows from the body. To decode without any allocation, use [`Buffers::decode`].
///
/// # Errors
///
/// A [`Refusal`] with the first finding in canonical order: `invalid-json` (60003) or a rule of the schema. [`report`] finds
/// them all.
///
/// ```
/// use convmark::{Command, Policy, decode};
///
/// let body = br#"{"From_Account":"user_0001","GroupName":["friends","family"]}"#;
/// let refusal = decode(Command::DelContactGroup, body, &Policy::default()).unwrap_err();
/// let finding = refusal.finding();
/// assert_eq!((finding.id(), finding.path().as_str()), ("single-item-only", "/GroupName"));
/// ```
pub fn decode<'a>(command: Command, body: &'a [u8], policy: &Policy) -> Result<CheckedRequest<'a>, Refusal> {
    Buffers::new().decode(command, body, policy)
}

/// Whether a body is a valid request: the cheapest door.
#[must_use]
pub fn is_valid(command: Command, body: &[u8], policy: &Policy) -> bool {
    accept(command, body, policy, &mut Parts::default()).is_some() || judge(command, body, policy, 1).is_ok()
}

/// The error that decides the answer, if the body is no valid request.
#[must_use]
pub fn first_error(command: Command, body: &[u8], policy: &Policy) -> Option<Finding> {
    decode(command, body, policy).err().map(Refusal::into_finding)
}

/// Everything that is wrong or odd with a body: at most [`Report::MAX_FINDINGS`] findings.
#[must_use]
pub fn report(command: Command, body: &[u8], policy: &Policy) -> Report {
    Buffers::new().report(command, body, policy)
}

/// As [`report`], with another maximum of findings (at least 1).
#[must_use]
pub fn report_up_to(command: Command, body: &[u8], policy: &Policy, max_findings: usize) -> Report {
    judge(command, body, policy, max_findings).map_or_else(|report| report, |(_, report)| report)
}

/// Memory that requests and outcomes are made in, to be used again: once warm, nothing is allocated per request.
///
/// ```
/// use convmark::{Account, Buffers, Command, Facts, Policy};
///
/// let mut buffers = Buffers::new();
/// let mut account = Account::new();
/// let mut answer = Vec::new();
/// for body in [
///     br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"b"},"SetMark":[1]}]}"#,
///     br#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"c"},"SetMark":[2]}]}"#,
/// ] {
///     let request = buffers.decode(Command::MarkContact, body, &Policy::default()).unwrap();
///     let outcome = account.apply_with(&mut buffers, &request, &Facts::vouched(), 1_700_000_000).unwrap();
///     answer.clear();
///     outcome.write_answer(&mut answer);
///     buffers.reclaim_outcome(outcome);
///     buffers.reclaim(request);
/// }
/// assert!(answer.ends_with(br#""ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#));
/// ```
#[derive(Debug, Default)]
pub struct Buffers {
    pub(super) parts: Parts<'static>,
    results: Vec<ItemResult>,
    repeats: Repeats,
}

impl Buffers {
    /// Empty buffers; they grow with use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`decode`], in this memory. Give it back with [`reclaim`](Self::reclaim).
    ///
    /// # Errors
    ///
    /// As [`decode`].
    pub fn decode<'a>(&mut self, command: Command, body: &'a [u8], policy: &Policy) -> Result<CheckedRequest<'a>, Refusal> {
        let mut parts = self.lend(command);
        let accepted = accept(command, body, policy, &mut parts);
        self.keep(parts);
        match accepted {
            Some((request, _)) => Ok(request),
            None => match judge(command, body, policy, 1) {
                Ok((request, _)) => Ok(request),
                Err(report) => Err(Refusal::of_report(command, report)),
            },
        }
    }

    /// As [`report`], in this memory.
    pub fn report(&mut self, command: Command, body: &[u8], policy: &Policy) -> Report {
        let mut parts = self.lend(command);
        let accepted = accept(command, body, policy, &mut parts);
        self.keep(parts);
        let quick = accepted.and_then(|(request, odd)| {
            let quick = if odd { None } else { self.repeats.report(request.request(), body) };
            self.reclaim(request);
            quick
        });
        quick.unwrap_or_else(|| report_up_to(command, body, policy, Report::MAX_FINDINGS))
    }

    /// Takes back the memory of a request.
    pub fn reclaim(&mut self, request: CheckedRequest<'_>) {
        let mut parts = Parts::default();
        match request.into_request() {
            Request::Create(request) => parts.conversations = request.take_conversations(),
            Request::Update(request) => parts.memberships = request.take_memberships(),
            Request::Mark(request) => parts.marks = request.take_items(),
            Request::Search(request) => parts.conversations = request.take_conversations(),
            Request::Delete(_) | Request::Get(_) => {}
        }
        self.keep(parts);
    }

    pub(crate) fn take_results(&mut self) -> Vec<ItemResult> {
        mem::take(&mut self.results)
    }

    pub(crate) fn keep_results(&mut self, mut results: Vec<ItemResult>) {
        results.clear();
        self.results = results;
    }

    /// The memory that requests of the command need.
    #[inline]
    fn lend<'a>(&mut self, command: Command) -> Parts<'a> {
        let own = &mut self.parts;
        let mut parts = Parts::default();
        match command {
            Command::CreateContactGroup | Command::SearchContactGroup => {
                parts.conversations = recycle(mem::take(&mut own.conversations));
            }
            Command::UpdateContactGroup => parts.memberships = recycle_memberships(mem::take(&mut own.memberships)),
            Command::MarkContact => parts.marks = recycle_marks(mem::take(&mut own.marks)),
            Command::DelContactGroup | Command::GetContactGroup => {}
        }
        parts
    }

    /// Takes back memory, where there is any: what no request took, or what one gave back.
    #[inline]
    fn keep(&mut self, parts: Parts<'_>) {
        if parts.conversations.capacity() > 0 {
            self.parts.conversations = recycle(parts.conversations);
        }
        if parts.memberships.capacity() > 0 {
            self.parts.memberships = recycle_memberships(parts.memberships);
        }
        if parts.marks.capacity() > 0 {
            self.parts.marks = recycle_marks(parts.marks);
        }
    }
}

/// A function that empties a vector and gives its memory to elements that borrow from another body. The standard library
/// keeps the allocation when it collects a vector's own iterator into a type of the same layout; if it did not, only speed
/// would suffer.
macro_rules! recycle {
    ($name:ident: $Element:ident) => {
        fn $name<'b>(mut used: Vec<$Element<'_>>) -> Vec<$Element<'b>> {
            if used.capacity() == 0 {
                return Vec::new();
            }
            used.clear();
            used.into_iter().filter_map(|_| None).collect()
        }
    };
}

recycle!(recycle: Conversation);
recycle!(recycle_memberships: Membership);
recycle!(recycle_marks: MarkItem);

/// The fast door for any serde format: reads a request of one command from a [`Deserializer`].
///
/// It only accepts or declines: whatever went wrong, the format's own errors included, becomes one that says "declined" and
/// nothing more, because the errors of most formats quote what they read. So it does not tell where a text broke off or that
/// a stream failed: read the body first. What it declines may still be valid (`null` members, for example); [`decode`] judges
/// JSON text in full. Formats that drop repeated members or unpaired surrogates before serde sees them hide those errors.
#[derive(Clone, Copy, Debug)]
pub struct RequestSeed<'p> {
    command: Command,
    policy: &'p Policy,
}

impl<'p> RequestSeed<'p> {
    /// A seed for one body of that command, under that policy.
    #[must_use]
    pub const fn new(command: Command, policy: &'p Policy) -> Self {
        Self { command, policy }
    }

    /// As [`DeserializeSeed::deserialize`], in reusable memory.
    ///
    /// # Errors
    ///
    /// One that says "declined".
    pub fn deserialize_with<'de, D: Deserializer<'de>>(
        self,
        buffers: &mut Buffers,
        reader: D,
    ) -> Result<CheckedRequest<'de>, D::Error> {
        let mut parts = buffers.lend(self.command);
        let read = self.read(&Context::new(self.policy), &mut parts, reader);
        buffers.keep(parts);
        read.map_err(|_| declined())
    }

    fn read<'de, D: Deserializer<'de>>(
        self,
        context: &Context<'p>,
        parts: &mut Parts<'de>,
        reader: D,
    ) -> Result<CheckedRequest<'de>, D::Error> {
        let request = match self.command {
            Command::CreateContactGroup => Request::Create(reader.deserialize_map(CreateSeed { context, parts })?),
            Command::UpdateContactGroup => Request::Update(reader.deserialize_map(UpdateSeed { context, parts })?),
            Command::DelContactGroup => Request::Delete(reader.deserialize_map(DeleteSeed(context))?),
            Command::MarkContact => Request::Mark(reader.deserialize_map(MarkSeed { context, parts })?),
            Command::GetContactGroup => Request::Get(reader.deserialize_map(GetSeed(context))?),
            Command::SearchContactGroup => Request::Search(reader.deserialize_map(SearchSeed { context, parts })?),
        };
        CheckedRequest::within(request, self.policy).ok_or_else(declined)
    }
}

impl<'de> DeserializeSeed<'de> for RequestSeed<'_> {
    type Value = CheckedRequest<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        self.deserialize_with(&mut Buffers::new(), reader)
    }
}

/// The fast door: the request, and whether a warning may be due.
pub(super) fn accept<'a>(
    command: Command,
    body: &'a [u8],
    policy: &Policy,
    parts: &mut Parts<'a>,
) -> Option<(CheckedRequest<'a>, bool)> {
    // Skipped strings are not checked by serde_json, so the whole body is, once.
    let text = core::str::from_utf8(body).ok()?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let context = Context::new(policy);
    let request = RequestSeed { command, policy }.read(&context, parts, &mut reader).ok()?;
    reader.end().ok()?;
    Some((request, context.is_odd()))
}

/// The slow door: the request, if there is no error, and everything found.
fn judge<'a>(command: Command, body: &'a [u8], policy: &Policy, max: usize) -> Result<(CheckedRequest<'a>, Report), Report> {
    match command {
        Command::CreateContactGroup => walk_as::<create::CreateField, _>(body, policy, max, create::judge),
        Command::UpdateContactGroup => walk_as::<update::UpdateField, _>(body, policy, max, update::judge),
        Command::DelContactGroup => walk_as::<delete::DeleteField, _>(body, policy, max, delete::judge),
        Command::MarkContact => walk_as::<mark::MarkField, _>(body, policy, max, mark::judge),
        Command::GetContactGroup => walk_as::<get::GetField, _>(body, policy, max, get::judge),
        Command::SearchContactGroup => walk_as::<search::SearchField, _>(body, policy, max, search::judge),
    }
}

fn walk_as<'a, F: Fields, R: Into<Request<'a>>>(
    body: &'a [u8],
    policy: &Policy,
    max: usize,
    judge: impl FnOnce(&mut Walk<'_, 'a>, &Members<'a>) -> Result<Option<R>, Broken>,
) -> Result<(CheckedRequest<'a>, Report), Report> {
    let (request, report) = walk::<F, R>(body, policy, max, judge)?;
    match CheckedRequest::within(request.into(), policy) {
        Some(checked) => Ok((checked, report)),
        // The walk reports every limit that is exceeded, so this is never reached.
        None => {
            debug_assert!(false, "the walk missed a limit");
            Err(report)
        }
    }
}
