//! Sequences of operations: crate against twin after each, and every law about requests on the way.

use crate::runner::on_bytes;
use convmark::{Command, Conversation, MarkBase};
use convmark_proof::act::account_after;
use convmark_proof::compare::Pair;
use convmark_proof::generate::draw::noise;
use convmark_proof::generate::operations::{Call, Operation, right_call, right_run};
use convmark_proof::generate::{Draw, policies};
use convmark_proof::twin::account::Facts;
use convmark_proof::{laws, targets};

#[test]
fn operations_with_all_laws() {
    on_bytes(500, 500, targets::operations);
}

/// Longer sequences of right requests with a comparison after each, without the dearer laws.
#[test]
fn long_right_runs() {
    on_bytes(250, 1500, |data| {
        let mut draw = Draw::new(data);
        let run = right_run(&mut draw, 200);
        let pair = Pair::run(&run);
        laws::capacity::capacities_are_kept(&pair.ours, &run.policy);
        laws::capacity::counts_are_right(&pair.ours);
    });
}

#[test]
fn raised_limits() {
    on_bytes(1500, 300, |data| {
        let mut run = right_run(&mut Draw::new(data), 30);
        let raised = policies::raised(&mut Draw::new(data), &run.policy);
        if let Some(Operation::Call(call)) = run.operations.pop() {
            laws::limits::raising_rejects_nothing(&account_after(&run), &call, &run.policy, &raised);
        }
    });
}

/// All 64 bits, both index bases, from empty and from filled accounts.
#[test]
fn set_then_clear_all_bits() {
    for seed in 0..8 {
        let bytes = noise(seed, if seed == 0 { 0 } else { 200 });
        let account = account_after(&right_run(&mut Draw::new(&bytes), 20));
        for conversation in [Conversation::user("u"), Conversation::group("g")] {
            let conversation = conversation.expect("an ID");
            for base in [MarkBase::Zero, MarkBase::One] {
                for bit in 0..64 {
                    // The policy of the law has room for a thousand.
                    laws::marks::set_then_clear(&account, &conversation, bit, base);
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
fn crowded_account() {
    let policy = laws::stored::roomy();
    let mut pair = Pair::new(policy);
    let bytes = noise(7, 2000);
    let mut draw = Draw::new(&bytes);
    for group in 0..66 {
        let contacts = format!(
            r#"[{{"Type":1,"To_Account":"u{}"}},{{"Type":2,"ToGroupId":"g{}"}},{{"Type":1,"To_Account":"u"}}]"#,
            group % 50,
            group % 7
        );
        let list = format!(r#"[{{"GroupName":"group {group}","ContactItem":{contacts}}}]"#);
        let body = format!(r#"{{"From_Account":"a","GroupContactItem":{list}}}"#);
        pair.call(&call(Command::CreateContactGroup, body, group));
        pair.call(&right_call(&mut draw, &policy, group));
        laws::capacity::counts_are_right(&pair.ours);
    }
    laws::pages::pages_make_the_whole(&pair.ours, &policy);
    laws::stored::snapshots_are_the_account(&pair.ours);
    for group in (0..66).rev() {
        let body = format!(r#"{{"From_Account":"a","GroupName":["group {group}"]}}"#);
        pair.call(&call(Command::DelContactGroup, body, 100 + group));
        laws::capacity::counts_are_right(&pair.ours);
    }
}

/// Found by fuzzing: what is said about broken JSON tells its place, which another spelling moves.
#[test]
fn renaming_a_body_with_half_a_surrogate_pair() {
    let data = include_bytes!("../../../../fuzz/regressions/operations-half-a-pair");
    targets::operations(data);
}
