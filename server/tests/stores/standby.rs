//! PostgreSQL that waits for a synchronous standby which is not there.

use std::io::Read;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use convmark::{Command, Policy};
use convmark_server::service::{Service, ServiceOptions};
use convmark_server::store::postgres::PostgresStore;
use support::bodies::Requester;

use crate::cluster::{Cluster, options};
use crate::common::{Server, command, target};

/// Long enough for a busy machine, as all that does not wait for the standby must be done in it.
const STORE_TIMEOUT: Duration = Duration::from_secs(1);
/// Sessions of the servers, whichever they are.
const SESSIONS: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'convmark-server'";

/// From now on every commit waits for that standby; without a name none does.
fn wait_for(cluster: &Cluster, standby: &str) {
    cluster.sql(&format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'"));
    cluster.sql("SELECT pg_reload_conf()");
    let start = Instant::now();
    while cluster.sql("SHOW synchronous_standby_names") != standby {
        assert!(start.elapsed() < Duration::from_secs(30), "the setting does not hold");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The process that lets commits go reads the setting in its own time.
    std::thread::sleep(Duration::from_millis(200));
}

struct Under {
    service: Arc<Service<PostgresStore>>,
}

impl Under {
    async fn start(cluster: &Cluster) -> Self {
        let store = PostgresStore::open(&options(&cluster.url())).await.unwrap();
        let mut options = ServiceOptions::default();
        options.store_timeout = STORE_TIMEOUT;
        Self { service: Arc::new(Service::new(store, &Policy::default(), options)) }
    }

    async fn call(&self, command: Command, body: String) -> (u64, String) {
        let answer = self.service.call(command, body.as_bytes(), 1_700_000_000).await;
        let text = String::from_utf8(answer.to_vec()).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        (answer["ErrorCode"].as_u64().unwrap(), text)
    }

    async fn mark(&self, user: &str, mark: &str) -> u64 {
        self.call(Command::MarkContact, Requester(user).set_custom_mark("b", mark)).await.0
    }

    async fn read(&self, user: &str) -> (u64, String) {
        self.call(Command::GetContactGroup, Requester(user).get(0)).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_without_a_standby_take_no_connection_past_the_bound_and_none_of_those_for_reads() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let under = Arc::new(Under::start(&cluster).await);
    let users: Vec<String> = (0..6).map(|number| format!("user{number}")).collect();
    for user in &users {
        assert_eq!(under.mark(user, "m1").await, 0);
    }
    wait_for(&cluster, "nobody");
    for round in 0..3 {
        let writes: Vec<_> = users
            .iter()
            .map(|user| {
                let (under, user) = (Arc::clone(&under), user.clone());
                tokio::spawn(async move { under.mark(&user, "m2").await })
            })
            .collect();
        for write in writes {
            assert_eq!(write.await.unwrap(), 50005, "{round}");
        }
        for user in &users {
            let (code, page) = under.read(user).await;
            assert_eq!(code, 0, "{round}: {page}");
            assert!(page.contains("m1"), "{round}: {page}");
        }
        let sessions: usize = cluster.sql(SESSIONS).parse().unwrap();
        assert!(sessions <= 4, "{round}: {sessions}");
    }
    wait_for(&cluster, "");
    let start = Instant::now();
    for user in &users {
        while under.mark(user, "m3").await != 0 {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "the connections are not free again"
            );
        }
        assert!(under.read(user).await.1.contains("m3"));
    }
}

/// What the operator does to the session that waits, and then nobody may be told that it is done.
async fn is_not_acknowledged(end: &str) {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let under = Arc::new(Under::start(&cluster).await);
    assert_eq!(under.mark("anna", "m1").await, 0);
    wait_for(&cluster, "nobody");
    let write = tokio::spawn({
        let under = Arc::clone(&under);
        async move { under.mark("anna", "m2").await }
    });
    let end = format!(
        "SELECT {end}(pid) FROM pg_stat_activity \
         WHERE application_name = 'convmark-server' AND wait_event = 'SyncRep'"
    );
    let start = Instant::now();
    while cluster.sql(&end) != "t" {
        assert!(start.elapsed() < Duration::from_secs(30), "nobody waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(write.await.unwrap(), 50005);
    wait_for(&cluster, "");
    assert_eq!(under.mark("anna", "m3").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_session_is_terminated_before_the_standby_has_it_is_not_acknowledged() {
    is_not_acknowledged("pg_terminate_backend").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_wait_for_the_standby_is_cancelled_is_not_acknowledged() {
    is_not_acknowledged("pg_cancel_backend").await;
}

#[test]
fn a_server_stops_in_time_while_writes_wait_for_a_standby() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--log-level", "warn", "--call-timeout", "2s"]);
    command.args(["--store-timeout", "2s"]);
    command.env("CONVMARK_STORE", cluster.url()).stderr(Stdio::piped());
    let mut server = Server::of(command);
    let mut client = server.client();
    let mut mark = |mark: &str| {
        let body = Requester("anna").set_custom_mark("ben", mark);
        client.post(&target("mark_contact"), "", body.as_bytes()).code()
    };
    assert_eq!(mark("m1"), 0);
    wait_for(&cluster, "nobody");
    assert_eq!(mark("m2"), 50005);
    server.signal("TERM");
    // Calls in flight are given up after 10 seconds.
    assert!(server.ends_within(Duration::from_secs(30)).unwrap().success());
    let mut log = String::new();
    server.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}
