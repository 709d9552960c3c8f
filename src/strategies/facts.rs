//! Facts, alone or for a request.

use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{conversation, user_id};
use crate::conversation::Conversation;
use crate::facts::{Facts, Lookup};
use crate::request::CheckedRequest;

/// Facts that are vouched for, or asked and answered in part: a request may look up what has no answer, which is the host's
/// misuse.
pub fn facts() -> impl Strategy<Value = Facts> + Clone {
    let answer = || proptest::option::weighted(0.8, any::<bool>());
    let asked = (user_id(), answer(), answer(), vec(answer(), 0..8)).prop_map(|(id, requester, plan, items)| {
        let mut facts = Facts::asked();
        let mut tell = |lookup: &Lookup<'_>, answer: Option<bool>| {
            if let Some(yes) = answer {
                facts.answer(lookup, yes);
            }
        };
        tell(&Lookup::Requester(&id), requester);
        tell(&Lookup::Plan, plan);
        for (item, answer) in items.into_iter().enumerate() {
            tell(&Lookup::Peer { item, id: &id }, answer);
        }
        facts
    });
    prop_oneof![vouched(), asked]
}

/// Facts that answer every lookup of the request: mostly yes.
pub fn facts_for(request: &CheckedRequest<'_>) -> impl Strategy<Value = Facts> + use<> {
    let request = request.clone().into_owned();
    let lookups = request.lookups().count();
    let asked = vec(mostly(), lookups).prop_map(move |answers: Vec<bool>| {
        let mut facts = Facts::asked();
        for (lookup, yes) in request.lookups().zip(answers) {
            facts.answer(&lookup, yes);
        }
        facts
    });
    prop_oneof![vouched(), asked]
}

fn vouched() -> impl Strategy<Value = Facts> + Clone {
    let unknown = prop_oneof![vec(conversation(), 0..1), vec(conversation(), 0..4)];
    (mostly(), mostly(), unknown).prop_map(|(requester, plan, unknown): (bool, bool, Vec<Conversation<'static>>)| {
        let mut facts = unknown.into_iter().fold(Facts::vouched(), Facts::with_unknown);
        if !requester {
            facts = facts.with_unknown_requester();
        }
        if !plan {
            facts = facts.without_plan();
        }
        facts
    })
}

/// Yes, as a rule; simple cases have no trouble.
fn mostly() -> impl Strategy<Value = bool> + Clone {
    proptest::bool::weighted(0.1).prop_map(|no| !no)
}
