//! What is a call of another service of Tencent Cloud Chat, and not a misspelled one of this; and
//! what is a call of a command of this service that is not modeled.

use convmark::call::Call;
use convmark::{Command, Rule};

use crate::names;

/// The paths of the service start with this.
pub const PATH_PREFIX: &str = "/v4/recentcontact/";

/// The service, as paths name it.
const SERVICE: &str = "recentcontact";

/// Whether a path, with or without a query, names neither this service nor a command of it, and is
/// not a misspelling of that.
pub fn is_of_another_service(target: &str) -> bool {
    // What has a dot is a file, such as a script of a web page. A word that is much shorter, such as
    // `recent`, is another one.
    let is_near = |step: &str| {
        !step.contains('.')
            && (joined(step).contains(SERVICE)
                || (step.len().abs_diff(SERVICE.len()) <= 3
                    && names::nearest(step, [SERVICE].into_iter()).is_some()))
    };
    let is_command = |step: &str| Command::ALL.iter().any(|command| command.name() == step);
    let path = path(target);
    !steps(&path).any(is_near) && !steps(&path).last().is_some_and(is_command)
}

/// Whether a URL, path and query, names exactly a command that the service has and the core has not.
pub fn is_not_modeled(url: &str) -> bool {
    Call::parse_target(url).is_err_and(|refusal| refusal.rule() == Rule::NotModeled)
}

/// The command that a path was probably meant to name.
pub fn command_meant(target: &str) -> Option<&'static str> {
    let path = path(target);
    let last = steps(&path).last()?;
    let joined = joined(last);
    // Another separator, or none, may be between the service and the command.
    let name = match joined.split_once(SERVICE) {
        Some((_, name)) => name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()),
        None => last,
    };
    names::nearest(name, Command::ALL.iter().map(|command| command.name()))
}

/// The path in lower case with slashes as its only separators: a backslash is one too, and so are
/// both in percent-encoding.
fn path(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default().to_ascii_lowercase();
    path.replace("%2f", "/").replace("%5c", "/").replace('\\', "/")
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|step| !step.is_empty())
}

/// A step without what joins the words of a name.
fn joined(step: &str) -> String {
    step.replace(['_', '-'], "")
}
