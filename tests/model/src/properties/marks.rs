//! The 64 standard marks.

use super::items::assert_same;
use crate::handle::{Response, apply};
use convmark::marks::MarkBase;
use convmark::request::{MarkContacts, MarkItem};
use convmark::{Account, Conversation, Facts, Policy, Revision, StandardMarks, UserId, Validator};

/// Sets and then clears one bit that the row does not have: nothing but that bit changes.
pub fn set_then_clear(account: &Account, conversation: &Conversation, bit: u32, base: MarkBase) {
    let policy = Revision::V2026_04
        .policy()
        .to_builder()
        .mark_base(base)
        .build()
        .expect("both bases are allowed");
    let mark = StandardMarks::from_bits_retain(1 << bit);
    let none = StandardMarks::empty();
    let before = account.row(conversation).map_or(none, |row| row.standard_marks());
    if before.contains(mark) {
        return;
    }
    let mut changed = account.clone();
    let set = send(&mut changed, MarkItem::standard(conversation.clone(), none, mark), &policy);
    let row = changed.row(conversation).expect("a marked row exists");
    assert_eq!(row.standard_marks(), before | mark, "bit {bit}");
    let text = format!("\"standard_mark\":\"{:b}\"", (before | mark).bits());
    assert!(set.changes.len() == 1 && set.changes[0].contains(&text), "{:?}", set.changes);
    let cleared = send(&mut changed, MarkItem::standard(conversation.clone(), mark, none), &policy);
    assert_eq!(cleared.changes.len(), 1);
    assert_eq!(
        changed.row(conversation).map_or(none, |row| row.standard_marks()),
        before,
        "bit {bit}"
    );
    // Only the row's timestamp may differ.
    assert_eq!(changed.row(conversation).is_some(), account.row(conversation).is_some());
    if account.row(conversation).is_none() {
        assert_same(account, &changed);
    }
    // Within one item, clearing comes before setting.
    send(&mut changed, MarkItem::standard(conversation.clone(), mark, mark), &policy);
    assert_eq!(
        changed.row(conversation).map(|row| row.standard_marks()),
        Some(before | mark),
        "bit {bit}"
    );
}

fn send(account: &mut Account, item: MarkItem, policy: &Policy) -> Response {
    let user = UserId::new("a").expect("an ID");
    let request = Validator::new(policy)
        .check(MarkContacts::new(user, vec![item]))
        .expect("one item keeps every limit");
    // Written and read, so that the index base is tested.
    let mut body = Vec::new();
    request.write_body(&mut body);
    let read = Validator::new(policy)
        .decode(request.command(), &body)
        .expect("what was written can be read");
    apply(account, &read, &Facts::vouched(), 7)
}
