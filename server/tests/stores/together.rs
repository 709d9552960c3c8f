//! What PostgreSQL is asked and told of several accounts at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use convmark_server::store::postgres::{PostgresOptions, PostgresStore};
use convmark_server::store::{AppendError, Loaded, Store, StoreError, Version};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::cluster::{self, Cluster, options};
use crate::proxy::{Cut, Proxy};
use crate::rules::{append, contents, key};

type Appending = JoinHandle<Result<(), AppendError>>;

/// A store whose appends wait for each other, until the first ones count as slow.
struct Busy {
    store: Arc<PostgresStore>,
    options: PostgresOptions,
    other: Client,
    holding: Vec<Appending>,
}

/// The head rows of these are locked: two statements wait, and what comes is in the next one.
const HELD: [&str; 2] = ["held0", "held1"];

impl Busy {
    /// `locked` is locked, too; all `users` have version 1.
    async fn start(
        cluster: &Cluster,
        mut options: PostgresOptions,
        users: &[&str],
        locked: &str,
    ) -> Self {
        options.connections = 16;
        let store = Arc::new(PostgresStore::open(&options).await.unwrap());
        for user in users.iter().chain(&HELD) {
            append(&store, user, 0, &["1"]).await.unwrap();
        }
        let (other, connection) =
            tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let lock = format!(
            "BEGIN; SELECT 1 FROM {}.heads WHERE account IN ('held0', 'held1', '{locked}') FOR UPDATE",
            options.schema
        );
        other.batch_execute(&lock).await.unwrap();
        let mut busy = Self { store, options, other, holding: Vec::new() };
        for user in HELD {
            let holding = busy.append(user, 1, &["2"]);
            busy.holding.push(holding);
            busy.until_waiting(busy.holding.len()).await;
        }
        busy
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
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn unlock(self) {
        self.other.batch_execute("ROLLBACK").await.unwrap();
        for holding in self.holding {
            // On a slow machine the wait for the lock is over before.
            let _ = holding.await.unwrap();
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
    let users = ["anna", "ben", "locked", "late", "twice"];
    let busy = Busy::start(cluster, options(&cluster.url()), &users, "locked").await;
    let anna = busy.append("anna", 1, &["2", "3"]);
    let locked = busy.append("locked", 1, &["2"]);
    let late = busy.append("late", 0, &["other"]);
    let ahead = busy.append("late", 2, &["other"]);
    let twice = [busy.append("twice", 1, &["2"]), busy.append("twice", 1, &["2"])];
    let ben = busy.append("ben", 1, &["2"]);
    let unknown = busy.append("nobody", 3, &["4"]);
    assert_eq!(anna.await.unwrap(), Ok(()));
    assert_eq!(ben.await.unwrap(), Ok(()));
    assert_eq!(busy.transaction("anna", 2).await, busy.transaction("ben", 2).await);
    assert_eq!(busy.transaction("anna", 3).await, busy.transaction("ben", 2).await);
    for conflict in [late, ahead, unknown] {
        assert_eq!(conflict.await.unwrap(), Err(AppendError::Conflict));
    }
    let [one, other] = twice;
    let mut outcomes = [one.await.unwrap(), other.await.unwrap()];
    outcomes.sort_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(AppendError::Conflict)]);
    // All that without the account that somebody else holds, which is not given up.
    assert!(!locked.is_finished());
    let store = Arc::clone(&busy.store);
    busy.unlock().await;
    assert_eq!(locked.await.unwrap(), Ok(()));
    for (user, texts) in [
        ("anna", &["1", "2", "3"][..]),
        ("ben", &["1", "2"]),
        ("locked", &["1", "2"]),
        ("late", &["1"]),
        ("twice", &["1", "2"]),
        ("nobody", &[]),
    ] {
        assert_eq!(contents(&*store, user).await.2, texts, "{user}");
    }
}

/// Its head row is behind its records, which undoes the whole statement.
#[tokio::test]
async fn an_account_that_is_damaged_harms_no_append_to_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    let users = ["anna", "ben", "damaged"];
    let busy = Busy::start(cluster, options(&cluster.url()), &users, "").await;
    cluster.sql(&format!(
        "INSERT INTO {}.records (account, version, sealed) VALUES ('damaged', 2, 'x')",
        busy.options.schema
    ));
    let (anna, damaged, ben) = (
        busy.append("anna", 1, &["2"]),
        busy.append("damaged", 1, &["2"]),
        busy.append("ben", 1, &["2"]),
    );
    assert_eq!(anna.await.unwrap(), Ok(()));
    assert_eq!(ben.await.unwrap(), Ok(()));
    assert_eq!(damaged.await.unwrap(), Err(AppendError::Conflict));
    busy.unlock().await;
}

#[tokio::test]
async fn a_cut_connection_leaves_every_append_of_the_statement_unknown() {
    let Some(cluster) = cluster::shared() else { return };
    for (cut, expected) in [(Cut::BeforeStatement, 1), (Cut::BeforeReply, 2), (Cut::InReply, 2)] {
        let proxy = Proxy::to(cluster.port);
        let mut options = options(&cluster.url_at(proxy.port));
        // So that the statement for both is the next thing that is sent.
        options.prepare = false;
        let busy = Busy::start(cluster, options, &["anna", "ben"], "").await;
        // These make connections for it.
        tokio::join!(contents(&*busy.store, "anna"), contents(&*busy.store, "ben"));
        proxy.arm(cut);
        let (anna, ben) = (busy.append("anna", 1, &["2"]), busy.append("ben", 1, &["2"]));
        let outcomes = (anna.await.unwrap(), ben.await.unwrap());
        assert!(!proxy.is_armed(), "{cut:?}");
        assert!(matches!(outcomes.0, Err(AppendError::Unknown(_))), "{cut:?}: {outcomes:?}");
        assert_eq!(outcomes.0, outcomes.1, "{cut:?}");
        for user in ["anna", "ben"] {
            assert_eq!(contents(&*busy.store, user).await.0, expected, "{cut:?}: {user}");
        }
        busy.unlock().await;
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
