//! Converts the crate's values to those of the reference model.

use crate::reference;
use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, RenameItems};
use convmark::{Account, Conversation, Facts, Lookup, Policy};

/// The same policy for the reference model.
pub fn policy(policy: &Policy) -> reference::policy::Policy {
    reference::policy::Policy {
        group_name_bytes: policy.group_name_max_bytes(),
        groups: policy.groups(),
        capacity: match policy.capacity() {
            Capacity::Shared { rows } => reference::policy::Capacity::Shared(rows),
            Capacity::Separate { grouped, marked } => {
                reference::policy::Capacity::Separate { grouped, marked }
            }
            Capacity::PerGroup { members, marked } => {
                reference::policy::Capacity::PerGroup { members, marked }
            }
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
            ErrorDisplay::None => reference::policy::ErrorDisplay::None,
            ErrorDisplay::Sampled => reference::policy::ErrorDisplay::Sampled,
            ErrorDisplay::All => reference::policy::ErrorDisplay::All,
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

/// The same facts for the crate: everything is vouched for, except what is listed.
pub fn facts(facts: &reference::account::Facts) -> Facts {
    let mut converted = Facts::vouched();
    if !facts.requester_known {
        converted = converted.with_unknown_requester();
    }
    if !facts.plan {
        converted = converted.without_plan();
    }
    let users = facts.unknown_accounts.iter().filter_map(|id| Conversation::user(id.as_str()).ok());
    let chats =
        facts.unresolved_groups.iter().filter_map(|id| Conversation::group(id.as_str()).ok());
    users.chain(chats).fold(converted, Facts::with_unknown)
}

/// The answer of a host that knows these facts.
pub fn answer(facts: &reference::account::Facts, lookup: &Lookup) -> bool {
    let unknown_user = |id: &str| facts.unknown_accounts.iter().any(|other| other == id);
    match lookup {
        Lookup::Requester(id) => facts.requester_known && !unknown_user(id.as_str()),
        Lookup::Plan => facts.plan,
        Lookup::Peer { id, .. } => !unknown_user(id.as_str()),
        Lookup::GroupChat { id, .. } => {
            !facts.unresolved_groups.iter().any(|other| other == id.as_str())
        }
        _ => true,
    }
}

/// The facts that the reference model needs for a request of that account. A requester among the
/// unknown accounts is an unknown requester.
pub fn facts_for(facts: &reference::account::Facts, account: &str) -> reference::account::Facts {
    let mut extended = facts.clone();
    extended.requester_known &= !facts.unknown_accounts.iter().any(|id| id == account);
    extended
}

/// The account that the reference model has when it contains what the public interface shows.
pub fn account(account: &Account) -> reference::account::Account {
    let rows = account.rows().map(|row| reference::account::Row {
        conversation: match row.kind() {
            1 => reference::conversation::Conversation::OneToOne(row.id().into()),
            _ => reference::conversation::Conversation::GroupChat(row.id().into()),
        },
        standard: row.standard_marks().bits(),
        custom: row.custom_mark().unwrap_or_default().into(),
        group_ids: row.group_ids().collect(),
        timestamp: row.timestamp_seconds(),
    });
    reference::account::Account {
        last_group_id: account.last_group_id(),
        groups: account
            .groups()
            .map(|group| reference::account::Group { id: group.id, name: group.name.into() })
            .collect(),
        rows: rows.collect(),
    }
}
