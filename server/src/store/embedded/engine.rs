//! The engine with its files: what is stored under which key, and how it is read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;

use bytes::Bytes;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, Readable};

use super::EmbeddedOptions;
use super::directory::{Directory, StoreId};
use super::journal::{self, JournalError};
use super::open_error::OpenError;
use super::past_damage::IsLate;
use super::witness::Witness;
use crate::store::{
    AccountKey, Damage, Found, Loaded, Record, Sealed, Snapshot, StoreError, Version, catch_up,
};

/// The key of the number of the last synced group, to be found in a damaged journal, too: no account
/// has such an ID, and no user knows the ID of the store.
pub(super) fn group_key(id: StoreId) -> Vec<u8> {
    [b"\0group".as_slice(), &id].concat()
}

/// The open engine.
pub(super) struct Engine {
    pub(super) database: Database,
    /// Account, 0, version (big-endian) to a sealed record. No user ID has a byte 0.
    pub(super) records: Keyspace,
    /// Account to a sealed snapshot.
    pub(super) snapshots: Keyspace,
    /// [`group_key`] to a number, big-endian.
    pub(super) groups: Keyspace,
    pub(super) group_key: Vec<u8>,
    /// The number of the last synced group when the engine was opened.
    pub(super) group: u64,
    pub(super) witness: Mutex<Witness>,
    pub(super) is_late: IsLate,
    /// The last field: unlocked when everything else is closed.
    _directory: Directory,
}

impl Engine {
    pub(super) fn open(path: &Path, options: EmbeddedOptions) -> Result<Self, OpenError> {
        let files = |error| OpenError::Files { path: path.to_owned(), error };
        let damaged = |what| OpenError::Damaged { path: path.to_owned(), what };
        let directory = Directory::open(path, options.create, |engine| {
            // Making the keyspaces is durable when the engine is closed.
            open_database(engine, options).map(drop).map_err(|error| failed(path, error))
        })?;
        if !directory.engine().is_dir() {
            return Err(damaged("the directory of the engine is missing"));
        }
        if !has_keyspaces(&directory.engine()) {
            return Err(damaged("a file of the engine is missing"));
        }
        let (witness, acknowledged) = Witness::open(path).map_err(files)?;
        let acknowledged =
            acknowledged.ok_or_else(|| damaged("the file of the acknowledged group is damaged"))?;
        let group_key = group_key(directory.id);
        match journal::check(&directory.engine(), &group_key, acknowledged, path) {
            Ok(()) => {}
            Err(JournalError::Damaged(what)) => return Err(damaged(what)),
            Err(JournalError::Files(error)) => return Err(files(error)),
        }
        // The engine may panic on files that are damaged in ways that it does not expect.
        let opened = catch_unwind(AssertUnwindSafe(|| open_database(&directory.engine(), options)));
        let opened = opened.map_err(|_| damaged("the engine gave up on its files"))?;
        let Opened { database, records, snapshots, groups } =
            opened.map_err(|error| failed(path, error))?;
        let group = groups.get(&group_key).map_err(|error| failed(path, error))?;
        let group = group
            .map_or(Some(0), |bytes| <[u8; 8]>::try_from(&*bytes).ok().map(u64::from_be_bytes));
        let group = group.ok_or_else(|| damaged("the number of the last group is damaged"))?;
        if group < acknowledged {
            return Err(damaged("the last acknowledged group is missing"));
        }
        let witness = Mutex::new(witness);
        Ok(Self {
            database,
            records,
            snapshots,
            groups,
            group_key,
            group,
            witness,
            is_late: IsLate::default(),
            _directory: directory,
        })
    }

    /// For tests: moves everything from the journal into tables.
    #[cfg(test)]
    pub(super) fn flush_for_tests(&self) {
        for keyspace in [&self.records, &self.snapshots, &self.groups] {
            keyspace.rotate_memtable_and_wait().unwrap();
        }
    }

    /// The newest version, and that of the snapshot.
    pub(super) fn head(&self, account: &AccountKey) -> Result<(Version, Version), StoreError> {
        let read = self.database.snapshot();
        let folded = match self.snapshot(&read, account)? {
            Some(sealed) => Snapshot::open(account, sealed)?.version,
            None => Version::ZERO,
        };
        Ok((self.newest(&read, account)?.max(folded), folded))
    }

    fn newest(&self, read: &fjall::Snapshot, account: &AccountKey) -> Result<Version, StoreError> {
        let range = record_key(account, Version::ZERO)..=record_key(account, LAST_VERSION);
        match read.range(&self.records, range).next_back() {
            Some(item) => Ok(key_version(&item.key().map_err(|error| unreadable(&error))?)),
            None => Ok(Version::ZERO),
        }
    }

    fn snapshot(
        &self,
        read: &fjall::Snapshot,
        account: &AccountKey,
    ) -> Result<Option<Bytes>, StoreError> {
        let sealed = read.get(&self.snapshots, account.as_str().as_bytes());
        let sealed = sealed.map_err(|error| unreadable(&error))?;
        Ok(sealed.map(|sealed| Bytes::copy_from_slice(&sealed)))
    }

    pub(super) fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let read = self.database.snapshot();
        let snapshot = self.snapshot(&read, account)?;
        let folded = match &snapshot {
            Some(sealed) => Snapshot::open(account, sealed.clone())?.version,
            None => Version::ZERO,
        };
        let head = self.newest(&read, account)?.max(folded);
        catch_up(
            account,
            known,
            head,
            folded,
            || Ok(snapshot),
            |after| {
                let range = record_key(account, after.next())..=record_key(account, LAST_VERSION);
                let sealed = |item: fjall::Guard| -> Result<Sealed, StoreError> {
                    let (key, value) = item.into_inner().map_err(|error| unreadable(&error))?;
                    Ok((key_version(&key), Bytes::copy_from_slice(&value)))
                };
                read.range(&self.records, range).map(sealed).collect()
            },
        )
    }

    pub(super) fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        let sealed = self.records.get(record_key(account, version));
        if let Some(sealed) = sealed.map_err(|error| unreadable(&error))? {
            let sealed = Bytes::copy_from_slice(&sealed);
            return Ok(Found::Record(Record::open(account, version, sealed)?));
        }
        let (_, folded) = self.head(account)?;
        Ok(if version <= folded { Found::Folded } else { Found::NotYet })
    }

    pub(super) fn history(
        &self,
        account: &AccountKey,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (_, folded) = self.head(account)?;
        if after >= folded {
            return Ok(Vec::new());
        }
        let range = record_key(account, after.next())..=record_key(account, folded);
        let record = |item: fjall::Guard| {
            let (key, value) = item.into_inner().map_err(|error| unreadable(&error))?;
            Ok(Record::open(account, key_version(&key), Bytes::copy_from_slice(&value))?)
        };
        self.records.range(range).take(limit).map(record).collect()
    }

    /// The keys of all stored records of an account up to a version.
    pub(super) fn record_keys(
        &self,
        account: &AccountKey,
        last: Version,
    ) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> {
        let range = record_key(account, Version::ZERO)..=record_key(account, last);
        self.records
            .range(range)
            .map(|item| Ok(item.key().map_err(|error| unreadable(&error))?.to_vec()))
    }
}

const LAST_VERSION: Version = Version::new(u64::MAX);

pub(super) fn record_key(account: &AccountKey, version: Version) -> Vec<u8> {
    [account.as_str().as_bytes(), &[0], &version.get().to_be_bytes()].concat()
}

/// The version in the key of a record. A key without one is as good as a gap.
fn key_version(key: &[u8]) -> Version {
    key.last_chunk().map_or(Version::ZERO, |bytes| Version::new(u64::from_be_bytes(*bytes)))
}

/// The engine's checksums do not fit, or the operating system cannot read.
pub(super) fn unreadable(_: &fjall::Error) -> StoreError {
    StoreError::Damaged(Damage::Files)
}

fn failed(path: &Path, error: fjall::Error) -> OpenError {
    match error {
        fjall::Error::Locked => OpenError::InUse { path: path.to_owned() },
        fjall::Error::Io(error) | fjall::Error::Storage(fjall::LsmError::Io(error)) => {
            OpenError::Files { path: path.to_owned(), error }
        }
        // The engine's texts quote its internals.
        _ => {
            let what = "a checksum or another part of the engine's files is wrong";
            OpenError::Damaged { path: path.to_owned(), what }
        }
    }
}

/// How many files of tables stay open.
const CACHED_FILES: usize = 128;
/// About how many bytes of journals there may be before their data is moved to tables.
const JOURNALS_BYTES: u64 = 128 << 20;

/// Whether the engine's own keyspace and the three of the store are there. The engine takes one
/// without its file for one that was never finished, and deletes it. A store is made in one step, so
/// all of its keyspaces were finished.
fn has_keyspaces(path: &Path) -> bool {
    ["0", "1", "2", "3"]
        .iter()
        .all(|keyspace| path.join("keyspaces").join(keyspace).join("current").is_file())
}

struct Opened {
    database: Database,
    records: Keyspace,
    snapshots: Keyspace,
    groups: Keyspace,
}

fn open_database(path: &Path, options: EmbeddedOptions) -> Result<Opened, fjall::Error> {
    let database = Database::builder(path)
        .cache_size(options.cache_bytes)
        .max_cached_files(Some(CACHED_FILES))
        // Nothing is written but by batches, which say how durable they must be.
        .manual_journal_persist(true)
        .worker_threads(1)
        // What is read again when the store is opened.
        .max_journaling_size(JOURNALS_BYTES)
        .open()?;
    let memtable = || KeyspaceCreateOptions::default().max_memtable_size(options.memtable_bytes);
    let keyspace = |name| database.keyspace(name, memtable);
    let (records, snapshots, groups) =
        (keyspace("records")?, keyspace("snapshots")?, keyspace("groups")?);
    database.persist(fjall::PersistMode::SyncAll)?;
    Ok(Opened { database, records, snapshots, groups })
}
