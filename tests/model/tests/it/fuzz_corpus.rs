//! Replays the committed corpus of the fuzz targets on a stable compiler.

use crate::row_coverage::Reached;
use convmark_model::generate::{ByteSource, operations};
use convmark_model::handle::rows_after_each;
use convmark_model::targets::{self, OPERATIONS_MAX};
use std::path::{Path, PathBuf};

/// The files of a target's corpus with their content.
fn inputs(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    files.sort();
    assert!(files.len() >= 50, "{name} has only {} files", files.len());
    let read = |file: PathBuf| {
        let input = std::fs::read(&file).expect("the file can be read");
        (file, input)
    };
    files.into_iter().map(read).collect()
}

/// Runs a target on each of its files and names the file that fails.
fn replay(name: &str, target: fn(&[u8])) {
    for (file, input) in inputs(name) {
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

/// An input that ends after one operation tries an empty account only. A fuzzer that prefers short
/// inputs makes a corpus of such inputs: see `fuzz/README.md`.
#[test]
fn the_operations_corpus_holds_long_sequences() {
    let mut reached = Reached::default();
    let mut counts: Vec<usize> = inputs("operations")
        .iter()
        .map(|(_, input)| {
            let run = operations::run(&mut ByteSource::new(input), OPERATIONS_MAX);
            reached.count(&rows_after_each(&run));
            run.operations.len()
        })
        .collect();
    counts.sort_unstable();
    let (all, median) = (counts.iter().sum::<usize>(), counts[counts.len() / 2]);
    let most = counts.last().copied();
    println!("{} inputs, {all} operations, median {median}, most {most:?}", counts.len());
    println!("{reached:?}");
    assert!(reached.runs >= 30 && reached.many >= 1000, "{reached:?}");
    assert!(reached.up >= 40 && reached.down >= 15, "{reached:?}");
    assert!(reached.most > 60, "{reached:?}");
    assert!(median >= 20, "the median is {median} operations");
    assert_eq!(most, Some(OPERATIONS_MAX));
}
