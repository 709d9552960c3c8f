//! What is stored: changes make the account, snapshots are the account, and nothing damaged is loaded.

use super::capacity::counts_are_right;
use super::items::same;
use crate::compare::findings::shown;
use convmark::{Account, Change, Policy, Revision};

/// Replaying all changes on an empty account gives the same account.
pub fn changes_make_the_account(changes: &[String], account: &Account) {
    let mut made = Account::new();
    for change in changes {
        let change: Change = serde_json::from_str(change).expect("changes can be read");
        made.replay(&change).expect("changes fit");
    }
    same(&made, account);
    counts_are_right(&made);
}

/// A snapshot is the account, however it is read; and what comes of it goes on as the account does.
pub fn snapshots_are_the_account(account: &Account) {
    let text = serde_json::to_string(account).expect("accounts can be stored");
    let loaded: Account = serde_json::from_str(&text).expect("what was stored can be loaded");
    same(&loaded, account);
    counts_are_right(&loaded);
    let again: Account = serde_json::from_reader(text.as_bytes()).expect("from a stream, too");
    same(&again, account);
    let tree = serde_json::to_value(account).expect("as a tree");
    let again: Account = serde_json::from_value(tree).expect("from a tree, too");
    same(&again, account);
    let pretty = serde_json::to_vec_pretty(account).expect("with white space");
    let again: Account = serde_json::from_slice(&pretty).expect("with white space");
    same(&again, account);
}

/// A damaged snapshot is refused, with words.
pub fn damage_is_refused(snapshot: &[u8], how: &str) {
    match serde_json::from_slice::<Account>(snapshot) {
        Ok(account) => {
            let loaded = serde_json::to_string(&account).expect("accounts can be stored");
            panic!("{how}: loaded {}\nas {loaded}", shown(snapshot));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Any bytes: loaded or refused. What is loaded is sound and stores to what loads again.
pub fn loading_is_total(bytes: &[u8]) -> Option<Account> {
    let account: Account = serde_json::from_slice(bytes).ok()?;
    counts_are_right(&account);
    snapshots_are_the_account(&account);
    Some(account)
}

/// A change in its JSON form survives reading and writing; owned and borrowed are one.
pub fn changes_survive(text: &str) {
    let Ok(change) = serde_json::from_str::<Change>(text) else { return };
    let written = crate::act::json_of(&change);
    let again: Change = serde_json::from_str(&written).expect("what was written can be read");
    assert!(again == change, "{text}");
    assert_eq!(crate::act::json_of(&again.clone().into_owned()), written);
    let tree = serde_json::to_value(&change).expect("as a tree");
    let again: Change = Change::into_owned(serde_json::from_str(&tree.to_string()).expect("from a tree, too"));
    assert!(again == change, "{text}");
}

/// A policy under which nothing is refused for lack of room.
pub fn roomy() -> Policy {
    Revision::V2026_04.policy().to_builder().groups(64).build().expect("64 groups are allowed")
}
