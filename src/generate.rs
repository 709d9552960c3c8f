//! Generated requests, policies, facts and sequences, for the features `arbitrary` and `proptest`.
//!
//! Everything is drawn from a source of choices: the bytes of a fuzzer, or the numbers of a
//! property test, which shrink. The tables of the objects draw which fields there are, and the kind
//! of each field draws its value. Nothing here is used by the rest of the crate; no feature changes
//! behavior.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod drawing;
mod facts;
mod policy;
mod request;
mod samples;
#[cfg(feature = "proptest")]
pub mod strategies;

pub(crate) use drawing::Drawing;
#[cfg(feature = "proptest")]
pub(crate) use drawing::Source;

use alloc::vec::Vec;

use crate::facts::{Facts, Misuse};
use crate::fake::Service;
use crate::policy::Policy;
use crate::request::CheckedRequest;

/// One step of a generated sequence: a valid request, what the host knows about it, and when it
/// comes.
///
/// The facts answer every lookup of the request. To send it to your own service, write its
/// body with [`CheckedRequest::write_body`]. Only with the features `arbitrary` or `proptest`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The request.
    pub request: CheckedRequest<'static>,
    /// What the host knows.
    pub facts: Facts,
    /// Unix seconds; never before the preceding step.
    pub now_seconds: u64,
}

/// A generated sequence of operations under one policy.
///
/// Most requests are about the same few accounts, groups and conversations, so that they see each
/// other's effects. Only with the features `arbitrary` or `proptest`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operations {
    /// The policy that every request was checked under.
    pub policy: Policy,
    /// The steps, in order.
    pub steps: Vec<Operation>,
}

impl Operations {
    /// Applies every step to accounts that start empty, and gives each answer's text to `each` with
    /// its step: what a service under test has to answer too.
    ///
    /// # Errors
    ///
    /// [`Misuse`] if facts lack an answer; those that were generated with their request never do.
    pub fn run(&self, mut each: impl FnMut(&Operation, &[u8])) -> Result<Service, Misuse> {
        let mut service = Service::new(&self.policy);
        let mut answer = Vec::new();
        for step in &self.steps {
            let mut account = service.account(step.request.account()).cloned().unwrap_or_default();
            answer.clear();
            account.apply(&step.request, &step.facts, step.now_seconds)?.write_answer(&mut answer);
            if !account.is_empty() {
                service.insert(step.request.account().borrowed(), account);
            }
            each(step, &answer);
        }
        Ok(service)
    }
}
