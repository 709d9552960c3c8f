//! Calls that wait for a slow store, or for each other.

use std::sync::Arc;
use std::time::Duration;

use super::slow::{Slow, slow};
use super::{get, has_code, mark, service};
use crate::service::ServiceOptions;

#[tokio::test(start_paused = true)]
async fn the_line_of_an_account_is_bounded_and_is_served_together() {
    let options = ServiceOptions { line_max: 50, together_max: 20, ..Default::default() };
    let service = service(slow(100), options);
    let start = tokio::time::Instant::now();
    let calls: Vec<_> = (0..60)
        .map(|number| {
            let service = service.clone();
            tokio::spawn(async move { mark(&service, "anna", &format!("m{number}")).await })
        })
        .collect();
    // Another account does not wait for them.
    assert!(has_code(&mark(&service, "ben", "m").await, 0));
    assert!(start.elapsed() < Duration::from_millis(150));
    let mut late = 0;
    for call in calls {
        let answer = call.await.unwrap();
        if has_code(&answer, 50005) {
            late += 1;
        } else {
            assert!(has_code(&answer, 0), "{answer:?}");
        }
    }
    // One in its turn, 50 in the line.
    assert_eq!(late, 9);
    let figures = service.figures();
    assert_eq!((figures.line_full, figures.records), (9, 52));
    assert_eq!(figures.appends, 1 + 1 + 3);
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_of_one_account_delay_no_other() {
    let options = ServiceOptions { together_max: 1, ..Default::default() };
    let service = service(slow(100), options);
    let start = tokio::time::Instant::now();
    let calls: Vec<_> = (0..1000)
        .map(|number| {
            let service = service.clone();
            tokio::spawn(async move { mark(&service, "anna", &format!("m{number}")).await })
        })
        .collect();
    for number in 1..=5_u32 {
        assert!(has_code(&mark(&service, "ben", "m").await, 0));
        // The first one loads, too; an append takes 100 ms.
        assert!(start.elapsed() <= Duration::from_millis(100) * number, "{:?}", start.elapsed());
    }
    for call in calls {
        assert!(has_code(&call.await.unwrap(), 0));
    }
    assert!(start.elapsed() >= Duration::from_secs(100), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_too_long_is_a_timeout() {
    let options = ServiceOptions { store_timeout: Duration::from_millis(50), ..Default::default() };
    let service = service(slow(100), options);
    assert!(has_code(&mark(&service, "anna", "m").await, 50005));
    assert_eq!(service.figures().unknown, 1);
    assert_eq!(service.figures().cached_accounts, 0, "what is not known is not kept");
}

#[tokio::test(start_paused = true)]
async fn the_only_writer_waits_for_an_append_that_is_late() {
    let options = ServiceOptions { store_timeout: Duration::from_millis(50), ..Default::default() };
    let store = Slow::<true> { store: Arc::default(), delay: Duration::from_millis(100) };
    let service = service(store, options);
    let start = tokio::time::Instant::now();
    assert!(has_code(&mark(&service, "anna", "late").await, 50005));
    assert_eq!(start.elapsed().as_millis(), 50);
    let page = get(&service, "anna").await;
    assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    assert!(page.contains(r#""CustomMark":"late""#), "{page}");
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_is_finished_without_its_caller() {
    let service = service(slow(100), ServiceOptions::default());
    let call = mark(&service, "anna", "m");
    assert!(tokio::time::timeout(Duration::from_millis(10), call).await.is_err());
    service.close().await.unwrap();
    assert_eq!(service.figures().records, 1);
}
