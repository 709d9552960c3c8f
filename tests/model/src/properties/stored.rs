//! Stored data: changes and snapshots give the same account again, and damaged data is refused.

use super::capacity::counts_match_contents;
use super::items::assert_same;
use crate::compare::findings::shown;
use convmark::{Account, Change, Policy, Revision};

/// Replaying all changes on an empty account gives the same account.
pub fn replayed_changes_equal_the_account(changes: &[String], account: &Account) {
    let mut made = Account::new();
    for change in changes {
        let change: Change = serde_json::from_str(change).expect("changes can be read");
        made.replay(&change).expect("changes fit");
    }
    assert_same(&made, account);
    counts_match_contents(&made);
}

/// A snapshot loads as an equal account from text, a stream, a tree and indented text.
pub fn snapshots_round_trip(account: &Account) {
    let text = serde_json::to_string(account).expect("accounts can be stored");
    let loaded: Account = serde_json::from_str(&text).expect("what was stored can be loaded");
    assert_same(&loaded, account);
    counts_match_contents(&loaded);
    let again: Account =
        serde_json::from_reader(text.as_bytes()).expect("snapshots can be read from a stream");
    assert_same(&again, account);
    let tree = serde_json::to_value(account).expect("accounts and changes can be made a tree");
    let again: Account = serde_json::from_value(tree).expect("a tree can be read");
    assert_same(&again, account);
    let pretty = serde_json::to_vec_pretty(account).expect("accounts can be stored");
    let again: Account = serde_json::from_slice(&pretty).expect("white space is allowed");
    assert_same(&again, account);
}

/// A damaged snapshot is refused with a message.
pub fn damaged_snapshot_is_refused(snapshot: &[u8], how: &str) {
    match serde_json::from_slice::<Account>(snapshot) {
        Ok(account) => {
            let loaded = serde_json::to_string(&account).expect("accounts can be stored");
            panic!("{how}: loaded {}\nas {loaded}", shown(snapshot));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Loads any bytes. What is accepted is a consistent account whose snapshot loads again.
pub fn load_or_refuse(bytes: &[u8]) -> Option<Account> {
    let account: Account = serde_json::from_slice(bytes).ok()?;
    counts_match_contents(&account);
    snapshots_round_trip(&account);
    Some(account)
}

/// Reading and writing a change gives the same change, borrowed and owned.
pub fn changes_round_trip(text: &str) {
    let Ok(change) = serde_json::from_str::<Change>(text) else { return };
    let written = crate::handle::json_of(&change);
    let again: Change = serde_json::from_str(&written).expect("what was written can be read");
    assert!(again == change, "{text}");
    assert_eq!(crate::handle::json_of(&again.clone().into_owned()), written);
    let tree = serde_json::to_value(&change).expect("accounts and changes can be made a tree");
    let again: Change =
        Change::into_owned(serde_json::from_str(&tree.to_string()).expect("a tree can be read"));
    assert!(again == change, "{text}");
}

/// A policy whose capacities the tests do not reach.
pub fn policy_with_64_groups() -> Policy {
    Revision::V2026_04.policy().to_builder().groups(64).build().expect("64 groups are allowed")
}
