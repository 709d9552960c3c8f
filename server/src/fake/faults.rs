//! Faults by rule: which calls go wrong, and how.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use convmark::Command;
use convmark::code::CodeInfo;
use serde::Serialize;

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
        let is_other = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_some_and(|wanted| Some(wanted) != found)
        };
        if is_other(&rule.command, Some(command.name())) || is_other(&rule.account, account) {
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

    /// What happens to a call that arrives now.
    pub fn decide(&self, command: Command, account: Option<&str>) -> Option<Fault> {
        let mut rules = self.lock();
        let (number, hit) = rules
            .iter_mut()
            .enumerate()
            .find_map(|(number, rule)| rule.hits(command, account).then_some((number, rule)))?;
        let rule = &hit.rule;
        Some(Fault { rule: number, delay: rule.delay(), code: rule.code(), drop: rule.drop })
    }
}
