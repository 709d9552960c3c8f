//! Snapshots and changes.

use crate::runner::on_bytes;
use convmark_model::targets;

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
    on_bytes(1000, 160, with_mode::<2>);
}

#[test]
fn damaged_snapshots_are_refused() {
    on_bytes(3000, 40, with_mode::<3>);
}

#[test]
fn changes_that_do_not_fit_change_nothing() {
    on_bytes(800, 300, with_mode::<4>);
}

/// A valid snapshot that is cut short anywhere is damaged.
#[test]
fn every_prefix_of_a_snapshot_is_refused() {
    let snapshot = convmark_model::generate::stored::snapshot(&mut convmark_model::generate::ByteSource::new(
        &convmark_model::generate::byte_source::pseudo_random_bytes(3, 100),
    ))
    .plain();
    assert!(convmark_model::properties::stored::load_or_refuse(&snapshot).is_some());
    for end in 0..snapshot.len() {
        convmark_model::properties::stored::damaged_snapshot_is_refused(&snapshot[..end], "cut short");
    }
}
