//! What is a call of another service of Tencent Cloud Chat, and not a misspelled one of this.

use convmark::Command;

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
            && step.len().abs_diff(SERVICE.len()) <= 3
            && names::nearest(step, [SERVICE].into_iter()).is_some()
    };
    let is_command =
        |step: &str| Command::ALL.iter().any(|command| command.name().eq_ignore_ascii_case(step));
    let path = path(target);
    !steps(path).any(is_near) && !steps(path).last().is_some_and(is_command)
}

/// The command that a path was probably meant to name.
pub fn command_meant(target: &str) -> Option<&'static str> {
    let last = steps(path(target)).last()?;
    names::nearest(last, Command::ALL.iter().map(|command| command.name()))
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|step| !step.is_empty())
}
