//! Sequences of operations: compares the crate with the reference model after each, and checks
//! every property of requests.

use crate::runner::on_bytes;
use convmark::marks::MarkBase;
use convmark::{Command, Conversation};
use convmark_model::compare::ComparedAccount;
use convmark_model::generate::operations::{Call, Operation, mostly_valid_call, mostly_valid_run};
use convmark_model::generate::{ByteSource, policies};
use convmark_model::handle::account_after;
use convmark_model::reference::account::Facts;
use convmark_model::{properties, targets};
use support::bodies::{Requester, chat_contact, user_contact};
use support::random;

#[test]
fn random_operations_keep_every_property() {
    on_bytes(500, 500, targets::operations);
}

/// Longer sequences of valid requests, compared after each, without the slower properties.
#[test]
fn long_runs_of_valid_requests_agree_with_the_reference_model() {
    on_bytes(250, 1500, |data| {
        let mut source = ByteSource::new(data);
        let run = mostly_valid_run(&mut source, 200);
        let compared = ComparedAccount::run(&run);
        properties::capacity::capacities_hold(&compared.account, &run.policy);
        properties::capacity::counts_match_contents(&compared.account);
    });
}

#[test]
fn raising_limits_rejects_nothing_that_was_accepted() {
    on_bytes(1500, 300, |data| {
        let mut run = mostly_valid_run(&mut ByteSource::new(data), 30);
        let raised = policies::raised(&mut ByteSource::new(data), &run.policy);
        if let Some(Operation::Call(call)) = run.operations.pop() {
            properties::limits::raised_limits_reject_nothing_more(
                &account_after(&run),
                &call,
                &run.policy,
                &raised,
            );
        }
    });
}

/// All 64 bits with both index bases, in empty and in filled accounts.
#[test]
fn every_mark_bit_can_be_set_and_cleared() {
    for seed in 0..8 {
        let bytes = random::bytes(seed, if seed == 0 { 0 } else { 200 });
        let account = account_after(&mostly_valid_run(&mut ByteSource::new(&bytes), 20));
        for conversation in [Conversation::user("u"), Conversation::group("g")] {
            let conversation = conversation.expect("an ID");
            for base in [MarkBase::Zero, MarkBase::One] {
                for bit in 0..64 {
                    properties::marks::set_then_clear(&account, &conversation, bit, base);
                }
            }
        }
    }
}

fn call(command: Command, body: String, now: u64) -> Call {
    Call { command, body: body.into_bytes(), admin: true, facts: Facts::default(), now }
}

/// One account with many rows and all 64 groups.
#[test]
fn an_account_with_all_groups_agrees_with_the_reference_model() {
    let policy = properties::stored::policy_with_64_groups();
    let mut compared = ComparedAccount::new(policy);
    let bytes = random::bytes(7, 2000);
    let mut source = ByteSource::new(&bytes);
    for group in 0..66 {
        let (one, other) =
            (user_contact(&format!("u{}", group % 50)), chat_contact(&format!("g{}", group % 7)));
        let body =
            Requester("a").create(&format!("group {group}"), &[one, other, user_contact("u")]);
        compared.call(&call(Command::CreateContactGroup, body, group));
        compared.call(&mostly_valid_call(&mut source, &policy, group));
        properties::capacity::counts_match_contents(&compared.account);
    }
    properties::pages::pages_concatenate_to_the_whole(&compared.account, &policy);
    properties::stored::snapshots_round_trip(&compared.account);
    for group in (0..66).rev() {
        let body = Requester("a").delete(&format!("group {group}"));
        compared.call(&call(Command::DelContactGroup, body, 100 + group));
        properties::capacity::counts_match_contents(&compared.account);
    }
}

/// Found by fuzzing: messages about invalid JSON tell a position, which differs in another text of
/// the same body.
#[test]
fn renaming_a_body_with_half_a_surrogate_pair() {
    let data = include_bytes!("../../../../fuzz/regressions/operations-half-a-pair");
    targets::operations(data);
}
