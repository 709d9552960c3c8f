//! The embedded store on real files. What every store does is tested in `tests/stores`.

mod damage;
mod helpers;
mod listing;
mod rules;

use helpers::*;

use crate::store::{AppendError, Found, Store, StoreError, Version};

#[tokio::test]
async fn what_was_appended_is_there_after_reopening() {
    let place = place();
    let store = create(&place);
    append(&store, "anna", 0, &["a1", "a2"]).await.unwrap();
    append(&store, "ann", 0, &["n1"]).await.unwrap();
    append(&store, "anna", 2, &["a3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "a1 a2")).await.unwrap());
    append(&store, "ben", 0, &["b1"]).await.unwrap();
    store.close().await.unwrap();
    let closed = StoreError::Unavailable("it is closed");
    assert_eq!(store.load(&key("anna"), None).await.unwrap_err(), closed);
    drop(store);

    let store = open(&place);
    assert_eq!(contents(&store, "anna").await, (3, "a1 a2".into(), vec!["a3".into()]));
    assert_eq!(contents(&store, "ann").await, (1, String::new(), vec!["n1".into()]));
    assert_eq!(contents(&store, "nobody").await, (0, String::new(), vec![]));
    let found = store.find(&key("anna"), Version::new(2)).await.unwrap();
    assert!(matches!(found, Found::Folded));
    let found = store.find(&key("anna"), Version::new(4)).await.unwrap();
    assert!(matches!(found, Found::NotYet));
    let found = store.find(&key("anna"), Version::new(3)).await.unwrap();
    assert!(matches!(found, Found::Record(record) if record.changes == "a3"));
    assert_eq!(listed(&store, None, 9).await, [key("ann"), key("anna"), key("ben")]);
    assert_eq!(listed(&store, None, 2).await, [key("ann"), key("anna")]);
    assert_eq!(listed(&store, Some(&key("ann")), 9).await, [key("anna"), key("ben")]);
    assert_eq!(append(&store, "anna", 2, &["x"]).await, Err(AppendError::Conflict));
    append(&store, "anna", 3, &["a4"]).await.unwrap();
}

#[tokio::test]
async fn a_restored_account_has_nothing_of_what_was_there() {
    let place = place();
    let store = create(&place);
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    for (after, version) in [(2, 9), (4, 9), (3, 3), (3, 2)] {
        let restored =
            store.restore(&key("anna"), Version::new(after), snapshot(version, "other")).await;
        assert_eq!(restored, Err(AppendError::Conflict), "{after} {version}");
    }
    assert_eq!(contents(&store, "anna").await, (3, "1 2".into(), vec!["3".into()]));
    let restored = store.restore(&key("anna"), Version::new(3), snapshot(9, "other")).await;
    assert_eq!(restored, Ok(()));
    // An account that was never stored, at any version.
    let restored = store.restore(&key("ben"), Version::ZERO, snapshot(7, "ben's")).await;
    assert_eq!(restored, Ok(()));
    assert_eq!(append(&store, "anna", 3, &["x"]).await, Err(AppendError::Conflict));
    append(&store, "anna", 9, &["10"]).await.unwrap();
    let found = store.find(&key("anna"), Version::new(3)).await.unwrap();
    assert!(matches!(found, Found::Folded));
    store.close().await.unwrap();
    drop(store);
    let store = open(&place);
    assert_eq!(contents(&store, "anna").await, (10, "other".into(), vec!["10".into()]));
    assert_eq!(contents(&store, "ben").await, (7, "ben's".into(), vec![]));
    assert_eq!(listed(&store, None, 9).await, [key("anna"), key("ben")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_replaced_is_erased_while_others_append() {
    let place = place();
    let store = std::sync::Arc::new(create(&place));
    append(&store, "anna", 0, &["what must go"]).await.unwrap();
    append(&store, "ben", 0, &["what stays"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(1, "other")).await.unwrap());
    assert!(has_bytes(&path(&place), "what must go"));
    let erasing = std::sync::Arc::clone(&store);
    let erasing = tokio::spawn(async move { erasing.erase_replaced().await });
    let mut version = 1;
    while !erasing.is_finished() {
        append(&store, "ben", version, &["more"]).await.unwrap();
        version += 1;
    }
    erasing.await.unwrap().unwrap();
    assert!(version > 2, "appends went on");
    assert!(!has_bytes(&path(&place), "what must go"));
    store.close().await.unwrap();
    drop(store);
    let store = open(&place);
    assert_eq!(contents(&store, "anna").await, (1, "other".into(), vec![]));
    let (newest, _, records) = contents(&store, "ben").await;
    assert_eq!((newest, records[0].as_str()), (version, "what stays"));
    assert_eq!(listed(&store, None, 9).await, [key("anna"), key("ben")]);
}

#[tokio::test]
async fn history_can_be_kept() {
    let place = place();
    let options = EmbeddedOptions { keep_history: true, ..creating() };
    let store = EmbeddedStore::open(path(&place), options).unwrap();
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    assert_eq!(contents(&store, "anna").await, (3, "1 2".into(), vec!["3".into()]));
    let found = store.find(&key("anna"), Version::new(1)).await.unwrap();
    assert!(matches!(found, Found::Record(_)));
}

/// What is cut is looked for among the stored records, and these are written at the same time.
#[tokio::test]
async fn history_of_the_same_group_is_cut() {
    let place = place();
    let options = EmbeddedOptions { keep_history: true, ..creating() };
    let store = EmbeddedStore::open(path(&place), options).unwrap();
    let (anna, ben) = (key("anna"), key("ben"));
    let cut = async |version: u64| {
        tokio::join!(
            append(&store, "anna", version, &["1", "2"]),
            append(&store, "ben", version, &["1", "2"]),
            store.fold(&anna, snapshot(version + 2, "1 2")),
            store.fold(&ben, snapshot(version + 2, "1 2")),
            store.cut_history(&anna),
            store.restore(&ben, Version::new(version + 2), snapshot(version + 3, "other")),
        )
    };
    assert_eq!(cut(0).await, (Ok(()), Ok(()), Ok(true), Ok(true), Ok(()), Ok(())));
    append(&store, "anna", 2, &["3"]).await.unwrap();
    assert_eq!(cut(3).await, (Ok(()), Ok(()), Ok(true), Ok(true), Ok(()), Ok(())));
    for account in [&anna, &ben] {
        assert!(store.history(account, Version::ZERO, 9).await.unwrap().is_empty());
    }
    assert_eq!(contents(&store, "anna").await, (5, "1 2".into(), vec![]));
    assert_eq!(contents(&store, "ben").await, (6, "other".into(), vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_appends_after_one_version_one_is_first() {
    let place = place();
    let store = std::sync::Arc::new(create(&place));
    let tasks = (0..200).map(|number| {
        let store = std::sync::Arc::clone(&store);
        tokio::spawn(async move {
            let user = format!("user{}", number % 10);
            append(&store, &user, 0, &["1"]).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut first = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => first += 1,
            Err(error) => assert_eq!(error, AppendError::Conflict),
        }
    }
    assert_eq!(first, 10);
    // What waited was synced together.
    assert!((1..=10).contains(&acknowledged(&place)), "{} groups", acknowledged(&place));
}

#[tokio::test]
async fn a_failed_sync_closes_the_store_until_it_is_opened_again() {
    let place = place();
    let store = create(&place);
    append(&store, "anna", 0, &["1"]).await.unwrap();
    store.fail_next_sync();
    let unknown = append(&store, "anna", 1, &["2"]).await;
    assert!(matches!(unknown, Err(AppendError::Unknown(_))));
    assert!(!store.is_open());
    let refused = append(&store, "ben", 0, &["1"]).await;
    assert!(matches!(refused, Err(AppendError::Unavailable(_))));
    let refused = store.load(&key("anna"), None).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    store.reopen().await.unwrap();
    assert!(store.is_open());
    assert_eq!(contents(&store, "anna").await, (1, String::new(), vec!["1".into()]));
    append(&store, "anna", 1, &["2"]).await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.reopen().await, Err(OpenError::Closed { .. })));
}
