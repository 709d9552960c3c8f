//! Replays the committed corpus of the fuzz targets on a stable compiler.

use convmark_model::targets;
use std::path::Path;

/// Runs a target on each of its files and names the file that fails.
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
fn the_raw_bytes_corpus_passes() {
    replay("raw_bytes", targets::raw_bytes);
}

#[test]
fn the_near_valid_corpus_passes() {
    replay("near_valid", targets::near_valid);
}

#[test]
fn the_operations_corpus_passes() {
    replay("operations", targets::operations);
}

#[test]
fn the_stored_corpus_passes() {
    replay("stored", targets::stored);
}

#[test]
fn the_urls_corpus_passes() {
    replay("urls", targets::urls);
}
