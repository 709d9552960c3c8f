//! The form of a rule for faults.

use std::time::Duration;

use convmark::code::CodeInfo;
use convmark::{Command, ErrorCode};
use serde::{Deserialize, Serialize};

use super::json::Object;
use super::refused::Refused;

/// How many rules there may be.
const RULES_MAX: usize = 256;
const DELAY_MAX_MS: u64 = 3_600_000;

/// When the connection is closed instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// The call is not judged.
    Before,
    /// The call is judged and its changes are stored.
    After,
}

/// A rule as a test writes it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only calls of this command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_with: Option<i64>,
    /// When the connection is closed instead of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<Drop>,
}

/// The rules as a test writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    faults: Vec<Object<Rule>>,
}

impl Rules {
    /// The rules, if each of them is allowed.
    ///
    /// # Errors
    ///
    /// The first member that is not, and what is allowed.
    pub fn checked(self) -> Result<Vec<Rule>, Refused> {
        if self.faults.len() > RULES_MAX {
            let problem =
                format!("has {} rules; at most {RULES_MAX} are allowed", self.faults.len());
            return Err(Refused::bad("/faults", &problem));
        }
        for (number, Object(rule)) in self.faults.iter().enumerate() {
            rule.check().map_err(|(member, problem)| {
                let slash = if member.is_empty() { "" } else { "/" };
                Refused::bad(&format!("/faults/{number}{slash}{member}"), &problem)
            })?;
        }
        Ok(self.faults.into_iter().map(|Object(rule)| rule).collect())
    }
}

impl Rule {
    /// The code that it answers with.
    pub fn code(&self) -> Option<&'static CodeInfo> {
        let number = ErrorCode::new(self.answer_with?);
        allowed_codes().find(|info| info.code == number)
    }

    pub fn delay(&self) -> Option<Duration> {
        self.delay_ms.map(Duration::from_millis)
    }

    fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |member, problem: &str| Err((member, problem.to_owned()));
        if let Some(command) = &self.command
            && let Err(unknown) = command.parse::<Command>()
        {
            return wrong("command", &format!("must be one of {}", unknown.allowed().join(", ")));
        }
        if self.every == Some(0) {
            return wrong("every", "must be 1 or more");
        }
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return wrong("probability", "must be a number from 0 to 1");
        }
        if self.seed.is_some() && self.probability.is_none() {
            return wrong(
                "seed",
                "is of use with probability only; leave it out, or give a probability",
            );
        }
        if self.delay_ms.is_some_and(|delay| delay > DELAY_MAX_MS) {
            return wrong("delay_ms", &format!("must be milliseconds from 0 to {DELAY_MAX_MS}"));
        }
        if self.answer_with.is_some() && self.code().is_none() {
            let codes: Vec<_> = allowed_codes().map(|info| info.code.to_string()).collect();
            return wrong("answer_with", &format!("must be one of the codes {}", codes.join(", ")));
        }
        match (self.answer_with, self.drop, self.delay_ms) {
            (Some(_), Some(_), _) => {
                wrong("", "has both answer_with and drop; leave one of them out")
            }
            (None, None, None) => wrong(
                "",
                "does nothing; give it answer_with, drop or delay_ms, or delay_ms with one of these",
            ),
            _ => Ok(()),
        }
    }
}

/// The codes of failed calls and requests.
fn allowed_codes() -> impl Iterator<Item = &'static CodeInfo> {
    let is_allowed =
        |info: &&CodeInfo| !info.code.is_ok() && (info.levels.call() || info.levels.request());
    CodeInfo::ALL.iter().filter(is_allowed)
}
