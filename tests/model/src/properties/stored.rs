//! Stored data: changes and snapshots give the same account again, and damaged data is refused.

use super::capacity::counts_match_contents;
use super::items::assert_same;
use crate::compare::findings::shown;
use crate::generate::stored::A_ROW_TWICE;
use convmark::account::{SnapshotError, SnapshotPlace};
use convmark::{Account, Change, Policy, Revision};
use serde::de::{Deserialize, Deserializer};
use support::formats::Format;

/// Replaying all changes on an empty account gives the same account, one by one and all at once.
pub fn replayed_changes_equal_the_account(changes: &[String], account: &Account) {
    let read = |change: &String| -> Change<'static> {
        Change::into_owned(serde_json::from_str(change).expect("changes can be read"))
    };
    let changes: Vec<Change> = changes.iter().map(read).collect();
    let (mut one_by_one, mut at_once) = (Account::new(), Account::new());
    for change in &changes {
        one_by_one.replay(change).expect("changes fit");
    }
    assert_eq!(at_once.replay_all(&changes), Ok(changes.len()));
    for made in [one_by_one, at_once] {
        assert_same(&made, account);
        counts_match_contents(&made);
    }
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

/// A snapshot in the compact form loads as an equal account and is written again as it was.
pub fn compact_snapshots_round_trip(account: &Account) {
    for format in Format::ALL {
        let bytes = format.write(account);
        let loaded: Account = format.read(&bytes).expect("what was stored can be loaded");
        assert_same(&loaded, account);
        counts_match_contents(&loaded);
        assert!(format.write(&loaded) == bytes, "{format:?}: {}", shown(&bytes));
    }
}

/// Loads any bytes as a compact snapshot. What is accepted is a consistent account.
pub fn load_compact_or_refuse(format: Format, bytes: &[u8]) {
    if let Ok(account) = format.read::<Account>(bytes) {
        counts_match_contents(&account);
        snapshots_round_trip(&account);
        compact_snapshots_round_trip(&account);
    }
}

/// Reads any bytes as a compact change. What is accepted is written and read as the same change in
/// both forms.
pub fn compact_changes_round_trip(format: Format, bytes: &[u8]) {
    let Ok(OwnedChange(change)) = format.read(bytes) else { return };
    changes_round_trip(&crate::handle::json_of(&change));
    let written = format.write(&change);
    let OwnedChange(again) = format.read(&written).expect("what was written can be read");
    assert!(again == change, "{format:?}: {}", shown(bytes));
}

/// A change with its own texts, as it is read from a stream.
struct OwnedChange(Change<'static>);

impl<'de> Deserialize<'de> for OwnedChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Change::deserialize(deserializer).map(|change| Self(change.into_owned()))
    }
}

/// A damaged snapshot is refused with a message.
pub fn damaged_snapshot_is_refused(snapshot: &[u8], how: &str) {
    match serde_json::from_slice::<Account>(snapshot) {
        Ok(account) => {
            let loaded = serde_json::to_string(&account).expect("accounts can be stored");
            panic!("{how}: loaded {}\nas {loaded}", shown(snapshot));
        }
        Err(error) if how == A_ROW_TWICE => {
            let tree: serde_json::Value = serde_json::from_slice(snapshot).expect("it is JSON");
            let last = tree["rows"].as_array().expect("a list").len() - 1;
            let expected = SnapshotError::RepeatedRow { place: SnapshotPlace::Row(last) };
            let (error, expected) = (error.to_string(), expected.to_string());
            assert!(error.starts_with(&expected), "{error}\n{expected}\n{}", shown(snapshot));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Loads any bytes. What is accepted is a consistent account whose snapshot loads again.
pub fn load_or_refuse(bytes: &[u8]) -> Option<Account> {
    let account: Account = serde_json::from_slice(bytes).ok()?;
    counts_match_contents(&account);
    snapshots_round_trip(&account);
    compact_snapshots_round_trip(&account);
    Some(account)
}

/// Reading and writing a change gives the same change, borrowed and owned.
pub fn changes_round_trip(text: &str) {
    let Ok(change) = serde_json::from_str::<Change>(text) else { return };
    let written = crate::handle::json_of(&change);
    let again: Change = serde_json::from_str(&written).expect("what was written can be read");
    assert!(again == change, "{text}");
    assert_eq!(crate::handle::json_of(&again.clone().into_owned()), written);
    for format in Format::ALL {
        let bytes = format.write(&change);
        let OwnedChange(again) = format.read(&bytes).expect("what was written can be read");
        assert!(again == change, "{format:?}: {text}");
    }
    let tree = serde_json::to_value(&change).expect("accounts and changes can be made a tree");
    let again: Change =
        Change::into_owned(serde_json::from_str(&tree.to_string()).expect("a tree can be read"));
    assert!(again == change, "{text}");
}

/// A policy whose capacities the tests do not reach.
pub fn policy_with_64_groups() -> Policy {
    Revision::V2026_04.policy().to_builder().groups(64).build().expect("64 groups are allowed")
}
