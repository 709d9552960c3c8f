//! Facts, alone or for a request.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::conversation::{Conversation, UserId};
use crate::facts::{Facts, Lookup};
use crate::request::CheckedRequest;
use crate::serve::Caller;

/// Facts that answer every lookup of the request: mostly yes.
pub(super) fn for_request(u: &mut Unstructured<'_>, request: &CheckedRequest<'_>) -> Result<Facts> {
    if u.arbitrary()? {
        return vouched(u);
    }
    let mut facts = Facts::asked();
    for lookup in request.lookups() {
        facts.answer(&lookup, !u.ratio(1, 8)?);
    }
    Ok(facts)
}

fn vouched(u: &mut Unstructured<'_>) -> Result<Facts> {
    let mut facts = Facts::vouched();
    if u.ratio(1, 16)? {
        facts = facts.with_unknown_requester();
    }
    if u.ratio(1, 8)? {
        facts = facts.without_plan();
    }
    if u.ratio(1, 2)? {
        for _ in 0..u.int_in_range(0..=3)? {
            facts = facts.with_unknown(u.arbitrary::<Conversation<'static>>()?);
        }
    }
    Ok(facts)
}

/// Vouched for, or asked and answered in part: a request may look up what has no answer, which is the host's misuse.
impl<'a> Arbitrary<'a> for Facts {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if u.arbitrary()? {
            return vouched(u);
        }
        let mut facts = Self::asked();
        let id: UserId<'static> = u.arbitrary()?;
        if u.arbitrary()? {
            facts.answer(&Lookup::Requester(&id), u.arbitrary()?);
        }
        if u.arbitrary()? {
            facts.answer(&Lookup::Plan, u.arbitrary()?);
        }
        for item in 0..u.int_in_range(0..=8_usize)? {
            if !u.ratio(1, 8)? {
                facts.answer(&Lookup::Peer { item, id: &id }, u.arbitrary()?);
            }
        }
        Ok(facts)
    }
}

impl<'a> Arbitrary<'a> for Caller {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.ratio(1, 8)? { Self::Other } else { Self::Admin })
    }
}
