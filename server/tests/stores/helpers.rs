//! How tests write to any store and read it.
//!
//! The tests of the embedded store and those of every store share it; both have the module `store`
//! at the root of their crate.

use convmark::UserId;

use crate::store::{
    AccountKey, Append, AppendError, AppendId, Listed, Loaded, Record, Snapshot, Store, StoreError,
    Version,
};

pub fn key(user: &str) -> AccountKey {
    AccountKey::new(&UserId::new(user).unwrap())
}

pub fn record(version: u64, text: &str, id: u8) -> Record {
    Record {
        version: Version::new(version),
        time_seconds: 1_700_000_000,
        append_id: AppendId::new([id; 16]),
        changes: text.to_owned().into(),
    }
}

pub async fn append<S: Store>(
    store: &S,
    user: &str,
    after: u64,
    texts: &[&str],
) -> Result<(), AppendError> {
    let records = (after + 1..).zip(texts).map(|(version, text)| record(version, text, 5));
    let append = Append { after: Version::new(after), records: records.collect() };
    store.append(&key(user), append).await
}

pub fn snapshot(version: u64, text: &str) -> Snapshot {
    Snapshot {
        version: Version::new(version),
        time_seconds: 1_700_000_000,
        id: AppendId::new([6; 16]),
        account: text.to_owned().into(),
    }
}

/// The newest version, the content of the snapshot, and those of the records.
pub async fn contents<S: Store>(store: &S, user: &str) -> (u64, String, Vec<String>) {
    try_contents(store, user).await.unwrap()
}

pub async fn try_contents<S: Store>(
    store: &S,
    user: &str,
) -> Result<(u64, String, Vec<String>), StoreError> {
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
pub async fn listed<S: Store>(
    store: &S,
    after: Option<&AccountKey>,
    limit: usize,
) -> Vec<AccountKey> {
    let Listed { accounts, unlisted } = store.accounts(after, limit).await.unwrap();
    assert_eq!(unlisted, []);
    accounts
}
