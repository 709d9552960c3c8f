//! Stages 4 to 7: what each command does to an account.

use alloc::vec::Vec;

use super::effect::Effect;
use super::groups::MemberCounter;
use super::key::Key;
use super::outcome::Outcome;
use super::same::same;
use super::texts::TEXTS_MAX;
use super::{Account, Place, Row};
use crate::conversation::Conversation;
use crate::facts::{Facts, Misuse};
use crate::policy::{Capacity, Policy};
use crate::refusal::Refusal;
use crate::request::{
    CheckedRequest, CreateGroup, DeleteGroup, MarkContacts, MarkItem, Membership, MembershipChange,
    Request, UpdateGroup, UpdateKind, Validator,
};
use crate::rule::Rule;

/// The result of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ItemResult {
    /// The rule that failed it.
    pub(super) failed: Option<Rule>,
    /// Whether the conversation joined or left the group.
    pub(super) moved: bool,
    /// Whether the custom mark was changed to the item's.
    pub(super) custom: bool,
    /// The standard marks, if they were changed.
    pub(super) marks: Option<u64>,
}

impl ItemResult {
    const UNCHANGED: Self = Self { failed: None, moved: false, custom: false, marks: None };
    const MOVED: Self = Self { moved: true, ..Self::UNCHANGED };

    const fn failed(rule: Rule) -> Self {
        Self { failed: Some(rule), ..Self::UNCHANGED }
    }

    /// The rule that failed the item.
    pub(crate) const fn rule(self) -> Option<Rule> {
        self.failed
    }
}

impl Account {
    /// Applies a request (stages 4 to 7) under the policy it was checked with. `now_seconds` is
    /// Unix seconds.
    ///
    /// The caller is responsible for the account being that of [`CheckedRequest::account`]. A
    /// refused request and a failed item change nothing.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if a lookup has no answer in the facts; then nothing was applied.
    pub fn apply<'o>(
        &'o mut self,
        request: &'o CheckedRequest<'_>,
        facts: &Facts,
        now_seconds: u64,
    ) -> Result<Outcome<'o>, Misuse> {
        self.apply_into(Vec::new(), request, facts, now_seconds)
    }

    /// As [`apply`](Self::apply), in the memory of a validator. Give it back with
    /// [`Validator::reclaim_outcome`].
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub fn apply_with<'o>(
        &'o mut self,
        validator: &mut Validator,
        request: &'o CheckedRequest<'_>,
        facts: &Facts,
        now_seconds: u64,
    ) -> Result<Outcome<'o>, Misuse> {
        self.apply_into(validator.take_results(), request, facts, now_seconds)
    }

    fn apply_into<'o>(
        &'o mut self,
        mut results: Vec<ItemResult>,
        checked: &'o CheckedRequest<'_>,
        facts: &Facts,
        now: u64,
    ) -> Result<Outcome<'o>, Misuse> {
        let (request, policy) = (checked.request(), checked.policy());
        let imported = facts.requester(request.account())?;
        let plan = if request.needs_plan(policy) { facts.plan()? } else { true };
        facts.covers(request)?;
        let effect = if imported {
            let results = &mut results;
            Work { account: self, policy, facts, now, plan, texts_max: TEXTS_MAX, results }
                .apply(request)
        } else {
            Err(Rule::RequesterUnknown)
        };
        let effect = effect.map_err(|rule| Refusal::of_rule(request.command(), rule));
        Ok(Outcome::new(checked, self, now, effect, results))
    }
}

/// One request being applied.
struct Work<'w> {
    account: &'w mut Account,
    policy: &'w Policy,
    facts: &'w Facts,
    now: u64,
    plan: bool,
    /// How many bytes the IDs and custom marks of the account can take.
    texts_max: u32,
    results: &'w mut Vec<ItemResult>,
}

impl Work<'_> {
    fn apply<'o>(&mut self, request: &'o Request<'_>) -> Result<Effect<'o>, Rule> {
        match request {
            Request::Create(request) => self.create(request),
            Request::Update(request) => self.update(request),
            Request::Delete(request) => self.delete(request),
            Request::Mark(request) => Ok(self.mark(request)),
            Request::Get(request) => Ok(Effect::Listed { request }),
            Request::Search(request) => Ok(Effect::Found { request }),
        }
    }

    /// Stage 5, for the commands that need the plan as a whole.
    fn expect_plan(&self) -> Result<(), Rule> {
        if self.plan { Ok(()) } else { Err(Rule::PlanRequired) }
    }

    fn create<'o>(&mut self, request: &'o CreateGroup<'_>) -> Result<Effect<'o>, Rule> {
        self.expect_plan()?;
        let groups = &self.account.groups;
        if groups.find(request.group_name()).is_some() {
            return Err(Rule::GroupNameTaken);
        }
        if !groups.has_slot()
            || u32::try_from(groups.len()).is_ok_and(|count| count >= self.policy.groups())
        {
            return Err(Rule::TooManyGroups);
        }
        let group_id = groups.next_id().ok_or(Rule::GroupIdsExhausted)?;
        self.account.groups.push(group_id, request.group_name());
        let mut group = self.account.groups.counter(group_id).ok_or(Rule::GroupMissing)?;
        for (item, conversation) in request.conversations().iter().enumerate() {
            let result = if self.facts.resolves(item, conversation) {
                self.join(&self.account.rows.key(conversation), &mut group)
            } else {
                ItemResult::failed(unresolved(conversation))
            };
            self.results.push(result);
        }
        self.account.groups.set_members(&group);
        Ok(Effect::Created { request, group_id })
    }

    fn update<'o>(&mut self, request: &'o UpdateGroup<'_>) -> Result<Effect<'o>, Rule> {
        self.expect_plan()?;
        let group_id = self.account.groups.find(request.group_name()).ok_or(Rule::GroupMissing)?.id;
        match request.kind() {
            UpdateKind::Rename(name) => self.rename(request, group_id, name),
            UpdateKind::Conversations(memberships) => {
                self.update_members(request, group_id, memberships)
            }
        }
    }

    fn rename<'o>(
        &mut self,
        request: &'o UpdateGroup<'_>,
        group_id: u32,
        name: &'o str,
    ) -> Result<Effect<'o>, Rule> {
        let renamed = match self.account.groups.find(name) {
            Some(other) if other.id != group_id => return Err(Rule::GroupNameTaken),
            Some(_) => false,
            None => true,
        };
        if renamed {
            self.account.groups.rename(group_id, name);
        }
        Ok(Effect::Renamed { request, name, group_id, renamed })
    }

    fn update_members<'o>(
        &mut self,
        request: &'o UpdateGroup<'_>,
        group_id: u32,
        memberships: &'o [Membership<'_>],
    ) -> Result<Effect<'o>, Rule> {
        let mut group = self.account.groups.counter(group_id).ok_or(Rule::GroupMissing)?;
        for (item, membership) in memberships.iter().enumerate() {
            let conversation = &membership.conversation;
            let result = if !self.facts.resolves(item, conversation) {
                ItemResult::failed(unresolved(conversation))
            } else {
                let key = self.account.rows.key(conversation);
                match membership.change {
                    MembershipChange::Add => self.join(&key, &mut group),
                    MembershipChange::Remove => self.leave(&key, &mut group),
                }
            };
            self.results.push(result);
        }
        self.account.groups.set_members(&group);
        Ok(Effect::Updated { request, memberships, group_id })
    }

    fn delete<'o>(&mut self, request: &'o DeleteGroup<'_>) -> Result<Effect<'o>, Rule> {
        self.expect_plan()?;
        let group_id = self.account.groups.find(request.group_name()).ok_or(Rule::GroupMissing)?.id;
        self.account.delete_group(group_id, self.now);
        Ok(Effect::Deleted { request, group_id })
    }

    fn mark<'o>(&mut self, request: &'o MarkContacts<'_>) -> Effect<'o> {
        for (number, item) in request.items().iter().enumerate() {
            let result = if !self.plan && item.needs_plan(self.policy) {
                ItemResult::failed(Rule::PlanRequired)
            } else if !self.facts.resolves(number, item.conversation()) {
                ItemResult::failed(unresolved(item.conversation()))
            } else {
                self.mark_item(item)
            };
            self.results.push(result);
        }
        Effect::Marked { request }
    }

    #[inline(always)]
    fn join(&mut self, key: &Key<'_>, group: &mut MemberCounter) -> ItemResult {
        let found = self.account.rows.find(key);
        let row = found.and_then(|place| self.account.rows.at(place));
        if row.is_some_and(|row| row.groups & group.bit != 0) {
            return ItemResult::UNCHANGED;
        }
        let full = match self.policy.capacity() {
            Capacity::Shared { rows } => row.is_none() && self.rows_full(rows),
            Capacity::Separate { grouped, .. } => {
                !row.is_some_and(Row::is_grouped) && self.account.grouped >= grouped
            }
            Capacity::PerGroup { members, .. } => group.members >= members,
        };
        if full || !self.account.rows.has_room(row, key, None, self.texts_max) {
            return ItemResult::failed(Rule::CapacityExceeded);
        }
        self.account.join(key, found, group, self.now);
        ItemResult::MOVED
    }

    #[inline]
    fn leave(&mut self, key: &Key<'_>, group: &mut MemberCounter) -> ItemResult {
        let is_member = |place: &Place| {
            self.account.rows.at(*place).is_some_and(|row| row.groups & group.bit != 0)
        };
        let Some(place) = self.account.rows.find(key).filter(is_member) else {
            return ItemResult::UNCHANGED;
        };
        self.account.leave(key, place, group, self.now);
        ItemResult::MOVED
    }

    #[inline]
    fn mark_item(&mut self, item: &MarkItem<'_>) -> ItemResult {
        let key = self.account.rows.key(item.conversation());
        let found = self.account.rows.find(&key);
        let row = found.and_then(|place| self.account.rows.at(place));
        let (old, old_custom) =
            row.map_or((0, [].as_slice()), |row| (row.marks, self.account.rows.custom(row)));
        let new = (old & !item.clear_marks().bits()) | item.set_marks().bits();
        let marks = (new != old).then_some(new);
        let custom = item.custom_mark().filter(|custom| !same(custom.as_bytes(), old_custom));
        if marks.is_none() && custom.is_none() {
            return ItemResult::UNCHANGED;
        }
        let was_marked = row.is_some_and(Row::is_marked);
        let full = match self.policy.capacity() {
            Capacity::Shared { rows } => row.is_none() && self.rows_full(rows),
            // A row without marks can only change by getting one.
            Capacity::Separate { marked, .. } | Capacity::PerGroup { marked, .. } => {
                !was_marked && self.account.marked >= marked
            }
        };
        if full || !self.account.rows.has_room(row, &key, custom, self.texts_max) {
            return ItemResult::failed(Rule::CapacityExceeded);
        }
        let place = found.unwrap_or_else(|| self.account.rows.insert(&key, self.now));
        self.account.set_marks(&key, place, marks, custom, self.now);
        ItemResult { marks, custom: custom.is_some(), ..ItemResult::UNCHANGED }
    }

    fn rows_full(&self, max: u32) -> bool {
        u32::try_from(self.account.rows.len()).is_ok_and(|rows| rows >= max)
    }
}

/// The rule for a conversation that the host could not resolve.
fn unresolved(conversation: &Conversation<'_>) -> Rule {
    match conversation {
        Conversation::User(_) => Rule::AccountUnknown,
        Conversation::Group(_) => Rule::GroupUnresolved,
    }
}

#[cfg(test)]
mod tests;
