//! What the tests of the embedded store share.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(super) use super::super::{EmbeddedOptions, EmbeddedStore, OpenError};
pub(super) use crate::store_helpers::{append, contents, key, listed, snapshot, try_contents};

pub(super) fn place() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(super) fn path(place: &TempDir) -> PathBuf {
    place.path().join("data")
}

pub(super) fn creating() -> EmbeddedOptions {
    EmbeddedOptions { create: true, ..EmbeddedOptions::default() }
}

pub(super) fn create(place: &TempDir) -> EmbeddedStore {
    EmbeddedStore::open(path(place), creating()).unwrap()
}

pub(super) fn open(place: &TempDir) -> EmbeddedStore {
    open_at(&path(place)).unwrap()
}

/// Opens a store. The one before may need a moment to close.
pub(super) fn open_at(path: &Path) -> Result<EmbeddedStore, OpenError> {
    for _ in 0..200 {
        match EmbeddedStore::open(path, EmbeddedOptions::default()) {
            Err(OpenError::InUse { .. }) => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            opened => return opened,
        }
    }
    EmbeddedStore::open(path, EmbeddedOptions::default())
}

/// The number of the last acknowledged group.
pub(super) fn acknowledged(place: &TempDir) -> u64 {
    let bytes = fs::read(path(place).join("acknowledged")).unwrap();
    u64::from_le_bytes(*bytes.first_chunk().unwrap())
}

/// Copies a directory: the file of the acknowledged group first, as it may be older than the rest
/// but not newer.
pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries: Vec<_> = fs::read_dir(from).unwrap().map(|entry| entry.unwrap()).collect();
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            copy_file(&entry.path(), &target);
        }
    }
}

/// Copies a file but for the zeros at its end, which stay a hole.
fn copy_file(from: &Path, to: &Path) {
    let bytes = fs::read(from).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    fs::write(to, &bytes[..end]).unwrap();
    fs::File::options().write(true).open(to).unwrap().set_len(bytes.len() as u64).unwrap();
}

/// The only journal.
pub(super) fn journal(data: &Path) -> PathBuf {
    let entries = fs::read_dir(data.join("engine")).unwrap().map(|entry| entry.unwrap().path());
    let mut journals: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "jnl")).collect();
    assert_eq!(journals.len(), 1);
    journals.remove(0)
}

/// Whether these bytes are in any file of a directory.
pub(super) fn has_bytes(directory: &Path, text: &str) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return has_bytes(&path, text);
        }
        let bytes = fs::read(&path).unwrap();
        bytes.windows(text.len()).any(|bytes| bytes == text.as_bytes())
    })
}
