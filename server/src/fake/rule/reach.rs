//! Which rules take all calls of others.

use super::Rule;

impl Rule {
    /// Whether every call that the other one would look at is hit by this one before.
    pub(super) fn leaves_nothing_to(&self, other: &Self) -> bool {
        let hits_all = self.every.is_none_or(|every| every == 1)
            && self.probability.is_none_or(|probability| probability >= 1.0)
            && self.times.is_none();
        hits_all
            && (self.command.is_none() || self.command == other.command)
            && (self.account.is_none() || self.account == other.account)
    }
}
