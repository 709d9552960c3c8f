//! Policies, most of them with limits small enough to be reached.

use core::ops::RangeInclusive;

use proptest::prelude::*;
use proptest::sample::select;

use crate::marks::MarkBase;
use crate::policy::{Capacity, ErrorDisplay, LastPageIndex, Policy, RenameItems};
use crate::revision::Revision;

/// Both index bases.
pub fn mark_base() -> impl Strategy<Value = MarkBase> + Clone {
    prop_oneof![Just(MarkBase::One), Just(MarkBase::Zero)]
}

/// The three readings of the capacity.
pub fn capacity() -> impl Strategy<Value = Capacity> + Clone {
    let both = || (limit(0), limit(0));
    prop_oneof![
        limit(0).prop_map(|rows| Capacity::Shared { rows }),
        both().prop_map(|(grouped, marked)| Capacity::Separate { grouped, marked }),
        both().prop_map(|(members, marked)| Capacity::PerGroup { members, marked }),
    ]
}

/// The documented revisions, and policies with every setting changed.
pub fn policy() -> impl Strategy<Value = Policy> + Clone {
    let revision = select(Revision::ALL).prop_map(Revision::policy);
    let sizes = (1..=128_u32, 0..=64_u32, 0..=300_u32, limit(1), limit(0));
    let counts = (proptest::option::weighted(0.8, limit(1)), limit(1), limit(1));
    let answers = (select(ErrorDisplay::ALL), select(LastPageIndex::ALL), select(RenameItems::ALL));
    let readings = (capacity(), mark_base(), any::<[bool; 2]>(), answers);
    let changed =
        (revision.clone(), sizes, counts, readings).prop_filter_map("out of range", |(policy, sizes, counts, readings)| {
            let (name, groups, custom, page, calls) = sizes;
            let (conversations, marks, search) = counts;
            let (capacity, base, [needs_conversations, needs_plan], (display, last_page, rename)) = readings;
            let builder = policy.to_builder().group_name_max_bytes(name).groups(groups).custom_mark_max_bytes(custom);
            let builder = builder.page_size(page).calls_per_second(calls).conversations_max(conversations);
            let builder = builder.mark_items_max(marks).search_max(search).capacity(capacity).mark_base(base);
            let builder = builder.create_needs_conversations(needs_conversations).custom_mark_needs_plan(needs_plan);
            let builder = builder.error_display(display).last_page_index(last_page).rename_items(rename);
            builder.build().ok()
        });
    prop_oneof![1 => revision, 3 => changed]
}

/// A count within what every policy may have, small as a rule.
fn limit(min: u32) -> impl Strategy<Value = u32> + Clone {
    let to = |max: u32| -> RangeInclusive<u32> { min..=max };
    prop_oneof![3 => to(8), 1 => to(1_000_000)]
}
