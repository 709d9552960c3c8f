//! Traits, sizes and defaults of the public types.

use convmark::account::{OwnedOutcome, ReplayError, SnapshotError};
use convmark::answer::{Answer, AnswerError};
use convmark::call::{Call, Caller};
use convmark::conversation::IdError;
use convmark::fake::Service;
use convmark::marks::MarksError;
use convmark::policy::PolicyError;
use convmark::rate::{RateLimiter, RateLimiters};
use convmark::region::Region;
use convmark::request::MarkItem;
use convmark::*;

fn shareable<T: Send + Sync + 'static>() {}
fn an_error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn owned_values_can_be_shared_between_threads() {
    shareable::<Account>();
    shareable::<Service>();
    shareable::<Answer>();
    shareable::<Validator>();
    shareable::<Call<'static>>();
    shareable::<Change<'static>>();
    shareable::<CheckedRequest<'static>>();
    shareable::<Command>();
    shareable::<Conversation<'static>>();
    shareable::<ErrorCode>();
    shareable::<Facts>();
    shareable::<Finding>();
    shareable::<RateLimiter>();
    shareable::<RateLimiters>();
    shareable::<Lookup<'static>>();
    shareable::<OwnedOutcome>();
    shareable::<Policy>();
    shareable::<Refusal>();
    shareable::<Region>();
    shareable::<Report>();
    shareable::<Request<'static>>();
    shareable::<Rule>();
    shareable::<Warning>();
}

#[test]
fn error_types_implement_error() {
    an_error::<AnswerError>();
    an_error::<IdError>();
    an_error::<MarksError>();
    an_error::<Misuse>();
    an_error::<PolicyError>();
    an_error::<ReplayError>();
    an_error::<SnapshotError>();
    an_error::<UnknownName>();
}

#[test]
fn sizes_are_kept_small() {
    assert!(size_of::<Account>() <= 256, "{}", size_of::<Account>());
    assert!(size_of::<Refusal>() <= 16, "{}", size_of::<Refusal>());
    assert!(size_of::<Finding>() <= 256, "{}", size_of::<Finding>());
    assert!(size_of::<Conversation<'_>>() <= 40, "{}", size_of::<Conversation<'_>>());
    assert!(size_of::<MarkItem<'_>>() <= 104, "{}", size_of::<MarkItem<'_>>());
    assert!(size_of::<Policy>() <= 64, "{}", size_of::<Policy>());
    assert_eq!(size_of::<StandardMarks>(), 8);
    assert_eq!(size_of::<Option<Rule>>(), 1);
}

#[test]
fn defaults_are_empty_and_current() {
    assert_eq!(Account::default(), Account::new());
    assert_eq!(Policy::default(), Revision::V2026_04.policy());
    assert_eq!(Caller::default(), Caller::Admin);
    assert!(Report::default().is_valid());
    assert!(StandardMarks::default().is_empty());
    assert!(ErrorCode::default().is_ok());
}
