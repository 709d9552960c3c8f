//! The answer of the core to a recorded request.

use std::borrow::Cow;

use convmark::call::Incoming;
use convmark::rate::RateLimiters;
use convmark::{Account, Policy, Rule, Validator};
use serde_json::Value;

use super::facts::Known;
use crate::envelope::Target;
use crate::recorded::{Exchange, with_usersig};

/// A recorded request that can be run on any account.
pub struct Run<'a> {
    exchange: &'a Exchange<'a>,
    /// The URL, if the request has one, with a UserSig.
    url: Option<Cow<'a, str>>,
    /// Unix seconds.
    now: u64,
}

/// What the core makes of it.
pub struct Ours {
    pub value: Value,
    pub account: Account,
    /// Why the whole request was refused, and the JSON Pointer of the place.
    pub refusal: Option<(Rule, String)>,
    pub item_rules: Vec<Option<Rule>>,
}

impl Ours {
    /// Whether the URL was refused, whatever the body and the account are.
    pub fn refuses_url(&self) -> bool {
        matches!(
            self.refusal,
            Some((
                Rule::UnknownEndpoint
                    | Rule::NotModeled
                    | Rule::MissingParameter
                    | Rule::BadParameter
                    | Rule::DuplicateParameter,
                _
            ))
        )
    }
}

impl<'a> Run<'a> {
    pub fn new(exchange: &'a Exchange<'a>, now: u64) -> Self {
        let url = match &exchange.request.target {
            Target::Command(_) => None,
            Target::Url(url) => Some(with_usersig(url)),
        };
        Self { exchange, url, now }
    }

    /// The answer and the account after it, under that policy.
    pub fn on(&self, mut account: Account, policy: &Policy, known: Known<'_>) -> Ours {
        let mut validator = Validator::new(policy);
        let mut answer = Vec::new();
        let judged = self.incoming().by(known.caller()).judge(
            &mut validator,
            &mut RateLimiters::unlimited(),
            0,
        );
        let (refusal, item_rules) = match judged {
            Err(refusal) => {
                refusal.write_answer(policy, &mut answer);
                (Some(refusal), Vec::new())
            }
            Ok(request) => {
                let facts = known.facts(&request);
                match account.apply(&request, &facts, self.now) {
                    Ok(outcome) => {
                        outcome.write_answer(&mut answer);
                        (outcome.refusal().cloned(), outcome.item_rules().collect())
                    }
                    Err(misuse) => unreachable!("every lookup is answered: {misuse}"),
                }
            }
        };
        let refusal =
            refusal.map(|refusal| (refusal.rule(), refusal.finding().path().as_str().to_string()));
        let mut value: Value = serde_json::from_slice(&answer).expect("the core writes JSON");
        value.sort_all_objects();
        Ours { value, account, refusal, item_rules }
    }

    fn incoming(&self) -> Incoming<'_> {
        let body = self.exchange.request.body.as_bytes();
        match (&self.exchange.request.target, &self.url) {
            (Target::Command(command), _) => Incoming::new(*command, body),
            (Target::Url(url), None) => Incoming::from_url(url, body),
            (Target::Url(_), Some(url)) => Incoming::from_url(url, body),
        }
    }
}
