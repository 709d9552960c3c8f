//! Items: one result each, in order. Failed and refused items change nothing. Repeating an item
//! changes nothing more.

use super::batch::{keep_items, split_into_items};
use crate::compare::findings::shown;
use crate::handle::{Response, apply};
use crate::reference::json::parse;
use crate::rewrite::resolve;
use convmark::request::UpdateKind;
use convmark::{Account, CheckedRequest, Conversation, Facts, Request, Rule};

/// The conversations of the items of create, update and mark.
pub fn conversations(request: &Request) -> Vec<Conversation<'static>> {
    let owned = |conversation: &Conversation| conversation.clone().into_owned();
    match request {
        Request::Create(request) => request.conversations().iter().map(owned).collect(),
        Request::Mark(request) => {
            request.items().iter().map(|item| owned(item.conversation())).collect()
        }
        Request::Update(request) => match request.kind() {
            UpdateKind::Conversations(items) => {
                items.iter().map(|item| owned(&item.conversation)).collect()
            }
            UpdateKind::Rename(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// One result per item, in order, with the item's conversation and the code of its rule.
pub fn one_result_per_item(request: &CheckedRequest, response: &Response) {
    let document = parse(&response.answer).expect("answers are JSON");
    let text = shown(&response.answer);
    let path = match request.request() {
        Request::Create(_) => "/GroupResultItem/0/ResultItem",
        Request::Mark(_) => "/ResultItem",
        Request::Update(update) if matches!(update.kind(), UpdateKind::Conversations(_)) => {
            "/UpdateGroupResult/ContactResultItem"
        }
        _ => "/none",
    };
    let results = resolve(&document, path).map(|list| document.elements(list)).unwrap_or_default();
    let wanted = if response.code.is_ok() { conversations(request.request()) } else { Vec::new() };
    assert_eq!(results.len(), wanted.len(), "{text}");
    assert_eq!(response.items.len(), wanted.len(), "{text}");
    for ((result, conversation), rule) in results.iter().zip(&wanted).zip(&response.items) {
        let contact = document.get(*result, "ContactItem").expect("ContactItem");
        let id = if conversation.kind() == 1 { "To_Account" } else { "ToGroupId" };
        assert_eq!(document.members(contact).len(), 2, "{text}");
        assert_eq!(
            document.get(contact, "Type").and_then(|kind| document.unsigned(kind)),
            Some(conversation.kind().into())
        );
        assert_eq!(
            document.get(contact, id).and_then(|id| document.string(id)),
            Some(conversation.id()),
            "{text}"
        );
        let code = document
            .get(*result, "ResultCode")
            .and_then(|code| document.unsigned(code))
            .expect("ResultCode");
        let info = document
            .get(*result, "ResultInfo")
            .and_then(|info| document.string(info))
            .expect("ResultInfo");
        match rule {
            None => assert!(code == 0 && info.is_empty(), "{text}"),
            Some(rule) => {
                assert_eq!(i64::try_from(code).ok(), Some(rule.code().get()), "{text}");
                assert!(info.contains(rule.id()), "{info}");
            }
        }
    }
}

/// Refused requests and failed items change nothing: without the failed items, the account and the
/// changes are the same.
pub fn failed_items_change_nothing(
    account: &Account,
    request: &CheckedRequest,
    facts: &Facts,
    now: u64,
) {
    let mut after = account.clone();
    let response = apply(&mut after, request, facts, now);
    if !response.code.is_ok() {
        assert!(response.changes.is_empty() && response.items.is_empty(), "{response:?}");
        assert_same(account, &after);
        return;
    }
    if response.changes.is_empty() {
        assert_same(account, &after);
    }
    if response.items.iter().all(Option::is_none) {
        return;
    }
    let kept = keep_items(request, |item| response.items[item].is_none());
    let mut other = account.clone();
    let changes = match kept {
        Some(kept) => {
            let again = apply(&mut other, &kept, facts, now);
            assert!(
                again.items.iter().all(Option::is_none),
                "an item fails without those that failed: {:?}",
                again.items
            );
            again.changes
        }
        // A request without items is invalid.
        None => Vec::new(),
    };
    assert_eq!(response.changes, changes);
    assert_same(&after, &other);
}

/// Adding, removing and marking are idempotent: the second time nothing changes and the answer is
/// the same, whether it is a success or a refusal.
pub fn items_are_idempotent(account: &Account, request: &CheckedRequest, facts: &Facts, now: u64) {
    let mut account = account.clone();
    let parts = split_into_items(request);
    let Some((first, rest)) = parts.split_first() else { return };
    // Creating a group is not idempotent, but adding its members is.
    let creates = matches!(first.request(), Request::Create(_));
    let (create, items) = if creates { (Some(first), rest) } else { (None, &parts[..]) };
    if let Some(create) = create {
        apply(&mut account, create, facts, now);
    }
    for item in items {
        let once = apply(&mut account, item, facts, now);
        let before = account.clone();
        let twice = apply(&mut account, item, facts, now.wrapping_add(1));
        assert_eq!(
            (twice.code, twice.refused, &twice.items),
            (once.code, once.refused, &once.items)
        );
        assert_eq!(shown(&twice.answer), shown(&once.answer));
        assert!(twice.changes.is_empty(), "{:?}", twice.changes);
        assert_same(&before, &account);
    }
}

/// What a client gets that repeats a request because the first answer was lost: the same refusal;
/// the same success if nothing had to change or every item is idempotent; otherwise the rule that
/// the name of the group now breaks. A refused repetition changes nothing.
pub fn repeated_requests_are_answered_exactly(
    account: &Account,
    request: &CheckedRequest,
    facts: &Facts,
    now: u64,
) {
    let mut account = account.clone();
    let once = apply(&mut account, request, facts, now);
    let before = account.clone();
    let twice = apply(&mut account, request, facts, now.wrapping_add(1));
    let taken_or_gone = match request.request() {
        _ if once.refused.is_some() => once.refused,
        Request::Create(_) => Some(Rule::GroupNameTaken),
        Request::Delete(_) => Some(Rule::GroupMissing),
        Request::Update(update) => match update.kind() {
            UpdateKind::Rename(name) if name != update.group_name() => Some(Rule::GroupMissing),
            _ => None,
        },
        _ => None,
    };
    assert_eq!(twice.refused, taken_or_gone, "{}", shown(&twice.answer));
    if twice.refused.is_some() {
        assert!(twice.changes.is_empty() && twice.items.is_empty(), "{twice:?}");
        assert_same(&before, &account);
    } else if matches!(request.request(), Request::Get(_) | Request::Search(_)) {
        assert_eq!(twice, once);
        assert_same(&before, &account);
    }
}

/// Asserts that the accounts are equal, also in stored form.
pub fn assert_same(one: &Account, two: &Account) {
    assert!(one == two, "{}\n{}", stored(one), stored(two));
    assert_eq!(stored(one), stored(two));
    assert_eq!(one.usage(), two.usage());
}

fn stored(account: &Account) -> String {
    serde_json::to_string(account).expect("accounts can be stored")
}
