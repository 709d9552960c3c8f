//! Which of the states that an account can be in a recorded answer fits.

use convmark::Account;

use super::difference::count;
use super::ours::Ours;
use super::theirs::Theirs;

/// The one of the states of an account whose answer is the nearest to theirs.
pub struct Fitting {
    pub before: Account,
    pub ours: Ours,
    /// What becomes of the other states whose answers are as near.
    pub others: Vec<Account>,
}

impl Fitting {
    pub fn of(accounts: Vec<Account>, theirs: &Theirs, run: impl Fn(Account) -> Ours) -> Self {
        let runs = accounts.into_iter().map(|before| {
            let ours = run(before.clone());
            (count(theirs, &ours), before, ours)
        });
        let mut runs: Vec<_> = runs.collect();
        // The order of those that are as near stays.
        runs.sort_by_key(|(count, ..)| *count);
        let mut runs = runs.into_iter();
        let (fewest, before, ours) = runs.next().expect("an account has a state");
        let others = runs.take_while(|(count, ..)| *count == fewest);
        let others =
            others.map(|(_, before, ours)| if theirs.is_ok { ours.account } else { before });
        let others = others.collect();
        Self { before, ours, others }
    }
}
