//! Which of the states that an account can be in a recorded answer fits.

use convmark::{Account, Policy};

use super::difference::Distance;
use super::ours::Ours;
use super::theirs::Theirs;

/// The states whose answers are the nearest to theirs, the likeliest first.
pub fn fitting(
    states: Vec<Account>,
    policy: &Policy,
    theirs: &Theirs,
    run: impl Fn(Account, &Policy) -> Ours,
) -> Vec<Account> {
    if states.len() == 1 {
        return states;
    }
    let policy = with_their_page_size(policy, theirs);
    let distance = |state: &Account| Distance::between(theirs, &run(state.clone(), &policy));
    let mut states: Vec<_> = states.into_iter().map(|state| (distance(&state), state)).collect();
    // The order of those that are as near stays.
    states.sort_by_key(|(distance, _)| *distance);
    let least = states[0].0;
    // An answer that does not say whether the request succeeded does not tell states apart.
    states.retain(|(distance, _)| *distance == least || !theirs.is_clear());
    states.into_iter().map(|(_, state)| state).collect()
}

/// The policy with pages as long as theirs: where a page ends does not tell states apart.
fn with_their_page_size(policy: &Policy, theirs: &Theirs) -> Policy {
    let page = theirs.answer.as_ref().and_then(|answer| {
        let rows = u32::try_from(answer.rows.len()).ok()?;
        let page_size = if answer.complete? { rows.max(policy.page_size()) } else { rows };
        policy.to_builder().page_size(page_size).build().ok()
    });
    page.unwrap_or(*policy)
}
