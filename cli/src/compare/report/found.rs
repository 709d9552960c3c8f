//! The settings that differences name, with the number of differences that each would change.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::settings::Setting;
use crate::policy;

#[derive(Default)]
pub struct FoundSettings(HashMap<Setting, Tally>);

struct Tally {
    differences: u64,
    /// Whether a difference names it. Of several that would change one, the nearest is named.
    is_named: bool,
    /// Whether it was found as the first one, the second one, and so on.
    order: usize,
}

/// A setting that was found.
pub struct FoundSetting {
    pub setting: Setting,
    /// How many of the differences that are listed it would change.
    pub differences: u64,
    /// Whether `--observed`, which is not given, would set it.
    pub is_observed: bool,
}

impl FoundSettings {
    /// Counts differences of an exchange that the setting would change.
    pub fn add(&mut self, setting: &Setting, differences: u64, is_named: bool) {
        if let Some(tally) = self.0.get_mut(setting) {
            tally.differences += differences;
            tally.is_named |= is_named;
        } else {
            let order = self.0.len();
            self.0.insert(setting.clone(), Tally { differences, is_named, order });
        }
    }

    /// Those that are named. The one that would change the most differences first.
    pub fn into_sorted(self, options: &policy::Settings) -> Vec<FoundSetting> {
        let mut found: Vec<_> = self.0.into_iter().filter(|(_, tally)| tally.is_named).collect();
        found.sort_by_key(|(_, tally)| (Reverse(tally.differences), tally.order));
        let found = found.into_iter().map(|(setting, Tally { differences, .. })| {
            let is_observed = options.would_be_observed(setting.name, &setting.value);
            FoundSetting { setting, differences, is_observed }
        });
        found.collect()
    }
}
