//! The same request under a policy with one setting changed.

use convmark::Account;

use super::difference::{Kind, differences};
use super::listed::{Listed, Places};
use super::ours::Ours;
use super::settings::Setting;
use super::theirs::Theirs;

pub struct Trial {
    pub setting: Setting,
    pub account: Account,
    /// How many differences are left.
    left: usize,
    /// For each difference that was kept, whether none is left at, above or below its place.
    settled: Vec<bool>,
}

impl Trial {
    /// The trial, if the answer is nearer to theirs than the one without the setting, whose
    /// differences are `found`: fewer differences, and no code became another wrong one.
    pub fn of(
        setting: Setting,
        theirs: &Theirs,
        trial: Ours,
        ours: &Ours,
        found: &Listed,
        places: &Places<'_>,
    ) -> Option<Self> {
        let mut left = 0;
        let mut settled = vec![true; found.kept.len()];
        let mut has_wrong_code = false;
        let mut is_other_outcome = false;
        differences(theirs, &trial, &mut |difference| {
            left += 1;
            is_other_outcome |= *difference.kind == Kind::Outcome;
            has_wrong_code |= difference.path.ends_with("Code")
                && difference.ours != ours.value.pointer(difference.path);
            places.touching(difference.path, |number| settled[number] = false);
        });
        let is_nearer = left < found.count || (found.is_other_outcome() && !is_other_outcome);
        let Ours { account, .. } = trial;
        (is_nearer && !has_wrong_code).then_some(Self { setting, account, left, settled })
    }

    /// Whether it leaves no difference at the place of that difference.
    pub fn settles(&self, number: usize) -> bool {
        self.settled[number]
    }

    /// How many of the differences that were kept it settles.
    pub fn count_settled(&self) -> u64 {
        self.settled.iter().filter(|settled| **settled).count() as u64
    }
}

/// The first of those that leave the fewest differences.
pub fn nearest<'t>(trials: impl Iterator<Item = &'t Trial>) -> Option<&'t Trial> {
    trials.min_by_key(|trial| trial.left)
}
