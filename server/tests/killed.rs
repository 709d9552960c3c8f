//! A process with an embedded store is killed at any moment. What it said it has stored is there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "tests fail by panicking"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use convmark::UserId;
use convmark_server::store::embedded::{EmbeddedOptions, EmbeddedStore, OpenError};
use convmark_server::store::{
    AccountKey, Append, AppendId, Loaded, Record, Snapshot, Store, Version,
};
use support::random::Random;

const PATH: &str = "KILLED_STORE";
const ACCOUNTS: u64 = 8;

fn options() -> EmbeddedOptions {
    let mut options = EmbeddedOptions::default();
    options.create = true;
    // Small, so that journals and tables come and go.
    options.memtable_bytes = 256 << 10;
    options
}

fn key(account: u64) -> AccountKey {
    AccountKey::new(&UserId::new(format!("user{account}")).unwrap())
}

fn content(account: u64, version: u64) -> Bytes {
    let length = 100 + (version * 37 % 11) * 150;
    format!("{account} {version} ").repeat(length as usize / 6).into()
}

async fn open(path: &Path) -> EmbeddedStore {
    let start = Instant::now();
    loop {
        match EmbeddedStore::open(path, options()) {
            Err(OpenError::InUse { .. }) if start.elapsed() < Duration::from_secs(30) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened.unwrap(),
        }
    }
}

/// The version of an account, after a look at everything that is stored of it.
async fn version(store: &EmbeddedStore, account: u64) -> u64 {
    let loaded = store.load(&key(account), None).await.unwrap();
    let Loaded::Whole { snapshot, records } = loaded else { panic!("not whole") };
    let mut version = 0;
    if let Some(snapshot) = snapshot {
        version = snapshot.version.get();
        assert_eq!(snapshot.account, content(account, version));
    }
    for record in records {
        version += 1;
        assert_eq!(record.version.get(), version);
        assert_eq!(record.changes, content(account, version));
    }
    version
}

/// Not a test of its own: what the process does that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let store = Arc::new(open(Path::new(&path)).await);
    let tasks = (0..ACCOUNTS).map(|account| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut at = version(&store, account).await;
            while at < u64::MAX {
                let record = Record {
                    version: Version::new(at + 1),
                    time_seconds: at,
                    append_id: AppendId::new([1; 16]),
                    changes: content(account, at + 1),
                };
                let append = Append { after: Version::new(at), records: vec![record] };
                store.append(&key(account), append).await.unwrap();
                at += 1;
                writeln!(std::io::stdout(), "\nstored {account} {at}").unwrap();
                if at % 20 == 0 {
                    let snapshot = Snapshot {
                        version: Version::new(at),
                        time_seconds: at,
                        id: AppendId::new([2; 16]),
                        account: content(account, at),
                    };
                    store.fold(&key(account), snapshot).await.unwrap();
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// `KILL_ROUNDS` sets the number of rounds.
#[tokio::test]
async fn what_was_acknowledged_survives_sigkill() {
    let rounds = std::env::var("KILL_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap());
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("data");
    let mut random = Random::new(3);
    let mut stored = BTreeMap::new();
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut left = 1 + random.below(600);
        for line in lines {
            let Ok(line) = line else { break };
            let mut words = line.split(' ');
            // The last line may be cut off by the kill, and is then one that was not told.
            let (Some("stored"), Some(account), Some(version)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            if let (Ok(account), Ok(version)) = (account.parse::<u64>(), version.parse::<u64>()) {
                let before = stored.entry(account).or_insert(0);
                *before = version.max(*before);
            }
            left = left.saturating_sub(1);
            if left == 0 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let store = open(&path).await;
        for account in 0..ACCOUNTS {
            let version = version(&store, account).await;
            let told = stored.get(&account).copied().unwrap_or(0);
            assert!(version >= told, "round {round}: {told} were told, {version} are there");
        }
        store.close().await.unwrap();
    }
    println!("{} appends were told", stored.values().sum::<u64>());
}
