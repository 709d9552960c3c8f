//! What a fuzz target or a property test does with plain bytes: every law that fits, and the comparison with the twin.

use crate::act::act;
use crate::compare::{self, Pair, translate};
use crate::generate::operations::{self, Call, Operation};
use crate::generate::{Draw, mutations, policies, requests, stored, urls};
use crate::laws;
use convmark::{Account, Command, Policy, Revision, Rule, decode};

/// Any bytes as a body; the first byte picks the command and the revision.
pub fn raw_bytes(data: &[u8]) {
    let Some((first, body)) = data.split_first() else { return };
    let command = Command::all()[usize::from(first % 6)];
    let policy = if first / 6 % 2 == 0 { Revision::V2026_04.policy() } else { Revision::V2023_03.policy() };
    judged(command, body, &policy);
}

/// A body of the right shape that was mutated.
pub fn near_valid(data: &[u8]) {
    let mut draw = Draw::new(data);
    let policy = policies::policy(&mut draw);
    let command = requests::command(&mut draw);
    let body = mutations::near_valid_body(&mut draw, command, &policy);
    judged(command, &body, &policy);
    laws::spelling::order_of_members(command, &body, &policy, &mut draw);
}

/// Everything about one body.
pub fn judged(command: Command, body: &[u8], policy: &Policy) {
    compare::findings::compare(command, body, policy);
    laws::doors::fast_door_is_right(command, body, policy);
    laws::doors::doors_agree(command, body, policy);
    laws::doors::encoding_is_lossless(command, body, policy);
    laws::doors::formats_agree(command, body, policy);
    laws::spelling::null_is_absent(command, body, policy);
    laws::spelling::escapes_and_spaces(command, body, policy);
    laws::paths::paths_resolve(command, body, policy);
    laws::messages::strings_stay_out(command, body, policy);
    laws::messages::numbers_stay_out(command, body, policy);
}

/// A sequence of operations, crate against twin after each.
pub fn operations(data: &[u8]) {
    let mut draw = Draw::new(data);
    let run = operations::run(&mut draw, 64);
    let mut pair = Pair::new(run.policy);
    let mut changes = Vec::new();
    for operation in &run.operations {
        let before = pair.ours.clone();
        if let Operation::Forget(kind, id, now) = operation {
            changes.extend(pair.forget(*kind, id, *now));
        } else if let (Some(acted), Operation::Call(call)) = (pair.step(operation), operation) {
            request_laws(&before, call, &run.policy);
            laws::forms::answers_can_be_read(&pair.ours, &acted);
            changes.extend(acted.changes);
        }
        laws::capacity::counts_are_right(&pair.ours);
        laws::capacity::capacities_are_kept(&pair.ours, &run.policy);
    }
    laws::stored::changes_make_the_account(&changes, &pair.ours);
    laws::stored::snapshots_are_the_account(&pair.ours);
    laws::pages::pages_make_the_whole(&pair.ours, &run.policy);
    if let Some((Operation::Call(call), earlier)) = run.operations.split_last() {
        let earlier = operations::Run { policy: run.policy, operations: earlier.to_vec() };
        laws::renaming::renaming_renames(&earlier, call);
        let raised = policies::raised(&mut Draw::new(data), &run.policy);
        let account = crate::act::account_after(&earlier);
        laws::limits::raising_rejects_nothing(&account, call, &run.policy, &raised);
    }
}

/// The laws about one request to one account.
pub fn request_laws(account: &Account, call: &Call, policy: &Policy) {
    laws::forms::ways_to_apply_agree(account, call, policy);
    if !call.admin {
        return;
    }
    let Ok(request) = decode(call.command, &call.body, policy) else { return };
    let facts = translate::facts(&call.facts);
    let acted = act(&mut account.clone(), call, policy);
    laws::items::one_result_each(&request, &acted);
    laws::items::failures_change_nothing(account, &request, &facts, call.now);
    laws::items::items_are_idempotent(account, &request, &facts, call.now);
    laws::batch::batch_is_one_by_one(account, &request, &facts, call.now);
    for conversation in laws::items::conversations(request.request()) {
        laws::forms::conversations_have_one_form(&conversation);
    }
}

/// Snapshots and changes; the first byte picks how they come about.
pub fn stored(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let mut draw = Draw::new(rest);
    match first % 5 {
        0 => {
            if let Some(account) = laws::stored::loading_is_total(rest) {
                Pair::of(account, laws::stored::roomy());
            }
        }
        1 => {
            let mut pair = Pair::of(known_account(), laws::stored::roomy());
            for line in rest.split(|byte| *byte == b'\n') {
                pair.replay(line);
                laws::stored::changes_survive(&String::from_utf8_lossy(line));
            }
        }
        2 => {
            let snapshot = stored::snapshot(&mut draw);
            let bytes = snapshot.spelled(&mut draw);
            let account = laws::stored::loading_is_total(&bytes);
            let account = account.unwrap_or_else(|| panic!("refused: {}", compare::findings::shown(&bytes)));
            let policy = policies::policy(&mut draw);
            let mut pair = Pair::of(account, policy);
            for now in 1..8 {
                if draw.is_spent() {
                    break;
                }
                let call = operations::right_call(&mut draw, &policy, now);
                pair.call(&call);
                laws::capacity::counts_are_right(&pair.ours);
            }
        }
        3 => {
            let snapshot = stored::snapshot(&mut draw);
            if let Some((bytes, how)) = stored::broken_snapshot(&mut draw, &snapshot) {
                laws::stored::damage_is_refused(&bytes, how);
            }
        }
        _ => {
            let mut pair = Pair::new(laws::stored::roomy());
            for _ in 0..64 {
                if draw.is_spent() {
                    break;
                }
                let change = stored::change(&mut draw);
                pair.replay(&change);
                laws::capacity::counts_are_right(&pair.ours);
                laws::stored::changes_survive(&String::from_utf8_lossy(&change));
            }
        }
    }
}

/// Two groups, one of them with a member that is marked, too.
fn known_account() -> Account {
    let snapshot = concat!(
        r#"{"version":1,"last_group_id":2,"groups":[{"group_id":1,"name":"n"},{"group_id":2,"name":"m"}],"rows":["#,
        r#"{"conversation":{"Type":1,"To_Account":"u"},"standard_mark":"1","custom_mark":"c","group_ids":[1],"timestamp":5}]}"#
    );
    serde_json::from_str(snapshot).expect("a sound snapshot")
}

/// Request targets: any text, or a generated one.
pub fn urls(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let target = match first % 2 {
        0 => String::from_utf8_lossy(rest).into_owned(),
        _ => urls::target(&mut Draw::new(rest)),
    };
    let judged = compare::url::compare(&target);
    if let Err(refusal) = judged {
        let info = refusal.info();
        assert!(!info.is_empty() && info.len() < 1000, "{info}");
        // Short values and numbers may be in it by chance, as the limits are.
        let query = target.split_once('?').map_or("", |(_, query)| query);
        for (_, value) in crate::twin::url::decode(query) {
            let telling = value.len() > 8 && !value.bytes().all(|byte| byte.is_ascii_digit());
            // Nor does a text that says nothing of this request.
            let fixed = |rule: &Rule| format!("{} {}", rule.info().explanation, rule.info().advice).contains(&value);
            assert!(!telling || Rule::all().iter().any(fixed) || !info.contains(&value), "{value} is in {info}");
        }
    }
}
