//! Compares one exchange.

use std::borrow::Cow;

use convmark::call::Call;
use convmark::{Account, Command, Policy, Rule, UserId};
use serde::Deserialize;

use super::decisions;
use super::difference::{Difference, differences};
use super::facts::Known;
use super::ours::{Ours, Run};
use super::settings::{self, Setting};
use super::state::State;
use super::theirs::{Skipped, Theirs};
use crate::envelope::Target;
use crate::recorded::{Exchange, Place};

/// What came of one exchange.
pub struct Compared {
    pub command: Option<Command>,
    pub differences: Result<Vec<Explained>, Skipped>,
}

/// A difference, with what it is about.
pub struct Explained {
    pub difference: Difference,
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
        false => Theirs::read(exchange)
            .map(|theirs| judge(state, policy, place, exchange, command, &theirs)),
    };
    Compared { command, differences }
}

fn is_not_modeled(target: &Target<'_>) -> bool {
    let Target::Url(url) = target else { return false };
    Call::parse_target(url).is_err_and(|refusal| refusal.rule() == Rule::NotModeled)
}

fn judge(
    state: &mut State,
    policy: &Policy,
    place: Place,
    exchange: &Exchange<'_>,
    command: Option<Command>,
    theirs: &Theirs,
) -> Vec<Explained> {
    let user = user(&exchange.request.body);
    let account = match &user {
        Some(user) => state.account(user, command, theirs),
        None => Account::new(),
    };
    let known = Known::of(exchange, theirs);
    let run = Run::new(exchange, state.now());
    let ours = run.on(account.clone(), policy, known);
    let found = differences(&theirs.value, &ours.value);
    let trials = if found.is_empty() {
        Vec::new()
    } else {
        let as_answered =
            |policy: &Policy| run.on(account.clone(), policy, Known::AsAnswered(theirs)).account;
        let body = &exchange.request.body;
        let candidates = settings::candidates(policy, body, theirs, &account, as_answered);
        let trial =
            |(setting, policy)| Trial::of(setting, theirs, run.on(account.clone(), &policy, known));
        let trials = candidates.into_iter().map(trial);
        trials.filter(|trial| trial.is_nearer_than(&found)).collect()
    };
    let decided = |difference: Difference| {
        let trial = nearest(trials.iter().filter(|trial| trial.settles(&difference)));
        let setting = trial.map(|trial| trial.setting.clone());
        let decision = match &setting {
            Some(setting) => decisions::of_setting(setting.name),
            None => decisions::of(&difference, command, theirs, &ours),
        };
        Explained { difference, decision, setting }
    };
    let explained: Vec<_> = found.into_iter().map(decided).collect();
    if let Some(user) = user {
        // What a setting explains is taken over, so that it is not found again at every answer.
        let after = nearest(trials.iter()).map_or(&ours.account, |trial| &trial.account);
        let after = if theirs.is_ok { after.clone() } else { account };
        state.follow(user, command, place, exchange, theirs, after, &explained);
    }
    explained
}

/// The same request under a policy with one setting changed.
struct Trial {
    setting: Setting,
    left: Vec<Difference>,
    account: Account,
}

impl Trial {
    fn of(setting: Setting, theirs: &Theirs, ours: Ours) -> Self {
        let left = differences(&theirs.value, &ours.value);
        Self { setting, left, account: ours.account }
    }

    /// Whether it leaves fewer differences, and no code became another wrong one.
    fn is_nearer_than(&self, before: &[Difference]) -> bool {
        let is_code = |left: &&Difference| left.path.ends_with("Code");
        self.left.len() < before.len()
            && self.left.iter().filter(is_code).all(|left| before.contains(left))
    }

    /// Whether there is no difference at, above or below that place any more.
    fn settles(&self, difference: &Difference) -> bool {
        let is_within = |path: &str, outer: &str| {
            path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let path = &difference.path;
        !self.left.iter().any(|left| is_within(&left.path, path) || is_within(path, &left.path))
    }
}

/// The first of those that leave the fewest differences.
fn nearest<'t>(trials: impl Iterator<Item = &'t Trial>) -> Option<&'t Trial> {
    trials.min_by_key(|trial| trial.left.len())
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
