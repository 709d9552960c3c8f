//! What the crate takes, in the reference model's words.

use crate::reference;
use convmark::{Account, Capacity, Conversation, Facts, MarkBase, Policy};

/// The same policy for the reference model.
pub fn policy(policy: &Policy) -> reference::policy::Policy {
    reference::policy::Policy {
        group_name_bytes: policy.group_name_max_bytes(),
        groups: policy.groups(),
        capacity: match policy.capacity() {
            Capacity::Shared { rows } => reference::policy::Capacity::Shared(rows),
            Capacity::Separate { grouped, marked } => reference::policy::Capacity::Separate { grouped, marked },
            Capacity::PerGroup { members, marked } => reference::policy::Capacity::PerGroup { members, marked },
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
        error_display: policy.error_display(),
    }
}

/// The same facts for the crate: vouched for, but for what is listed.
pub fn facts(facts: &reference::account::Facts) -> Facts {
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

/// The facts as the reference model needs them for a request of that account: an unknown user is an unknown requester, too.
pub fn facts_for(facts: &reference::account::Facts, account: &str) -> reference::account::Facts {
    let mut theirs = facts.clone();
    theirs.requester_known &= !facts.unknown_accounts.iter().any(|id| id == account);
    theirs
}

/// What can be seen of an account, as the reference model's.
pub fn account(account: &Account) -> reference::account::Account {
    let rows = account.rows().map(|row| reference::account::Row {
        conversation: match row.kind() {
            1 => reference::conversation::Conversation::OneToOne(row.id().into()),
            _ => reference::conversation::Conversation::GroupChat(row.id().into()),
        },
        standard: row.standard_marks().bits(),
        custom: row.custom_mark().unwrap_or_default().into(),
        group_ids: row.group_ids().collect(),
        timestamp: row.timestamp(),
    });
    reference::account::Account {
        last_group_id: account.last_group_id(),
        groups: account.groups().map(|group| reference::account::Group { id: group.id, name: group.name.into() }).collect(),
        rows: rows.collect(),
    }
}
