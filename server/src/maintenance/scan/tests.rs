//! Accounts for which the store has no time.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use convmark::{Command, Conversation, Policy, UserId};
use support::bodies::Requester;
use tokio::time::{Instant, sleep};

use super::super::perform;
use super::*;
use crate::service::{Service, ServiceOptions};
use crate::store::memory::MemoryStore;
use crate::store::{
    AccountKey, Append, AppendError, Found as FoundRecord, Listed, Loaded, Snapshot, Store,
    StoreError, Version,
};

const NOW: u64 = 1_700_000_000;

/// A store that takes an hour to load one account, some times.
struct Busy {
    store: MemoryStore,
    user: &'static str,
    times: AtomicU32,
}

impl Store for Busy {
    const EXCLUSIVE: bool = true;

    async fn append(&self, account: &AccountKey, append: Append) -> Result<(), AppendError> {
        self.store.append(account, append).await
    }

    async fn load(
        &self,
        account: &AccountKey,
        known: Option<Version>,
    ) -> Result<Loaded, StoreError> {
        let less = |times: u32| times.checked_sub(1);
        if account.as_str() == self.user && self.times.fetch_update(SeqCst, SeqCst, less).is_ok() {
            sleep(Duration::from_secs(3600)).await;
        }
        self.store.load(account, known).await
    }

    async fn fold(&self, account: &AccountKey, snapshot: Snapshot) -> Result<bool, StoreError> {
        self.store.fold(account, snapshot).await
    }

    async fn restore(
        &self,
        account: &AccountKey,
        after: Version,
        snapshot: Snapshot,
    ) -> Result<(), AppendError> {
        self.store.restore(account, after, snapshot).await
    }

    async fn find(
        &self,
        account: &AccountKey,
        version: Version,
    ) -> Result<FoundRecord, StoreError> {
        self.store.find(account, version).await
    }

    async fn accounts(
        &self,
        after: Option<&AccountKey>,
        limit: usize,
    ) -> Result<Listed, StoreError> {
        self.store.accounts(after, limit).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}

/// 600 accounts that all have a row of a user.
async fn filled() -> Service<Busy> {
    let store = Busy { store: MemoryStore::new(), user: "user300", times: AtomicU32::new(0) };
    let service = Service::new(store, &Policy::default(), ServiceOptions::default());
    for number in 0..600 {
        let body = Requester(&format!("user{number:03}")).set_custom_mark("peer", "x");
        let answer = service.call(Command::MarkContact, body.as_bytes(), NOW).await;
        assert!(answer.starts_with(br#"{"ResultItem""#), "{answer:?}");
    }
    service
}

/// Forgets the user while one account cannot be loaded that often. Also gives how long it took.
async fn forget(service: &Service<Busy>, times: u32) -> (Found, Duration) {
    service.store().times.store(times, SeqCst);
    let begun = Instant::now();
    let ask = async |request| perform(service, request).await;
    let request = |which| Request::Forget {
        which,
        conversation: Conversation::user("peer").unwrap(),
        only_look: false,
    };
    let found = scan(ask, &Progress::accounts("searched"), true, request).await.unwrap();
    (found, begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_busy_account_is_tried_again_at_the_end() {
    let service = filled().await;
    // The first time, and all but the last of those at the end.
    let (found, took) = forget(&service, TRIES).await;
    let all = Found { accounts: 600, rows: 600, ..Found::default() };
    assert_eq!(found, all);
    assert!(found.is_complete());
    // The store's time-out of 5 seconds each time, and the pauses.
    assert_eq!(took.as_secs(), 5 * 5 + 1 + 2 + 4 + 8 + 16);
    let user = AccountKey::new(&UserId::new("user300").unwrap());
    let stored = service.stored(&user).await.unwrap().unwrap();
    assert_eq!(stored.account.rows().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_stays_busy_is_reported_and_searched_the_next_time() {
    let service = filled().await;
    let (found, _) = forget(&service, TRIES + 1).await;
    assert_eq!(found, Found { accounts: 599, rows: 599, busy: 1, ..Found::default() });
    assert!(!found.is_complete());
    let (found, _) = forget(&service, 0).await;
    assert_eq!(found, Found { accounts: 600, rows: 1, ..Found::default() });
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_list_its_accounts_ends_the_search() {
    let service = filled().await;
    service.store().close().await.unwrap();
    let ask = async |request| perform(&service, request).await;
    let request = |which| Request::Verify { which };
    let found = scan(ask, &Progress::accounts("verified"), true, request).await;
    let problem = "the accounts cannot be listed: the store is not available: it is closed";
    assert_eq!(found, Err(Problem(problem.to_owned())));
}
