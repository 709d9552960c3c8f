//! The outcome of a request: the answer and the changes.

use alloc::vec::Vec;
use core::fmt;

use super::Account;
use super::apply::ItemResult;
use super::change::Change;
use super::effect::Effect;
use crate::answer;
use crate::code::ErrorCode;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::CheckedRequest;
use crate::rule::Rule;

/// The outcome of a request: the answer to send and the changes to store or push.
///
/// It borrows from the request and the account; [`into_owned`](Self::into_owned) makes what a host
/// can queue.
pub struct Outcome<'o> {
    request: &'o CheckedRequest<'o>,
    account: &'o Account,
    now: u64,
    effect: Result<Effect<'o>, Refusal>,
    results: Vec<ItemResult>,
}

impl<'o> Outcome<'o> {
    pub(super) fn new(
        request: &'o CheckedRequest<'_>,
        account: &'o Account,
        now: u64,
        effect: Result<Effect<'o>, Refusal>,
        results: Vec<ItemResult>,
    ) -> Self {
        Self { request, account, now, effect, results }
    }

    /// Why the whole request was refused, if it was.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.effect.as_ref().err()
    }

    /// The code of the answer as a whole: 0, even if items failed, or that of the refusal.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.refusal().map_or(ErrorCode::OK, Refusal::code)
    }

    /// The code of each item of create, update and mark, in request order.
    pub fn item_codes(&self) -> impl Iterator<Item = ErrorCode> {
        self.item_rules().map(|rule| rule.map_or(ErrorCode::OK, Rule::code))
    }

    /// The rule that failed each item of create, update and mark, in request order; `None` for
    /// those that succeeded.
    pub fn item_rules(&self) -> impl Iterator<Item = Option<Rule>> {
        self.results.iter().map(|result| result.failed)
    }

    /// The account after the request.
    #[must_use]
    pub const fn account(&self) -> &'o Account {
        self.account
    }

    /// Appends the answer as compact JSON, keys in the documented order.
    pub fn write_answer(&self, out: &mut Vec<u8>) {
        match &self.effect {
            Ok(effect) => answer::write(self.request, self.account, *effect, &self.results, out),
            Err(refusal) => refusal.write_answer(self.request.policy(), out),
        }
    }

    /// What changed, in order. If nothing is listed, the account is exactly what it was.
    pub fn changes(&self) -> impl Iterator<Item = Change<'o>> {
        let effect = self.effect.as_ref().ok().copied();
        let items = self.results.iter().enumerate();
        let items = items.filter_map(move |(item, result)| effect?.item_change(item, *result));
        let whole = effect.and_then(Effect::change);
        whole.into_iter().chain(items).map(|kind| Change::new(self.now, kind))
    }

    /// The results of the items, to use their memory again.
    pub(crate) fn into_results(self) -> Vec<ItemResult> {
        self.results
    }

    /// The answer's bytes and the changes, independent of request and account.
    #[must_use]
    pub fn into_owned(self) -> OwnedOutcome {
        let mut answer = Vec::new();
        self.write_answer(&mut answer);
        OwnedOutcome {
            code: self.code(),
            answer,
            changes: self.changes().map(Change::into_owned).collect(),
        }
    }
}

impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("refusal", &self.refusal())
            .field("items", &self.results.len())
            .finish_non_exhaustive()
    }
}

/// What a host can queue of an [`Outcome`].
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedOutcome {
    code: ErrorCode,
    answer: Vec<u8>,
    changes: Vec<Change<'static>>,
}

impl OwnedOutcome {
    pub(crate) fn refused(refusal: &Refusal, policy: &Policy) -> Self {
        let mut answer = Vec::new();
        refusal.write_answer(policy, &mut answer);
        Self { code: refusal.code(), answer, changes: Vec::new() }
    }

    /// The code of the answer as a whole.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The answer to send, compact JSON.
    #[must_use]
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }

    /// What changed, in order.
    #[must_use]
    pub fn changes(&self) -> &[Change<'static>] {
        &self.changes
    }

    /// The answer to send, and what changed.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<Change<'static>>) {
        (self.answer, self.changes)
    }
}

impl fmt::Debug for OwnedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedOutcome")
            .field("code", &self.code)
            .field("changes", &self.changes.len())
            .finish_non_exhaustive()
    }
}
