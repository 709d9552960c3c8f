//! [`Arbitrary`] for requests, policies, facts and sequences, for fuzzers.

mod facts;
mod policy;
mod request;

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{Operation, Operations};
use crate::policy::Policy;

/// Most steps of a sequence.
const STEPS: usize = 40;

/// A sequence under that policy.
fn operations(u: &mut Unstructured<'_>, policy: Policy) -> Result<Operations> {
    let mut now: u64 = 1_700_000_000;
    let mut steps = Vec::new();
    for _ in 0..u.int_in_range(0..=STEPS)? {
        let request = request::checked(u, &policy)?;
        let facts = facts::for_request(u, &request)?;
        now = now.saturating_add(u.int_in_range(0..=3)?);
        steps.push(Operation { request, facts, now });
    }
    Ok(Operations { policy, steps })
}

impl<'a> Arbitrary<'a> for Operations {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = u.arbitrary()?;
        operations(u, policy)
    }
}

impl<'a> Arbitrary<'a> for Operation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = u.arbitrary()?;
        let request = request::checked(u, &policy)?;
        let facts = facts::for_request(u, &request)?;
        Ok(Self { request, facts, now: u.arbitrary()? })
    }
}

/// One of a few things.
fn pick<T: Copy>(u: &mut Unstructured<'_>, few: &[T]) -> Result<T> {
    u.choose(few).copied()
}
