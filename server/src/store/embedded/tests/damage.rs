//! Crashes at any moment, torn writes, flipped bits.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use support::random::Random;

use super::helpers::*;
use crate::store::Store;
use crate::store::embedded::journal as journals;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_of_any_moment_has_what_was_acknowledged_before() {
    let place = place();
    let store = Arc::new(create(&place));
    let acknowledged: Arc<Vec<AtomicU64>> = Arc::new((0..4).map(|_| AtomicU64::new(0)).collect());
    let writers: Vec<_> = (0..4)
        .map(|user| {
            let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                for version in 0..250 {
                    let text = format!("change {version}");
                    append(&store, &format!("user{user}"), version, &[&text]).await.unwrap();
                    acknowledged[user].store(version + 1, SeqCst);
                    if version % 50 == 49 {
                        let snapshot = snapshot(version, &format!("up to {version}"));
                        store.fold(&key(&format!("user{user}")), snapshot).await.unwrap();
                    }
                }
            })
        })
        .collect();
    for image in 0..6 {
        let data = place.path().join(format!("image{image}"));
        let before: Vec<_> = acknowledged.iter().map(|count| count.load(SeqCst)).collect();
        copy(&path(&place), &data);
        let after: Vec<_> = acknowledged.iter().map(|count| count.load(SeqCst)).collect();
        let store = open_at(&data).unwrap();
        for user in 0..4 {
            let (version, _, _) = contents(&store, &format!("user{user}")).await;
            assert!(version >= before[user] && version <= after[user] + 1, "image {image}");
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

/// A store with some records, closed, its journal without the zeros at the end.
async fn closed_store(data: &Path, groups: u64) {
    let options = creating();
    let store = EmbeddedStore::open(data, options).unwrap();
    for version in 0..groups {
        append(&store, "anna", version, &[&format!("a{version}")]).await.unwrap();
        append(&store, "ben", version, &[&format!("b{version}")]).await.unwrap();
    }
    store.close().await.unwrap();
    drop(store);
    for _ in 0..2 {
        let store = open_at(data).unwrap();
        store.close().await.unwrap();
    }
}

async fn anna(data: &Path) -> Option<u64> {
    let store = open_at(data).ok()?;
    let version = try_contents(&store, "anna").await.ok().map(|contents| contents.0);
    store.close().await.unwrap();
    version
}

#[tokio::test]
async fn a_torn_group_is_cut_off_and_the_store_opens() {
    let place = place();
    let before = place.path().join("before");
    closed_store(&before, 3).await;
    let start = fs::metadata(journal(&before)).unwrap().len() as usize;
    // One group of many pages that was written but never acknowledged.
    let after = place.path().join("after");
    copy(&before, &after);
    let store = open_at(&after).unwrap();
    // Some of its values are larger than a page.
    let texts: Vec<_> = (0..60).map(|number| "x".repeat(300 + number % 4 * 2000)).collect();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    append(&store, "anna", 3, &texts).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let written = fs::read(journal(&after)).unwrap();
    assert!(written.len() > start + 20_000);

    let mut random = Random::new(1);
    let mut versions = BTreeSet::new();
    for round in 0..25 {
        let torn = place.path().join(format!("torn{round}"));
        copy(&before, &torn);
        let mut bytes = written.clone();
        if round > 0 {
            // The file may be longer, too: journals are.
            bytes.resize(bytes.len() + 4096 * random.below(3), 0);
            // One page in many did not reach the disk, or one alone.
            let pages = (written.len() - start).div_ceil(512);
            let lone = random.below(pages);
            for (number, page) in bytes[start..].chunks_mut(512).enumerate() {
                if number == lone || (round % 2 == 0 && random.one_in(1 + round % 7)) {
                    page.fill(0);
                }
            }
        }
        fs::write(journal(&torn), bytes).unwrap();
        let version = anna(&torn).await;
        assert!(version == Some(3) || version == Some(63), "round {round}: {version:?}");
        versions.extend(version);
        assert_eq!(anna(&torn).await, version, "it stays");
        let store = open_at(&torn).unwrap();
        append(&store, "anna", version.unwrap(), &["next"]).await.unwrap();
        drop(store);
        assert_eq!(anna(&torn).await, version.map(|version| version + 1));
    }
    assert_eq!(versions, BTreeSet::from([3, 63]));
}

#[tokio::test]
async fn each_flipped_bit_of_the_journal_is_found_or_harmless() {
    let place = place();
    let data = place.path().join("data");
    closed_store(&data, 3).await;
    let good = fs::read(journal(&data)).unwrap();
    assert!(good.len() < 4000, "small enough to flip all bits");
    let kept = place.path().join("kept");
    fs::create_dir(&kept).unwrap();
    let group_key = {
        let store = open_at(&data).unwrap();
        let group_key = super::super::engine(&store.engine).unwrap().group_key.clone();
        store.close().await.unwrap();
        group_key
    };
    let mut let_through = Vec::new();
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(journal(&data), &bytes).unwrap();
        match journals::check(&data.join("engine"), &group_key, 6, &kept) {
            Ok(()) => let_through.push(bit),
            Err(_) => assert_eq!(fs::read(journal(&data)).unwrap(), bytes, "nothing is changed"),
        }
    }
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 0, "nothing is cut off");
    println!("{} of {} bits are let through", let_through.len(), good.len() * 8);
    // The numbers of writes have no checksum; they only decide the order.
    for (number, bit) in let_through.into_iter().enumerate() {
        let image = place.path().join(format!("flipped{number}"));
        fs::write(journal(&data), &good).unwrap();
        copy(&data, &image);
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(journal(&image), bytes).unwrap();
        if let Ok(store) = open_at(&image) {
            for (user, letter) in [("anna", 'a'), ("ben", 'b')] {
                if let Ok((version, snapshot, records)) = try_contents(&store, user).await {
                    let right = [0, 1, 2].map(|number| format!("{letter}{number}"));
                    assert_eq!((version, snapshot), (3, String::new()), "bit {bit}");
                    assert_eq!(records, right, "bit {bit}");
                }
            }
        }
        fs::remove_dir_all(image).unwrap();
    }
}

#[tokio::test]
async fn flipped_bits_of_tables_are_found_or_harmless() {
    let place = place();
    let data = place.path().join("data");
    closed_store(&data, 3).await;
    let store = open_at(&data).unwrap();
    store.fold(&key("ben"), snapshot(3, "b0 b1 b2")).await.unwrap();
    super::super::engine(&store.engine).unwrap().flush_for_tests();
    store.close().await.unwrap();
    drop(store);
    let good = anna(&data).await;
    assert_eq!(good, Some(3));
    let mut files = Vec::new();
    list(&data, &mut files);
    let mut random = Random::new(2);
    let (mut refused, mut damaged) = (0, 0);
    for round in 0..80 {
        let image = place.path().join(format!("image{round}"));
        copy(&data, &image);
        let file = random.pick(&files).clone();
        let file = image.join(file.strip_prefix(&data).unwrap());
        let mut bytes = fs::read(&file).unwrap();
        let bit = random.below(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, bytes).unwrap();
        let Ok(store) = open_at(&image) else {
            refused += 1;
            fs::remove_dir_all(image).unwrap();
            continue;
        };
        match try_contents(&store, "anna").await {
            Ok(contents) => {
                let right = ["a0", "a1", "a2"].map(String::from).to_vec();
                assert_eq!(contents, (3, String::new(), right), "{} bit {bit}", file.display());
            }
            Err(_) => damaged += 1,
        }
        match try_contents(&store, "ben").await {
            Ok(contents) => {
                assert_eq!(contents, (3, "b0 b1 b2".into(), vec![]), "{} bit {bit}", file.display())
            }
            Err(_) => damaged += 1,
        }
        // Closing may fail: what matters is that it ends.
        let _ = store.close().await;
        drop(store);
        let _ = fs::remove_dir_all(image);
    }
    println!("80 flipped bits: {refused} stores refused, {damaged} accounts damaged");
    assert!(refused + damaged > 0);
}

fn list(directory: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files);
        } else if fs::metadata(&path).unwrap().len() > 0 {
            files.push(path);
        }
    }
    files.sort();
}
