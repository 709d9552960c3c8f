//! Connections that break at a known statement, and what the store and the service make of it.

use std::time::Duration;

use convmark::{Command, Policy};
use convmark_server::service::{Service, ServiceOptions};
use convmark_server::store::postgres::{PostgresOptions, PostgresStore};
use convmark_server::store::{Append, AppendError, Found, Store, Version};
use support::bodies::Requester;

use crate::cluster::{self, options};
use crate::helpers::{append, contents, key, record};
use crate::proxy::{CUTS, Cut, Proxy};

fn through(proxy: &Proxy, cluster: &cluster::Cluster) -> PostgresOptions {
    options(&cluster.url_at(proxy.port))
}

async fn found(store: &PostgresStore, version: u64) -> Found {
    for _ in 0..100 {
        if let Ok(found) = store.find(&key("anna"), Version::new(version)).await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the store does not come back");
}

#[tokio::test]
async fn an_append_whose_connection_is_cut_is_unknown_and_can_be_read_back() {
    let Some(cluster) = cluster::shared() else { return };
    for cut in CUTS {
        for prepare in [true, false] {
            let proxy = Proxy::to(cluster.port);
            let mut options = through(&proxy, cluster);
            options.prepare = prepare;
            let store = PostgresStore::open(&options).await.unwrap();
            append(&store, "anna", 0, &["1"]).await.unwrap();
            append(&store, "anna", 1, &["2"]).await.unwrap();
            proxy.arm(cut);
            let third = Append { after: Version::new(2), records: vec![record(3, "3", 7)] };
            let account = key("anna");
            let appended = store.append(&account, third);
            // The limit of the service: short where only it ends the append, and long enough for a
            // busy machine elsewhere. The future is dropped, and its connection stays in use.
            let limit = Duration::from_millis(if cut == Cut::Silence { 500 } else { 20_000 });
            let appended = tokio::time::timeout(limit, appended).await;
            assert!(!proxy.is_armed());
            match cut {
                Cut::AfterReply => assert_eq!(appended.unwrap(), Ok(())),
                Cut::Silence => assert!(appended.is_err()),
                _ => assert!(matches!(appended.unwrap(), Err(AppendError::Unknown(_))), "{cut:?}"),
            }
            let mut version = match (cut, found(&store, 3).await) {
                (Cut::BeforeStatement | Cut::AtStatement, Found::NotYet) => 2,
                (cut, Found::Record(found)) if cut != Cut::BeforeStatement => {
                    assert_eq!(found, record(3, "3", 7));
                    3
                }
                (_, found) => panic!("{cut:?}: {found:?}"),
            };
            let mut next = append(&store, "anna", version, &["next"]).await;
            if cut == Cut::AtStatement && version == 2 && next == Err(AppendError::Conflict) {
                // The third came after it was looked for.
                version = 3;
                next = append(&store, "anna", version, &["next"]).await;
            }
            next.unwrap();
            assert_eq!(contents(&store, "anna").await.0, version + 1);
        }
    }
}

fn code(answer: &[u8]) -> u64 {
    let answer: serde_json::Value = serde_json::from_slice(answer).unwrap();
    answer["ErrorCode"].as_u64().unwrap()
}

/// What is done is answered as done; what is not known is answered as such, and is not done twice.
#[tokio::test]
async fn the_service_reads_back_what_it_does_not_know() {
    let Some(cluster) = cluster::shared() else { return };
    for cut in CUTS {
        let proxy = Proxy::to(cluster.port);
        let store = PostgresStore::open(&through(&proxy, cluster)).await.unwrap();
        let mut options = ServiceOptions::default();
        // Shorter than a silence, and long enough for a busy machine.
        options.store_timeout = Duration::from_secs(2);
        let service = Service::new(store, &Policy::default(), options);
        let mark = async |mark| {
            let body = Requester("anna").set_custom_mark("b", mark);
            code(&service.call(Command::MarkContact, body.as_bytes(), 1_700_000_000).await)
        };
        assert_eq!(mark("m1").await, 0);
        assert_eq!(mark("m2").await, 0);
        proxy.arm(cut);
        let third = mark("m3").await;
        match cut {
            Cut::BeforeStatement => assert_eq!(third, 50005),
            Cut::AtStatement => assert!([0, 50005].contains(&third), "{third}"),
            _ => assert_eq!(third, 0, "{cut:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let page = service
            .call(Command::GetContactGroup, Requester("anna").get(0).as_bytes(), 1_700_000_000)
            .await;
        let page = String::from_utf8(page.to_vec()).unwrap();
        match third {
            0 => assert!(page.contains("m3"), "{cut:?}: {page}"),
            _ if cut == Cut::BeforeStatement => assert!(page.contains("m2"), "{cut:?}: {page}"),
            _ => {}
        }
        assert_eq!(mark("m4").await, 0, "{cut:?}");
    }
}

/// The head row of an account is locked by somebody else.
#[tokio::test]
async fn a_store_that_is_slow_is_a_timeout_for_its_account_only() {
    let Some(cluster) = cluster::shared() else { return };
    let options = options(&cluster.url());
    let store = PostgresStore::open(&options).await.unwrap();
    let mut settings = ServiceOptions::default();
    // Less than what PostgreSQL waits for a lock, and long enough for a busy machine.
    settings.store_timeout = Duration::from_secs(1);
    let service = Service::new(store, &Policy::default(), settings);
    let mark = async |user, mark| {
        let body = Requester(user).set_custom_mark("b", mark);
        code(&service.call(Command::MarkContact, body.as_bytes(), 1_700_000_000).await)
    };
    assert_eq!(mark("anna", "m1").await, 0);
    let (client, connection) =
        tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let lock = format!("BEGIN; SELECT 1 FROM {}.heads FOR UPDATE", options.schema);
    client.batch_execute(&lock).await.unwrap();
    // The lock goes after the answer.
    assert_eq!(mark("anna", "m2").await, 50005);
    assert_eq!(mark("ben", "m1").await, 0);
    assert_eq!(service.figures().unknown, 1);
    client.batch_execute("ROLLBACK").await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    assert_eq!(mark("anna", "m3").await, 0);
}

/// Otherwise each call of such an account would take another connection for as long as it is locked.
#[tokio::test]
async fn an_append_that_waits_for_another_writer_gives_up_and_is_not_done() {
    let Some(cluster) = cluster::shared() else { return };
    let options = options(&cluster.url());
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1"]).await.unwrap();
    let (client, connection) =
        tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let lock = format!("BEGIN; SELECT 1 FROM {}.heads FOR UPDATE", options.schema);
    client.batch_execute(&lock).await.unwrap();
    let start = std::time::Instant::now();
    let refused = append(&store, "anna", 1, &["2"]).await;
    let words = "another statement holds the account for too long";
    assert_eq!(refused, Err(AppendError::Unavailable(words)));
    // PostgreSQL gives up after 3 seconds, before the service stops waiting after 5; a busy machine
    // adds to what is measured here.
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    client.batch_execute("ROLLBACK").await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    assert_eq!(contents(&store, "anna").await.0, 1);
    append(&store, "anna", 1, &["2"]).await.unwrap();
}

/// A statement that is cancelled while it waits for a standby would be answered as done.
#[tokio::test]
async fn a_statement_timeout_of_the_role_does_not_end_an_append() {
    let Some(cluster) = cluster::shared() else { return };
    let with = options(&cluster.url());
    let store = PostgresStore::open(&with).await.unwrap();
    append(&store, "anna", 0, &["1"]).await.unwrap();
    let schema = with.schema.as_str();
    cluster.sql(&format!(
        "CREATE ROLE hasty LOGIN PASSWORD 'hasty'; ALTER ROLE hasty SET statement_timeout = '50ms'; \
         GRANT USAGE ON SCHEMA {schema} TO hasty; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO hasty"
    ));
    let url = format!("postgres://hasty:hasty@127.0.0.1:{}/postgres", cluster.port);
    let mut hasty = PostgresOptions::parse(&url).unwrap();
    hasty.schema = with.schema.clone();
    let store = PostgresStore::open(&hasty).await.unwrap();
    let (client, connection) =
        tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let lock = format!("BEGIN; SELECT 1 FROM {schema}.heads FOR UPDATE");
    client.batch_execute(&lock).await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        client.batch_execute("ROLLBACK").await.unwrap();
    };
    let start = std::time::Instant::now();
    let (appended, ()) = tokio::join!(append(&store, "anna", 1, &["2"]), release);
    assert_eq!(appended, Ok(()));
    assert!(start.elapsed() >= Duration::from_millis(300));
    drop(client);
    connection.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_connection_left_nothing_is_sent() {
    let Some(cluster) = cluster::shared() else { return };
    let with = options(&cluster.url());
    drop(PostgresStore::open(&with).await.unwrap());
    let schema = with.schema.as_str();
    cluster.sql(&format!(
        "CREATE ROLE limited LOGIN PASSWORD 'limited' CONNECTION LIMIT 1; GRANT USAGE ON SCHEMA {schema} TO limited; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO limited"
    ));
    let url = format!("postgres://limited:limited@127.0.0.1:{}/postgres", cluster.port);
    let mut limited = PostgresOptions::parse(&url).unwrap();
    limited.schema = with.schema.clone();
    let store = std::sync::Arc::new(PostgresStore::open(&limited).await.unwrap());
    let all = async || {
        let tasks = (0..30).map(|number| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move {
                let user = format!("user{number}");
                let head = contents_or_none(&store, &user).await?;
                append(&*store, &user, head, &["1"]).await.map_err(|error| error.to_string())
            })
        });
        let mut results = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            results.push(task.await.unwrap());
        }
        results
    };
    // The connection that opened the store ends in its own time.
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'limited'";
    let start = std::time::Instant::now();
    while cluster.sql(sessions) != "0" {
        assert!(start.elapsed() < Duration::from_secs(20), "the connection does not end");
    }
    let few = all().await;
    assert!(few.iter().any(Result::is_ok), "{few:?}");
    let refused = "the store is not available: PostgreSQL has no connection left: raise its max_connections, or lower \
                   --postgres-connections"
        .to_owned();
    assert!(few.contains(&Err(refused.clone())), "{few:?}");
    assert!(few.iter().all(|result| result.is_ok() || *result == Err(refused.clone())), "{few:?}");
    cluster.sql("ALTER ROLE limited CONNECTION LIMIT 20");
    assert!(all().await.iter().all(Result::is_ok));
    store.ready().await.unwrap();
}

async fn contents_or_none(store: &PostgresStore, user: &str) -> Result<u64, String> {
    use convmark_server::store::Loaded;

    match store.load(&key(user), None).await.map_err(|error| error.to_string())? {
        Loaded::Whole { records, .. } => Ok(records.len() as u64),
        _ => panic!("not whole"),
    }
}
