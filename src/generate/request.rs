//! Requests and sequences of operations.

use alloc::vec::Vec;

use super::drawing::Drawing;
use super::{Operation, Operations};
use crate::command::Command;
use crate::policy::Policy;
use crate::request::{CheckedRequest, Request, Validator, draw_request};

/// The time that sequences start at, in Unix seconds.
const START_SECONDS: u64 = 1_700_000_000;

impl Drawing<'_> {
    /// A command, more often one that changes something.
    fn command(&mut self) -> Option<Command> {
        let command = self.pick(Command::ALL)?;
        if command.writes() || self.bool() { Some(command) } else { self.pick(Command::ALL) }
    }

    /// A request of any command.
    pub(crate) fn request(&mut self) -> Option<Request<'static>> {
        let command = self.command()?;
        draw_request(command, self)
    }

    /// A request that the policy allows.
    pub(crate) fn checked_request(&mut self) -> Option<CheckedRequest<'static>> {
        let request = self.request()?;
        Validator::new(&self.policy).check(request).ok()
    }

    /// One step of a sequence, some seconds after the one before.
    pub(crate) fn operation(&mut self, before_seconds: u64) -> Option<Operation> {
        let request = self.checked_request()?;
        let facts = self.facts_for(&request)?;
        Some(Operation {
            request,
            facts,
            now_seconds: before_seconds.saturating_add(self.between(0, 3)),
        })
    }
}

impl Operations {
    /// A sequence under that policy; the steps come from drawings of their own, as many as there
    /// are.
    pub(crate) fn draw(policy: Policy, drawings: impl Iterator<Item = Operation>) -> Self {
        let mut now_seconds = START_SECONDS;
        let step = |mut operation: Operation| {
            now_seconds = now_seconds.saturating_add(operation.now_seconds);
            operation.now_seconds = now_seconds;
            operation
        };
        Self { policy, steps: drawings.map(step).collect::<Vec<_>>() }
    }
}
