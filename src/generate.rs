//! Generated requests, policies, facts and sequences: what the features `arbitrary` and `proptest` have in common.
//!
//! Nothing here is used by the rest of the crate; no feature changes behavior.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod limits;
mod world;

#[cfg(feature = "proptest")]
pub(crate) use limits::Limits;
#[cfg(feature = "proptest")]
pub(crate) use world::{ACCOUNTS, CUSTOM_MARKS, GROUP_CHATS, NAMES, USERS};

use alloc::vec::Vec;

use crate::facts::{Facts, Misuse};
use crate::policy::Policy;
use crate::request::CheckedRequest;
use crate::serve::Accounts;

/// One step of a generated sequence: a valid request, what the host knows about it, and when it comes.
///
/// The facts answer every lookup of the request. To send it to a service of one's own, write its body with
/// [`CheckedRequest::write_body`]. Only with the features `arbitrary` or `proptest`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The request.
    pub request: CheckedRequest<'static>,
    /// What the host knows.
    pub facts: Facts,
    /// Unix seconds; never before the step in front.
    pub now: u64,
}

/// A generated sequence of operations under one policy.
///
/// Most requests are about the same few accounts, groups and conversations, so that they meet each other's effects.
/// Only with the features `arbitrary` or `proptest`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operations {
    /// The policy that every request was checked under.
    pub policy: Policy,
    /// The steps, in order.
    pub steps: Vec<Operation>,
}

impl Operations {
    /// Applies every step to accounts that start empty, and gives each answer's text to `each` with its step: what a service
    /// under test has to answer too.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if facts lack an answer; those that were generated with their request never do.
    pub fn run(&self, mut each: impl FnMut(&Operation, &[u8])) -> Result<Accounts, Misuse> {
        let mut accounts = Accounts::new();
        let mut answer = Vec::new();
        for step in &self.steps {
            let mut account = accounts.get(step.request.account()).cloned().unwrap_or_default();
            answer.clear();
            account.apply(&step.request, &step.facts, step.now)?.write_answer(&mut answer);
            if !account.is_empty() {
                accounts.insert(step.request.account().borrowed(), account);
            }
            each(step, &answer);
        }
        Ok(accounts)
    }
}
