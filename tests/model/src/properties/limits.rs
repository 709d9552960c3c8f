//! Raised limits reject nothing that was accepted before.

use super::items::assert_same;
use crate::generate::operations::Call;
use crate::handle::handle;
use convmark::{Account, Policy, Rule};

/// One request from the same account under a policy and under one with higher limits.
///
/// A request that was accepted as a whole still is. If an item failed because of a capacity, only
/// the items before it are compared: the higher limit admits it, and it may then take the place of
/// a later one.
pub fn raised_limits_reject_nothing_more(
    account: &Account,
    call: &Call,
    policy: &Policy,
    raised: &Policy,
) {
    let (mut low, mut high) = (account.clone(), account.clone());
    let before = handle(&mut low, call, policy);
    let after = handle(&mut high, call, raised);
    if !before.code.is_ok() {
        return;
    }
    assert!(after.code.is_ok(), "{:?} under {raised:?} instead of {policy:?}", after.refused);
    if before.items.contains(&Some(Rule::CapacityExceeded)) {
        let first = before
            .items
            .iter()
            .position(|item| *item == Some(Rule::CapacityExceeded))
            .unwrap_or_default();
        assert_eq!(before.items[..first], after.items[..first]);
        return;
    }
    assert_eq!(before.items, after.items);
    assert_eq!(before.changes, after.changes);
    assert_same(&low, &high);
}
