//! PostgreSQL: tables, logins, TLS, and what goes wrong.

use std::collections::BTreeSet;

use convmark_server::store::postgres::{PostgresOptions, PostgresStore, SchemaName};
use convmark_server::store::{AccountKey, NotListed, Store, Version};

use crate::cluster::{self, options};
use crate::helpers::{append, contents, key, snapshot};

async fn problem(options: &PostgresOptions) -> String {
    match PostgresStore::open(options).await {
        Ok(_) => panic!("it was opened"),
        Err(problem) => {
            assert!(!problem.contains("s3cret") && !problem.contains("someone"), "{problem}");
            problem
        }
    }
}

#[tokio::test]
async fn accounts_outlive_the_store_that_wrote_them() {
    let Some(cluster) = cluster::shared() else { return };
    let options = options(&cluster.url());
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1", "2"]).await.unwrap();
    store.close().await.unwrap();
    let store = PostgresStore::open(&options).await.unwrap();
    assert_eq!(contents(&store, "anna").await.0, 2);
    store.ready().await.unwrap();
}

#[tokio::test]
async fn keys_that_are_not_user_ids_are_counted_and_skipped() {
    let Some(cluster) = cluster::shared() else { return };
    let options = options(&cluster.url());
    let store = PostgresStore::open(&options).await.unwrap();
    for user in ["anna", "ben", "zoe"] {
        append(&store, user, 0, &["1"]).await.unwrap();
    }
    cluster.sql(&format!(
        "INSERT INTO {}.heads (account, version) VALUES ('\\x00', 1), ('\\x62ff', 1), ('\\x62ffff', 1)",
        options.schema
    ));
    for limit in [1, 2, 9] {
        let mut accounts = Vec::<AccountKey>::new();
        let mut places = BTreeSet::new();
        loop {
            let listed = store.accounts(accounts.last(), limit).await.unwrap();
            places.extend(listed.unlisted);
            if listed.accounts.is_empty() {
                break;
            }
            accounts.extend(listed.accounts);
        }
        assert_eq!(accounts, ["anna", "ben", "zoe"].map(key), "{limit}");
        let places: Vec<_> = places.iter().map(|place| place.why).collect();
        assert_eq!(places, [NotListed::Key; 3], "{limit}");
    }
}

#[tokio::test]
async fn history_can_be_kept() {
    let Some(cluster) = cluster::shared() else { return };
    let mut options = options(&cluster.url());
    options.keep_history = true;
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1", "2", "3"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    assert!(!store.fold(&key("anna"), snapshot(2, "1 2")).await.unwrap());
    assert_eq!(contents(&store, "anna").await, (3, "1 2".into(), vec!["3".into()]));
    let kept = cluster.sql(&format!("SELECT count(*) FROM {}.records", options.schema));
    assert_eq!(kept, "3");
    let history = store.history(&key("anna"), Version::ZERO, 9).await.unwrap();
    assert_eq!(history.len(), 2);
    store.cut_history(&key("anna")).await.unwrap();
    let kept = cluster.sql(&format!("SELECT version FROM {}.records", options.schema));
    assert_eq!(kept, "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_make_the_tables_once() {
    let Some(cluster) = cluster::shared() else { return };
    for _ in 0..3 {
        let options = options(&cluster.url());
        let starts = (0..8).map(|_| {
            let options = options.clone();
            tokio::spawn(async move { PostgresStore::open(&options).await.map(drop) })
        });
        for start in starts.collect::<Vec<_>>() {
            assert_eq!(start.await.unwrap(), Ok(()));
        }
        let applied = cluster.sql(&format!("SELECT number FROM {}.migrations", options.schema));
        assert_eq!(applied, "1");
    }
}

#[tokio::test]
async fn tables_of_a_later_release_are_refused() {
    let Some(cluster) = cluster::shared() else { return };
    let options = options(&cluster.url());
    PostgresStore::open(&options).await.unwrap();
    cluster.sql(&format!("INSERT INTO {}.migrations (number) VALUES (2)", options.schema));
    let problem = problem(&options).await;
    assert!(problem.contains("are of a later release: they have migration 2"), "{problem}");
}

/// An administrator makes the tables, and the server may use them only.
#[tokio::test]
async fn a_role_without_the_right_to_make_tables_can_use_them() {
    let Some(cluster) = cluster::shared() else { return };
    let mut options = options(&cluster.url());
    let schema = options.schema.clone();
    cluster.sql(&format!("CREATE ROLE modest LOGIN PASSWORD 's3cret'; CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO modest"));
    let url = format!("postgres://modest:s3cret@127.0.0.1:{}/postgres", cluster.port);
    options = PostgresOptions::parse(&url).unwrap();
    options.schema = schema.clone();
    let refused = problem(&options).await;
    assert!(refused.contains("the role may not make tables"), "{refused}");
    let script = include_str!("../../migrations/0001_accounts.sql");
    cluster.sql(&format!(
        "SET search_path TO {schema};\n{script};\nGRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO modest"
    ));
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1"]).await.unwrap();
    assert!(store.fold(&key("anna"), snapshot(1, "1")).await.unwrap());
    assert_eq!(contents(&store, "anna").await, (1, "1".into(), vec![]));
}

#[tokio::test]
async fn what_is_wrong_is_said_without_secrets() {
    let Some(cluster) = cluster::shared() else { return };
    let port = cluster.port;
    let nobody_listens = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    cluster.sql("CREATE DATABASE closed ALLOW_CONNECTIONS false");
    let here = format!("127.0.0.1:{port}, database postgres");
    let without_password = cluster.url().replace(":s3cret%20%40%2F%3A%3F@", "@");
    for (url, expected) in [
        (
            cluster.url().replace("s3cret", "s3creT"),
            format!("{here}: PostgreSQL refuses the password: check the user and the password"),
        ),
        (
            cluster.url().replace("/postgres", "/closed"),
            format!("127.0.0.1:{port}, database closed: PostgreSQL refused, and its log says why"),
        ),
        (
            without_password,
            format!(
                "{here}: PostgreSQL asks for a password, and the connection string has none: \
                 postgres://USER:PASSWORD@HOST/DATABASE"
            ),
        ),
        (
            cluster.url() + "x",
            format!(
                "127.0.0.1:{port}, database postgresx: the database does not exist: create it, or name another one"
            ),
        ),
        (
            cluster.url_at(nobody_listens),
            format!(
                "127.0.0.1:{nobody_listens}, database postgres: PostgreSQL does not listen there: check host and port, \
                 and that it runs"
            ),
        ),
        (
            cluster.url().replace("127.0.0.1", "nowhere.invalid"),
            format!(
                "nowhere.invalid:{port}, database postgres: the host name has no address: check its spelling and the \
                 name service"
            ),
        ),
        (
            cluster.url().replace("127.0.0.1", "nowhere.invalid:5432,127.0.0.1") + "x",
            format!(
                "nowhere.invalid:5432, database postgresx: the host name has no address: check its spelling and the \
                 name service; 127.0.0.1:{port}, database postgresx: the database does not exist: create it, or name \
                 another one"
            ),
        ),
        (
            cluster.url() + "?sslmode=require",
            format!(
                "{here}: PostgreSQL does not offer TLS: set ssl=on there, or use sslmode=disable on a network that you \
                 trust"
            ),
        ),
        (
            cluster.url() + "?sslmode=verify-full&sslrootcert=/nowhere",
            "sslrootcert /nowhere: the file cannot be read: No such file or directory (os error 2); name one that this \
             process may read"
                .to_owned(),
        ),
    ] {
        assert_eq!(problem(&PostgresOptions::parse(&url).unwrap()).await, expected);
    }
}

#[tokio::test]
async fn a_name_of_a_schema_is_used_as_it_is() {
    let Some(cluster) = cluster::shared() else { return };
    let mut options = options(&cluster.url());
    options.schema = SchemaName::new("user").unwrap();
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1"]).await.unwrap();
    assert_eq!(cluster.sql(r#"SELECT count(*) FROM "user".records"#), "1");
}

/// One host accepts connections and says nothing, one refuses them; the third one is right.
#[tokio::test]
async fn a_host_that_hangs_does_not_keep_the_next_one_out() {
    let Some(cluster) = cluster::shared() else { return };
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = (silent.local_addr().unwrap().port(), silent);
    let refusing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hosts = format!("127.0.0.1:{},127.0.0.1:{refusing},127.0.0.1:{}", silent.0, cluster.port);
    let mut options =
        options(&cluster.url().replace(&format!("127.0.0.1:{}", cluster.port), &hosts));
    options.connect_timeout = std::time::Duration::from_secs(1);
    let start = std::time::Instant::now();
    let store = PostgresStore::open(&options).await.unwrap();
    append(&store, "anna", 0, &["1"]).await.unwrap();
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}

/// The service waits for less than two hosts that hang take one after another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_that_hang_keep_neither_calls_nor_readiness_from_the_third() {
    let Some(cluster) = cluster::shared() else { return };
    let listen = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = [listen(), listen()];
    let [one, other] = [0, 1].map(|place: usize| silent[place].local_addr().unwrap().port());
    let right = format!("127.0.0.1:{}", cluster.port);
    // Wherever the right one is named, and whatever worked last.
    for hosts in [
        format!("127.0.0.1:{one},127.0.0.1:{other},{right}"),
        format!("127.0.0.1:{one},{right},127.0.0.1:{other}"),
    ] {
        let mut options = options(&cluster.url().replace(&right, &hosts));
        assert_eq!(options.connect_timeout, std::time::Duration::from_secs(3));
        // Longer than a busy machine takes for the right one.
        options.connect_timeout = std::time::Duration::from_secs(60);
        let in_time = std::time::Duration::from_secs(20);
        let store = tokio::time::timeout(in_time, PostgresStore::open(&options));
        let store = store.await.unwrap().unwrap();
        let ready = tokio::time::timeout(in_time, store.ready());
        assert_eq!(ready.await.unwrap(), Ok(()));
        let appended = append(&store, "anna", 0, &["1"]);
        tokio::time::timeout(in_time, appended).await.unwrap().unwrap();
    }
}
