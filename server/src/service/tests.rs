//! The service over the memory store and the embedded store.

mod late;
mod slow;
mod whole;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use convmark::call::Incoming;
use convmark::{CheckedRequest, Command, Facts, Policy, UserId};
use support::bodies::Requester;
use support::random::Random;

use slow::Slow;

use super::{FactsError, FactsSource, ReadConsistency, Service, ServiceOptions, Vouched};
use crate::model::requests::{Request, Requests};
use crate::store::embedded::{EmbeddedOptions, EmbeddedStore};
use crate::store::memory::MemoryStore;
use crate::store::{AccountKey, Append, AppendId, Loaded, Record, Store, Version};

const NOW: u64 = 1_700_000_000;

fn service<S: Store>(store: S, options: ServiceOptions) -> Service<S> {
    Service::new(store, &Policy::default(), options)
}

fn key(user: &str) -> AccountKey {
    AccountKey::new(&UserId::new(user).unwrap())
}

fn has_code(answer: &[u8], code: u32) -> bool {
    let text = std::str::from_utf8(answer).unwrap();
    text.contains(&format!(r#""ErrorCode":{code},"ErrorInfo""#))
        || text.contains(&format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"#))
}

const REQUESTS: Requests = Requests {
    groups: &["group0", "group1", "group2", "group3"],
    contacts: &["c0", "c1", "c2", "c3", "c4", "c5"],
    often: [3, 1, 1, 1, 1, 1],
};

/// A request that any user could send.
fn draw(random: &mut Random, user: &str) -> (Command, String) {
    if random.one_in(9) {
        return (Command::UpdateContactGroup, Requester(user).body("\"wrong\":1"));
    }
    let token = format!("c{}", random.below(6));
    let Request { command, body, .. } = REQUESTS.draw(random, user, &token);
    (command, body)
}

/// Sends the same calls to the fake service of the core; the answers are the same.
async fn compare<S: Store>(
    service: &Service<S>,
    fake: &mut convmark::fake::Service,
    seed: u64,
    calls: u64,
) {
    let mut random = Random::new(seed);
    for number in 0..calls {
        let user = *random.pick(&["anna", "ben", "cleo"]);
        let (command, body) = draw(&mut random, user);
        let now = NOW + seed * 1000 + number;
        let incoming = Incoming::new(command, body.as_bytes());
        let time = convmark::fake::Time { seconds: now, milliseconds: now * 1000 };
        let expected = fake.serve(&incoming, &Facts::vouched(), time).unwrap();
        let answer = service.call(command, body.as_bytes(), now).await;
        assert_eq!(answer, expected.answer(), "{command} {body}");
    }
}

#[tokio::test]
async fn answers_are_those_of_the_core_with_and_without_a_cache() {
    for cache_bytes in [0, 600, 1 << 20] {
        let options = ServiceOptions { cache_bytes, fold_min_bytes: 500, ..Default::default() };
        let service = service(MemoryStore::new(), options);
        let mut fake = convmark::fake::Service::new(&Policy::default());
        compare(&service, &mut fake, 1, 600).await;
        let figures = service.figures();
        assert!(figures.cached_bytes <= cache_bytes as u64);
        assert!(figures.folds > 3, "{figures:?}");
        if cache_bytes == 0 {
            assert!(figures.loads > 300, "{figures:?}");
        }
        if cache_bytes == 1 << 20 {
            assert_eq!((figures.loads, figures.cached_accounts), (3, 3));
        }
    }
}

#[tokio::test]
async fn an_embedded_store_goes_on_where_it_was_closed() {
    let place = tempfile::tempdir().unwrap();
    let options = EmbeddedOptions { create: true, ..Default::default() };
    let mut fake = convmark::fake::Service::new(&Policy::default());
    for seed in 0..3 {
        let store = EmbeddedStore::open(place.path().join("data"), options).unwrap();
        let options = ServiceOptions { fold_min_bytes: 500, ..Default::default() };
        let service = service(store, options);
        compare(&service, &mut fake, seed, 60).await;
        service.close().await.unwrap();
    }
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_believed_that_was_not_acknowledged() {
    let place = tempfile::tempdir().unwrap();
    let options = EmbeddedOptions { create: true, ..Default::default() };
    let store = EmbeddedStore::open(place.path().join("data"), options).unwrap();
    let store = Arc::new(store);
    let service = service(Arc::clone(&store), ServiceOptions::default());
    let page = async || {
        let body = Requester("anna").get(0);
        service.call(Command::GetContactGroup, body.as_bytes(), NOW).await
    };
    assert!(has_code(&mark(&service, "anna", "before").await, 0));
    assert!(has_code(&mark(&service, "ben", "before").await, 0));
    let before = page().await;
    store.fail_next_sync();
    assert!(has_code(&mark(&service, "anna", "failed").await, 50005), "it may be stored");
    assert!(has_code(&mark(&service, "anna", "refused").await, 50004), "nothing is stored");
    assert!(has_code(&page().await, 50004), "what it is is not known");
    assert!(has_code(&mark(&service, "ben", "refused").await, 50004));
    assert_eq!(service.figures().unknown, 1);
    store.reopen().await.unwrap();
    assert_eq!(page().await, before);
    assert!(has_code(&mark(&service, "anna", "after").await, 0));
    let page = page().await;
    assert!(std::str::from_utf8(&page).unwrap().contains("\"CustomMark\":\"after\""), "{page:?}");
}

#[tokio::test]
async fn a_damaged_account_harms_no_other() {
    let store = Arc::new(MemoryStore::new());
    let record = Record {
        version: Version::new(1),
        time_seconds: NOW,
        append_id: AppendId::new([1; 16]),
        changes: Bytes::from_static(b"not changes"),
    };
    let append = Append { after: Version::ZERO, records: vec![record] };
    store.append(&key("anna"), append).await.unwrap();
    let service = service(Arc::clone(&store), ServiceOptions::default());
    for (command, body) in [
        (Command::GetContactGroup, Requester("anna").get(0)),
        (Command::MarkContact, Requester("anna").set_custom_mark("b", "x")),
    ] {
        let answer = service.call(command, body.as_bytes(), NOW).await;
        assert!(has_code(&answer, 50004), "{answer:?}");
        let body = body.replace("anna", "ben");
        let answer = service.call(command, body.as_bytes(), NOW).await;
        assert!(has_code(&answer, 0), "{answer:?}");
    }
    assert_eq!(service.figures().damaged, 2);
}

async fn get<S: Store>(service: &Service<S>, user: &str) -> String {
    let body = Requester(user).get(0);
    let page = service.call(Command::GetContactGroup, body.as_bytes(), NOW).await;
    String::from_utf8(page.to_vec()).unwrap()
}

async fn mark<S: Store>(service: &Service<S>, user: &str, mark: &str) -> Bytes {
    let body = Requester(user).set_custom_mark("b", mark);
    service.call(Command::MarkContact, body.as_bytes(), NOW).await
}

#[tokio::test]
async fn several_servers_see_each_other_at_once() {
    let store: Arc<MemoryStore> = Arc::default();
    let server = || {
        let slow = Slow::<false> { store: Arc::clone(&store), delay: Duration::ZERO };
        service(slow, ServiceOptions { fold_min_bytes: 300, ..Default::default() })
    };
    let servers = [server(), server(), server()];
    let mut fake = convmark::fake::Service::new(&Policy::default());
    for round in 0..60 {
        compare(&servers[round % 3], &mut fake, round as u64, 3).await;
    }
    assert!(servers.iter().map(|server| server.figures().folds).sum::<u64>() > 0);
}

/// One server writes, another reads: at once, within the time that a cached account is good for, and
/// after it.
#[tokio::test(start_paused = true)]
async fn cached_reads_are_as_old_as_they_may_be() {
    let store: Arc<MemoryStore> = Arc::default();
    let server = |reads| {
        let slow = Slow::<false> { store: Arc::clone(&store), delay: Duration::ZERO };
        service(slow, ServiceOptions { reads, ..Default::default() })
    };
    let strong = server(ReadConsistency::Strong);
    let cached = server(ReadConsistency::Cached(Duration::from_millis(200)));
    mark(&strong, "anna", "first").await;
    assert!(get(&cached, "anna").await.contains("first"));
    mark(&strong, "anna", "second").await;
    assert!(get(&strong, "anna").await.contains("second"));
    tokio::time::advance(Duration::from_millis(200)).await;
    assert!(get(&cached, "anna").await.contains("first"));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert!(get(&cached, "anna").await.contains("second"));
    // What it wrote itself is there at once, and what it writes is judged on what is newest.
    mark(&strong, "anna", "third").await;
    mark(&cached, "anna", "fourth").await;
    assert!(get(&cached, "anna").await.contains("fourth"));
    assert_eq!(cached.figures().conflicts, 1);
    // A call that could write is not answered as a read is, even if it would change nothing here.
    mark(&strong, "anna", "fifth").await;
    assert!(has_code(&mark(&cached, "anna", "fourth").await, 0));
    assert!(get(&strong, "anna").await.contains("fourth"));
    assert_eq!(cached.figures().records, 2);
}

#[tokio::test]
async fn the_time_of_an_account_does_not_step_back() {
    let store = Arc::new(MemoryStore::new());
    let service = service(Arc::clone(&store), ServiceOptions::default());
    for (mark, now) in [("m1", NOW + 100), ("m2", NOW), ("m3", NOW + 101)] {
        let body = Requester("anna").set_custom_mark("b", mark);
        service.call(Command::MarkContact, body.as_bytes(), now).await;
    }
    let Loaded::Whole { records, .. } = store.load(&key("anna"), None).await.unwrap() else {
        panic!("not whole");
    };
    let times: Vec<_> = records.iter().map(|record| record.time_seconds - NOW).collect();
    assert_eq!(times, [100, 100, 101]);
}

/// Facts that are missing, or cannot be had.
struct Without(Option<FactsError>);

impl FactsSource for Without {
    async fn facts(&self, _: &CheckedRequest<'_>) -> Result<Facts, FactsError> {
        self.0.map_or(Ok(Facts::asked()), Err)
    }
}

#[tokio::test]
async fn without_facts_a_call_fails_and_the_next_one_does_not() {
    let store: Arc<MemoryStore> = Arc::default();
    let cases =
        [(None, 50004), (Some(FactsError::Unavailable), 50004), (Some(FactsError::Timeout), 50005)];
    for (error, code) in cases {
        for command in [Command::MarkContact, Command::GetContactGroup] {
            let body = match command {
                Command::MarkContact => Requester("anna").set_custom_mark("b", "m"),
                _ => Requester("anna").get(0),
            };
            let policy = Policy::default();
            let options = ServiceOptions::default();
            let service = Service::with_facts(Arc::clone(&store), Without(error), &policy, options);
            for _ in 0..2 {
                let answer = service.call(command, body.as_bytes(), NOW).await;
                assert!(has_code(&answer, code), "{answer:?}");
            }
        }
    }
    let service = Service::with_facts(store, Vouched, &Policy::default(), Default::default());
    assert!(has_code(&mark(&service, "anna", "m").await, 0));
}

#[tokio::test]
async fn after_closing_calls_are_refused() {
    let service = service(MemoryStore::new(), ServiceOptions::default());
    assert!(has_code(&mark(&service, "anna", "m").await, 0));
    service.close().await.unwrap();
    assert!(has_code(&mark(&service, "anna", "n").await, 50004));
}
