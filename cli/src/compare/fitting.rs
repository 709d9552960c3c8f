//! Which of the states that an account can be in a recorded answer fits.

use convmark::{Account, Policy};

use super::difference::Distance;
use super::ours::Ours;
use super::theirs::Theirs;

/// The states whose answers are the nearest to theirs, in their order. An answer that does not say
/// whether the request succeeded does not tell states apart.
pub fn fitting(
    states: Vec<Account>,
    policy: &Policy,
    theirs: &Theirs,
    run: impl Fn(Account, &Policy) -> Ours,
) -> Vec<Account> {
    if states.len() == 1 || !theirs.is_clear() {
        return states;
    }
    let policy = with_their_page_size(policy, theirs);
    let distance = |state: &Account| Distance::between(theirs, &run(state.clone(), &policy));
    let distances: Vec<Distance> = states.iter().map(distance).collect();
    let least = distances.iter().min();
    let states = states.into_iter().zip(&distances);
    states.filter(|(_, distance)| Some(*distance) == least).map(|(state, _)| state).collect()
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
