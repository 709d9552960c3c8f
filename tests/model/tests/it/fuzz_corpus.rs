//! The committed corpus of the fuzz targets, replayed on a stable compiler.

use convmark_model::targets;
use std::path::Path;

/// Runs a target on each of its files; says which one it was if it fails.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    files.sort();
    assert!(files.len() >= 50, "{name} has only {} files", files.len());
    for file in files {
        let input = std::fs::read(&file).expect("the file can be read");
        let run = std::panic::catch_unwind(|| target(&input));
        assert!(run.is_ok(), "{}", file.display());
    }
}

#[test]
fn raw_bytes() {
    replay("raw_bytes", targets::raw_bytes);
}

#[test]
fn near_valid() {
    replay("near_valid", targets::near_valid);
}

#[test]
fn operations() {
    replay("operations", targets::operations);
}

#[test]
fn stored() {
    replay("stored", targets::stored);
}

#[test]
fn urls() {
    replay("urls", targets::urls);
}
