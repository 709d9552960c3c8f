//! Accounts are listed although files are damaged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fjall::AbstractTree;
use fjall::compaction::Leveled;
use tempfile::TempDir;

use super::super::engine;
use super::helpers::*;
use crate::store::{AccountKey, Listed, NotListed, Store, Unlisted};

const ACCOUNTS: usize = 300;

fn user(number: usize) -> String {
    format!("user{number:04}")
}

/// Moves everything into one table for each keyspace.
fn compact(store: &EmbeddedStore) {
    let engine = engine(&store.engine).unwrap();
    engine.flush_for_tests();
    for keyspace in [&engine.records, &engine.snapshots] {
        keyspace.major_compact().unwrap();
    }
}

/// The largest file in the directory of tables of a keyspace.
fn table(data: &Path, keyspace: &str) -> PathBuf {
    let tables = data.join("engine/keyspaces").join(keyspace).join("tables");
    let files = fs::read_dir(tables).unwrap().map(|entry| entry.unwrap().path());
    files.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap()
}

/// Appends a record to each account whose number is one of these.
async fn append_each(store: &EmbeddedStore, numbers: impl Iterator<Item = usize>) {
    for number in numbers {
        append(store, &user(number), 0, &[&"x".repeat(60)]).await.unwrap();
    }
}

/// Makes a store of all accounts with their records in one table, closes it, and gives the file of
/// the table.
async fn one_table(place: &TempDir) -> PathBuf {
    let store = create(place);
    append_each(&store, 0..ACCOUNTS).await;
    compact(&store);
    store.close().await.unwrap();
    drop(store);
    table(&path(place), "1")
}

/// All accounts, and all places that cannot be listed, page by page.
async fn all(store: &EmbeddedStore, limit: usize) -> (Vec<AccountKey>, BTreeSet<Unlisted>) {
    let (mut accounts, mut places) = (Vec::<AccountKey>::new(), BTreeSet::new());
    loop {
        let page = store.accounts(accounts.last(), limit).await.unwrap();
        let Listed { accounts: next, unlisted } = page;
        assert!(next.len() <= limit);
        places.extend(unlisted);
        if next.is_empty() {
            return (accounts, places);
        }
        accounts.extend(next);
        assert!(accounts.is_sorted());
    }
}

/// Flips a bit in each block of a table in turn. Blocks have 4 KiB and some, so one bit in each 2 KiB
/// meets all of them.
#[tokio::test]
async fn all_accounts_outside_a_damaged_block_are_listed() {
    let place = place();
    let data = path(&place);
    let file = one_table(&place).await;
    let users: Vec<_> = (0..ACCOUNTS).map(|number| key(&user(number))).collect();
    let good = fs::read(&file).unwrap();
    let mut hidden = BTreeSet::new();
    for at in (100..good.len()).step_by(2048) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&file, bytes).unwrap();
        let Ok(store) = open_at(&data) else {
            assert_eq!(hidden.len(), ACCOUNTS, "the index comes after all blocks");
            continue;
        };
        let (listed, places) = all(&store, 7).await;
        let missing: Vec<_> = users.iter().filter(|user| !listed.contains(user)).collect();
        assert_eq!(listed.len() + missing.len(), ACCOUNTS, "nothing else is listed");
        let places: Vec<_> = places.iter().map(|place| place.why).collect();
        if missing.is_empty() {
            // The filter of the table, which no listing reads.
            assert_eq!(places, []);
        } else {
            assert_eq!(places, [NotListed::Files], "byte {at}");
            let first = users.iter().position(|user| user == missing[0]).unwrap();
            assert_eq!(missing, users[first..][..missing.len()].iter().collect::<Vec<_>>());
            assert!(missing.len() < 60, "one block has not that many: {}", missing.len());
            // All others can be read, but for the one before the block, which could go on in it.
            for (number, user) in users.iter().enumerate() {
                let is_readable = store.load(user, None).await.is_ok();
                let is_near = number + 1 == first;
                assert!(is_readable != missing.contains(&user) || is_near, "{number} {first}");
            }
        }
        assert_eq!(all(&store, ACCOUNTS * 2).await.0, listed);
        hidden.extend(missing.into_iter().cloned());
        store.close().await.unwrap();
    }
    assert_eq!(hidden.len(), ACCOUNTS, "each block was met");
}

#[tokio::test]
async fn gaps_in_several_tables_are_counted_once_and_what_is_in_memory_is_listed() {
    let place = place();
    let data = path(&place);
    let store = create(&place);
    append_each(&store, (0..ACCOUNTS).filter(|number| number % 3 != 2)).await;
    compact(&store);
    append_each(&store, (0..ACCOUNTS).filter(|number| number % 3 == 2)).await;
    // Accounts that are known from their snapshots.
    for number in (0..ACCOUNTS).filter(|number| number % 3 == 1) {
        assert!(store.fold(&key(&user(number)), snapshot(1, "x")).await.unwrap());
    }
    store.close().await.unwrap();
    drop(store);
    let file = table(&data, "1");
    let mut bytes = fs::read(&file).unwrap();
    // The second block and the third one; then another one.
    for at in [6000, 10_000, 20_000] {
        bytes[at] ^= 1;
    }
    fs::write(&file, bytes).unwrap();
    let store = open_at(&data).unwrap();
    for limit in [1, 7, 256] {
        let (listed, places) = all(&store, limit).await;
        let whys: Vec<_> = places.iter().map(|place| place.why).collect();
        assert_eq!(whys, [NotListed::Files; 2], "{limit}");
        let missing = (0..ACCOUNTS).filter(|number| !listed.contains(&key(&user(*number))));
        let missing: Vec<_> = missing.collect();
        assert!(missing.iter().all(|number| number % 3 == 0), "{missing:?}");
        assert!((30..90).contains(&missing.len()), "{missing:?}");
    }
}

/// As after an ordinary flush: the index is one block, and is not read when the store is opened.
#[tokio::test]
async fn a_damaged_index_block_is_a_gap_and_not_endless() {
    let place = place();
    let data = path(&place);
    let store = create(&place);
    append_each(&store, 0..ACCOUNTS).await;
    let (index, blocks) = {
        let engine = engine(&store.engine).unwrap();
        engine.flush_for_tests();
        let tree = &engine.records.tree;
        tree.compact(Arc::new(Leveled::default()), 0).unwrap();
        let version = tree.current_version();
        assert_eq!(version.level(6).unwrap().table_count(), 1);
        let table = version.iter_tables().next().unwrap();
        assert!(table.regions.index.is_none());
        (*table.regions.tli.offset(), table.metadata.data_block_count)
    };
    assert!(blocks > 5);
    append(&store, "zoe", 0, &["1"]).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let file = table(&data, "1");
    let mut bytes = fs::read(&file).unwrap();
    bytes[usize::try_from(index).unwrap() + 100] ^= 1;
    fs::write(&file, bytes).unwrap();
    let store = Arc::new(open_at(&data).unwrap());
    for limit in [1, 7, 256] {
        let store = Arc::clone(&store);
        let listing = tokio::spawn(async move { all(&store, limit).await });
        let listed = tokio::time::timeout(Duration::from_secs(60), listing).await;
        let (listed, places) = listed.unwrap().unwrap();
        assert_eq!(listed, [key("zoe")], "{limit}");
        let whys: Vec<_> = places.iter().map(|place| place.why).collect();
        assert_eq!(whys, [NotListed::Files], "{limit}");
    }
}

/// As after the engine gave up merging its tables.
#[tokio::test]
async fn what_left_memory_and_cannot_be_written_is_a_gap() {
    let place = place();
    let data = path(&place);
    let file = one_table(&place).await;
    let mut bytes = fs::read(&file).unwrap();
    bytes[10_000] ^= 1;
    fs::write(&file, bytes).unwrap();
    let store = open_at(&data).unwrap();
    let (before, places) = all(&store, 256).await;
    assert_eq!(places.len(), 1);
    append(&store, "zoe1", 0, &["1"]).await.unwrap();
    engine(&store.engine).unwrap().records.tree.rotate_memtable().unwrap();
    append(&store, "zoe2", 0, &["1"]).await.unwrap();
    let (after, places) = all(&store, 256).await;
    assert_eq!(places.len(), 2);
    // The last pages have no damage before them, and are listed by the engine itself.
    assert_eq!(after[..before.len()], before);
    assert_eq!(after[before.len()..], ["zoe1", "zoe2"].map(key));
    let (after, places) = all(&store, ACCOUNTS * 2).await;
    assert_eq!(places.len(), 2);
    assert_eq!(after[before.len()..], [key("zoe2")]);
    // It was waited for once, and not for each of many pages.
    let begun = Instant::now();
    for _ in 0..20 {
        store.accounts(None, ACCOUNTS * 2).await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn keys_that_are_not_user_ids_are_counted_and_skipped() {
    let place = place();
    let store = create(&place);
    for name in ["anna", "ben", "zoe"] {
        append(&store, name, 0, &["1"]).await.unwrap();
    }
    {
        let engine = engine(&store.engine).unwrap();
        let mut batch = engine.database.batch();
        // Two records of one key, one of another, and a snapshot.
        for key in [&b"b\xff\0\0\0\0\0\0\0\0\x01"[..], b"b\xff\0\0\0\0\0\0\0\0\x02", b"\0x"] {
            batch.insert(&engine.records, key, b"x");
        }
        batch.insert(&engine.snapshots, b"c\0d".as_slice(), b"x");
        batch.commit().unwrap();
    }
    let users = ["anna", "ben", "zoe"].map(key);
    for limit in [1, 2, 9] {
        let (listed, places) = all(&store, limit).await;
        assert_eq!(listed, users);
        let places: Vec<_> = places.iter().map(|place| place.why).collect();
        assert_eq!(places, [NotListed::Key; 3], "{limit}");
    }
}
