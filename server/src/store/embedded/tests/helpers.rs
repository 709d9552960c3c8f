//! What the tests of the embedded store share.

use std::fs;
use std::path::{Path, PathBuf};

use convmark::UserId;
use tempfile::TempDir;

pub(super) use super::super::{EmbeddedOptions, EmbeddedStore, OpenError};
use crate::store::{
    AccountKey, Append, AppendError, AppendId, Listed, Loaded, Record, Snapshot, Store, Version,
};

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

pub(super) fn key(user: &str) -> AccountKey {
    AccountKey::new(&UserId::new(user).unwrap())
}

pub(super) async fn append(
    store: &EmbeddedStore,
    user: &str,
    after: u64,
    texts: &[&str],
) -> Result<(), AppendError> {
    let record = |(place, text): (usize, &&str)| Record {
        version: Version::new(after + 1 + place as u64),
        time_seconds: 1_700_000_000,
        append_id: AppendId::new([5; 16]),
        changes: (*text).to_owned().into(),
    };
    let records = texts.iter().enumerate().map(record).collect();
    store.append(&key(user), Append { after: Version::new(after), records }).await
}

pub(super) fn snapshot(version: u64, text: &str) -> Snapshot {
    Snapshot {
        version: Version::new(version),
        time_seconds: 1_700_000_000,
        id: AppendId::new([6; 16]),
        account: text.to_owned().into(),
    }
}

/// The newest version, the content of the snapshot, and those of the records.
pub(super) async fn contents(store: &EmbeddedStore, user: &str) -> (u64, String, Vec<String>) {
    try_contents(store, user).await.unwrap()
}

pub(super) async fn try_contents(
    store: &EmbeddedStore,
    user: &str,
) -> Result<(u64, String, Vec<String>), crate::store::StoreError> {
    let Loaded::Whole { snapshot, records } = store.load(&key(user), None).await? else {
        panic!("not whole");
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let folded = snapshot.as_ref().map_or(0, |snapshot| snapshot.version.get());
    let snapshot = snapshot.map_or(String::new(), |snapshot| text(&snapshot.account));
    let version = records.last().map_or(folded, |record| record.version.get());
    Ok((version, snapshot, records.iter().map(|record| text(&record.changes)).collect()))
}

/// The accounts, if everything can be listed.
pub(super) async fn listed(
    store: &EmbeddedStore,
    after: Option<&AccountKey>,
    limit: usize,
) -> Vec<AccountKey> {
    let Listed { accounts, unlisted } = store.accounts(after, limit).await.unwrap();
    assert_eq!(unlisted, []);
    accounts
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
