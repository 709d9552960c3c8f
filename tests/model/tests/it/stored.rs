//! Snapshots and changes.

use crate::runner::on_bytes;
use convmark_model::targets;

fn with_mode<const MODE: u8>(data: &[u8]) {
    let mut bytes = vec![MODE];
    bytes.extend_from_slice(data);
    targets::stored(&bytes);
}

#[test]
fn any_bytes_as_a_snapshot() {
    on_bytes(500, 40, with_mode::<0>);
}

#[test]
fn any_bytes_as_changes() {
    on_bytes(300, 40, with_mode::<1>);
}

#[test]
fn sound_snapshots_load_and_go_on() {
    on_bytes(1000, 160, with_mode::<2>);
}

#[test]
fn damaged_snapshots_are_refused() {
    on_bytes(3000, 40, with_mode::<3>);
}

#[test]
fn changes_fit_or_do_nothing() {
    on_bytes(800, 300, with_mode::<4>);
}

/// A sound snapshot that ends anywhere before its end is damaged.
#[test]
fn every_prefix_is_refused() {
    let snapshot = convmark_model::generate::stored::snapshot(&mut convmark_model::generate::ByteSource::new(
        &convmark_model::generate::byte_source::pseudo_random_bytes(3, 100),
    ))
    .plain();
    assert!(convmark_model::properties::stored::loading_is_total(&snapshot).is_some());
    for end in 0..snapshot.len() {
        convmark_model::properties::stored::damage_is_refused(&snapshot[..end], "cut short");
    }
}
