//! Sequences of operations.

use alloc::vec::Vec;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

use super::{checked_request, facts_for};
use crate::generate::{Operation, Operations};
use crate::policy::Policy;

/// Sequences of so many operations under that policy. The clock never steps back.
pub fn operations(policy: Policy, length: impl Into<SizeRange>) -> impl Strategy<Value = Operations> {
    let step = checked_request(policy).prop_flat_map(|request| (facts_for(&request), Just(request), 0..=3_u64));
    vec(step, length).prop_map(move |steps| {
        let mut now: u64 = 1_700_000_000;
        let step = |(facts, request, pause)| {
            now = now.saturating_add(pause);
            Operation { request, facts, now }
        };
        Operations { policy, steps: steps.into_iter().map(step).collect::<Vec<_>>() }
    })
}
