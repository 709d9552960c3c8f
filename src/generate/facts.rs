//! Facts, alone or for a request.

use super::drawing::Drawing;
use crate::facts::{Facts, Lookup};
use crate::request::CheckedRequest;

impl Drawing<'_> {
    /// Facts that answer every lookup of the request: mostly yes.
    pub(crate) fn facts_for(&mut self, request: &CheckedRequest<'_>) -> Option<Facts> {
        if self.bool() {
            return self.vouched();
        }
        let mut facts = Facts::asked();
        for lookup in request.lookups() {
            facts.answer(&lookup, !self.one_in(8));
        }
        Some(facts)
    }

    /// Vouched for, or asked and answered in part: a request may look up what has no answer, which
    /// is the host's misuse.
    pub(crate) fn facts(&mut self) -> Option<Facts> {
        if self.bool() {
            return self.vouched();
        }
        let mut facts = Facts::asked();
        let id = self.user_id()?;
        if self.bool() {
            facts.answer(&Lookup::Requester(&id), self.bool());
        }
        if self.bool() {
            facts.answer(&Lookup::Plan, self.bool());
        }
        for item in 0..usize::try_from(self.between(0, 8)).unwrap_or_default() {
            if !self.one_in(8) {
                facts.answer(&Lookup::Peer { item, id: &id }, self.bool());
            }
        }
        Some(facts)
    }

    fn vouched(&mut self) -> Option<Facts> {
        let mut facts = Facts::vouched();
        if self.one_in(16) {
            facts = facts.with_unknown_requester();
        }
        if self.one_in(8) {
            facts = facts.without_plan();
        }
        if self.bool() {
            for _ in 0..self.between(0, 3) {
                facts = facts.with_unknown(self.conversation()?);
            }
        }
        Some(facts)
    }
}
