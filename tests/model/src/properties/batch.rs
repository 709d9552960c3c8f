//! A batch has the same effect as its items in single requests.

use super::items::assert_same;
use crate::handle::apply;
use convmark::request::{
    CreateGroup, MarkContacts, Membership, MembershipChange, UpdateGroup, UpdateKind,
};
use convmark::{Account, CheckedRequest, Facts, Request, Validator};

/// The same request with the selected items only. `None` if no valid request is left, or if it has
/// no items.
pub fn keep_items(
    request: &CheckedRequest,
    keep: impl Fn(usize) -> bool,
) -> Option<CheckedRequest<'static>> {
    fn kept<T: Clone>(items: &[T], keep: impl Fn(usize) -> bool) -> Vec<T> {
        items
            .iter()
            .enumerate()
            .filter(|(index, _)| keep(*index))
            .map(|(_, item)| item.clone())
            .collect()
    }
    let owned = request.clone().into_owned();
    let account = match owned.request() {
        Request::Create(request) => request.account().clone(),
        Request::Update(request) => request.account().clone(),
        Request::Mark(request) => request.account().clone(),
        _ => return None,
    };
    let rebuilt: Request = match owned.request() {
        Request::Create(request) => CreateGroup::new(
            account,
            request.group_name().to_string(),
            kept(request.conversations(), keep),
        )
        .into(),
        Request::Mark(request) => {
            let items = kept(request.items(), keep);
            if items.is_empty() {
                return None;
            }
            MarkContacts::new(account, items).into()
        }
        Request::Update(request) => match request.kind() {
            UpdateKind::Conversations(items) => UpdateGroup::conversations(
                account,
                request.group_name().to_string(),
                kept(items, keep),
            )
            .into(),
            UpdateKind::Rename(_) => return None,
        },
        _ => return None,
    };
    Some(
        Validator::new(owned.policy())
            .check(rebuilt)
            .expect("fewer items keep every limit")
            .into_owned(),
    )
}

/// One request per item. A create becomes the creation of an empty group and one addition per
/// conversation. Empty for requests without items.
pub fn split_into_items(request: &CheckedRequest) -> Vec<CheckedRequest<'static>> {
    let owned = request.clone().into_owned();
    match owned.request() {
        Request::Create(create) => {
            let mut parts: Vec<CheckedRequest> =
                keep_items(request, |_| false).into_iter().collect();
            for conversation in create.conversations() {
                let add = Membership {
                    change: MembershipChange::Add,
                    conversation: conversation.clone(),
                };
                let part = UpdateGroup::conversations(
                    create.account().clone(),
                    create.group_name().to_string(),
                    vec![add],
                );
                parts.push(
                    Validator::new(owned.policy())
                        .check(part)
                        .expect("one conversation keeps every limit")
                        .into_owned(),
                );
            }
            parts
        }
        Request::Mark(mark) => (0..mark.items().len())
            .filter_map(|item| keep_items(request, |index| index == item))
            .collect(),
        Request::Update(update) => match update.kind() {
            UpdateKind::Conversations(items) => (0..items.len())
                .filter_map(|item| keep_items(request, |index| index == item))
                .collect(),
            UpdateKind::Rename(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A batch equals its items in single requests, unless a rule about the whole request refuses it.
pub fn batch_equals_single_items(
    account: &Account,
    request: &CheckedRequest,
    facts: &Facts,
    now: u64,
) {
    let parts = split_into_items(request);
    if parts.is_empty() {
        return;
    }
    let mut batch = account.clone();
    let response = apply(&mut batch, request, facts, now);
    if !response.code.is_ok() {
        return;
    }
    let mut single = account.clone();
    let (mut items, mut changes) = (Vec::new(), Vec::new());
    for part in &parts {
        let response = apply(&mut single, part, facts, now);
        assert!(response.code.is_ok(), "{:?}", response.refused);
        items.extend(response.items);
        changes.extend(response.changes);
    }
    assert_eq!(items, response.items);
    assert_eq!(changes, response.changes);
    assert_same(&batch, &single);
}
