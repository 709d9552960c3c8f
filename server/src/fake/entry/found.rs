//! What was found in a call, by the core or by the server, in one form.

use convmark::{Command, ErrorCode, Finding, Rule};
use serde::Serialize;

use crate::similar::similar;

/// What the paths of commands begin with.
const PATH_PREFIX: &str = "/v4/recentcontact/";
/// The service, as paths name it.
const SERVICE: &str = "recentcontact";

/// A finding of the core, or one of the server in the same form.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// Of the core.
    Core(Finding),
    /// Of the server.
    Server(Refusing),
}

/// An error that only the server knows, or knows more of than the core.
#[derive(Debug, Serialize)]
pub struct Refusing {
    severity: &'static str,
    rule: String,
    code: ErrorCode,
    path: String,
    message: String,
}

impl Found {
    /// What is wrong with a URL of this path, with the command that was probably meant.
    pub fn of_url(finding: &Finding, path: &str) -> Self {
        let meant = meant(path).filter(|_| finding.rule() == Some(Rule::UnknownEndpoint));
        let (Some(command), Some(code)) = (meant, finding.code()) else {
            return Self::Core(finding.clone());
        };
        Self::Server(Refusing {
            severity: finding.severity().name(),
            rule: finding.id().to_owned(),
            code,
            path: finding.path(),
            message: format!("{}. Did you mean `{PATH_PREFIX}{command}`?", finding.message()),
        })
    }

    /// What a failed answer says: its `ErrorInfo` is `rule: message`, or `rule at path: message`.
    pub fn of_answer(code: ErrorCode, info: &str) -> Self {
        let (place, message) = info.split_once(": ").unwrap_or(("", info));
        let (rule, path) = place.split_once(" at ").unwrap_or((place, ""));
        Self::Server(Refusing {
            severity: "error",
            rule: rule.to_owned(),
            code,
            path: path.to_owned(),
            message: message.to_owned(),
        })
    }

    /// The code, if it is an error.
    pub const fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Core(finding) => finding.code(),
            Self::Server(refusing) => Some(refusing.code),
        }
    }

    /// What its texts take, in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            // As much as itself, about.
            Self::Core(_) => size_of::<Finding>(),
            Self::Server(Refusing { rule, path, message, .. }) => {
                rule.len().saturating_add(path.len()).saturating_add(message.len())
            }
        }
    }
}

/// The command that a path was probably meant to name, unless it is of another service.
fn meant(path: &str) -> Option<&'static str> {
    let names = || Command::ALL.iter().map(|command| command.name());
    let mut steps = path.split('/').filter(|step| !step.is_empty());
    let last = steps.clone().next_back()?;
    // What has a dot is a file. A word that is much shorter, such as `recent`, is another one.
    let is_near = |step: &str| {
        !step.contains('.')
            && step.len().abs_diff(SERVICE.len()) <= 3
            && similar(step, [SERVICE]).is_some()
    };
    let is_ours = steps.any(is_near) || names().any(|name| name.eq_ignore_ascii_case(last));
    similar(last, names()).filter(|_| is_ours)
}
