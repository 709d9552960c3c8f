//! What a fuzz target or a property test does with its bytes: compares the crate with the reference
//! model and checks every property that applies.

use crate::compare::{self, ComparedAccount, convert};
use crate::generate::operations::{self, Call, Operation};
use crate::generate::{ByteSource, mutations, policies, requests, stored, urls};
use crate::handle::handle;
use crate::properties;
use convmark::{Account, Command, Policy, Revision, Rule, Validator};
use support::formats::Format;

/// The most operations of one input of [`operations`](fn@operations).
pub const OPERATIONS_MAX: usize = 64;

/// Any bytes as a body. The first byte chooses the command and the revision.
pub fn raw_bytes(data: &[u8]) {
    let Some((first, body)) = data.split_first() else { return };
    let command = Command::ALL[usize::from(first % 6)];
    let policy =
        if first / 6 % 2 == 0 { Revision::V2026_04.policy() } else { Revision::V2023_03.policy() };
    judged(command, body, &policy);
}

/// A mutated body of the right shape.
pub fn near_valid(data: &[u8]) {
    let mut source = ByteSource::new(data);
    let policy = policies::policy(&mut source);
    let command = requests::command(&mut source);
    let body = mutations::near_valid_body(&mut source, command, &policy);
    judged(command, &body, &policy);
    properties::spelling::member_order_does_not_matter(command, &body, &policy, &mut source);
}

/// All checks of one body.
pub fn judged(command: Command, body: &[u8], policy: &Policy) {
    compare::findings::compare(command, body, policy);
    properties::entry_points::fast_path_accepts_only_valid_bodies(command, body, policy);
    properties::entry_points::entry_points_agree(command, body, policy);
    properties::entry_points::encoding_is_lossless(command, body, policy);
    properties::entry_points::other_deserializers_agree(command, body, policy);
    properties::spelling::null_equals_absent(command, body, policy);
    properties::spelling::escapes_and_white_space_do_not_matter(command, body, policy);
    properties::paths::paths_and_spans_resolve(command, body, policy);
    properties::messages::messages_ignore_string_values(command, body, policy);
    properties::messages::messages_repeat_no_numbers(command, body, policy);
}

/// A sequence of operations. Compares the crate with the reference model after each.
pub fn operations(data: &[u8]) {
    let mut source = ByteSource::new(data);
    let run = operations::run(&mut source, OPERATIONS_MAX);
    let mut compared = ComparedAccount::new(run.policy);
    let mut changes = Vec::new();
    for operation in &run.operations {
        let before = compared.account.clone();
        if let Operation::Forget(kind, id, now) = operation {
            changes.extend(compared.forget(*kind, id, *now));
        } else if let (Some(response), Operation::Call(call)) =
            (compared.step(operation), operation)
        {
            request_properties(&before, call, &run.policy);
            properties::representations::client_reader_agrees(&compared.account, &response);
            changes.extend(response.changes);
        }
        properties::capacity::counts_match_contents(&compared.account);
        properties::capacity::capacities_hold(&compared.account, &run.policy);
    }
    properties::stored::replayed_changes_equal_the_account(&changes, &compared.account);
    properties::stored::snapshots_round_trip(&compared.account);
    properties::stored::compact_snapshots_round_trip(&compared.account);
    properties::pages::pages_concatenate_to_the_whole(&compared.account, &run.policy);
    if let Some((Operation::Call(call), earlier)) = run.operations.split_last() {
        let earlier = operations::Run { policy: run.policy, operations: earlier.to_vec() };
        properties::renaming::renamed_ids_rename_only_the_result(&earlier, call);
        let raised = policies::raised(&mut ByteSource::new(data), &run.policy);
        let account = crate::handle::account_after(&earlier);
        properties::limits::raised_limits_reject_nothing_more(&account, call, &run.policy, &raised);
    }
}

/// All properties of one request to one account.
pub fn request_properties(account: &Account, call: &Call, policy: &Policy) {
    properties::representations::all_ways_to_apply_agree(account, call, policy);
    if !call.admin {
        return;
    }
    let Ok(request) = Validator::new(policy).decode(call.command, &call.body) else { return };
    let facts = convert::facts(&call.facts);
    let response = handle(&mut account.clone(), call, policy);
    properties::items::one_result_per_item(&request, &response);
    properties::items::failed_items_change_nothing(account, &request, &facts, call.now);
    properties::items::items_are_idempotent(account, &request, &facts, call.now);
    properties::items::repeated_requests_are_answered_exactly(account, &request, &facts, call.now);
    properties::batch::batch_equals_single_items(account, &request, &facts, call.now);
    for conversation in properties::items::conversations(request.request()) {
        properties::representations::conversations_round_trip(&conversation);
    }
}

/// Snapshots and changes. The first byte chooses how they are made.
pub fn stored(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let mut source = ByteSource::new(rest);
    // The compact forms have numbers of their own, so that nearly all earlier inputs keep their meaning.
    if let Some(number) = first.checked_sub(250) {
        let format = Format::ALL[usize::from(number % 3)];
        return if number < 3 {
            properties::stored::load_compact_or_refuse(format, rest);
            properties::stored::compact_changes_round_trip(format, rest);
        } else {
            damaged_compact(format, &mut source);
        };
    }
    match first % 5 {
        0 => {
            if let Some(account) = properties::stored::load_or_refuse(rest) {
                ComparedAccount::of(account, properties::stored::policy_with_64_groups());
            }
        }
        1 => {
            let mut compared =
                ComparedAccount::of(known_account(), properties::stored::policy_with_64_groups());
            for line in rest.split(|byte| *byte == b'\n') {
                compared.replay(line);
                properties::stored::changes_round_trip(&String::from_utf8_lossy(line));
            }
        }
        2 => {
            let snapshot = stored::snapshot(&mut source);
            let bytes = snapshot.spelled(&mut source);
            let account = properties::stored::load_or_refuse(&bytes);
            let account =
                account.unwrap_or_else(|| panic!("refused: {}", compare::findings::shown(&bytes)));
            let policy = policies::policy(&mut source);
            let mut compared = ComparedAccount::of(account, policy);
            for now in 1..8 {
                if source.is_exhausted() {
                    break;
                }
                let call = operations::mostly_valid_call(&mut source, &policy, now);
                compared.call(&call);
                properties::capacity::counts_match_contents(&compared.account);
            }
        }
        3 => {
            let snapshot = stored::snapshot(&mut source);
            if let Some((bytes, how)) = stored::broken_snapshot(&mut source, &snapshot) {
                properties::stored::damaged_snapshot_is_refused(&bytes, how);
            }
        }
        _ => {
            let mut compared = ComparedAccount::new(properties::stored::policy_with_64_groups());
            for _ in 0..64 {
                if source.is_exhausted() {
                    break;
                }
                let change = stored::change(&mut source);
                compared.replay(&change);
                properties::capacity::counts_match_contents(&compared.account);
                properties::stored::changes_round_trip(&String::from_utf8_lossy(&change));
            }
        }
    }
}

/// A generated account in a compact form, with some bytes changed, and perhaps cut short.
fn damaged_compact(format: Format, source: &mut ByteSource<'_>) {
    let snapshot = stored::snapshot(source).plain();
    let account: Account = serde_json::from_slice(&snapshot).expect("the snapshot is valid");
    let mut bytes = format.write(&account);
    for _ in 0..=source.below(3) {
        let place = source.below(bytes.len());
        bytes[place] = source.byte();
        // A character of two bytes, so that the ID of a row may end within it.
        if source.one_in(3) {
            let end = bytes.len().min(place + 2);
            bytes[place..end].copy_from_slice(&"é".as_bytes()[..end - place]);
        }
        properties::stored::load_compact_or_refuse(format, &bytes);
    }
    bytes.truncate(source.below(bytes.len()));
    properties::stored::load_compact_or_refuse(format, &bytes);
}

/// An account with two groups, one of them with a marked member.
fn known_account() -> Account {
    let snapshot = concat!(
        r#"{"version":1,"last_group_id":2,"groups":[{"group_id":1,"name":"n"},{"group_id":2,"name":"m"}],"rows":["#,
        r#"{"conversation":{"Type":1,"To_Account":"u"},"standard_mark":"1","custom_mark":"c","group_ids":[1],"timestamp":5}]}"#
    );
    serde_json::from_str(snapshot).expect("the snapshot is valid")
}

/// Request targets: any text, or a generated one.
pub fn urls(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let target = match first % 2 {
        0 => String::from_utf8_lossy(rest).into_owned(),
        _ => urls::target(&mut ByteSource::new(rest)),
    };
    let judged = compare::url::compare(&target);
    if let Err(refusal) = judged {
        let info = refusal.info();
        assert!(!info.is_empty() && info.len() < 1000, "{info}");
        // Short values and numbers may be in the message by chance.
        let query = target.split_once('?').map_or("", |(_, query)| query);
        for (_, value) in crate::reference::url::decode(query) {
            let telling = value.len() > 8 && !value.bytes().all(|byte| byte.is_ascii_digit());
            // A value that is part of a fixed text is not a leak either.
            let fixed = |rule: &Rule| {
                format!("{} {}", rule.info().explanation, rule.info().advice).contains(&value)
            };
            assert!(
                !telling || Rule::ALL.iter().any(fixed) || !info.contains(&value),
                "{value} is in {info}"
            );
        }
    }
}
