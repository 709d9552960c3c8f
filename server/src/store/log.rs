//! The log of one account in memory, for the memory store and for simulated ones.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{
    AccountKey, Append, AppendError, Damage, Found, Loaded, Record, Sealed, Snapshot, StoreError,
    Version,
};

/// One account: sealed records by version, and the newest snapshot.
#[derive(Clone, Default)]
pub(crate) struct AccountLog {
    pub(crate) snapshot: Option<Sealed>,
    pub(crate) records: BTreeMap<Version, Bytes>,
}

impl AccountLog {
    /// The newest version.
    pub(crate) fn head(&self) -> Version {
        let newest = self.records.last_key_value().map_or(Version::ZERO, |(version, _)| *version);
        newest.max(self.folded())
    }

    /// The version of the snapshot.
    pub(crate) fn folded(&self) -> Version {
        self.snapshot.as_ref().map_or(Version::ZERO, |(version, _)| *version)
    }

    pub(crate) fn append(
        &mut self,
        account: &AccountKey,
        append: &Append,
    ) -> Result<(), AppendError> {
        if self.head() != append.after {
            return Err(AppendError::Conflict);
        }
        for record in &append.records {
            self.records.insert(record.version, record.seal(account));
        }
        Ok(())
    }

    pub(crate) fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let records =
            |after: Version| self.records.range(after.next()..).map(|(at, sealed)| (*at, sealed));
        catch_up(
            account,
            known,
            self.head(),
            self.folded(),
            || Ok(self.snapshot.as_ref().map(|(_, sealed)| sealed.clone())),
            |after| Ok(records(after).map(|(at, sealed)| (at, sealed.clone())).collect()),
        )
    }

    pub(crate) fn find(&self, account: &AccountKey, version: Version) -> Result<Found, StoreError> {
        match self.records.get(&version) {
            Some(sealed) => Ok(Found::Record(Record::open(account, version, sealed.clone())?)),
            None if version <= self.folded() => Ok(Found::Folded),
            None => Ok(Found::NotYet),
        }
    }

    pub(crate) fn fold(&mut self, account: &AccountKey, snapshot: &Snapshot) -> bool {
        if snapshot.version <= self.folded() || snapshot.version > self.head() {
            return false;
        }
        self.records = self.records.split_off(&snapshot.version.next());
        self.snapshot = Some((snapshot.version, snapshot.seal(account)));
        true
    }

    pub(crate) fn restore(
        &mut self,
        account: &AccountKey,
        after: Version,
        snapshot: &Snapshot,
    ) -> Result<(), AppendError> {
        if self.head() != after || snapshot.version <= after {
            return Err(AppendError::Conflict);
        }
        self.records.clear();
        self.snapshot = Some((snapshot.version, snapshot.seal(account)));
        Ok(())
    }
}

/// What a load answers, from what a store has. `head` is the newest version, `folded` that of the
/// snapshot. The two functions read the snapshot and the records after a version.
pub(crate) fn catch_up(
    account: &AccountKey,
    known: Option<Version>,
    head: Version,
    folded: Version,
    snapshot: impl FnOnce() -> Result<Option<Bytes>, StoreError>,
    records_after: impl FnOnce(Version) -> Result<Vec<Sealed>, StoreError>,
) -> Result<Loaded, StoreError> {
    // A version that the store does not have is not known.
    let known = known.filter(|known| (folded..=head).contains(known));
    if known == Some(head) {
        return Ok(Loaded::NothingNew);
    }
    let after = known.unwrap_or(folded);
    let mut version = after;
    let mut records = Vec::new();
    for (at, sealed) in records_after(after)? {
        version = version.next();
        if at != version {
            return Err(Damage::Gap.into());
        }
        records.push(Record::open(account, at, sealed)?);
    }
    if version != head {
        return Err(Damage::Gap.into());
    }
    if known.is_some() {
        return Ok(Loaded::Records(records));
    }
    let snapshot = match snapshot()? {
        Some(sealed) => Some(Snapshot::open(account, sealed)?),
        None => None,
    };
    if snapshot.as_ref().map_or(Version::ZERO, |snapshot| snapshot.version) != folded {
        return Err(Damage::Gap.into());
    }
    Ok(Loaded::Whole { snapshot, records })
}
