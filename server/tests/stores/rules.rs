//! What every store does.

use convmark_server::store::{Append, AppendError, Found, Loaded, Store, Version};

use crate::helpers::{append, contents, key, listed, record, snapshot};

pub async fn a_restored_account_has_nothing_of_what_was_there<S: Store>(store: S) {
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    for (after, version) in [(0, 9), (2, 9), (4, 9), (3, 3), (3, 2)] {
        let restored =
            store.restore(&key("anna"), Version::new(after), snapshot(version, "other")).await;
        assert_eq!(restored, Err(AppendError::Conflict), "{after} {version}");
    }
    assert_eq!(contents(&store, "anna").await, (3, "1 2".into(), vec!["3".into()]));
    store.restore(&key("anna"), Version::new(3), snapshot(9, "other")).await.unwrap();
    // An account that was never stored, at any version.
    store.restore(&key("ben"), Version::ZERO, snapshot(7, "ben's")).await.unwrap();
    assert_eq!(append(&store, "anna", 3, &["x"]).await, Err(AppendError::Conflict));
    append(&store, "anna", 9, &["10"]).await.unwrap();
    let found = store.find(&key("anna"), Version::new(3)).await.unwrap();
    assert!(matches!(found, Found::Folded));
    // Who knows the account from before gets it as a whole.
    let loaded = store.load(&key("anna"), Some(Version::new(3))).await.unwrap();
    assert!(matches!(loaded, Loaded::Whole { snapshot: Some(_), .. }));
    assert_eq!(contents(&store, "anna").await, (10, "other".into(), vec!["10".into()]));
    assert_eq!(contents(&store, "ben").await, (7, "ben's".into(), vec![]));
    assert_eq!(listed(&store, None, 9).await, [key("anna"), key("ben")]);
}

/// In a store that keeps history, too, which has what a fold replaced.
pub async fn kept_history_is_told_and_can_be_cut<S: Store>(store: S) {
    let history = async |user, after, limit| {
        let records = store.history(&key(user), Version::new(after), limit).await.unwrap();
        records.iter().map(|record| record.version.get()).collect::<Vec<_>>()
    };
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    append(&store, "ann", 0, &["1", "2"]).await.unwrap();
    assert!(history("anna", 0, 9).await.is_empty());
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    assert!(store.fold(&key("ann"), snapshot(2, "1 2")).await.unwrap());
    let kept = history("anna", 0, 9).await;
    assert!(kept.is_empty() || kept == [1, 2], "{kept:?}");
    if !kept.is_empty() {
        assert_eq!((history("anna", 1, 9).await, history("anna", 0, 1).await), (vec![2], vec![1]));
        assert!(history("anna", 2, 9).await.is_empty() && history("anna", 7, 9).await.is_empty());
    }
    store.cut_history(&key("anna")).await.unwrap();
    store.cut_history(&key("nobody")).await.unwrap();
    assert!(history("anna", 0, 9).await.is_empty());
    assert_eq!(contents(&store, "anna").await, (3, "1 2".into(), vec!["3".into()]));
    // That of others stays, until they are restored.
    assert_eq!(history("ann", 0, 9).await, kept);
    store.restore(&key("ann"), Version::new(2), snapshot(9, "other")).await.unwrap();
    assert!(history("ann", 0, 9).await.is_empty());
}

pub async fn what_was_appended_is_there<S: Store>(store: S) {
    append(&store, "anna", 0, &["a1", "a2"]).await.unwrap();
    append(&store, "ann", 0, &["n1"]).await.unwrap();
    append(&store, "anna", 2, &["a3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "a1 a2")).await.unwrap());
    assert_eq!(contents(&store, "anna").await, (3, "a1 a2".into(), vec!["a3".into()]));
    assert_eq!(contents(&store, "ann").await, (1, String::new(), vec!["n1".into()]));
    assert_eq!(contents(&store, "nobody").await, (0, String::new(), vec![]));
    let loaded = store.load(&key("nobody"), Some(Version::ZERO)).await.unwrap();
    assert!(matches!(loaded, Loaded::NothingNew));
}

pub async fn an_append_after_another_version_is_a_conflict<S: Store>(store: S) {
    assert_eq!(append(&store, "anna", 1, &["x"]).await, Err(AppendError::Conflict));
    append(&store, "anna", 0, &["1", "2"]).await.unwrap();
    for after in [0, 1, 3, 4] {
        assert_eq!(append(&store, "anna", after, &["x", "y"]).await, Err(AppendError::Conflict));
    }
    append(&store, "anna", 2, &["3"]).await.unwrap();
    let expected = ["1", "2", "3"].map(str::to_owned).to_vec();
    assert_eq!(contents(&store, "anna").await, (3, String::new(), expected));
}

pub async fn loading_gives_what_is_new<S: Store>(store: S) {
    append(&store, "anna", 0, &["1", "2", "3", "4"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    let load = async |known| store.load(&key("anna"), known).await.unwrap();
    assert!(matches!(load(Some(Version::new(4))).await, Loaded::NothingNew));
    let tail = load(Some(Version::new(3))).await;
    assert!(matches!(tail, Loaded::Records(records) if records.len() == 1));
    let tail = load(Some(Version::new(2))).await;
    assert!(matches!(tail, Loaded::Records(records) if records.len() == 2));
    for known in [None, Some(Version::new(1)), Some(Version::new(5))] {
        let whole = load(known).await;
        assert!(
            matches!(whole, Loaded::Whole { snapshot: Some(_), records } if records.len() == 2),
            "{known:?}"
        );
    }
}

pub async fn what_is_at_a_version_is_found<S: Store>(store: S) {
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    let append = Append { after: Version::new(3), records: vec![record(4, "4", 9)] };
    store.append(&key("anna"), append).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    let find = async |version| store.find(&key("anna"), Version::new(version)).await.unwrap();
    let keeps = !store.history(&key("anna"), Version::ZERO, 1).await.unwrap().is_empty();
    assert_eq!(matches!(find(2).await, Found::Folded), !keeps);
    assert!(matches!(find(3).await, Found::Record(found) if found == record(3, "3", 5)));
    assert!(matches!(find(4).await, Found::Record(found) if found == record(4, "4", 9)));
    assert!(matches!(find(5).await, Found::NotYet));
    let found = store.find(&key("nobody"), Version::new(1)).await.unwrap();
    assert!(matches!(found, Found::NotYet));
}

pub async fn only_newer_snapshots_replace<S: Store>(store: S) {
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    assert!(!store.fold(&key("anna"), snapshot(2, "other")).await.unwrap());
    assert!(!store.fold(&key("anna"), snapshot(1, "older")).await.unwrap());
    assert!(!store.fold(&key("anna"), snapshot(4, "ahead")).await.unwrap());
    assert!(!store.fold(&key("nobody"), snapshot(1, "nothing")).await.unwrap());
    assert!(store.fold(&key("anna"), snapshot(3, "1 2 3")).await.unwrap());
    assert_eq!(contents(&store, "anna").await, (3, "1 2 3".into(), vec![]));
    append(&store, "anna", 3, &["4"]).await.unwrap();
    // A stale writer cannot take a version that was cut.
    assert_eq!(append(&store, "anna", 1, &["x"]).await, Err(AppendError::Conflict));
}

pub async fn accounts_are_listed_in_the_order_of_their_bytes<S: Store>(store: S) {
    let users = ["Anna", "ann", "anna", "anna-2", "annb", "z"];
    for user in users.iter().rev() {
        append(&store, user, 0, &["1"]).await.unwrap();
    }
    let all = users.map(key);
    assert_eq!(listed(&store, None, 9).await, all);
    assert_eq!(listed(&store, None, 2).await, all[..2]);
    assert_eq!(listed(&store, Some(&key("anna")), 2).await, all[3..5]);
    assert_eq!(listed(&store, Some(&key("annaa")), 9).await, all[4..]);
    assert_eq!(listed(&store, Some(&key("z")), 9).await, []);
}

/// Appends that wait for each other, over and over.
pub async fn of_appends_at_once_one_is_first<S: Store>(store: S) {
    let store = std::sync::Arc::new(store);
    let tasks = (0..120).map(|number| {
        let store = std::sync::Arc::clone(&store);
        tokio::spawn(async move {
            let user = format!("user{}", number % 6);
            append(&store, &user, 0, &["1", "2"]).await
        })
    });
    let mut first = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(()) => first += 1,
            Err(error) => assert_eq!(error, AppendError::Conflict),
        }
    }
    assert_eq!(first, 6);
    assert_eq!(contents(&store, "user0").await.0, 2);
}

/// Bytes of all kinds, and as many as a request can make.
pub async fn any_bytes_are_kept<S: Store>(store: S) {
    let texts = ["\0", "a\0b", "\u{10FFFF}\\x00'\"", &"\0long".repeat(200_000)];
    append(&store, "anna", 0, &texts).await.unwrap();
    assert_eq!(contents(&store, "anna").await.2, texts);
    assert!(store.fold(&key("anna"), snapshot(3, "\0 of\0")).await.unwrap());
    let expected = (4, "\0 of\0".to_owned(), vec![texts[3].to_owned()]);
    assert_eq!(contents(&store, "anna").await, expected);
}

pub async fn a_closed_store_refuses<S: Store>(store: S) {
    use convmark_server::store::StoreError;

    append(&store, "anna", 0, &["1"]).await.unwrap();
    store.close().await.unwrap();
    let closed = StoreError::Unavailable("it is closed");
    assert_eq!(store.load(&key("anna"), None).await.unwrap_err(), closed);
    assert_eq!(store.fold(&key("anna"), snapshot(1, "1")).await.unwrap_err(), closed);
    assert_eq!(store.find(&key("anna"), Version::new(1)).await.unwrap_err(), closed);
    assert_eq!(store.accounts(None, 1).await.unwrap_err(), closed);
    let refused = append(&store, "anna", 1, &["2"]).await;
    assert_eq!(refused, Err(AppendError::Unavailable("it is closed")));
}

macro_rules! rules {
    ($($rule:ident)+) => {
        mod memory {
            use convmark_server::store::memory::MemoryStore;

            $(#[tokio::test]
            async fn $rule() {
                super::$rule(MemoryStore::new()).await;
            })+
        }

        mod embedded {
            use convmark_server::store::embedded::{EmbeddedOptions, EmbeddedStore};

            $(#[tokio::test]
            async fn $rule() {
                for keep_history in [false, true] {
                    let place = tempfile::tempdir().unwrap();
                    let mut options = EmbeddedOptions::default();
                    options.create = true;
                    options.keep_history = keep_history;
                    let store = EmbeddedStore::open(place.path().join("data"), options).unwrap();
                    super::$rule(store).await;
                }
            })+
        }

        mod postgres {
            use convmark_server::store::postgres::PostgresStore;
            use crate::cluster;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let Some(cluster) = cluster::shared() else { return };
                for (prepare, keep_history) in [(true, false), (false, true)] {
                    let mut options = cluster::options(&cluster.url());
                    options.prepare = prepare;
                    options.keep_history = keep_history;
                    super::$rule(PostgresStore::open(&options).await.unwrap()).await;
                }
            })+
        }
    };
}

rules! {
    what_was_appended_is_there
    an_append_after_another_version_is_a_conflict
    loading_gives_what_is_new
    what_is_at_a_version_is_found
    only_newer_snapshots_replace
    a_restored_account_has_nothing_of_what_was_there
    kept_history_is_told_and_can_be_cut
    accounts_are_listed_in_the_order_of_their_bytes
    of_appends_at_once_one_is_first
    any_bytes_are_kept
    a_closed_store_refuses
}
