//! Snapshots and changes.

use crate::runner::on_bytes;
use convmark_model::generate::{ByteSource, stored};
use convmark_model::{properties, targets};
use support::random;

fn with_mode<const MODE: u8>(data: &[u8]) {
    let mut bytes = vec![MODE];
    bytes.extend_from_slice(data);
    targets::stored(&bytes);
}

#[test]
fn any_bytes_load_as_a_valid_account_or_are_refused() {
    on_bytes(500, 40, with_mode::<0>);
}

#[test]
fn any_bytes_replay_as_in_the_reference_model() {
    on_bytes(300, 40, with_mode::<1>);
}

#[test]
fn valid_snapshots_load_and_accept_requests() {
    on_bytes(1000, 240, with_mode::<2>);
}

#[test]
fn damaged_snapshots_are_refused() {
    on_bytes(3000, 100, with_mode::<3>);
}

#[test]
fn changes_that_do_not_fit_change_nothing() {
    on_bytes(800, 300, with_mode::<4>);
}

#[test]
fn any_bytes_load_in_the_compact_forms_or_are_refused() {
    on_bytes(500, 40, with_mode::<250>);
    on_bytes(500, 40, with_mode::<251>);
    on_bytes(500, 40, with_mode::<252>);
}

#[test]
fn damaged_compact_snapshots_load_as_valid_accounts_or_are_refused() {
    on_bytes(1000, 160, with_mode::<253>);
    on_bytes(1000, 160, with_mode::<254>);
    on_bytes(1000, 160, with_mode::<255>);
}

/// A valid snapshot that is cut short anywhere is damaged.
#[test]
fn every_prefix_of_a_snapshot_is_refused() {
    let bytes = random::bytes(3, 100);
    let snapshot = stored::snapshot(&mut ByteSource::new(&bytes)).plain();
    assert!(properties::stored::load_or_refuse(&snapshot).is_some());
    for end in 0..snapshot.len() {
        properties::stored::damaged_snapshot_is_refused(&snapshot[..end], "cut short");
    }
}
