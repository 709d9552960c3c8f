//! The one writer of answers: one pass, into the caller's buffer.

use alloc::vec::Vec;

use crate::account::{Account, Effect, GroupView, ItemResult, RowView};
use crate::code::ErrorCode;
use crate::conversation::Conversation;
use crate::policy::{LastPageIndex, Policy, RenameItems};
use crate::refusal::ERROR_DISPLAY;
use crate::request::{CheckedRequest, UpdateTarget, UpdateType, write_contact, write_open_contact};
use crate::rule::Rule;
use crate::write;

/// Appends the answer of an accepted request.
pub(crate) fn write(
    checked: &CheckedRequest<'_>,
    account: &Account,
    effect: Effect<'_>,
    results: &[ItemResult],
    out: &mut Vec<u8>,
) {
    match effect {
        Effect::Created { request, group_id } => {
            out.reserve(estimate(results.len()));
            out.extend_from_slice(br#"{"GroupResultItem":[{"GroupItem":"#);
            write_group(request.group_name(), group_id, out);
            out.extend_from_slice(br#","ResultItem":"#);
            write::array(
                request.conversations().iter().zip(results),
                out,
                |(conversation, result), out| {
                    out.push(b'{');
                    write_item(conversation, *result, out);
                },
            );
            out.extend_from_slice(b"}]");
        }
        Effect::Renamed { request, name, group_id, .. } => {
            write_updated(UpdateType::Rename, name, group_id, request.group_name(), out);
            match checked.policy().rename_items() {
                RenameItems::Absent => {}
                RenameItems::Empty => out.extend_from_slice(br#","ContactResultItem":[]"#),
            }
            out.push(b'}');
        }
        Effect::Updated { request, memberships, group_id } => {
            out.reserve(estimate(results.len()));
            write_updated(
                UpdateType::Conversations,
                request.group_name(),
                group_id,
                request.group_name(),
                out,
            );
            out.extend_from_slice(br#","ContactResultItem":"#);
            write::array(memberships.iter().zip(results), out, |(membership, result), out| {
                out.extend_from_slice(br#"{"ContactOptType":"#);
                out.push(digit(membership.change.value()));
                out.push(b',');
                write_item(&membership.conversation, *result, out);
            });
            out.push(b'}');
        }
        Effect::Deleted { request, group_id } => {
            out.extend_from_slice(br#"{"GroupItem":["#);
            write_group(request.group_name(), group_id, out);
            out.push(b']');
        }
        Effect::Marked { request } => {
            out.reserve(estimate(results.len()));
            out.extend_from_slice(br#"{"ResultItem":"#);
            write::array(request.items().iter().zip(results), out, |(item, result), out| {
                out.extend_from_slice(br#"{"OptType":"#);
                out.push(digit(item.change().value()));
                out.push(b',');
                write_item(item.conversation(), *result, out);
            });
        }
        Effect::Listed { request } => {
            write_page(account, request.start_index(), checked.policy(), out)
        }
        Effect::Found { request } => write_found(account, request.conversations(), out),
    }
    out.extend_from_slice(br#","ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"""#);
    if checked.policy().error_display().is_shown(Some(checked.command())) {
        out.extend_from_slice(ERROR_DISPLAY);
    }
    out.push(b'}');
}

/// The members of an update's result up to the name that the group had.
fn write_updated(
    update_type: UpdateType,
    name: &str,
    group_id: u32,
    old_name: &str,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(br#"{"UpdateType":"#);
    out.push(digit(UpdateTarget::Group.value()));
    out.extend_from_slice(br#","UpdateGroupResult":{"UpdateGroupType":"#);
    out.push(digit(update_type.value()));
    out.extend_from_slice(br#","GroupName":"#);
    write::string(name.as_bytes(), out);
    out.extend_from_slice(br#","GroupId":"#);
    write::integer(group_id, out);
    out.extend_from_slice(br#","OldGroupName":"#);
    write::string(old_name.as_bytes(), out);
}

/// The approximate length, in bytes, of an answer with that many items.
const fn estimate(items: usize) -> usize {
    items.saturating_mul(128).saturating_add(256)
}

/// The digit of a value from 0 to 9.
const fn digit(value: u8) -> u8 {
    b'0'.saturating_add(value)
}

fn write_group(name: &str, id: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"GroupName":"#);
    write::string(name.as_bytes(), out);
    out.extend_from_slice(br#","GroupId":"#);
    write::integer(id, out);
    out.push(b'}');
}

fn write_groups<'a>(groups: impl IntoIterator<Item = GroupView<'a>>, out: &mut Vec<u8>) {
    out.extend_from_slice(br#","GroupItem":"#);
    write::array(groups, out, |group, out| write_group(group.name, group.id, out));
}

/// The rest of a result item, from its conversation on.
#[inline]
fn write_item(conversation: &Conversation<'_>, result: ItemResult, out: &mut Vec<u8>) {
    out.extend_from_slice(br#""ContactItem":"#);
    write_contact(conversation.kind(), conversation.id().as_bytes(), out);
    match result.rule() {
        None => out.extend_from_slice(br#","ResultCode":0,"ResultInfo":""}"#),
        Some(rule) => write_failed(rule, out),
    }
}

#[cold]
fn write_failed(rule: Rule, out: &mut Vec<u8>) {
    out.extend_from_slice(br#","ResultCode":"#);
    write::integer(ErrorCode::get(rule.code()), out);
    out.extend_from_slice(br#","ResultInfo":"#);
    write::string(rule.info().item_info.as_bytes(), out);
    out.push(b'}');
}

fn write_page(account: &Account, start: u64, policy: &Policy, out: &mut Vec<u8>) {
    let total = account.row_count();
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(total);
    let size = usize::try_from(policy.page_size()).unwrap_or(usize::MAX);
    let next = start.saturating_add(size);
    out.reserve(estimate(size.min(total.saturating_sub(start))));
    out.extend_from_slice(br#"{"ContactItem":"#);
    write::array(account.rows_from(start).take(size), out, |row, out| write_row(&row, out));
    write_groups(account.groups(), out);
    if next >= total {
        out.extend_from_slice(br#","CompleteFlag":1"#);
        match policy.last_page_index() {
            LastPageIndex::Zero => out.extend_from_slice(br#","NextStartIndex":0"#),
            LastPageIndex::Absent => {}
        }
    } else {
        out.extend_from_slice(br#","CompleteFlag":0,"NextStartIndex":"#);
        write::integer(next, out);
    }
}

fn write_found(account: &Account, conversations: &[Conversation<'_>], out: &mut Vec<u8>) {
    let mut groups = 0;
    out.reserve(estimate(conversations.len()));
    out.extend_from_slice(br#"{"ContactResultItem":"#);
    let found = conversations.iter().filter_map(|conversation| account.row(conversation));
    write::array(found, out, |row, out| {
        groups |= row.group_bits();
        write_row(&row, out);
    });
    write_groups(account.groups_in(groups), out);
}

#[inline]
fn write_row(row: &RowView<'_>, out: &mut Vec<u8>) {
    write_open_contact(row.kind(), row.id_bytes(), out);
    out.extend_from_slice(br#","StandardMark":""#);
    write_bits(row.standard_marks().bits(), out);
    out.push(b'"');
    let custom = row.custom_bytes();
    if !custom.is_empty() {
        out.extend_from_slice(br#","CustomMark":"#);
        write::string(custom, out);
    }
    if row.group_bits() != 0 {
        out.extend_from_slice(br#","ContactGroupId":"#);
        write::array(row.group_ids(), out, write::integer);
    }
    out.extend_from_slice(br#","Timestamp":"#);
    write::integer(row.timestamp_seconds(), out);
    out.push(b'}');
}

/// The binary number without leading zeros; nothing for 0.
#[inline]
fn write_bits(bits: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 64];
    let mut left = bits;
    let mut used: usize = 0;
    for place in digits.iter_mut().rev() {
        if left == 0 {
            break;
        }
        if left & 1 == 1 {
            *place = b'1';
        }
        left >>= 1;
        used = used.wrapping_add(1);
    }
    out.extend_from_slice(digits.get(64_usize.saturating_sub(used)..).unwrap_or_default());
}
