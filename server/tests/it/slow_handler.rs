//! A handler that is slow, that panics, or that never ends.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use convmark::{Command, Policy, Refusal};
use convmark_server::config::{Config, Task};
use convmark_server::http::{Front, FrontSettings, Handler, Hosts, Listener};
use convmark_server::metrics::Metrics;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::common::{Client, GET, target};
use crate::http::refused;

/// What the handler does with a call.
type Work = fn(Arc<Calls>) -> Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;

/// How many calls there were, and how many may go on.
struct Calls {
    begun: AtomicUsize,
    ended: AtomicUsize,
    may_go_on: Semaphore,
}

struct Acting {
    work: Work,
    calls: Arc<Calls>,
}

impl Handler for Acting {
    async fn call(&self, _: Command, _: Bytes, _: u64) -> Bytes {
        (self.work)(Arc::clone(&self.calls)).await.into()
    }
}

struct Local {
    runtime: Runtime,
    address: SocketAddr,
    calls: Arc<Calls>,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
    front: Arc<Front<Acting>>,
}

fn start(work: Work, options: &[&str]) -> Local {
    let arguments = ["convmark-server", "--listen", "127.0.0.1:0"].iter().chain(options);
    let Ok(Task::Serve(config)) = Config::read(arguments.map(Into::into), []) else {
        panic!("{options:?}")
    };
    let runtime = Runtime::new().unwrap();
    let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let calls = Arc::new(Calls { begun, ended, may_go_on: Semaphore::new(0) });
    let (stop, stopping) = watch::channel(false);
    let handler = Arc::new(Acting { work, calls: Arc::clone(&calls) });
    let listener = runtime.block_on(Listener::bind(config.listen, None)).unwrap();
    let address = listener.address().unwrap();
    let settings = FrontSettings {
        policy: config.policy,
        callers: config.callers,
        calls_per_second: config.calls_per_second,
        hosts: Hosts::new(address, Vec::new()),
        limits: config.limits,
        time_outs: config.time_outs,
    };
    let front = Arc::new(Front::new(settings, handler, Arc::new(Metrics::new())));
    let serving = runtime.spawn(listener.serve(Arc::clone(&front), stopping));
    Local { runtime, address, calls, stop, serving, front }
}

/// Waits until it may go on.
fn waits(calls: Arc<Calls>) -> Pin<Box<dyn Future<Output = Vec<u8>> + Send>> {
    Box::pin(async move {
        calls.begun.fetch_add(1, Ordering::SeqCst);
        calls.may_go_on.acquire().await.unwrap().forget();
        calls.ended.fetch_add(1, Ordering::SeqCst);
        br#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#.to_vec()
    })
}

fn wait_for(counter: &AtomicUsize, count: usize) {
    let begun = Instant::now();
    while counter.load(Ordering::SeqCst) < count {
        assert!(begun.elapsed() < Duration::from_secs(20), "there are not {count} calls");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_call_that_takes_too_long_is_answered_50005_and_goes_on() {
    let local = start(waits, &["--call-timeout", "100ms"]);
    let mut client = Client::connect(local.address);
    let answer = client.get();
    let expected = refused(&Refusal::host_timeout(Command::GetContactGroup), &Policy::default());
    assert_eq!((answer.code(), answer.body), (50005, expected));
    assert_eq!(local.calls.ended.load(Ordering::SeqCst), 0);
    local.calls.may_go_on.add_permits(1);
    wait_for(&local.calls.ended, 1);
}

#[test]
fn a_call_goes_on_when_its_client_is_gone() {
    let local = start(waits, &[]);
    let mut client = Client::connect(local.address);
    client.write(&crate::common::call()).unwrap();
    wait_for(&local.calls.begun, 1);
    drop(client);
    // The server may notice that before the call ends.
    std::thread::sleep(Duration::from_millis(50));
    local.calls.may_go_on.add_permits(1);
    wait_for(&local.calls.ended, 1);
}

/// The body is there for as long as the call is worked on.
#[test]
fn a_body_keeps_its_place_until_its_call_ends_even_if_its_client_is_gone() {
    let options = ["--bodies-max-bytes", "1KiB", "--call-timeout", "100ms"];
    let local = start(waits, &options);
    let get = target("get_contact_group");
    let mut body = GET.to_vec();
    body.resize(1000, b' ');
    let mut client = Client::connect(local.address);
    assert_eq!(client.post(&get, "", &body).code(), 50005);
    drop(client);
    let try_another = || Client::connect(local.address).post(&get, "", &body);
    for _ in 0..5 {
        let answer = try_another();
        assert_eq!(answer.code(), 60018, "the body of the call that goes on is not counted");
        assert!(answer.body.contains("too many bytes of bodies"), "{answer:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    local.calls.may_go_on.add_permits(1);
    wait_for(&local.calls.ended, 1);
    local.calls.may_go_on.add_permits(1000);
    let begun = Instant::now();
    while try_another().code() != 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the place is not given back");
    }
}

#[test]
fn a_call_too_many_is_answered_60018() {
    let local = start(waits, &["--calls-max", "2"]);
    let mut clients: Vec<_> = (0..2).map(|_| Client::connect(local.address)).collect();
    for client in &mut clients {
        client.write(&crate::common::call()).unwrap();
    }
    wait_for(&local.calls.begun, 2);
    let mut third = Client::connect(local.address);
    let answer = third.get();
    assert!(answer.code() == 60018 && answer.body.contains("server-busy"), "{answer:?}");
    // What never reaches the handler takes no place.
    assert_eq!(third.post("/nowhere", "", GET).code(), 60009);
    local.calls.may_go_on.add_permits(3);
    for client in &mut clients {
        assert_eq!(client.read().unwrap().code(), 0);
    }
    assert_eq!(third.get().code(), 0);
}

#[test]
fn a_panic_is_answered_50004_and_harms_nobody_else() {
    let local =
        start(|_| Box::pin(async { panic!("as this test wants it") }), &["--calls-max", "1"]);
    let mut client = Client::connect(local.address);
    let expected = refused(&Refusal::host_fault(Command::GetContactGroup), &Policy::default());
    for _ in 0..3 {
        let answer = client.get();
        assert_eq!((answer.code(), answer.body), (50004, expected.clone()));
    }
    assert_eq!(client.post(&target("get_contact_group"), "", b"").code(), 60002);
}

#[test]
fn calls_in_flight_are_finished_before_the_end() {
    let local = start(waits, &["--call-timeout", "100ms"]);
    let mut client = Client::connect(local.address);
    assert_eq!(client.get().code(), 50005);
    local.stop.send(true).unwrap();
    local.runtime.block_on(local.serving).unwrap();
    assert_eq!(local.calls.ended.load(Ordering::SeqCst), 0);
    local.calls.may_go_on.add_permits(1);
    local.runtime.block_on(local.front.calls_end());
    assert_eq!(local.calls.ended.load(Ordering::SeqCst), 1);
}
