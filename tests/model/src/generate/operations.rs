//! Sequences of operations on an account.

use super::{ByteSource, facts, many_rows, mutations, policies, requests, texts};
use crate::reference::account::Facts;
use convmark::{Command, Policy};

/// One incoming request, with the facts that the host supplies.
#[derive(Clone, Debug)]
pub struct Call {
    /// The command.
    pub command: Command,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Whether the caller is an app admin.
    pub admin: bool,
    /// The facts that the host supplies.
    pub facts: Facts,
    /// The time in seconds.
    pub now: u64,
}

/// One operation on an account.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A request.
    Call(Call),
    /// The host drops a conversation: its wire `Type`, its ID, the time in seconds.
    Forget(u8, String, u64),
    /// The account is stored and loaded again.
    Reload,
}

/// A policy and operations under it.
#[derive(Clone, Debug)]
pub struct Run {
    /// The policy.
    pub policy: Policy,
    /// The operations in order.
    pub operations: Vec<Operation>,
}

/// A run of at most `maximum` operations that ends when the bytes are used up.
pub fn run(source: &mut ByteSource, maximum: usize) -> Run {
    run_of(source, maximum, operation)
}

/// A run of requests of which nearly all are valid, for properties about the effects of requests.
pub fn mostly_valid_run(source: &mut ByteSource, maximum: usize) -> Run {
    run_of(source, maximum, |source, policy, now| {
        Operation::Call(mostly_valid_call(source, policy, now))
    })
}

/// A third of the runs have many rows: they begin with 15 to 40 rows, and a quarter of their
/// operations are about many conversations.
fn run_of(
    source: &mut ByteSource,
    maximum: usize,
    next: fn(&mut ByteSource, &Policy, u64) -> Operation,
) -> Run {
    let mut policy = policies::policy(source);
    let mut operations = Vec::new();
    let has_many_rows = source.one_in(3);
    if has_many_rows {
        policy = policies::roomy(source, &policy);
        operations.extend(many_rows::opening(source, &policy).map(Operation::Call));
    }
    let mut now = 0;
    while !source.is_exhausted() && operations.len() < maximum {
        now = later(source, now);
        operations.push(match has_many_rows && source.one_in(4) {
            true => Operation::Call(many_rows::call(source, &policy, now)),
            false => next(source, &policy, now),
        });
    }
    Run { policy, operations }
}

/// A call with a body that is nearly always valid.
pub fn mostly_valid_call(source: &mut ByteSource, policy: &Policy, now: u64) -> Call {
    let command = requests::command(source);
    let body = requests::mostly_valid_body(source, command, policy).plain();
    Call { command, body, admin: true, facts: facts::facts(source), now }
}

fn operation(source: &mut ByteSource, policy: &Policy, now: u64) -> Operation {
    match source.below(32) {
        30 => {
            let kind = source.pick(&[1, 2]);
            let id = if kind == 1 { texts::user(source) } else { texts::chat(source) };
            Operation::Forget(kind, id, now)
        }
        31 => Operation::Reload,
        _ => {
            let command = requests::command(source);
            let body = match source.one_in(4) {
                true => mutations::near_valid_body(source, command, policy),
                false => requests::mostly_valid_body(source, command, policy).spelled(source),
            };
            let admin = !source.one_in(48);
            Operation::Call(Call { command, body, admin, facts: facts::facts(source), now })
        }
    }
}

/// The next time. It mostly advances, but it may stand still, step back or reach its maximum.
fn later(source: &mut ByteSource, now: u64) -> u64 {
    match source.below(64) {
        0..=15 => now,
        62 => now.saturating_sub(5),
        63 => source.pick(&[u64::MAX, 1 << 53, 1 << 63]),
        step => now.saturating_add(u64::try_from(step % 3 + 1).unwrap_or(1)),
    }
}
