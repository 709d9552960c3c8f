//! [`Arbitrary`] for requests, policies, facts and sequences, for fuzzers.

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::drawing::{Drawing, Source};
use super::{Operation, Operations};
use crate::call::Caller;
use crate::command::Command;
use crate::conversation::{Conversation, GroupChatId, UserId};
use crate::facts::Facts;
use crate::marks::{MarkBase, StandardMarks};
use crate::policy::{Capacity, Policy};
use crate::request::{CheckedRequest, Request};

/// The maximum number of steps of a sequence.
const STEPS: u64 = 40;

impl Source for Unstructured<'_> {
    fn choose(&mut self, maximum: u64) -> u64 {
        self.int_in_range(0..=maximum).unwrap_or_default()
    }
}

/// Draws a value: under the default policy, where that matters.
fn draw<T>(
    u: &mut Unstructured<'_>,
    draw: impl FnOnce(&mut Drawing<'_>) -> Option<T>,
) -> Result<T> {
    draw(&mut Drawing::new(u, &Policy::default())).ok_or(Error::IncorrectFormat)
}

macro_rules! arbitrary {
    ($($Type:ty: $draw:expr;)+) => {
        $(impl<'a> Arbitrary<'a> for $Type {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                draw(u, $draw)
            }
        })+
    };
}

arbitrary! {
    UserId<'_>: |drawing| drawing.user_id();
    GroupChatId<'_>: |drawing| drawing.group_chat_id();
    Conversation<'_>: |drawing| drawing.conversation();
    StandardMarks: |drawing| Some(drawing.standard_marks());
    Command: |drawing| drawing.pick(Command::ALL);
    MarkBase: |drawing| Some(drawing.mark_base());
    Capacity: |drawing| Some(drawing.capacity());
    Policy: |drawing| drawing.any_policy();
    Facts: |drawing| drawing.facts();
    Caller: |drawing| Some(if drawing.one_in(8) { Caller::Other } else { Caller::Admin });
}

/// Unchecked requests: some go beyond every documented limit.
impl<'a> Arbitrary<'a> for Request<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Drawing::unchecked(u).request().ok_or(Error::IncorrectFormat)
    }
}

/// Valid requests under an arbitrary policy.
impl<'a> Arbitrary<'a> for CheckedRequest<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = u.arbitrary()?;
        Drawing::new(u, &policy).checked_request().ok_or(Error::IncorrectFormat)
    }
}

/// A valid request under an arbitrary policy, at an arbitrary time.
impl<'a> Arbitrary<'a> for Operation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (policy, now_seconds) = (u.arbitrary()?, u.arbitrary()?);
        Drawing::new(u, &policy).operation(now_seconds).ok_or(Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Operations {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = u.arbitrary()?;
        let mut drawing = Drawing::new(u, &policy);
        let steps = drawing.between(0, STEPS);
        Ok(Self::draw(policy, (0..steps).filter_map(|_| drawing.operation(0))))
    }
}
