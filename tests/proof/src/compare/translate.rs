//! What the crate takes, in the twin's words.

use crate::twin;
use convmark::{Account, Capacity, Conversation, ErrorDisplay, Facts, LastPageIndex, MarkBase, Policy, RenameItems};

/// The same policy for the twin.
pub fn policy(policy: &Policy) -> twin::policy::Policy {
    twin::policy::Policy {
        group_name_bytes: policy.group_name_max_bytes(),
        groups: policy.groups(),
        capacity: match policy.capacity() {
            Capacity::Shared { rows } => twin::policy::Capacity::Shared(rows),
            Capacity::Separate { grouped, marked } => twin::policy::Capacity::Separate { grouped, marked },
            Capacity::PerGroup { members, marked } => twin::policy::Capacity::PerGroup { members, marked },
        },
        create_contact_item_required: policy.create_needs_conversations(),
        max_conversations: policy.conversations_max(),
        mark_items_max: policy.mark_items_max(),
        search_max: policy.search_max(),
        custom_mark_bytes: policy.custom_mark_max_bytes(),
        custom_mark_needs_plan: policy.custom_mark_needs_plan(),
        mark_base: match policy.mark_base() {
            MarkBase::Zero => 0,
            MarkBase::One => 1,
        },
        page_size: policy.page_size(),
        calls_per_second: policy.calls_per_second(),
        error_display: match policy.error_display() {
            ErrorDisplay::None => twin::policy::ErrorDisplay::None,
            ErrorDisplay::Sampled => twin::policy::ErrorDisplay::Sampled,
            ErrorDisplay::All => twin::policy::ErrorDisplay::All,
        },
        last_page_has_index: match policy.last_page_index() {
            LastPageIndex::Zero => true,
            LastPageIndex::Absent => false,
        },
        rename_has_items: match policy.rename_items() {
            RenameItems::Empty => true,
            RenameItems::Absent => false,
        },
    }
}

/// The same facts for the crate: vouched for, but for what is listed.
pub fn facts(facts: &twin::account::Facts) -> Facts {
    let mut ours = Facts::vouched();
    if !facts.requester_known {
        ours = ours.with_unknown_requester();
    }
    if !facts.plan {
        ours = ours.without_plan();
    }
    let users = facts.unknown_accounts.iter().filter_map(|id| Conversation::user(id.as_str()).ok());
    let chats = facts.unresolved_groups.iter().filter_map(|id| Conversation::group(id.as_str()).ok());
    users.chain(chats).fold(ours, Facts::with_unknown)
}

/// The facts as the twin needs them for a request of that account: an unknown user is an unknown requester, too.
pub fn facts_for(facts: &twin::account::Facts, account: &str) -> twin::account::Facts {
    let mut theirs = facts.clone();
    theirs.requester_known &= !facts.unknown_accounts.iter().any(|id| id == account);
    theirs
}

/// What can be seen of an account, as the twin's.
pub fn account(account: &Account) -> twin::account::Account {
    let rows = account.rows().map(|row| twin::account::Row {
        conversation: match row.kind() {
            1 => twin::conversation::Conversation::OneToOne(row.id().into()),
            _ => twin::conversation::Conversation::GroupChat(row.id().into()),
        },
        standard: row.standard_marks().bits(),
        custom: row.custom_mark().unwrap_or_default().into(),
        group_ids: row.group_ids().collect(),
        timestamp: row.timestamp(),
    });
    twin::account::Account {
        last_group_id: account.last_group_id(),
        groups: account.groups().map(|group| twin::account::Group { id: group.id, name: group.name.into() }).collect(),
        rows: rows.collect(),
    }
}
