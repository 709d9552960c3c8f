//! Calls that are still being judged when a test asks for something.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use convmark::Command;
use convmark_server::config::{Config, Task};
use convmark_server::control::Control;
use convmark_server::fake::{Accounts, Fake, KnownNow, Replaceable};
use convmark_server::http::{Front, FrontSettings, Handler, Hosts, Listener};
use convmark_server::metrics::Metrics;
use convmark_server::service::{Service, ServiceOptions, Trace};
use convmark_server::store::memory::MemoryStore;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use super::{mark, page};
use crate::common::{Answer, Client, target};

/// Lets each call wait before it takes the service that counts then.
struct Waiting {
    memory: Arc<Replaceable>,
    begun: AtomicUsize,
    may_go_on: Semaphore,
}

impl Handler for Waiting {
    async fn call(&self, command: Command, body: Bytes, now_seconds: u64) -> Bytes {
        self.call_traced(command, body, now_seconds, Arc::default()).await
    }

    async fn call_traced(
        &self,
        command: Command,
        body: Bytes,
        now_seconds: u64,
        trace: Arc<Trace>,
    ) -> Bytes {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.may_go_on.acquire().await.unwrap().forget();
        self.memory.now().call_traced(command, &body, now_seconds, Some(&trace)).await
    }
}

/// A service in memory, controlled by tests, whose calls wait.
pub struct Late {
    _runtime: Runtime,
    stop: watch::Sender<bool>,
    address: SocketAddr,
    control: SocketAddr,
    handler: Arc<Waiting>,
}

impl Late {
    pub fn start(options: &[&str]) -> Self {
        let arguments = ["convmark-server", "--listen", "127.0.0.1:0", "--store", "memory"];
        let arguments = arguments.iter().chain(&["--control", "127.0.0.1:0"]).chain(options);
        let Ok(Task::Serve(config)) = Config::read(arguments.map(Into::into), []) else {
            panic!("{options:?}")
        };
        let runtime = Runtime::new().unwrap();
        let (stop, stopping) = watch::channel(false);
        let policy = config.policy;
        let fake = Fake::new(config.fake.unwrap(), config.known, &policy, stopping.clone());
        let fake = Arc::new(fake);
        let known = KnownNow::Changing(Arc::clone(&fake.facts));
        let memory = Arc::new(Replaceable::new(move || {
            let options = ServiceOptions::default();
            Service::with_facts(MemoryStore::new(), known.clone(), &policy, options)
        }));
        fake.opened(Accounts::Memory(Arc::clone(&memory)));
        let metrics = Arc::new(Metrics::new());
        let control = Control::<Waiting>::new(
            Arc::clone(&metrics),
            stopping.clone(),
            Some(Arc::clone(&fake)),
        );
        let control = Arc::new(control).start(config.control.unwrap(), Vec::new());
        let control = runtime.block_on(control).unwrap();
        let listener = runtime.block_on(Listener::bind(config.listen, None)).unwrap();
        let address = listener.address().unwrap();
        let settings = FrontSettings {
            policy,
            callers: config.callers,
            calls_per_second: config.calls_per_second,
            hosts: Hosts::new(address, Vec::new()),
            limits: config.limits,
            time_outs: config.time_outs,
        };
        let (begun, may_go_on) = (AtomicUsize::new(0), Semaphore::new(0));
        let handler = Arc::new(Waiting { memory, begun, may_go_on });
        let front = Front::new(settings, Arc::clone(&handler), metrics).with_fake(Some(fake));
        runtime.spawn(listener.serve(Arc::new(front), stopping));
        Self { _runtime: runtime, stop, address, control, handler }
    }

    /// Waits until so many calls are being judged, or were.
    pub fn have_begun(&self, count: usize) {
        wait_until(|| self.handler.begun.load(Ordering::SeqCst) >= count);
    }

    /// Lets so many calls go on, now or later.
    pub fn go_on(&self, count: usize) {
        self.handler.may_go_on.add_permits(count);
    }

    /// Marks a conversation by a new connection; nothing if that is closed without an answer.
    pub fn mark(&self, user: &str) -> Option<i64> {
        self.call("mark_contact", &mark(user, "ben"))
    }

    pub fn page(&self, user: &str) -> Option<i64> {
        self.call("get_contact_group", &page(user))
    }

    fn call(&self, command: &str, body: &Value) -> Option<i64> {
        let mut client = Client::connect(self.address);
        let answer = client.request("POST", &target(command), "", body.to_string().as_bytes());
        answer.ok().map(|answer| answer.code())
    }

    pub fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let target = format!("/_convmark/{path}");
        let mut client = Client::connect(self.control);
        client.request(method, &target, "", body.as_bytes()).unwrap()
    }

    pub fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask("GET", path, "").body).unwrap()
    }
}

pub fn wait_until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
}

/// As long as a reset takes that waits for nothing, and much longer.
const WHILE: Duration = Duration::from_millis(300);

#[test]
fn a_reset_waits_for_a_call_that_has_not_taken_its_store_yet() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let call = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        assert!(!reset.is_finished(), "the call would be judged on the accounts after the reset");
        late.go_on(1);
        assert_eq!((call.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
    assert_eq!(late.get("calls")["calls"], json!([]));
}

#[test]
fn a_reset_waits_for_a_call_that_was_answered_as_too_slow() {
    let late = Late::start(&["--call-timeout", "50ms"]);
    assert_eq!(late.mark("anna"), Some(50005));
    thread::scope(|threads| {
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        assert!(!reset.is_finished(), "what goes on would take effect after the reset");
        late.go_on(1);
        assert_eq!(reset.join().unwrap(), 200);
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
}

#[test]
fn a_call_that_comes_while_a_reset_waits_is_dropped() {
    let late = Late::start(&[]);
    let rule = r#"{"faults":[{"account":"carl","every":1000,"drop":"before"}]}"#;
    assert_eq!(late.ask("PUT", "faults", rule).status, 200);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset?keep=faults", "").status);
        thread::sleep(WHILE);
        let second = threads.spawn(|| late.mark("carl"));
        wait_until(|| late.get("faults")["faults"][0]["looked_at"] == 1);
        late.go_on(2);
        assert_eq!((first.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
        assert_eq!(second.join().unwrap(), None);
    });
    assert_eq!(late.get("accounts"), json!({"users": []}));
    assert_eq!(late.get("calls")["calls"], json!([]));
}

#[test]
fn a_call_that_waits_for_a_reset_is_dropped_when_the_server_stops() {
    let late = Late::start(&[]);
    let rule = r#"{"faults":[{"account":"carl","every":1000,"drop":"before"}]}"#;
    assert_eq!(late.ask("PUT", "faults", rule).status, 200);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset", "").status);
        thread::sleep(WHILE);
        let second = threads.spawn(|| late.mark("carl"));
        wait_until(|| late.get("faults")["faults"][0]["looked_at"] == 1);
        late.stop.send(true).unwrap();
        assert_eq!(second.join().unwrap(), None);
        late.go_on(1);
        assert_eq!((first.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
}

/// It may have begun its next test.
#[test]
fn a_reset_whose_client_is_gone_waits_no_longer_and_resets_nothing() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let first = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let mut client = Client::connect(late.control);
        client
            .write(
                b"POST /_convmark/reset HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n",
            )
            .unwrap();
        thread::sleep(WHILE);
        drop(client);
        let second = threads.spawn(|| late.mark("ben"));
        // Nothing is in its way any more.
        late.have_begun(2);
        late.go_on(2);
        assert_eq!((first.join().unwrap(), second.join().unwrap()), (Some(0), Some(0)));
    });
    assert_eq!(late.get("accounts"), json!({"users": ["anna", "ben"]}));
}

#[test]
fn what_is_kept_knows_the_call_that_a_reset_waited_for() {
    let late = Late::start(&[]);
    thread::scope(|threads| {
        let call = threads.spawn(|| late.mark("anna"));
        late.have_begun(1);
        let reset = threads.spawn(|| late.ask("POST", "reset?keep=accounts,calls", "").status);
        thread::sleep(WHILE);
        late.go_on(1);
        assert_eq!((call.join().unwrap(), reset.join().unwrap()), (Some(0), 200));
    });
    assert_eq!(late.get("accounts"), json!({"users": ["anna"]}));
    assert_eq!(late.get("calls")["calls"][0]["code"], 0);
}
