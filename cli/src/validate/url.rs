//! What is wrong with a URL beyond its first error, which decides the answer.

use std::borrow::Cow;

use convmark::call::Call;
use convmark::report::FindingKind;
use convmark::{Command, Rule};

use crate::envelope::{PATH_PREFIX, Target};
use crate::names;

/// The service, as paths name it.
const SERVICE: &str = "recentcontact";

const HOW_TO_SKIP: &str =
    "For a recording of a whole client, --skip-other-services skips calls of other services";

/// Whether the request is a call of another service.
pub fn is_of_another_service(target: &Target<'_>) -> bool {
    matches!(target, Target::Url(url) if names_another_service(url))
}

/// Whether a URL names neither this service nor a command of it, and is not a misspelling of that.
pub fn names_another_service(url: &str) -> bool {
    let path = path(url);
    // A word that is much shorter, such as `recent`, is another one.
    let is_near = |step: &str| {
        step.len().abs_diff(SERVICE.len()) <= 3
            && names::nearest(step, [SERVICE].into_iter()).is_some()
    };
    let is_command =
        |step: &str| Command::ALL.iter().any(|command| command.name().eq_ignore_ascii_case(step));
    !steps(path).any(is_near) && !steps(path).last().is_some_and(is_command)
}

/// The end of the message about the first error, if there is more to say.
pub fn beyond_first(target: &Target<'_>) -> Option<String> {
    let Target::Url(url) = target else { return None };
    let first = Call::parse_target(url).err()?;
    let is_unknown = first.rule() == Rule::UnknownEndpoint;
    if is_unknown && is_of_another_service(target) {
        return Some(format!(". {HOW_TO_SKIP}"));
    }
    let mut sentences = Vec::new();
    if let Some(command) = meant(path(url)).filter(|_| is_unknown) {
        sentences.push(format!("Did you mean `{PATH_PREFIX}{command}`?"));
    }
    // If the path is right, the first wrong parameter is the first error itself.
    let is_parameter = first.command().is_some();
    let parameters: Vec<_> = parameters(url).into_iter().skip(usize::from(is_parameter)).collect();
    if !parameters.is_empty() {
        sentences.push(format!("Also wrong in this URL: {}", parameters.join(". ")));
    }
    (!sentences.is_empty()).then(|| format!(". {}", sentences.join(" ")))
}

/// The command that a path was probably meant to name.
fn meant(path: &str) -> Option<&'static str> {
    names::nearest(steps(path).last()?, Command::ALL.iter().map(|command| command.name()))
}

/// What is wrong with each parameter, whatever the path is.
fn parameters(url: &str) -> Vec<String> {
    let path = format!("{}{}", PATH_PREFIX, Command::GetContactGroup);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        form_urlencoded::parse(query.as_bytes()).collect();
    let mut found: Vec<String> = Vec::new();
    // Each error is replaced by what is allowed, so that the next one is found.
    while let Err(refusal) =
        Call::parse_pairs(&path, pairs.iter().map(|(name, value)| (name, value.clone())))
    {
        let finding = refusal.finding();
        let FindingKind::Parameter { name, .. } = finding.kind() else { break };
        let message = finding.message();
        if found.contains(&message) {
            break;
        }
        found.push(message);
        pairs.retain(|(other, _)| *other != name);
        let allowed = if name == "contenttype" { "json" } else { "1" };
        pairs.push((name.into(), allowed.into()));
    }
    found
}

fn path(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|step| !step.is_empty())
}
