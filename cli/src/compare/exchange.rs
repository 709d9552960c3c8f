//! Compares one exchange.

use std::borrow::Cow;

use convmark::call::Call;
use convmark::{Account, Command, Policy, Rule, UserId};
use serde::Deserialize;

use super::decisions;
use super::facts::Known;
use super::fitting::Fitting;
use super::listed::{Kept, Listed, Places};
use super::ours::Run;
use super::settings::{self, Setting};
use super::state::{After, History, State};
use super::theirs::{Skipped, Theirs};
use super::trial::{Trial, nearest};
use crate::envelope::Target;
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
    /// What is known of the account, if the request names one.
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
    let differences = match is_not_modeled(&exchange.request.target) {
        true => Err(Skipped::NotModeled),
        false => Theirs::read(exchange),
    };
    if let Err(skipped) = &differences {
        if skipped.may_have_had_effect() && command.is_some_and(Command::writes) {
            note_unclear(state, policy, place, exchange);
        }
    }
    let differences = differences.map(|theirs| judge(state, policy, place, exchange, &theirs));
    Compared { command, differences }
}

fn is_not_modeled(target: &Target<'_>) -> bool {
    let Target::Url(url) = target else { return false };
    Call::parse_target(url).is_err_and(|refusal| refusal.rule() == Rule::NotModeled)
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
    let (accounts, history) = match &user {
        Some(user) => {
            let (accounts, history) = state.accounts(user, command, theirs);
            (accounts, Some(history))
        }
        None => (vec![Account::new()], None),
    };
    let known = Known::of(exchange, theirs);
    let run = Run::new(exchange, state.now());
    let Fitting { before, ours, others } =
        Fitting::of(accounts, theirs, |account| run.on(account, policy, known));
    let found = Listed::of(theirs, &ours);
    let places = Places::of(&found);
    let trials: Vec<Trial> = if found.count == 0 {
        Vec::new()
    } else {
        let as_answered =
            |policy: &Policy| run.on(before.clone(), policy, Known::AsAnswered(theirs)).account;
        let body = &exchange.request.body;
        let candidates = settings::candidates(policy, body, theirs, &before, as_answered);
        let trial = |(setting, policy)| {
            let trial = run.on(before.clone(), &policy, known);
            Trial::of(setting, theirs, trial, &ours, &found, &places)
        };
        candidates.into_iter().filter_map(trial).collect()
    };
    let explain = |(number, difference): (usize, &Kept)| {
        let trial = nearest(trials.iter().filter(|trial| trial.settles(number)));
        let setting = trial.map(|trial| trial.setting.clone());
        let decision = match &setting {
            Some(setting) => decisions::of_setting(setting.name),
            None => decisions::of(difference, command, theirs, &ours),
        };
        Explained { difference: difference.clone(), decision, setting }
    };
    let explained: Vec<_> = found.kept.iter().enumerate().map(explain).collect();
    let settings = trials.iter().map(|trial| (trial.setting.clone(), trial.count_settled()));
    let settings = settings.collect();
    if let Some(user) = user {
        // What a setting explains is taken over, so that it is not found again at every answer.
        let after = nearest(trials.iter()).map_or(&ours.account, |trial| &trial.account);
        let after = if theirs.is_ok { after.clone() } else { before };
        let after = After {
            account: after,
            others,
            differs: found.count > 0,
            is_about_data: found.is_about_data,
        };
        state.follow(&user, place, exchange, theirs, after);
        if !theirs.is_ok && !theirs.is_refusal() && command.is_some_and(Command::writes) {
            state.note_unclear(&user, place, |account| {
                run.on(account.clone(), policy, known).account
            });
        }
    }
    Differences { explained, count: found.count, settings, history }
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
