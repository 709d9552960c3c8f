//! Whole accounts over stores that several servers share.

use std::sync::Arc;
use std::time::Duration;

use convmark::{Account, Conversation};

use super::{NOW, Slow, get, has_code, key, mark, service};
use crate::service::{
    Forgotten, HowToRestore, Restored, Service, ServiceOptions, StoredAccount, WholeError,
};
use crate::store::memory::MemoryStore;
use crate::store::{Damage, Loaded, Store, Version};

/// Two servers on one store.
fn servers() -> [Service<Slow>; 2] {
    let store = Arc::new(MemoryStore::new());
    [(); 2].map(|()| {
        let store = Slow { store: Arc::clone(&store), delay: Duration::from_millis(5) };
        service(store, ServiceOptions::default())
    })
}

async fn stored(service: &Service<Slow>) -> StoredAccount {
    service.stored(&key("anna")).await.unwrap().unwrap()
}

/// The custom mark that anna has for ben.
async fn custom_mark(service: &Service<Slow>) -> Option<String> {
    let ben = Conversation::user("b").unwrap();
    let account = stored(service).await.account;
    account.row(&ben).and_then(|row| row.custom_mark().map(str::to_owned))
}

#[tokio::test(start_paused = true)]
async fn a_restored_account_is_seen_by_a_server_that_has_another_one_cached() {
    let [one, two] = servers();
    for number in 0..3 {
        assert!(has_code(&mark(&one, "anna", &format!("m{number}")).await, 0));
    }
    let old = stored(&one).await;
    assert_eq!((old.version, old.time_seconds), (Version::new(3), NOW));
    // Both have it cached from now on.
    assert!(has_code(&mark(&two, "anna", "later").await, 0));
    assert!(has_code(&mark(&one, "anna", "latest").await, 0));
    let how = HowToRestore::Compare;
    assert_eq!(two.restore(&key("anna"), old.clone(), how).await, Ok(Restored::Other));
    let how = HowToRestore::New;
    assert_eq!(two.restore(&key("anna"), old.clone(), how).await, Ok(Restored::Other));
    assert_eq!(custom_mark(&one).await.as_deref(), Some("latest"));
    let how = HowToRestore::Replace;
    assert_eq!(two.restore(&key("anna"), old.clone(), how).await, Ok(Restored::Done));
    assert_eq!(two.restore(&key("anna"), old.clone(), how).await, Ok(Restored::Same));
    // Later than all that any server knows.
    assert_eq!(stored(&one).await.version, Version::new(6));
    assert_eq!(stored(&one).await.account, old.account);
    assert!(has_code(&mark(&one, "anna", "next").await, 0));
    assert!(has_code(&mark(&two, "anna", "last").await, 0));
    assert_eq!(custom_mark(&one).await.as_deref(), Some("last"));
    assert_eq!(stored(&two).await.version, Version::new(8));
}

#[tokio::test(start_paused = true)]
async fn an_account_without_data_gets_the_version_that_it_had() {
    let [one, two] = servers();
    for number in 0..3 {
        mark(&one, "anna", &format!("m{number}")).await;
    }
    let anna = stored(&one).await;
    let ben = key("ben");
    let how = HowToRestore::Compare;
    assert_eq!(two.restore(&ben, anna.clone(), how).await, Ok(Restored::Missing));
    assert_eq!(two.stored(&ben).await, Ok(None));
    assert_eq!(two.restore(&ben, anna.clone(), HowToRestore::New).await, Ok(Restored::Done));
    assert_eq!(one.stored(&ben).await, Ok(Some(anna)));
}

#[tokio::test(start_paused = true)]
async fn restores_and_calls_of_one_account_take_turns() {
    let [one, two] = servers();
    mark(&one, "anna", "first").await;
    let old = stored(&one).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let service = if number % 2 == 0 { one.clone() } else { two.clone() };
        let old = old.clone();
        tasks.spawn(async move {
            if number % 8 == 0 {
                let how = HowToRestore::Replace;
                let restored = service.restore(&key("anna"), old, how).await;
                assert!(
                    matches!(
                        restored,
                        Ok(Restored::Done | Restored::Same) | Err(WholeError::Timeout)
                    ),
                    "{restored:?}"
                );
            } else {
                let answer = mark(&service, "anna", &format!("m{number}")).await;
                assert!(has_code(&answer, 0) || has_code(&answer, 50005), "{answer:?}");
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    assert_eq!(stored(&one).await, stored(&two).await);
    assert!(has_code(&mark(&one, "anna", "one").await, 0));
    assert!(has_code(&mark(&two, "anna", "two").await, 0));
    assert_eq!(custom_mark(&one).await.as_deref(), Some("two"));
}

/// What another server changes before the answer would have come stays.
#[tokio::test(start_paused = true)]
async fn a_restore_whose_answer_is_lost_is_not_done_again() {
    let store = Arc::new(MemoryStore::new());
    let server = |delay| {
        let options =
            ServiceOptions { store_timeout: Duration::from_millis(50), ..Default::default() };
        service(Slow::<false> { store: Arc::clone(&store), delay }, options)
    };
    let [slow, fast] = [Duration::from_millis(30), Duration::ZERO].map(server);
    mark(&fast, "anna", "old").await;
    let old = stored(&fast).await;
    mark(&fast, "anna", "new").await;
    let restoring =
        tokio::spawn(async move { slow.restore(&key("anna"), old, HowToRestore::Replace).await });
    // It is stored after 30 ms, and given up after 50 ms.
    tokio::time::sleep(Duration::from_millis(40)).await;
    assert_eq!(custom_mark(&fast).await.as_deref(), Some("old"));
    assert!(has_code(&mark(&fast, "anna", "later").await, 0));
    assert_eq!(restoring.await.unwrap(), Ok(Restored::Done));
    assert_eq!(custom_mark(&fast).await.as_deref(), Some("later"));
    assert_eq!(stored(&fast).await.version, Version::new(4));
}

/// If a fold hides whether it was done, it is not done again either.
#[tokio::test(start_paused = true)]
async fn a_restore_whose_answer_is_lost_and_that_is_folded_away_is_a_timeout() {
    let store = Arc::new(MemoryStore::new());
    let server = |(delay, fold_min_bytes)| {
        let store_timeout = Duration::from_millis(50);
        let options = ServiceOptions { store_timeout, fold_min_bytes, ..Default::default() };
        service(Slow::<false> { store: Arc::clone(&store), delay }, options)
    };
    let [slow, fast] = [(Duration::from_millis(30), 1 << 20), (Duration::ZERO, 0)].map(server);
    mark(&fast, "anna", "old").await;
    let old = stored(&fast).await;
    let how = HowToRestore::Replace;
    mark(&fast, "anna", "new").await;
    let restoring = tokio::spawn(async move { slow.restore(&key("anna"), old, how).await });
    tokio::time::sleep(Duration::from_millis(40)).await;
    let ben = Conversation::user("b").unwrap();
    assert_eq!(fast.forget(&key("anna"), &ben, NOW).await, Ok(Forgotten::Row));
    assert_eq!(restoring.await.unwrap(), Err(WholeError::Timeout));
    assert_eq!(custom_mark(&fast).await, None);
    assert_eq!(stored(&fast).await.version, Version::new(4));
}

#[tokio::test(start_paused = true)]
async fn the_only_writer_waits_for_a_restore_that_is_late() {
    let options = ServiceOptions { store_timeout: Duration::from_millis(50), ..Default::default() };
    let store = Arc::new(MemoryStore::new());
    let fast = service(
        Slow::<true> { store: Arc::clone(&store), delay: Duration::ZERO },
        ServiceOptions::default(),
    );
    mark(&fast, "anna", "old").await;
    let old = fast.stored(&key("anna")).await.unwrap().unwrap();
    mark(&fast, "anna", "new").await;
    let service = service(Slow::<true> { store, delay: Duration::from_millis(60) }, options);
    let how = HowToRestore::Replace;
    assert_eq!(service.restore(&key("anna"), old, how).await, Err(WholeError::Timeout));
    let page = get(&service, "anna").await;
    assert!(page.contains(r#""CustomMark":"old""#), "{page}");
}

#[tokio::test(start_paused = true)]
async fn forgetting_leaves_no_record_that_names_the_conversation() {
    let [one, two] = servers();
    let ben = Conversation::user("b").unwrap();
    mark(&one, "anna", "x").await;
    mark(&two, "anna", "y").await;
    assert_eq!(one.look_for(&key("anna"), &ben).await, Ok(Forgotten::Row));
    assert_eq!(one.forget(&key("anna"), &ben, NOW).await, Ok(Forgotten::Row));
    let Ok(Loaded::Whole { snapshot: Some(snapshot), records }) =
        one.store().load(&key("anna"), None).await
    else {
        panic!("no snapshot");
    };
    // Two calls, and the change of forgetting, which a server that is behind would have replayed.
    assert_eq!((snapshot.version, records.len()), (Version::new(3), 0));
    assert_eq!(two.look_for(&key("anna"), &ben).await, Ok(Forgotten::Nothing));
    assert_eq!(two.forget(&key("anna"), &ben, NOW).await, Ok(Forgotten::Nothing));
    // A row that was removed by a call is in the records until they are folded.
    mark(&two, "anna", "x").await;
    mark(&one, "anna", "").await;
    assert_eq!(two.look_for(&key("anna"), &ben).await, Ok(Forgotten::Records));
    assert_eq!(one.forget(&key("anna"), &ben, NOW).await, Ok(Forgotten::Records));
    assert_eq!(two.look_for(&key("anna"), &ben).await, Ok(Forgotten::Nothing));
}

#[tokio::test(start_paused = true)]
async fn an_emptied_account_goes_on_with_its_versions() {
    let [one, two] = servers();
    assert_eq!(one.empty(&key("anna"), NOW).await, Ok(false));
    assert_eq!(one.stored(&key("anna")).await, Ok(None));
    mark(&one, "anna", "x").await;
    mark(&two, "anna", "y").await;
    assert_eq!(one.empty(&key("anna"), NOW + 5).await, Ok(true));
    let (version, account) = (Version::new(3), Account::new());
    assert_eq!(stored(&two).await, StoredAccount { version, time_seconds: NOW + 5, account });
    assert_eq!(two.empty(&key("anna"), NOW).await, Ok(false));
    assert!(has_code(&mark(&two, "anna", "z").await, 0));
    assert_eq!(custom_mark(&one).await.as_deref(), Some("z"));
}

#[tokio::test]
async fn a_closed_store_is_a_problem_and_not_an_account_without_data() {
    let service = service(MemoryStore::new(), ServiceOptions::default());
    service.store().close().await.unwrap();
    assert_eq!(service.stored(&key("anna")).await, Err(WholeError::Unavailable));
    assert_eq!(
        WholeError::from(Damage::Gap).to_string(),
        "the stored data of the account is damaged: a record is missing"
    );
}

#[tokio::test(start_paused = true)]
async fn work_on_whole_stores_leaves_the_cache_to_those_who_call() {
    let store = MemoryStore::new();
    let service = service(store, ServiceOptions { cache_bytes: 20_000, ..Default::default() });
    let ben = Conversation::user("b").unwrap();
    for number in 0..100 {
        mark(&service, &format!("cold{number}"), "x").await;
    }
    for number in 0..5 {
        mark(&service, &format!("hot{number}"), "x").await;
    }
    let before = service.figures();
    assert!(before.cached_accounts > 5 && before.cached_accounts < 50, "{before:?}");
    let cold: Vec<_> = (0..50).map(|number| key(&format!("cold{number}"))).collect();
    for account in &cold {
        let stored = service.stored(account).await.unwrap().unwrap();
        for how in [HowToRestore::Compare, HowToRestore::Replace] {
            let same = service.restore(account, stored.clone(), how).await;
            assert_eq!(same, Ok(Restored::Same));
        }
        assert_eq!(service.look_for(account, &ben).await, Ok(Forgotten::Row));
        assert_eq!(service.forget(account, &ben, NOW).await, Ok(Forgotten::Row));
        let replaced = service.restore(account, stored, HowToRestore::Replace).await;
        assert_eq!(replaced, Ok(Restored::Done));
    }
    service.shared.table.wait_until_idle().await;
    let after = service.figures();
    let cached =
        |figures: &crate::service::Figures| (figures.cached_accounts, figures.cached_bytes);
    assert_eq!(cached(&after), cached(&before));
    // An account that is there stays there, as it is by then.
    let hot = service.stored(&key("hot0")).await.unwrap().unwrap();
    assert_eq!(service.restore(&key("hot0"), hot, HowToRestore::Compare).await, Ok(Restored::Same));
    let hits = service.figures().cache_hits;
    for number in 0..5 {
        mark(&service, &format!("hot{number}"), "y").await;
    }
    assert_eq!(service.figures().cache_hits, hits + 5);
}
