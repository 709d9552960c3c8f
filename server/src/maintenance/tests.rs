//! Accounts for which the store has no time.

mod busy;

use std::path::Path;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use convmark::{Command, Conversation, Policy, UserId};
use support::bodies::Requester;
use tokio::time::Instant;

use super::export::read_all;
use super::file::{Input, Opened, Output};
use super::forget::missing_again;
use super::import::{Results, pass};
use super::progress::Progress;
use super::retry::TRIES;
use super::scan::{Found, scan};
use super::{Problem, Request, perform};
use crate::service::{HowToRestore, Service, ServiceOptions};
use crate::store::{AccountKey, Store};
use busy::Busy;

const NOW: u64 = 1_700_000_000;

fn empty() -> Service<Busy> {
    Service::new(Busy::new(), &Policy::default(), ServiceOptions::default())
}

/// 600 accounts that all have a row of a user.
async fn filled() -> Service<Busy> {
    let service = empty();
    for number in 0..600 {
        let body = Requester(&format!("user{number:03}")).set_custom_mark("peer", "x");
        let answer = service.call(Command::MarkContact, body.as_bytes(), NOW).await;
        assert!(answer.starts_with(br#"{"ResultItem""#), "{answer:?}");
    }
    service
}

/// Forgets the user while one account cannot be loaded that often. Also gives how long it took.
async fn forget(service: &Service<Busy>, times: u32) -> (Found, Duration) {
    service.store().loads.store(times, SeqCst);
    let begun = Instant::now();
    let ask = async |request| perform(service, request).await;
    let request = |which| Request::Forget {
        which,
        conversation: Conversation::user("peer").unwrap(),
        only_look: false,
    };
    let found = scan(ask, &Progress::accounts("searched"), true, request).await.unwrap();
    (found, begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_busy_account_is_tried_again_at_the_end() {
    let service = filled().await;
    // The first time, and all but the last of those at the end.
    let (found, took) = forget(&service, TRIES).await;
    let all = Found { accounts: 600, rows: 600, ..Found::default() };
    assert_eq!(found, all);
    assert!(found.is_complete());
    // The store's time-out of 5 seconds each time, and the pauses.
    assert_eq!(took.as_secs(), 5 * 5 + 1 + 2 + 4 + 8 + 16);
    let user = AccountKey::new(&UserId::new("user300").unwrap());
    let stored = service.stored(&user).await.unwrap().unwrap();
    assert_eq!(stored.account.rows().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_stays_busy_is_reported_and_searched_the_next_time() {
    let service = filled().await;
    let (found, _) = forget(&service, TRIES + 1).await;
    assert_eq!(found, Found { accounts: 599, rows: 599, busy: 1, ..Found::default() });
    assert!(!found.is_complete());
    let (found, _) = forget(&service, 0).await;
    assert_eq!(found, Found { accounts: 600, rows: 1, ..Found::default() });
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_list_its_accounts_ends_the_search() {
    let service = filled().await;
    service.store().close().await.unwrap();
    let ask = async |request| perform(&service, request).await;
    let request = |which| Request::Verify { which };
    let found = scan(ask, &Progress::accounts("verified"), true, request).await;
    let problem = "the accounts cannot be listed: the store is not available: it is closed";
    assert_eq!(found, Err(Problem(problem.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_row_counts_although_replacing_its_records_took_more_than_one_try() {
    let service = filled().await;
    service.store().folds.store(2, SeqCst);
    let (found, _) = forget(&service, 0).await;
    assert_eq!(found, Found { accounts: 600, rows: 600, ..Found::default() });
    let service = filled().await;
    service.store().folds.store(TRIES + 1, SeqCst);
    let (found, _) = forget(&service, 0).await;
    // The row is gone, and records still name it.
    assert_eq!(found, Found { accounts: 599, rows: 600, busy: 1, ..Found::default() });
    let (found, _) = forget(&service, 0).await;
    assert_eq!(found, Found { accounts: 600, records: 1, ..Found::default() });
}

/// Exports into this file while one account cannot be loaded that often. Also gives how long it took.
async fn export(
    service: &Service<Busy>,
    path: &Path,
    loads: u32,
) -> (Result<u64, Problem>, Duration) {
    service.store().loads.store(loads, SeqCst);
    let Opened::Open(mut output) = Output::open(path, false).unwrap() else { panic!("complete") };
    let begun = Instant::now();
    let ask = async |request| perform(service, request).await;
    let read = read_all(ask, &mut output, &Progress::accounts("exported")).await;
    (read.map(|()| output.finish().unwrap().accounts), begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn an_export_asks_again_for_a_busy_account() {
    let service = filled().await;
    let place = tempfile::tempdir().unwrap();
    let (read, took) = export(&service, &place.path().join("whole"), TRIES).await;
    assert_eq!((read, took.as_secs()), (Ok(600), 5 * 5 + 1 + 2 + 4 + 8 + 16));
    let (read, _) = export(&service, &place.path().join("half"), TRIES + 1).await;
    let problem = "1 account could not be read: the store took too long, or too much waited for it, each of 6 times";
    assert_eq!(read, Err(Problem(problem.to_owned())));
    let half = std::fs::read_to_string(place.path().join("half")).unwrap();
    let of = |user: &str| half.contains(&format!("\"{user}\""));
    assert!(of("user299") && !of("user300"), "what comes before it is there");
}

#[tokio::test(start_paused = true)]
async fn an_import_asks_again_for_a_busy_account() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    assert_eq!(export(&filled().await, &path, 0).await.0, Ok(600));
    let input = Input::open(&path).unwrap();
    let service = empty();
    let import = async |how, loads| {
        service.store().loads.store(loads, SeqCst);
        let ask = async |request| perform(&service, request).await;
        pass(ask, &input, how, "imported").await
    };
    let missing = Results { missing: 600, ..Results::default() };
    assert_eq!(import(HowToRestore::Compare, TRIES).await, Ok(missing));
    let problem = "1 account could not be compared or stored (line 301): the store took too long, or too much waited for it, \
                   each of 6 times";
    assert_eq!(import(HowToRestore::Compare, TRIES + 1).await, Err(Problem(problem.to_owned())));
    let done = Results { done: 600, ..Results::default() };
    assert_eq!(import(HowToRestore::New, TRIES).await, Ok(done));
    let same = Results { same: 600, ..Results::default() };
    assert_eq!(import(HowToRestore::Compare, 1).await, Ok(same));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_imported_but_read_back_too_slowly_counts_as_imported() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    assert_eq!(export(&filled().await, &path, 0).await.0, Ok(600));
    let service = empty();
    service.store().spared.store(1, SeqCst);
    service.store().loads.store(1, SeqCst);
    let ask = async |request| perform(&service, request).await;
    let input = Input::open(&path).unwrap();
    let done = pass(ask, &input, HowToRestore::New, "imported").await;
    assert_eq!(done, Ok(Results { done: 600, ..Results::default() }));
    assert_eq!(service.store().loads.load(SeqCst), 0);
}

#[test]
fn what_only_the_second_search_misses_is_said() {
    let places = |places: &[u64]| places.iter().map(|place| (*place, "why".to_owned())).collect();
    let found = Found { damaged: 1, busy: 1, unlisted: places(&[1, 2]), ..Found::default() };
    assert!(missing_again(&found, &found).is_empty());
    let behind = Found { damaged: 3, busy: 2, unlisted: places(&[2, 3]), ..Found::default() };
    assert_eq!(
        missing_again(&found, &behind),
        [
            "2 more accounts are damaged, and nothing is known of them; verify names them",
            "1 account could not be looked at: the store took too long, or too much waited for it, each of 6 times; run this \
             again",
            "1 place in the store cannot be listed: why",
            "nothing is known of the accounts that are only there",
        ]
    );
}
