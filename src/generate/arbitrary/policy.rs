//! Policies, most of them with limits small enough to be reached.

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use crate::marks::MarkBase;
use crate::policy::{Capacity, ErrorDisplay, LastPageIndex, Policy, RenameItems};
use crate::revision::Revision;

impl<'a> Arbitrary<'a> for MarkBase {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.arbitrary()? { Self::Zero } else { Self::One })
    }
}

impl<'a> Arbitrary<'a> for Capacity {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let kind = u.int_in_range(0..=2)?;
        let (first, second) = (limit(u, 0)?, limit(u, 0)?);
        Ok(match kind {
            0 => Self::Shared { rows: first },
            1 => Self::Separate { grouped: first, marked: second },
            _ => Self::PerGroup { members: first, marked: second },
        })
    }
}

impl<'a> Arbitrary<'a> for Policy {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let revision = super::pick(u, Revision::ALL)?.policy();
        if u.ratio(1, 4)? {
            return Ok(revision);
        }
        let conversations_max = if u.ratio(1, 4)? { None } else { Some(limit(u, 1)?) };
        let policy = revision
            .to_builder()
            .group_name_max_bytes(u.int_in_range(1..=128)?)
            .groups(u.int_in_range(0..=64)?)
            .capacity(u.arbitrary()?)
            .create_needs_conversations(u.arbitrary()?)
            .conversations_max(conversations_max)
            .mark_items_max(limit(u, 1)?)
            .search_max(limit(u, 1)?)
            .custom_mark_max_bytes(u.int_in_range(0..=300)?)
            .custom_mark_needs_plan(u.arbitrary()?)
            .mark_base(u.arbitrary()?)
            .page_size(limit(u, 1)?)
            .calls_per_second(limit(u, 0)?)
            .error_display(super::pick(u, ErrorDisplay::ALL)?)
            .last_page_index(super::pick(u, LastPageIndex::ALL)?)
            .rename_items(super::pick(u, RenameItems::ALL)?);
        policy.build().map_err(|_| Error::IncorrectFormat)
    }
}

/// A count within what every policy may have, small as a rule.
fn limit(u: &mut Unstructured<'_>, min: u32) -> Result<u32> {
    if u.ratio(1, 4)? { u.int_in_range(min..=1_000_000) } else { u.int_in_range(min..=8) }
}
