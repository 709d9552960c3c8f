//! What came of a request: the answer and the changes.

use alloc::vec::Vec;
use core::fmt;

use super::Account;
use super::apply::ItemResult;
use super::change::{Change, ChangeKind};
use crate::answer;
use crate::code::ErrorCode;
use crate::marks::StandardMarks;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::{Buffers, CheckedRequest, MembershipChange, Request, UpdateKind};
use crate::rule::Rule;

/// What came of a request: the answer to send and the changes to store or push.
///
/// It borrows from the request and the account; [`into_owned`](Self::into_owned) makes what a host can queue.
pub struct Outcome<'o> {
    request: &'o CheckedRequest<'o>,
    account: &'o Account,
    now: u64,
    done: Result<Done, Refusal>,
    results: Vec<ItemResult>,
}

/// What an accepted request did, apart from its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Created { group_id: u32 },
    Renamed { group_id: u32, renamed: bool },
    Updated { group_id: u32 },
    Deleted { group_id: u32 },
    Marked,
    Read,
}

impl<'o> Outcome<'o> {
    pub(super) fn new(
        request: &'o CheckedRequest<'_>,
        account: &'o Account,
        now: u64,
        done: Result<Done, Refusal>,
        results: Vec<ItemResult>,
    ) -> Self {
        Self { request, account, now, done, results }
    }

    /// Why the whole request was refused, if it was.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.done.as_ref().err()
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

    /// The rule that failed each item of create, update and mark, in request order; `None` for those that succeeded.
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
        match &self.done {
            Ok(done) => answer::write(self.request, self.account, *done, &self.results, out),
            Err(refusal) => refusal.write_answer(self.request.policy(), out),
        }
    }

    /// What changed, in order. Nothing listed means that the account is exactly what it was.
    pub fn changes(&self) -> impl Iterator<Item = Change<'o>> {
        let whole = self.done.as_ref().ok().and_then(|done| self.whole_change(*done));
        let items = self.results.iter().enumerate().filter_map(|(item, result)| self.item_change(item, *result));
        whole.into_iter().chain(items).map(|kind| Change::new(self.now, kind))
    }

    fn whole_change(&self, done: Done) -> Option<ChangeKind<'o>> {
        match (done, self.request.request()) {
            (Done::Created { group_id }, Request::Create(request)) => {
                Some(ChangeKind::GroupCreated { group_id, name: request.name().into() })
            }
            (Done::Renamed { group_id, renamed: true }, Request::Update(request)) => match request.kind() {
                UpdateKind::Rename(name) => {
                    Some(ChangeKind::GroupRenamed { group_id, old_name: request.group().into(), name: name.as_ref().into() })
                }
                UpdateKind::Conversations(_) => None,
            },
            (Done::Deleted { group_id }, Request::Delete(request)) => {
                Some(ChangeKind::GroupDeleted { group_id, name: request.group().into() })
            }
            _ => None,
        }
    }

    fn item_change(&self, item: usize, result: ItemResult) -> Option<ChangeKind<'o>> {
        match (&self.done, self.request.request()) {
            (Ok(Done::Created { group_id }), Request::Create(request)) if result.moved => {
                let conversation = request.conversations().get(item)?.borrowed();
                Some(ChangeKind::ConversationAdded { group_id: *group_id, conversation })
            }
            (Ok(Done::Updated { group_id }), Request::Update(request)) if result.moved => {
                let UpdateKind::Conversations(memberships) = request.kind() else { return None };
                let membership = memberships.get(item)?;
                let (group_id, conversation) = (*group_id, membership.conversation.borrowed());
                Some(match membership.change {
                    MembershipChange::Add => ChangeKind::ConversationAdded { group_id, conversation },
                    MembershipChange::Remove => ChangeKind::ConversationRemoved { group_id, conversation },
                })
            }
            (Ok(Done::Marked), Request::Mark(request)) if result.custom || result.marks.is_some() => {
                let mark = request.items().get(item)?;
                Some(ChangeKind::ConversationMarked {
                    conversation: mark.conversation().borrowed(),
                    standard_mark: result.marks.map(StandardMarks::from_bits_retain),
                    custom_mark: mark.custom_mark().filter(|_| result.custom).map(Into::into),
                })
            }
            _ => None,
        }
    }

    /// The answer's bytes and the changes, independent of request and account.
    #[must_use]
    pub fn into_owned(self) -> OwnedOutcome {
        let mut answer = Vec::new();
        self.write_answer(&mut answer);
        OwnedOutcome { code: self.code(), answer, changes: self.changes().map(Change::into_owned).collect() }
    }
}

impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome").field("done", &self.done).field("items", &self.results.len()).finish_non_exhaustive()
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

    /// The answer to send and what changed, taken apart.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<Change<'static>>) {
        (self.answer, self.changes)
    }
}

impl fmt::Debug for OwnedOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedOutcome").field("code", &self.code).field("changes", &self.changes.len()).finish_non_exhaustive()
    }
}

impl Buffers {
    /// Takes back the memory of an outcome.
    pub fn reclaim_outcome(&mut self, outcome: Outcome<'_>) {
        self.keep_results(outcome.results);
    }
}
