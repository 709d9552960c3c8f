//! The form of a rule for faults.

mod reach;

use std::time::Duration;

use convmark::code::CodeInfo;
use convmark::{Command, ErrorCode, UnknownName};
use serde::{Serialize, Serializer};

use crate::facts::user_id;
use crate::json::{Json, Kind, WrongJson};

/// How many rules there may be.
const RULES_MAX: usize = 256;
/// The most milliseconds that a call waits.
const DELAY_MAX_MS: i128 = 3_600_000;
/// The most calls that a rule counts.
const CALLS_MAX: i128 = u64::MAX as i128;

/// When the connection is closed instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// The call is not judged.
    Before,
    /// The call is judged and its changes are stored.
    After,
}

/// A rule that can apply and does something.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Only calls of this command.
    #[serde(serialize_with = "name", skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
    /// Only calls whose `From_Account` is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only the n-th, 2n-th, .. of these calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Of those, each with this probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What the random numbers begin with. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// At most so often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Milliseconds to wait before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// The code to answer with.
    #[serde(serialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub answer_with: Option<&'static CodeInfo>,
    /// When the connection is closed instead of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<Drop>,
}

fn name<S: Serializer>(command: &Option<Command>, serializer: S) -> Result<S::Ok, S::Error> {
    command.map(Command::name).serialize(serializer)
}

fn code<S: Serializer>(info: &Option<&CodeInfo>, serializer: S) -> Result<S::Ok, S::Error> {
    info.map(|info| info.code).serialize(serializer)
}

/// The rules of a body: an object with the member `faults`.
///
/// # Errors
///
/// The first member that is not allowed, and what is.
pub fn read(body: &Json<'_>) -> Result<Vec<Rule>, WrongJson> {
    let [list] = body.object(["faults"])?;
    let list = list.ok_or_else(|| body.lacks("faults"))?;
    let mut rules = Vec::new();
    list.each("an array of rules", |json| {
        if rules.len() >= RULES_MAX {
            return Err(list.wrong(format_args!("must have at most {RULES_MAX} rules")));
        }
        let rule = Rule::of(&json)?;
        if let Some(before) = rules.iter().position(|before: &Rule| before.leaves_nothing_to(&rule))
        {
            return Err(json.wrong(format_args!(
                "never applies: /faults/{before} comes first and applies to all of its calls; leave it out, put it first, or \
                 limit /faults/{before} by every, probability or times"
            )));
        }
        rules.push(rule);
        Ok(())
    })?;
    Ok(rules)
}

impl Rule {
    pub fn delay(&self) -> Option<Duration> {
        self.delay_ms.map(Duration::from_millis)
    }

    fn of(json: &Json<'_>) -> Result<Self, WrongJson> {
        let [command_name, account, every, probability, seed, times, delay_ms, answer_with, drop] =
            json.object([
                "command",
                "account",
                "every",
                "probability",
                "seed",
                "times",
                "delay_ms",
                "answer_with",
                "drop",
            ])?;
        if let (Some(seed), None) = (&seed, &probability) {
            let problem = "is of use with probability only; leave it out, or give a probability";
            return Err(seed.wrong(problem));
        }
        let calls = |number: Json<'_>| number.integer(1..=CALLS_MAX, "");
        let rule = Self {
            command: command_name.map(|name| command(&name)).transpose()?,
            account: account.map(|account| user_id(&account)).transpose()?,
            every: every.map(calls).transpose()?,
            probability: probability.map(|number| share(&number)).transpose()?,
            seed: seed.map(|seed| seed.integer(0..=u64::MAX.into(), "")).transpose()?,
            times: times.map(calls).transpose()?,
            delay_ms: delay_ms
                .map(|delay| delay.integer(1..=DELAY_MAX_MS, " (milliseconds)"))
                .transpose()?,
            answer_with: answer_with.map(|code| documented(&code)).transpose()?,
            drop: drop
                .map(|drop| drop.one_of(&[("before", Drop::Before), ("after", Drop::After)]))
                .transpose()?,
        };
        match (rule.answer_with, rule.drop, rule.delay_ms) {
            (Some(_), Some(_), _) => {
                Err(json.wrong("has both answer_with and drop; leave one of them out"))
            }
            (None, None, None) => Err(json.wrong(
                "does nothing; give it answer_with, drop or delay_ms, or delay_ms with one of these",
            )),
            _ => Ok(rule),
        }
    }
}

/// A command by its name.
///
/// # Errors
///
/// Which there are.
pub fn command(name: &Json<'_>) -> Result<Command, WrongJson> {
    let names = Command::ALL.iter().map(|command| command.name()).collect::<Vec<_>>().join(", ");
    let allowed = format!("one of {names}");
    name.string(&allowed)?
        .parse()
        .map_err(|_: UnknownName| name.wrong(format_args!("must be {allowed}")))
}

fn share(number: &Json<'_>) -> Result<f64, WrongJson> {
    number.number("a number above 0 and at most 1", |share| share > 0.0 && share <= 1.0)
}

/// The codes of failed calls and requests.
fn documented(code: &Json<'_>) -> Result<&'static CodeInfo, WrongJson> {
    let is_allowed =
        |info: &&CodeInfo| !info.code.is_ok() && (info.levels.call() || info.levels.request());
    let allowed = || CodeInfo::ALL.iter().filter(is_allowed);
    let number = code.text().parse().ok().map(ErrorCode::new);
    number.and_then(|number| allowed().find(|info| info.code == number)).ok_or_else(|| {
        let codes: Vec<_> = allowed().map(|info| info.code.to_string()).collect();
        let codes = codes.join(", ");
        match code.kind() {
            Kind::Integer => code.wrong(format_args!("must be one of the codes {codes}")),
            kind => code.wrong(format_args!(
                "must be an integer, but is {kind}; allowed are the codes {codes}"
            )),
        }
    })
}
