//! Strategies for property tests with the `proptest` crate (feature `proptest`).
//!
//! They make requests, policies, facts and sequences of operations, so that a host can test its own
//! service against this crate. Most requests are about the same few accounts, groups and
//! conversations, so that they see each other's effects. Strategies are for tests: what they make
//! may change between versions.
//!
//! ```
//! use convmark::generate::strategies::{operations, policy};
//! use proptest::prelude::*;
//! use proptest::test_runner::TestRunner;
//!
//! let sequences = policy().prop_flat_map(|policy| operations(policy, 0..10));
//! let compared = TestRunner::deterministic().run(&sequences, |operations| {
//!     let service = operations.run(|step, answer| {
//!         // Here the service under test would get the same body, and have to give the same answer.
//!         let mut body = Vec::new();
//!         step.request.write_body(&mut body);
//!         assert!(body.starts_with(b"{") && answer.ends_with(b"}"));
//!     });
//!     prop_assert!(service.is_ok());
//!     Ok(())
//! });
//! assert!(compared.is_ok());
//! ```

use alloc::vec::Vec;

use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

use crate::conversation::{Conversation, GroupChatId, UserId};
use crate::facts::Facts;
use crate::generate::{Drawing, Operations, Source};
use crate::marks::{MarkBase, StandardMarks};
use crate::policy::{Capacity, Policy};
use crate::request::{CheckedRequest, Request};

/// Enough choices for an ID, a policy or facts.
const SMALL: usize = 64;
/// Enough choices for most requests. Lists that need more continue with the simplest items.
const LARGE: usize = 256;

/// Choices that a property test made. They shrink towards none, and each towards 0: the simplest
/// case.
struct Choices(alloc::vec::IntoIter<u64>);

impl Source for Choices {
    fn choose(&mut self, maximum: u64) -> u64 {
        let choice = self.0.next().unwrap_or_default();
        maximum.checked_add(1).and_then(|values| choice.checked_rem(values)).unwrap_or(choice)
    }
}

/// Values drawn from at most `choices` choices.
fn drawn<T: core::fmt::Debug>(
    choices: usize,
    draw: impl Fn(Choices) -> Option<T> + Clone,
) -> impl Strategy<Value = T> + Clone {
    vec(any::<u64>(), choices)
        .prop_filter_map("no such value", move |choices| draw(Choices(choices.into_iter())))
}

/// Values that need no policy.
fn plain<T: core::fmt::Debug>(
    draw: impl Fn(&mut Drawing<'_>) -> Option<T> + Clone,
) -> impl Strategy<Value = T> + Clone {
    drawn(SMALL, move |mut choices| draw(&mut Drawing::new(&mut choices, &Policy::default())))
}

/// Well-formed user IDs: usually one of a few.
pub fn user_id() -> impl Strategy<Value = UserId<'static>> + Clone {
    plain(|drawing| drawing.user_id())
}

/// Well-formed group chat IDs, including those of topics: usually one of a few.
pub fn group_chat_id() -> impl Strategy<Value = GroupChatId<'static>> + Clone {
    plain(|drawing| drawing.group_chat_id())
}

/// Conversations of both kinds.
pub fn conversation() -> impl Strategy<Value = Conversation<'static>> + Clone {
    plain(|drawing| drawing.conversation())
}

/// Standard marks: usually some of the four documented ones, otherwise any.
pub fn standard_marks() -> impl Strategy<Value = StandardMarks> + Clone {
    plain(|drawing| Some(drawing.standard_marks()))
}

/// Both index bases.
pub fn mark_base() -> impl Strategy<Value = MarkBase> + Clone {
    plain(|drawing| Some(drawing.mark_base()))
}

/// The three readings of the capacity.
pub fn capacity() -> impl Strategy<Value = Capacity> + Clone {
    plain(|drawing| Some(drawing.capacity()))
}

/// The documented revisions, and policies with every setting changed.
pub fn policy() -> impl Strategy<Value = Policy> + Clone {
    plain(|drawing| drawing.any_policy())
}

/// Facts that are vouched for, or asked and answered in part: a request may look up what has no
/// answer, which is the host's misuse.
pub fn facts() -> impl Strategy<Value = Facts> + Clone {
    plain(|drawing| drawing.facts())
}

/// Facts that answer every lookup of the request: mostly yes.
pub fn facts_for(request: &CheckedRequest<'_>) -> impl Strategy<Value = Facts> + use<> {
    let request = request.clone().into_owned();
    drawn(LARGE, move |mut choices| {
        Drawing::new(&mut choices, request.policy()).facts_for(&request)
    })
}

/// Unchecked requests: some go beyond every documented limit.
pub fn request() -> impl Strategy<Value = Request<'static>> + Clone {
    drawn(LARGE, |mut choices| Drawing::unchecked(&mut choices).request())
}

/// Requests that the policy allows, checked under it.
pub fn checked_request(policy: Policy) -> impl Strategy<Value = CheckedRequest<'static>> + Clone {
    drawn(LARGE, move |mut choices| Drawing::new(&mut choices, &policy).checked_request())
}

/// Sequences of `length` operations under that policy. The clock never steps back.
pub fn operations(
    policy: Policy,
    length: impl Into<SizeRange>,
) -> impl Strategy<Value = Operations> {
    let operation =
        drawn(LARGE, move |mut choices| Drawing::new(&mut choices, &policy).operation(0));
    vec(operation, length)
        .prop_map(move |steps: Vec<_>| Operations::draw(policy, steps.into_iter()))
}
