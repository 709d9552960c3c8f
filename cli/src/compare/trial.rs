//! The same request under a policy with one setting changed.

use convmark::Policy;

use super::difference::{Distance, differences};
use super::listed::{Listed, Places};
use super::ours::Ours;
use super::settings::Setting;
use super::theirs::Theirs;

pub struct Trial {
    pub setting: Setting,
    pub policy: Policy,
    distance: Distance,
    /// For each difference that was kept, whether none is left at, above or below its place.
    settled: Vec<bool>,
}

impl Trial {
    /// The trial with the answer under its policy, if that is nearer to theirs than `ours`, whose
    /// differences are `found`, and no code became another wrong one.
    pub fn of(
        (setting, policy): (Setting, Policy),
        theirs: &Theirs,
        trial: &Ours,
        ours: &Ours,
        found: &Listed,
        places: &Places<'_>,
    ) -> Option<Self> {
        let mut distance = Distance::default();
        let mut settled = vec![true; found.kept.len()];
        let mut has_wrong_code = false;
        differences(theirs, trial, &mut |difference| {
            distance.add(&difference);
            has_wrong_code |= difference.path.ends_with("Code")
                && difference.ours != ours.value.pointer(difference.path);
            places.touching(difference.path, |number| settled[number] = false);
        });
        let is_nearer = distance < found.distance && !has_wrong_code;
        is_nearer.then_some(Self { setting, policy, distance, settled })
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
    trials.min_by_key(|trial| trial.distance)
}
