//! Policies within their range, most of them so small that limits are reached quickly.

use super::ByteSource;
use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, RenameItems};
use convmark::{Policy, Revision};

/// Generates a policy.
pub fn policy(source: &mut ByteSource) -> Policy {
    let revision = source.pick(&[Revision::V2026_04.policy(), Revision::V2023_03.policy()]);
    if source.below(4) == 0 {
        return revision;
    }
    let small = |source: &mut ByteSource| source.pick(&[2_u32, 3, 1, 4, 0]);
    let (first, second) = (small(source), small(source));
    let capacity = match source.below(4) {
        0 => Capacity::Separate { grouped: first, marked: second },
        1 => Capacity::Shared { rows: first },
        2 => Capacity::PerGroup { members: first, marked: second },
        _ => revision.capacity(),
    };
    let flags = source.byte();
    let flag = |bit: u8| flags >> bit & 1 == 1;
    let built = revision
        .to_builder()
        .groups(source.pick(&[2, 3, 1, 20, 0]))
        .capacity(capacity)
        .page_size(source.pick(&[1, 2, 100, 3]))
        .conversations_max(source.pick(&[Some(3), None, Some(100), Some(1), Some(2)]))
        .mark_items_max(source.pick(&[3, 100, 1, 2]))
        .search_max(source.pick(&[3, 300, 1, 2]))
        .group_name_max_bytes(source.pick(&[64, 32, 7, 1, 33]))
        .custom_mark_max_bytes(source.pick(&[256, 6, 1, 0]))
        .mark_base(if flag(0) { MarkBase::Zero } else { MarkBase::One })
        .custom_mark_needs_plan(flag(1))
        .create_needs_conversations(flag(2) && flag(3))
        .error_display(match (flag(4), flag(7)) {
            (false, false) => ErrorDisplay::None,
            (true, false) => ErrorDisplay::Sampled,
            (_, true) => ErrorDisplay::All,
        })
        .last_page_index(if flag(5) { LastPageIndex::Absent } else { LastPageIndex::Zero })
        .rename_items(if flag(6) { RenameItems::Empty } else { RenameItems::Absent })
        .calls_per_second(source.pick(&[200, 1, 2, 0]))
        .build();
    built.expect("every choice is within its range")
}

/// The same policy with room for an account of many rows and for requests about many conversations.
pub fn roomy(source: &mut ByteSource, policy: &Policy) -> Policy {
    let rows = source.pick(&[1000, 50, 41, 40]);
    let capacity = match policy.capacity() {
        Capacity::Shared { .. } => Capacity::Shared { rows },
        Capacity::Separate { .. } => Capacity::Separate { grouped: rows, marked: rows },
        Capacity::PerGroup { .. } => Capacity::PerGroup { members: rows, marked: rows },
    };
    let built = policy
        .to_builder()
        .groups(policy.groups().max(2))
        .capacity(capacity)
        .conversations_max(policy.conversations_max().map(|max| max.max(40)))
        .mark_items_max(policy.mark_items_max().max(40))
        .build();
    built.expect("raised limits are within every range")
}

/// The same policy with some limits raised.
pub fn raised(source: &mut ByteSource, policy: &Policy) -> Policy {
    let more = |source: &mut ByteSource| u32::from(source.byte() % 4);
    let (first, second) = (more(source), more(source));
    let capacity = match policy.capacity() {
        Capacity::Shared { rows } => Capacity::Shared { rows: rows + first },
        Capacity::Separate { grouped, marked } => {
            Capacity::Separate { grouped: grouped + first, marked: marked + second }
        }
        Capacity::PerGroup { members, marked } => {
            Capacity::PerGroup { members: members + first, marked: marked + second }
        }
    };
    let built = policy
        .to_builder()
        .groups((policy.groups() + more(source)).min(64))
        .capacity(capacity)
        .conversations_max(if source.one_in(3) {
            None
        } else {
            policy.conversations_max().map(|max| max + more(source))
        })
        .mark_items_max(policy.mark_items_max() + more(source))
        .search_max(policy.search_max() + more(source))
        .group_name_max_bytes(policy.group_name_max_bytes() + more(source))
        .custom_mark_max_bytes(policy.custom_mark_max_bytes() + more(source))
        .page_size(policy.page_size() + more(source))
        .build();
    built.expect("raised limits are within every range")
}
