//! Compares one exchange.

use std::borrow::Cow;

use convmark::{Account, Command, Policy, UserId};
use serde::Deserialize;

use super::decisions;
use super::facts::Known;
use super::fitting::fitting;
use super::group_ids::with_their_id;
use super::listed::{Kept, Listed, Places};
use super::ours::{Ours, Run};
use super::settings::{self, Setting};
use super::state::{After, History, State};
use super::theirs::{Skipped, Theirs};
use super::trial::{Trial, nearest};
use crate::envelope::Target;
use crate::other_service::is_not_modeled;
use crate::recorded::{Exchange, Place};

/// What came of one exchange.
pub struct Compared {
    pub command: Option<Command>,
    pub differences: Result<Differences, Skipped>,
}

/// How two answers differ.
pub struct Differences {
    /// The first of them.
    pub explained: Vec<Explained>,
    pub count: usize,
    /// Each setting that would change some of the first, and how many of them.
    pub settings: Vec<(Setting, u64)>,
    /// What is known of the account, if the request names one and the core does not refuse the URL.
    pub history: Option<History>,
}

/// A difference, with what it is about.
pub struct Explained {
    pub difference: Kept,
    /// The title of a row of `docs/decisions.md`.
    pub decision: &'static str,
    /// The one setting that would change it.
    pub setting: Option<Setting>,
}

pub fn compare(
    state: &mut State,
    policy: &Policy,
    place: Place,
    exchange: &Exchange<'_>,
) -> Compared {
    let command = exchange.request.target.command();
    let differences = match &exchange.request.target {
        Target::Url(url) if is_not_modeled(url) => Err(Skipped::NotModeled),
        _ => Theirs::read(exchange),
    };
    if let Err(skipped) = &differences {
        if skipped.may_have_had_effect() && command.is_some_and(Command::writes) {
            note_unclear(state, policy, place, exchange);
        }
    }
    let differences = differences.map(|theirs| judge(state, policy, place, exchange, &theirs));
    Compared { command, differences }
}

/// Notes a change whose answer does not say whether it was made.
fn note_unclear(state: &mut State, policy: &Policy, place: Place, exchange: &Exchange<'_>) {
    let Some(user) = user(&exchange.request.body) else { return };
    let run = Run::new(exchange, state.now());
    state.note_unclear(&user, place, |account| {
        run.on(account.clone(), policy, Known::Given(exchange)).account
    });
}

fn judge(
    state: &mut State,
    policy: &Policy,
    place: Place,
    exchange: &Exchange<'_>,
    theirs: &Theirs,
) -> Differences {
    let command = exchange.request.target.command();
    let user = user(&exchange.request.body);
    let (states, history) = match &user {
        Some(user) => {
            let (states, history) = state.states(user, command, theirs);
            (states, Some(history))
        }
        None => (vec![Account::new()], None),
    };
    let known = Known::of(exchange, theirs);
    let run = Run::new(exchange, state.now());
    let states = fitting(states, policy, theirs, |state, policy| run.on(state, policy, known));
    let ours = run.on(states[0].clone(), policy, known);
    let found = Listed::of(theirs, &ours);
    let trials = trials(policy, exchange, theirs, &run, &states[0], &ours, &found);
    if let Some(user) = user {
        let writes = command.is_some_and(Command::writes);
        let apply = |account: &Account, policy| run.on(account.clone(), policy, known).account;
        // What a setting explains is taken over, so that it is not found again at every answer.
        let explaining = nearest(trials.iter()).map_or(policy, |trial| &trial.policy);
        let change = |before| with_their_id(before, apply(before, explaining), command, theirs);
        let after = After {
            states: if theirs.is_ok && writes {
                states.iter().map(change).collect()
            } else {
                states
            },
            differs: found.distance.count > 0,
            is_about_data: found.is_about_data,
        };
        state.follow(&user, place, exchange, theirs, after);
        if !theirs.is_clear() && writes {
            state.note_unclear(&user, place, |account| apply(account, policy));
        }
    }
    let count = found.distance.count;
    let settings = trials.iter().map(|trial| (trial.setting.clone(), trial.count_settled()));
    let settings = settings.collect();
    let refuses_url = ours.refuses_url();
    let explained = explain(found, &trials, command, theirs, &ours);
    Differences { explained, count, settings, history: history.filter(|_| !refuses_url) }
}

/// The differences that were kept, each with what it is about.
fn explain(
    found: Listed,
    trials: &[Trial],
    command: Option<Command>,
    theirs: &Theirs,
    ours: &Ours,
) -> Vec<Explained> {
    let explain = |(number, difference)| {
        let trial = nearest(trials.iter().filter(|trial| trial.settles(number)));
        let setting = trial.map(|trial| trial.setting.clone());
        let decision = match &setting {
            Some(setting) => decisions::of_setting(setting.name),
            None => decisions::of(&difference, command, theirs, ours),
        };
        Explained { difference, decision, setting }
    };
    found.kept.into_iter().enumerate().map(explain).collect()
}

/// The policies under which our answer is nearer to theirs, if it differs.
fn trials(
    policy: &Policy,
    exchange: &Exchange<'_>,
    theirs: &Theirs,
    run: &Run<'_>,
    before: &Account,
    ours: &Ours,
    found: &Listed,
) -> Vec<Trial> {
    if found.distance.count == 0 {
        return Vec::new();
    }
    let places = Places::of(found);
    let as_answered =
        |policy: &Policy| run.on(before.clone(), policy, Known::AsAnswered(theirs)).account;
    let candidates =
        settings::candidates(policy, &exchange.request.body, theirs, before, as_answered);
    let trial = |(setting, policy): (Setting, Policy)| {
        let trial = run.on(before.clone(), &policy, Known::of(exchange, theirs));
        Trial::of((setting, policy), theirs, &trial, ours, found, &places)
    };
    candidates.into_iter().filter_map(trial).collect()
}

/// The user whose account a body is about, if it names one.
pub fn user(body: &str) -> Option<UserId<'static>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "From_Account")]
        user: Cow<'a, str>,
    }
    let body: Body<'_> = serde_json::from_str(body).ok()?;
    UserId::new(body.user.into_owned()).ok()
}
