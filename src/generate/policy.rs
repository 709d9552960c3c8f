//! Policies, most of them with limits small enough to be reached.

use super::drawing::Drawing;
use crate::marks::MarkBase;
use crate::policy::{Capacity, ErrorDisplay, LastPageIndex, Policy, RenameItems};
use crate::revision::Revision;

impl Drawing<'_> {
    pub(crate) fn mark_base(&mut self) -> MarkBase {
        if self.bool() { MarkBase::Zero } else { MarkBase::One }
    }

    pub(crate) fn capacity(&mut self) -> Capacity {
        let kind = self.between(0, 2);
        let (first, second) = (self.limit(0), self.limit(0));
        match kind {
            0 => Capacity::Shared { rows: first },
            1 => Capacity::Separate { grouped: first, marked: second },
            _ => Capacity::PerGroup { members: first, marked: second },
        }
    }

    /// The documented revisions, and policies with every setting changed.
    pub(crate) fn any_policy(&mut self) -> Option<Policy> {
        let revision = self.pick(Revision::ALL)?.policy();
        if self.one_in(4) {
            return Some(revision);
        }
        let conversations_max = if self.one_in(4) { None } else { Some(self.limit(1)) };
        let policy = revision
            .to_builder()
            .group_name_max_bytes(self.small(1, 128))
            .groups(self.small(0, 64))
            .capacity(self.capacity())
            .create_needs_conversations(self.bool())
            .conversations_max(conversations_max)
            .mark_items_max(self.limit(1))
            .search_max(self.limit(1))
            .custom_mark_max_bytes(self.small(0, 300))
            .custom_mark_needs_plan(self.bool())
            .mark_base(self.mark_base())
            .page_size(self.limit(1))
            .calls_per_second(self.limit(0))
            .error_display(self.pick(ErrorDisplay::ALL)?)
            .last_page_index(self.pick(LastPageIndex::ALL)?)
            .rename_items(self.pick(RenameItems::ALL)?);
        policy.build().ok()
    }

    /// A count within what every policy may have, usually small.
    fn limit(&mut self, minimum: u32) -> u32 {
        if self.one_in(4) { self.small(minimum, 1_000_000) } else { self.small(minimum, 8) }
    }

    fn small(&mut self, minimum: u32, maximum: u32) -> u32 {
        u32::try_from(self.between(u64::from(minimum), u64::from(maximum))).unwrap_or(maximum)
    }
}
