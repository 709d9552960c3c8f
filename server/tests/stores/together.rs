//! What PostgreSQL is asked and told of several accounts at once.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use convmark_server::store::postgres::{PostgresOptions, PostgresStore};
use convmark_server::store::{AppendError, Damage, Loaded, Store, StoreError, Version};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::cluster::{self, Cluster, options};
use crate::proxy::{Cut, Proxy};
use crate::rules::{append, contents, key};

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
    let shared = Shared::start(cluster, options(&cluster.url()), &users).await;
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

/// An append that comes alone, too, waits for nobody while others wait for it. Time stands still, so
/// that nothing is begun because another statement takes long.
#[tokio::test]
async fn accounts_that_are_held_delay_no_append_to_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    let mut options = options(&cluster.url());
    // Without sessions nothing ends the wait for a lock.
    options.prepare = false;
    let shared = Shared::start(cluster, options, &["anna", "held0", "held1", "held2"]).await;
    shared.hold().await;
    let (done, is_done) = mpsc::channel();
    tokio::time::pause();
    // Meanwhile the time does not go on by itself.
    let standing = tokio::task::spawn_blocking(move || is_done.recv_timeout(LONG));
    let mut held = Vec::new();
    for (number, user) in (1..).zip(["held0", "held1", "held2"]) {
        held.push(shared.append(user, 1, &["2"]));
        if number < 3 {
            shared.until_waiting(number).await;
        }
    }
    assert_eq!(append(&*shared.store, "anna", 1, &["2"]).await, Ok(()));
    shared.until_waiting(3).await;
    done.send(()).unwrap();
    assert_eq!(standing.await.unwrap(), Ok(()), "it waited for the others");
    tokio::time::resume();
    shared.release().await;
    for held in held {
        assert_eq!(held.await.unwrap(), Ok(()));
    }
}

/// Longer than anything takes that does not wait in vain.
const LONG: Duration = Duration::from_secs(20);

/// Its head row is behind its records, or PostgreSQL cannot read it: both undo the whole statement.
#[tokio::test]
async fn an_account_that_is_damaged_harms_no_append_to_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    let damaged = "a table or an index is damaged, and the log of PostgreSQL says which: rebuild the index, or restore a backup";
    for (damage, expected) in [
        (
            "INSERT INTO SCHEMA.records (account, version, sealed) VALUES ('damaged', 2, 'x')",
            AppendError::Conflict,
        ),
        (
            "CREATE FUNCTION SCHEMA.damaged() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE 'damaged' USING ERRCODE = 'data_corrupted'; END $$;
             CREATE TRIGGER damaged BEFORE UPDATE ON SCHEMA.heads FOR EACH ROW
             WHEN (NEW.account = 'damaged') EXECUTE FUNCTION SCHEMA.damaged()",
            AppendError::Unavailable(damaged),
        ),
    ] {
        let users = ["anna", "ben", "damaged"];
        let shared = Shared::start(cluster, options(&cluster.url()), &users).await;
        cluster.sql(&damage.replace("SCHEMA", shared.options.schema.as_str()));
        let (anna, damaged, ben) = (
            shared.append("anna", 1, &["2"]),
            shared.append("damaged", 1, &["2"]),
            shared.append("ben", 1, &["2"]),
        );
        assert_eq!(anna.await.unwrap(), Ok(()), "{expected}");
        assert_eq!(ben.await.unwrap(), Ok(()), "{expected}");
        assert_eq!(damaged.await.unwrap(), Err(expected));
    }
}

/// Its version is none, or PostgreSQL cannot read its head row.
#[tokio::test]
async fn an_account_that_is_damaged_harms_no_load_of_another_one() {
    let Some(cluster) = cluster::shared() else { return };
    let damaged = "a table or an index is damaged, and the log of PostgreSQL says which: rebuild the index, or restore a backup";
    for (damage, expected) in [
        (
            "ALTER TABLE SCHEMA.heads DROP CONSTRAINT heads_version_check;
             UPDATE SCHEMA.heads SET version = -1 WHERE account = 'damaged'",
            StoreError::Damaged(Damage::Files),
        ),
        (
            "CREATE FUNCTION SCHEMA.readable(account bytea, version bigint) RETURNS bigint LANGUAGE plpgsql AS $$
             BEGIN
                 IF account = 'damaged' THEN RAISE 'damaged' USING ERRCODE = 'data_corrupted'; END IF;
                 RETURN version;
             END $$;
             ALTER TABLE SCHEMA.heads RENAME TO stored;
             CREATE VIEW SCHEMA.heads AS SELECT account, SCHEMA.readable(account, version) AS version FROM SCHEMA.stored",
            StoreError::Unavailable(damaged),
        ),
    ] {
        let users = ["anna", "ben", "damaged"];
        let Shared { store, options, .. } =
            Shared::start(cluster, options(&cluster.url()), &users).await;
        cluster.sql(&damage.replace("SCHEMA", options.schema.as_str()));
        let [anna, ben, nobody, damaged] = ["anna", "ben", "nobody", "damaged"].map(key);
        let (first, second) = (Some(Version::new(1)), Some(Version::new(2)));
        let (anna, damaged, ben, nobody) = tokio::join!(
            store.load(&anna, first),
            store.load(&damaged, first),
            store.load(&ben, second),
            store.load(&nobody, Some(Version::ZERO)),
        );
        assert!(matches!(anna, Ok(Loaded::NothingNew)), "{expected}: {anna:?}");
        assert!(matches!(nobody, Ok(Loaded::NothingNew)), "{expected}: {nobody:?}");
        // A version that the store does not have.
        assert!(matches!(ben, Ok(Loaded::Whole { .. })), "{expected}: {ben:?}");
        assert_eq!(damaged.unwrap_err(), expected);
    }
}

/// Whether the statement is refused when it is prepared or when it is run.
#[tokio::test]
async fn a_database_that_does_not_know_the_statement_for_several_does_all_without_it() {
    let Some(cluster) = cluster::shared() else { return };
    for prepare in [true, false] {
        let proxy = Proxy::without(cluster.port, "SKIP LOCKED");
        let mut options = options(&cluster.url_at(proxy.port));
        options.prepare = prepare;
        let shared = Shared::start(cluster, options, &["anna", "ben"]).await;
        for version in 1..4 {
            let (anna, ben) =
                (shared.append("anna", version, &["x"]), shared.append("ben", version, &["x"]));
            assert_eq!((anna.await.unwrap(), ben.await.unwrap()), (Ok(()), Ok(())), "{prepare}");
        }
        // It is not asked again and again.
        assert_eq!(proxy.misspelled(), 1, "{prepare}");
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
