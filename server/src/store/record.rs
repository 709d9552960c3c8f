//! Records and snapshots, and how they are sealed.
//!
//! | bytes | record | snapshot |
//! |---|---|---|
//! | 1 | 0x11: a record of form 1 | 0x21: a snapshot of form 1 |
//! | 8 | the time, Unix seconds | the time of the last record in it |
//! | 16 | the append ID | a random ID |
//! | 8 | - | the version |
//! | any | the changes | the account |
//! | 8 | the checksum | the checksum |
//!
//! Numbers are little-endian. The checksum is XXH3 (64 bits) over the account's ID and its length,
//! the version, and all bytes before: what was stored for another account or another version is
//! found, too. A record does not hold its version, as every store has it in the key.

use bytes::Bytes;
use xxhash_rust::xxh3::Xxh3;

use super::{AccountKey, AppendId, Version};

const RECORD: u8 = 0x11;
const SNAPSHOT: u8 = 0x21;
/// Form, time, ID.
const HEAD_BYTES: usize = 1 + 8 + 16;
const VERSION_BYTES: usize = 8;
const CHECKSUM_BYTES: usize = 8;

/// Why stored bytes cannot be used. It says nothing about the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The checksum does not fit the bytes, the account and the version.
    #[error("a checksum does not fit")]
    Checksum,
    /// The form is not known: damaged, or written by a later release.
    #[error("the form of a record is unknown; it may be of a later release")]
    Form,
    /// The content cannot be read.
    #[error("the content of a record or a snapshot cannot be read")]
    Content,
    /// The changes do not fit the account.
    #[error("the changes do not fit the account")]
    Changes,
    /// A version is missing between two records, or between the snapshot and the first one.
    #[error("a record is missing")]
    Gap,
    /// The engine below the store could not read its files.
    #[error("the files of the store cannot be read")]
    Files,
}

/// The changes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The version of the account with these changes, 1 or more.
    pub version: Version,
    /// The time that the request was judged at, in Unix seconds.
    pub time_seconds: u64,
    /// The append that it came with.
    pub append_id: AppendId,
    /// The changes; see [`encoding`](super::encoding).
    pub changes: Bytes,
}

impl Record {
    /// The bytes to be stored.
    #[must_use]
    pub fn seal(&self, account: &AccountKey) -> Bytes {
        let head = Head { form: RECORD, time_seconds: self.time_seconds, id: self.append_id };
        seal(account, self.version, &head, &[], &self.changes)
    }

    /// Reads what was stored for that version of that account.
    ///
    /// # Errors
    ///
    /// [`Damage`] if it is not what was sealed.
    pub fn open(account: &AccountKey, version: Version, sealed: Bytes) -> Result<Self, Damage> {
        let (head, rest) = open(account, version, &sealed)?;
        if head.form != RECORD {
            return Err(Damage::Form);
        }
        let changes = sealed.slice_ref(rest);
        Ok(Self { version, time_seconds: head.time_seconds, append_id: head.id, changes })
    }
}

/// An account at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The version of the account, 1 or more.
    pub version: Version,
    /// The time of the last record in it, in Unix seconds.
    pub time_seconds: u64,
    /// Tells this snapshot from others.
    pub id: AppendId,
    /// The account; see [`encoding`](super::encoding).
    pub account: Bytes,
}

impl Snapshot {
    /// The bytes to be stored.
    #[must_use]
    pub fn seal(&self, account: &AccountKey) -> Bytes {
        let head = Head { form: SNAPSHOT, time_seconds: self.time_seconds, id: self.id };
        seal(account, self.version, &head, &self.version.get().to_le_bytes(), &self.account)
    }

    /// Reads what was stored for that account.
    ///
    /// # Errors
    ///
    /// [`Damage`] if it is not what was sealed.
    pub fn open(account: &AccountKey, sealed: Bytes) -> Result<Self, Damage> {
        let version = sealed_version(&sealed).ok_or(Damage::Checksum)?;
        let (head, rest) = open(account, version, &sealed)?;
        if head.form != SNAPSHOT {
            return Err(Damage::Form);
        }
        let content = rest.get(VERSION_BYTES..).ok_or(Damage::Form)?;
        let content = sealed.slice_ref(content);
        Ok(Self { version, time_seconds: head.time_seconds, id: head.id, account: content })
    }
}

/// The version that a sealed snapshot says it has.
fn sealed_version(sealed: &[u8]) -> Option<Version> {
    let bytes = sealed.get(HEAD_BYTES..)?.first_chunk::<VERSION_BYTES>()?;
    Some(Version::new(u64::from_le_bytes(*bytes)))
}

struct Head {
    form: u8,
    time_seconds: u64,
    id: AppendId,
}

fn seal(
    account: &AccountKey,
    version: Version,
    head: &Head,
    stored_version: &[u8],
    content: &[u8],
) -> Bytes {
    let length = [HEAD_BYTES, stored_version.len(), content.len(), CHECKSUM_BYTES];
    let mut bytes =
        Vec::with_capacity(length.iter().fold(0, |sum, part| sum.saturating_add(*part)));
    bytes.push(head.form);
    bytes.extend_from_slice(&head.time_seconds.to_le_bytes());
    bytes.extend_from_slice(&head.id.to_bytes());
    bytes.extend_from_slice(stored_version);
    bytes.extend_from_slice(content);
    let checksum = checksum(account, version, &bytes);
    bytes.extend_from_slice(&checksum);
    bytes.into()
}

/// The head, and what is between it and the checksum.
fn open<'s>(
    account: &AccountKey,
    version: Version,
    sealed: &'s [u8],
) -> Result<(Head, &'s [u8]), Damage> {
    let (sealed, found) = sealed.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Damage::Checksum)?;
    if checksum(account, version, sealed) != *found {
        return Err(Damage::Checksum);
    }
    let (form, rest) = sealed.split_first().ok_or(Damage::Form)?;
    let (time, rest) = rest.split_first_chunk::<8>().ok_or(Damage::Form)?;
    let (id, rest) = rest.split_first_chunk::<16>().ok_or(Damage::Form)?;
    let time_seconds = u64::from_le_bytes(*time);
    Ok((Head { form: *form, time_seconds, id: AppendId::new(*id) }, rest))
}

fn checksum(account: &AccountKey, version: Version, bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let account = account.as_str().as_bytes();
    let mut hash = Xxh3::new();
    hash.update(&u64::try_from(account.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(account);
    hash.update(&version.get().to_le_bytes());
    hash.update(bytes);
    hash.digest().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use convmark::UserId;

    fn key(user: &str) -> AccountKey {
        AccountKey::new(&UserId::new(user).unwrap())
    }

    fn record() -> Record {
        Record {
            version: Version::new(7),
            time_seconds: 1_700_000_000,
            append_id: AppendId::new([9; 16]),
            changes: Bytes::from_static(b"some changes"),
        }
    }

    fn snapshot() -> Snapshot {
        Snapshot {
            version: Version::new(7),
            time_seconds: 1_700_000_000,
            id: AppendId::new([9; 16]),
            account: Bytes::from_static(b"an account"),
        }
    }

    /// Each single bit flipped, and each shorter length.
    fn damaged(sealed: &Bytes) -> impl Iterator<Item = Bytes> {
        let flipped = (0..sealed.len() * 8).map(|bit| {
            let mut bytes = sealed.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            Bytes::from(bytes)
        });
        flipped.chain((0..sealed.len()).map(|length| sealed.slice(..length)))
    }

    #[test]
    fn records_and_snapshots_open_as_they_were_sealed() {
        let (record, snapshot) = (record(), snapshot());
        let sealed = record.seal(&key("user"));
        assert_eq!(sealed.len(), 1 + 8 + 16 + 12 + 8);
        assert_eq!(Record::open(&key("user"), record.version, sealed), Ok(record));
        let sealed = snapshot.seal(&key("user"));
        assert_eq!(Snapshot::open(&key("user"), sealed), Ok(snapshot));
    }

    #[test]
    fn each_flipped_bit_and_each_cut_is_found() {
        for bytes in damaged(&record().seal(&key("user"))) {
            let found = Record::open(&key("user"), Version::new(7), bytes);
            assert_eq!(found, Err(Damage::Checksum));
        }
        for bytes in damaged(&snapshot().seal(&key("user"))) {
            assert_eq!(Snapshot::open(&key("user"), bytes), Err(Damage::Checksum));
        }
    }

    #[test]
    fn what_belongs_elsewhere_is_found() {
        let sealed = record().seal(&key("user"));
        for (user, version) in [("user", 8), ("usar", 7), ("use", 7)] {
            let found = Record::open(&key(user), Version::new(version), sealed.clone());
            assert_eq!(found, Err(Damage::Checksum));
        }
        assert_eq!(Snapshot::open(&key("user"), sealed), Err(Damage::Checksum));
        let sealed = snapshot().seal(&key("user"));
        assert_eq!(Record::open(&key("user"), Version::new(7), sealed), Err(Damage::Form));
    }
}
