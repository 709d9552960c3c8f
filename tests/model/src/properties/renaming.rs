//! If all IDs are renamed consistently, the result changes in those IDs only.

use super::messages::rot13;
use crate::compare::findings::shown;
use crate::generate::operations::{Call, Operation, Run};
use crate::handle::{account_after, handle};
use crate::reference::account::Facts;
use crate::rewrite::with_strings;
use convmark::Account;

/// Renames every ID in a JSON text.
fn renamed(json: &[u8]) -> Option<Vec<u8>> {
    with_strings(json, &mut |member, text| {
        matches!(member, Some("From_Account" | "To_Account" | "ToGroupId")).then(|| rot13(text))
    })
}

fn renamed_text(json: &str) -> String {
    let bytes = renamed(json.as_bytes()).expect("what the crate writes is JSON");
    String::from_utf8(bytes).expect("and UTF-8")
}

fn renamed_facts(facts: &Facts) -> Facts {
    Facts {
        unknown_accounts: facts.unknown_accounts.iter().map(|id| rot13(id)).collect(),
        unresolved_groups: facts.unresolved_groups.iter().map(|id| rot13(id)).collect(),
        ..facts.clone()
    }
}

/// Handles the last request of a run with the original IDs and with renamed IDs, and compares.
pub fn renamed_ids_rename_only_the_result(run: &Run, call: &Call) {
    let operations = run.operations.iter().map(|operation| match operation {
        Operation::Call(call) => Some(Operation::Call(renamed_call(call)?)),
        Operation::Forget(kind, id, now) => Some(Operation::Forget(*kind, rot13(id), *now)),
        Operation::Reload => Some(Operation::Reload),
    });
    // Bodies that are not JSON have no IDs.
    let Some(operations) = operations.collect::<Option<Vec<_>>>() else { return };
    // Both are written in the same way, because messages about invalid JSON tell the position.
    let Some(body) = with_strings(&call.body, &mut |_, text| Some(text.into())) else { return };
    let call = &Call { body, ..call.clone() };
    let Some(other_call) = renamed_call(call) else { return };
    let mut one: Account = account_after(run);
    let mut two = account_after(&Run { operations, ..run.clone() });
    let response = handle(&mut one, call, &run.policy);
    let other = handle(&mut two, &other_call, &run.policy);
    let context = shown(&call.body);
    assert_eq!(
        renamed(&response.answer).as_deref().map(shown),
        Some(shown(&other.answer)),
        "{context}"
    );
    let changes: Vec<String> = response.changes.iter().map(|change| renamed_text(change)).collect();
    assert_eq!(changes, other.changes, "{context}");
    let stored =
        |account: &Account| serde_json::to_string(account).expect("accounts can be stored");
    assert_eq!(renamed_text(&stored(&one)), stored(&two), "{context}");
}

fn renamed_call(call: &Call) -> Option<Call> {
    Some(Call { body: renamed(&call.body)?, facts: renamed_facts(&call.facts), ..call.clone() })
}
