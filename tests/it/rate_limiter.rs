//! Rate limiters, alone and in calls.

use convmark::call::{Caller, Incoming};
use convmark::fake::{Service, Time};
use convmark::rate::{RateLimiter, RateLimiters};
use convmark::{Facts, Rule, Validator};

use crate::helpers::*;

#[test]
fn a_rate_limiter_admits_so_many_calls_in_any_second() {
    let mut limiter = RateLimiter::new(2);
    let admitted = [0, 0, 999, 1000, 1000, 1001].map(|now| limiter.admit(now));
    assert_eq!(admitted, [true, true, false, true, true, false]);
}

#[test]
fn a_rate_limiter_of_0_refuses_every_call() {
    let mut limiter = RateLimiter::new(0);
    assert_eq!([0, 5000, u64::MAX].map(|now| limiter.admit(now)), [false; 3]);
}

#[test]
fn a_clock_that_steps_back_counts_as_standing_still() {
    let mut limiter = RateLimiter::new(1);
    assert_eq!([5000, 100, 5999, 6000].map(|now| limiter.admit(now)), [true, false, false, true]);
}

#[test]
fn each_command_has_a_rate_limiter_of_its_own() {
    let mut limiters = RateLimiters::new(1);
    for command in convmark::Command::ALL {
        assert!(limiters.admit(*command, 7));
        assert!(!limiters.admit(*command, 7));
    }
}

/// The rule that refuses a call, if one does.
fn rule(incoming: &Incoming<'_>, limiters: &mut RateLimiters, now_ms: u64) -> Option<Rule> {
    incoming
        .judge(&mut Validator::new(&POLICY), limiters, now_ms)
        .err()
        .map(|refusal| refusal.rule())
}

#[test]
fn the_rate_limiter_comes_after_the_url_and_before_the_caller() {
    let mut limiters = RateLimiters::new(1);
    let broken = Incoming::new(GET, b"{").by(Caller::Other);
    // A call with a wrong URL does not count.
    let wrong = "/v4/recentcontact/get_contact_group";
    assert_eq!(
        rule(&Incoming::from_url(wrong, b"{"), &mut limiters, 0),
        Some(Rule::MissingParameter)
    );
    // A call that is refused later counts.
    assert_eq!(rule(&broken, &mut limiters, 0), Some(Rule::NotAdmin));
    assert_eq!(rule(&broken, &mut limiters, 999), Some(Rule::TooFrequent));
    assert_eq!(rule(&broken.by(Caller::Admin), &mut limiters, 1000), Some(Rule::InvalidJson));
    assert_eq!(rule(&broken.by(Caller::Admin), &mut limiters, 1001), Some(Rule::TooFrequent));
}

#[test]
fn a_refused_call_is_answered_and_changes_nothing() {
    let mut service = Service::new(&POLICY).with_calls_per_second(0);
    let body = ME.set_marks("a", "1");
    let call = Incoming::new(MARK, body.as_bytes());
    let outcome = service.serve(&call, &Facts::vouched(), Time::from_seconds(1)).unwrap();
    assert_eq!(outcome.code().get(), 60007);
    assert!(outcome.changes().is_empty());
    assert_eq!(service.accounts().count(), 0);
    support::json::assert_json(
        std::str::from_utf8(outcome.answer()).unwrap(),
        r#"{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"*"}"#,
    );
}
