//! Requests handled by the crate alone.

use crate::compare::convert;
use crate::generate::operations::{Call, Operation, Run};
use convmark::call::{Caller, Incoming};
use convmark::rate::RateLimiters;
use convmark::{
    Account, Change, CheckedRequest, Conversation, ErrorCode, Facts, Policy, Rule, Validator,
};

/// The crate's response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The code of the whole request.
    pub code: ErrorCode,
    /// The rule that refused the whole request, if one did.
    pub refused: Option<Rule>,
    /// For each item the rule that failed it, if one did.
    pub items: Vec<Option<Rule>>,
    /// The answer's bytes.
    pub answer: Vec<u8>,
    /// The changes in their JSON form.
    pub changes: Vec<String>,
}

/// Runs all stages from the check of the caller on.
pub fn handle(account: &mut Account, call: &Call, policy: &Policy) -> Response {
    let caller = if call.admin { Caller::Admin } else { Caller::Other };
    let incoming = Incoming::new(call.command, &call.body).by(caller);
    match incoming.judge(&mut Validator::new(policy), &mut RateLimiters::unlimited(), 0) {
        Ok(request) => apply(account, &request, &convert::facts(&call.facts), call.now),
        Err(refusal) => {
            let mut answer = Vec::new();
            refusal.write_answer(policy, &mut answer);
            Response {
                code: refusal.code(),
                refused: Some(refusal.rule()),
                items: Vec::new(),
                answer,
                changes: Vec::new(),
            }
        }
    }
}

/// Applies a checked request.
///
/// # Panics
///
/// If the facts lack an answer.
pub fn apply(account: &mut Account, request: &CheckedRequest, facts: &Facts, now: u64) -> Response {
    let outcome = account.apply(request, facts, now).expect("the facts are complete");
    let mut answer = Vec::new();
    outcome.write_answer(&mut answer);
    Response {
        code: outcome.code(),
        refused: outcome.refusal().map(convmark::Refusal::rule),
        items: outcome.item_rules().collect(),
        answer,
        changes: outcome.changes().map(|change| json_of(&change)).collect(),
    }
}

/// The account after a run that started with an empty one.
pub fn account_after(run: &Run) -> Account {
    let mut account = Account::new();
    for operation in &run.operations {
        perform(&mut account, operation, &run.policy);
    }
    account
}

/// The number of rows after each operation of a run that started with an empty account.
pub fn rows_after_each(run: &Run) -> Vec<u32> {
    let mut account = Account::new();
    let rows_after = |operation| {
        perform(&mut account, operation, &run.policy);
        account.usage().rows
    };
    run.operations.iter().map(rows_after).collect()
}

fn perform(account: &mut Account, operation: &Operation, policy: &Policy) {
    match operation {
        Operation::Call(call) => drop(handle(account, call, policy)),
        Operation::Forget(kind, id, now) => {
            let conversation = if *kind == 1 {
                Conversation::user(id.as_str())
            } else {
                Conversation::group(id.as_str())
            };
            if let Ok(conversation) = conversation {
                account.forget(&conversation, *now);
            }
        }
        Operation::Reload => {}
    }
}

/// The change in JSON form.
///
/// # Panics
///
/// Never, because every change can be written.
pub fn json_of(change: &Change) -> String {
    serde_json::to_string(change).expect("changes can be written")
}
