//! Applying when the texts of an account take as much as they can.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::conversation::UserId;
use crate::marks::StandardMarks;

/// Applies a request to an account whose texts can take that many bytes, and returns the rule of
/// each item.
fn apply(account: &mut Account, request: Request<'_>, texts_max: u32) -> Vec<Option<Rule>> {
    let (policy, facts, mut results) = (Policy::default(), Facts::vouched(), Vec::new());
    let results_of = &mut results;
    Work {
        account,
        policy: &policy,
        facts: &facts,
        now: 7,
        plan: true,
        texts_max,
        results: results_of,
    }
    .apply(&request)
    .unwrap();
    results.iter().map(|result| result.failed).collect()
}

fn owner() -> UserId<'static> {
    UserId::new("owner").unwrap()
}

fn user(id: &str) -> Conversation<'_> {
    Conversation::user(id).unwrap()
}

const FULL: Option<Rule> = Some(Rule::CapacityExceeded);

#[test]
fn conversations_beyond_the_limit_of_texts_fail() {
    let mut account = Account::new();
    let members = vec![user("abcd"), user("efgh"), user("abcd"), user("i")];
    let create = CreateGroup::new(owner(), "a name that does not count", members);
    assert_eq!(apply(&mut account, create.into(), 7), [None, FULL, None, None]);
    let join = |id| Membership { change: MembershipChange::Add, conversation: user(id) };
    let group = "a name that does not count";
    let update = || UpdateGroup::conversations(owner(), group, vec![join("abcd"), join("j")]);
    assert_eq!(apply(&mut account, update().into(), 8), [None, FULL]);
    assert_eq!(apply(&mut account, update().into(), 9), [None, None]);
    assert_eq!(account.usage().rows, 3);
}

#[test]
fn custom_marks_beyond_the_limit_of_texts_fail() {
    let mut account = Account::new();
    let mark = |id, custom: &'static str| MarkItem::custom(user(id), Some(custom.into()));
    let items = vec![mark("a", "1234"), mark("b", "1"), mark("a", "12345")];
    assert_eq!(
        apply(&mut account, MarkContacts::new(owner(), items).into(), 10),
        [None, FULL, FULL]
    );
    assert_eq!(account.row(&user("a")).unwrap().custom_mark(), Some("1234"));
    assert!(account.row(&user("b")).is_none());
    let star = MarkItem::standard(user("a"), StandardMarks::empty(), StandardMarks::STAR);
    let items = vec![star, mark("a", "12"), mark("a", "1234"), mark("a", ""), mark("b", "1")];
    assert_eq!(
        apply(&mut account, MarkContacts::new(owner(), items).into(), 10),
        [None, None, None, None, None],
        "what was removed can be used again"
    );
}
