//! Which of the states that an account can be in a recorded answer fits.

use convmark::Account;

use super::difference::Distance;
use super::ours::Ours;
use super::theirs::Theirs;

pub struct Fitting {
    /// The states whose answers are the nearest to theirs, the likeliest first.
    pub states: Vec<Account>,
    /// The answer on the first of them.
    pub ours: Ours,
}

impl Fitting {
    pub fn of(states: Vec<Account>, theirs: &Theirs, run: impl Fn(Account) -> Ours) -> Self {
        let runs = states.into_iter().map(|state| {
            let ours = run(state.clone());
            (Distance::between(theirs, &ours), state, ours)
        });
        let mut runs: Vec<_> = runs.collect();
        // The order of those that are as near stays.
        runs.sort_by_key(|(distance, ..)| *distance);
        let mut runs = runs.into_iter();
        let (least, nearest, ours) = runs.next().expect("an account has a state");
        // An answer that does not say whether the request succeeded does not tell states apart.
        let fits = |distance| distance == least || !theirs.is_clear();
        let others = runs.filter(|(distance, ..)| fits(*distance)).map(|(_, state, _)| state);
        let states = std::iter::once(nearest).chain(others).collect();
        Self { states, ours }
    }
}
