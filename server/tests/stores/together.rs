//! What PostgreSQL is asked and told of several accounts at once.

mod harmless;

use std::sync::Arc;
use std::time::{Duration, Instant};

use convmark_server::store::postgres::{PostgresOptions, PostgresStore};
use convmark_server::store::{AppendError, Loaded, Store, StoreError, Version};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::cluster::{self, Cluster, options};
use crate::helpers::{append, contents, key};
use crate::proxy::{Cut, Proxy};

type Appending = JoinHandle<Result<(), AppendError>>;

/// A store, and somebody else who uses the same tables.
///
/// The tests have one thread, which runs tasks in the order in which they were made. What is asked
/// before anything is awaited is therefore asked at the same time: it is one statement.
struct Shared {
    store: Arc<PostgresStore>,
    options: PostgresOptions,
    other: Client,
}

impl Shared {
    /// All `users` have version 1.
    async fn start(cluster: &Cluster, mut options: PostgresOptions, users: &[&str]) -> Self {
        options.connections = 16;
        let store = Arc::new(PostgresStore::open(&options).await.unwrap());
        for user in users {
            append(&store, user, 0, &["1"]).await.unwrap();
        }
        let (other, connection) =
            tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        Self { store, options, other }
    }

    /// Somebody else holds the accounts whose names begin with `held`.
    async fn hold(&self) {
        let lock = format!(
            "BEGIN; SELECT 1 FROM {}.heads WHERE account LIKE 'held%' FOR UPDATE",
            self.options.schema
        );
        self.other.batch_execute(&lock).await.unwrap();
    }

    async fn release(&self) {
        self.other.batch_execute("ROLLBACK").await.unwrap();
    }

    fn append(&self, user: &str, after: u64, texts: &'static [&'static str]) -> Appending {
        let (store, user) = (Arc::clone(&self.store), user.to_owned());
        tokio::spawn(async move { append(&store, &user, after, texts).await })
    }

    /// Until that many sessions wait for a lock.
    async fn until_waiting(&self, count: usize) {
        let waiting = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{}%'",
            self.options.schema.as_str()
        );
        loop {
            // Otherwise a transaction sees what it saw first.
            self.other.batch_execute("SELECT pg_stat_clear_snapshot()").await.unwrap();
            let found: i64 = self.other.query_one(&waiting, &[]).await.unwrap().get(0);
            if usize::try_from(found).unwrap() >= count {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The transaction that wrote the record.
    async fn transaction(&self, user: &str, version: i64) -> String {
        let query = format!(
            "SELECT xmin::text FROM {}.records WHERE account = $1 AND version = $2",
            self.options.schema
        );
        self.other.query_one(&query, &[&user.as_bytes(), &version]).await.unwrap().get(0)
    }
}

#[tokio::test]
async fn appends_that_wait_at_the_same_time_are_one_transaction_and_each_has_its_own_outcome() {
    let Some(cluster) = cluster::shared() else { return };
    let users = ["anna", "ben", "held", "late", "twice"];
    let mut options = options(&cluster.url());
    // Without sessions nothing ends the wait for a lock.
    options.prepare = false;
    let shared = Shared::start(cluster, options, &users).await;
    shared.hold().await;
    let anna = shared.append("anna", 1, &["2", "3"]);
    let held = shared.append("held", 1, &["2"]);
    let late = shared.append("late", 0, &["other"]);
    let ahead = shared.append("late", 2, &["other"]);
    let twice = [shared.append("twice", 1, &["2"]), shared.append("twice", 1, &["2"])];
    let ben = shared.append("ben", 1, &["2"]);
    let unknown = shared.append("nobody", 3, &["4"]);
    assert_eq!(anna.await.unwrap(), Ok(()));
    assert_eq!(ben.await.unwrap(), Ok(()));
    assert_eq!(shared.transaction("anna", 2).await, shared.transaction("ben", 2).await);
    assert_eq!(shared.transaction("anna", 3).await, shared.transaction("ben", 2).await);
    for conflict in [late, ahead, unknown] {
        assert_eq!(conflict.await.unwrap(), Err(AppendError::Conflict));
    }
    let [one, other] = twice;
    let mut outcomes = [one.await.unwrap(), other.await.unwrap()];
    outcomes.sort_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(AppendError::Conflict)]);
    // All that without the account that somebody else holds, which is not given up.
    shared.until_waiting(1).await;
    assert!(!held.is_finished());
    shared.release().await;
    assert_eq!(held.await.unwrap(), Ok(()));
    for (user, texts) in [
        ("anna", &["1", "2", "3"][..]),
        ("ben", &["1", "2"]),
        ("held", &["1", "2"]),
        ("late", &["1"]),
        ("twice", &["1", "2"]),
        ("nobody", &[]),
    ] {
        assert_eq!(contents(&*shared.store, user).await.2, texts, "{user}");
    }
}

#[tokio::test]
async fn a_cut_connection_leaves_every_append_of_the_statement_unknown() {
    let Some(cluster) = cluster::shared() else { return };
    for (cut, expected) in [(Cut::BeforeStatement, 1), (Cut::BeforeReply, 2), (Cut::InReply, 2)] {
        let proxy = Proxy::to(cluster.port);
        let mut options = options(&cluster.url_at(proxy.port));
        // So that the statement for both is the next thing that is sent.
        options.prepare = false;
        let shared = Shared::start(cluster, options, &["anna", "ben"]).await;
        // These make connections for it.
        tokio::join!(contents(&*shared.store, "anna"), contents(&*shared.store, "ben"));
        proxy.arm(cut);
        let (anna, ben) = (shared.append("anna", 1, &["2"]), shared.append("ben", 1, &["2"]));
        let outcomes = (anna.await.unwrap(), ben.await.unwrap());
        assert!(!proxy.is_armed(), "{cut:?}");
        assert!(matches!(outcomes.0, Err(AppendError::Unknown(_))), "{cut:?}: {outcomes:?}");
        assert_eq!(outcomes.0, outcomes.1, "{cut:?}");
        for user in ["anna", "ben"] {
            assert_eq!(contents(&*shared.store, user).await.0, expected, "{cut:?}: {user}");
        }
    }
}

#[tokio::test]
async fn what_is_new_of_many_accounts_is_asked_at_once() {
    let Some(cluster) = cluster::shared() else { return };
    let store = Arc::new(PostgresStore::open(&options(&cluster.url())).await.unwrap());
    for number in 0..40 {
        append(&store, &format!("user{number}"), 0, &["1", "2"]).await.unwrap();
    }
    let start = Instant::now();
    let asked: Vec<_> = (0..50)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let known = Version::new(1 + number % 3);
                (number, store.load(&key(&format!("user{number}")), Some(known)).await.unwrap())
            })
        })
        .collect();
    for asked in asked {
        let (number, loaded) = asked.await.unwrap();
        match loaded {
            Loaded::Records(records) if number < 40 && number % 3 == 0 => {
                assert_eq!(records.len(), 1, "{number}");
            }
            Loaded::NothingNew if number < 40 && number % 3 == 1 => {}
            // Versions that the store does not have.
            Loaded::Whole { records, .. } if number < 40 && number % 3 == 2 => {
                assert_eq!(records.len(), 2, "{number}");
            }
            Loaded::Whole { records, snapshot: None } if number >= 40 => {
                assert!(records.is_empty(), "{number}");
            }
            other => panic!("{number}: {other:?}"),
        }
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    store.close().await.unwrap();
    let closed = store.load(&key("user0"), Some(Version::new(2))).await.unwrap_err();
    assert_eq!(closed, StoreError::Unavailable("it is closed"));
}
