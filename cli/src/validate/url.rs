//! What is wrong with a URL beyond its first error, which decides the answer.

use std::borrow::Cow;

use convmark::call::Call;
use convmark::report::FindingKind;
use convmark::{Command, Rule};

use crate::envelope::Target;
use crate::other_service::{PATH_PREFIX, command_meant, is_of_another_service};

/// How to leave a call out.
fn how_to_skip(calls: &str) -> String {
    format!("For a recording of a whole client, --skip-other-services skips calls of {calls}")
}

/// The end of the message about the first error, if there is more to say.
pub fn beyond_first(target: &Target<'_>) -> Option<String> {
    let Target::Url(url) = target else { return None };
    let first = Call::parse_target(url).err()?;
    let is_unknown = first.rule() == Rule::UnknownEndpoint;
    if is_unknown && is_of_another_service(url) {
        return Some(format!(". {}", how_to_skip("other services")));
    }
    let mut sentences = Vec::new();
    if let Some(command) = command_meant(url).filter(|_| is_unknown) {
        sentences.push(format!("Did you mean `{PATH_PREFIX}{command}`?"));
    }
    // If the path is right, the first wrong parameter is the first error itself.
    let is_parameter = first.command().is_some();
    let parameters: Vec<_> = parameters(url).into_iter().skip(usize::from(is_parameter)).collect();
    if !parameters.is_empty() {
        sentences.push(format!("Also wrong in this URL: {}", parameters.join(". ")));
    }
    if first.rule() == Rule::NotModeled {
        sentences.push(how_to_skip("commands that are not modeled"));
    }
    let end = |text: String, sentence: String| {
        let stop = if text.ends_with('?') { "" } else { "." };
        format!("{text}{stop} {sentence}")
    };
    (!sentences.is_empty()).then(|| sentences.into_iter().fold(String::new(), end))
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
