//! A service whose calls wait until a test lets them go on.

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
use serde_json::Value;
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
    pub stop: watch::Sender<bool>,
    address: SocketAddr,
    pub control: SocketAddr,
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
