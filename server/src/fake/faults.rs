//! Faults by rule: which calls go wrong, and how.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use convmark::Command;
use convmark::code::CodeInfo;
use serde::Serialize;

use super::Over;
use super::random::Random;
use super::rule::{Drop, Rule};

/// The rules, in order. The first that hits a call decides; those after it do not look at the call.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Counted>>);

/// A rule with its counts.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    #[serde(flatten)]
    rule: Rule,
    /// How many calls of its command and account it looked at.
    looked_at: u64,
    /// How many of them it applied to.
    hits: u64,
    #[serde(skip)]
    random: Random,
}

/// What happens to one call.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The place of the rule in the list, from 0.
    pub rule: usize,
    /// How long to wait first.
    pub delay: Option<Duration>,
    /// The code to answer with, without judging the call.
    pub code: Option<&'static CodeInfo>,
    /// When the connection is closed instead of an answer.
    pub drop: Option<Drop>,
}

impl Counted {
    const fn new(rule: Rule) -> Self {
        let seed = match rule.seed {
            Some(seed) => seed,
            None => 0,
        };
        Self { rule, looked_at: 0, hits: 0, random: Random::new(seed) }
    }

    /// Looks at a call. Whether it applies.
    fn hits(&mut self, command: Command, account: Option<&str>) -> bool {
        let Self { rule, looked_at, hits, random } = self;
        let is_other_command = rule.command.is_some_and(|wanted| wanted != command);
        let wanted = rule.account.as_deref();
        if is_other_command || wanted.is_some_and(|wanted| Some(wanted) != account) {
            return false;
        }
        *looked_at = looked_at.saturating_add(1);
        let is_its_turn = rule.every.is_none_or(|every| looked_at.is_multiple_of(every));
        let is_left = rule.times.is_none_or(|times| *hits < times);
        let applies = is_its_turn
            && is_left
            && rule.probability.is_none_or(|probability| random.happens(probability));
        *hits = hits.saturating_add(u64::from(applies));
        applies
    }
}

impl Faults {
    fn lock(&self) -> MutexGuard<'_, Vec<Counted>> {
        // Nothing that runs while it is locked panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the rules. Counts begin at 0.
    pub fn set(&self, rules: Vec<Rule>) {
        *self.lock() = rules.into_iter().map(Counted::new).collect();
    }

    /// Removes the rules. How many there were is the result.
    pub fn clear(&self) -> usize {
        std::mem::take(&mut *self.lock()).len()
    }

    /// The rules with their counts.
    pub fn shown(&self) -> Vec<Counted> {
        self.lock().clone()
    }

    /// What happens to a call, if that holds while no other rules are set.
    pub fn decide_if(
        &self,
        holds: impl FnOnce() -> bool,
        command: Command,
        account: Option<&str>,
    ) -> Result<Option<Fault>, Over> {
        let mut rules = self.lock();
        if !holds() {
            return Err(Over);
        }
        let hit = rules
            .iter_mut()
            .enumerate()
            .find_map(|(number, rule)| rule.hits(command, account).then_some((number, &rule.rule)));
        Ok(hit.map(|(number, rule)| Fault {
            rule: number,
            delay: rule.delay(),
            code: rule.answer_with,
            drop: rule.drop,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::rule;
    use crate::json::Json;

    /// A reset may come between the arrival of a call and the look at its rules.
    #[test]
    fn a_call_of_before_a_reset_is_not_counted() {
        let faults = Faults::default();
        let text = br#"{"faults":[{"times":1,"drop":"before"}]}"#;
        faults.set(rule::read(&Json::parse(text, "the body").unwrap()).unwrap());
        let decide = |holds| faults.decide_if(|| holds, Command::MarkContact, Some("anna"));
        let counts = || faults.shown().first().map(|rule| (rule.looked_at, rule.hits));
        assert_eq!(decide(false).unwrap_err(), Over);
        assert_eq!(counts(), Some((0, 0)));
        assert_eq!(decide(true).unwrap().map(|fault| fault.drop), Some(Some(Drop::Before)));
        assert_eq!(counts(), Some((1, 1)));
    }
}
