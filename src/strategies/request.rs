//! Requests: any that the types allow, or those that a policy allows.

use alloc::string::String;
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::conversation::account;
use super::{conversation, standard_marks};
use crate::generate::{CUSTOM_MARKS, Limits, NAMES};
use crate::policy::Policy;
use crate::request::{
    CheckedRequest, CreateGroup, DeleteGroup, GetGroups, MarkContacts, MarkItem, Membership, MembershipChange, Request,
    SearchGroups, UpdateGroup,
};

/// Requests that nobody checked: some exceed every documented limit.
pub fn request() -> impl Strategy<Value = Request<'static>> + Clone {
    within(Limits::WIDE)
}

/// Requests that the policy allows, checked under it.
pub fn checked_request(policy: Policy) -> impl Strategy<Value = CheckedRequest<'static>> + Clone {
    within(Limits::of(&policy)).prop_filter_map("beyond the policy", move |request| CheckedRequest::new(request, &policy).ok())
}

fn within(limits: Limits) -> impl Strategy<Value = Request<'static>> + Clone {
    let conversations = |least| list(conversation(), least, limits.conversations);
    let create = (account(), name(limits), conversations(0))
        .prop_map(|(account, name, conversations)| CreateGroup::new(account, name, conversations).into());
    let rename = (account(), name(limits), name(limits))
        .prop_map(|(account, group, name)| UpdateGroup::rename(account, group, name).into());
    let update = (account(), name(limits), list(membership(), 0, limits.conversations))
        .prop_map(|(account, group, items)| UpdateGroup::conversations(account, group, items).into());
    let delete = (account(), name(limits)).prop_map(|(account, group)| DeleteGroup::new(account, group).into());
    let mark = (account(), list(item(limits), limits.least, limits.marks))
        .prop_map(|(account, items)| MarkContacts::new(account, items).into());
    let start = prop_oneof![7 => 0..=10_u64, 1 => any::<u64>()];
    let get = (account(), start).prop_map(|(account, start)| GetGroups::new(account, start).into());
    let search = (account(), list(conversation(), limits.least, limits.search))
        .prop_map(|(account, conversations)| SearchGroups::new(account, conversations).into());
    prop_oneof![3 => create, 1 => rename, 2 => update, 1 => delete, 3 => mark, 1 => get, 1 => search]
}

fn membership() -> impl Strategy<Value = Membership<'static>> + Clone {
    let change = prop_oneof![2 => Just(MembershipChange::Add), 1 => Just(MembershipChange::Remove)];
    (change, conversation()).prop_map(|(change, conversation)| Membership { change, conversation })
}

fn item(limits: Limits) -> impl Strategy<Value = MarkItem<'static>> + Clone {
    let custom = option::of(text(CUSTOM_MARKS, limits.custom_mark));
    (0..3_u8, conversation(), standard_marks(), standard_marks(), custom).prop_map(|(kind, conversation, clear, set, custom)| {
        let custom = custom.map(Into::into);
        match kind {
            0 => MarkItem::standard(conversation, clear, set),
            1 => MarkItem::custom(conversation, custom),
            _ => MarkItem::both(conversation, clear, set, custom),
        }
    })
}

/// A list: short as a rule, sometimes up to the limit.
fn list<S: Strategy + Clone>(element: S, min: usize, max: usize) -> impl Strategy<Value = Vec<S::Value>> + Clone {
    let max = max.max(min);
    prop_oneof![15 => vec(element.clone(), min..=max.min(6)), 1 => vec(element, min..=max)]
}

/// The name of a group, within the limits.
fn name(limits: Limits) -> impl Strategy<Value = String> + Clone {
    text(NAMES, limits.name).prop_map(move |name| if name.len() < limits.least { String::from("n") } else { name })
}

/// One of a few texts as a rule, cut to its most bytes.
fn text(few: &'static [&'static str], max: usize) -> impl Strategy<Value = String> + Clone {
    let any = vec(any::<char>(), 0..=max).prop_map(|text| text.into_iter().collect());
    prop_oneof![7 => select(few).prop_map(String::from), 1 => any].prop_map(move |text: String| {
        let mut cut = String::new();
        for character in text.chars() {
            if cut.len().saturating_add(character.len_utf8()) > max {
                break;
            }
            cut.push(character);
        }
        cut
    })
}
