//! The environment: which of its variables are options.

use std::ffi::OsString;

use super::ConfigError;
use super::options::{self, PREFIX, variable};
use crate::similar::similar;

/// Refuses variables that begin as those of the options do and are not one of them. Empty ones count
/// as not set.
///
/// # Errors
///
/// [`ConfigError::Variable`] names the first one, and the one that was probably meant.
pub fn check(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<(), ConfigError> {
    for (name, value) in variables {
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        let is_option = options::all_names().any(|option| variable(option) == name);
        if !is_option && !value.is_empty() && !is_of_kubernetes(name, &value.to_string_lossy()) {
            let meant = similar(name, options::all_names()).map_or_else(
                || "--help has the variables of all options; unset this one".to_owned(),
                |option| format!("did you mean {PREFIX}{}?", variable(option)),
            );
            return Err(ConfigError::Variable { name: format!("{PREFIX}{name}"), meant });
        }
    }
    Ok(())
}

/// Whether it, without the prefix, is one of the variables that Kubernetes sets in each container for a service with the
/// name `convmark`, or one that begins so.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    name.ends_with("SERVICE_HOST")
        || name.contains("SERVICE_PORT")
        || (name.contains("PORT_") && ["_TCP", "_UDP"].iter().any(|part| name.contains(part)))
        || (name.ends_with("PORT") && value.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, value: &str) -> Option<String> {
        check([(name.into(), value.into())]).err().map(|error| error.to_string())
    }

    #[test]
    fn unknown_variables_are_refused_with_the_one_that_was_meant() {
        for (name, meant) in [
            ("CONVMARK_LISTN", "did you mean CONVMARK_LISTEN?"),
            ("CONVMARK_PAGESIZE", "did you mean CONVMARK_PAGE_SIZE?"),
            ("CONVMARK_CONFG", "did you mean CONVMARK_CONFIG?"),
            ("CONVMARK_WHATEVER", "--help has the variables of all options; unset this one"),
            ("CONVMARK_PORT", "--help has the variables"),
        ] {
            let text = problem(name, "1").unwrap();
            let start = format!("the environment variable {name} is not an option; ");
            assert!(text.starts_with(&start) && text.contains(meant), "{text}");
        }
    }

    #[test]
    fn options_empty_variables_and_those_of_others_are_accepted() {
        for (name, value) in [
            ("CONVMARK_LISTEN", "x"),
            ("CONVMARK_CONFIG", "x"),
            ("CONVMARK_LISTN", ""),
            ("CONVMARKS", "x"),
            ("PATH", "x"),
            ("CONVMARK_SERVICE_HOST", "10.0.0.1"),
            ("CONVMARK_SERVER_SERVICE_PORT_HTTP", "80"),
            ("CONVMARK_PORT", "tcp://10.0.0.1:80"),
            ("CONVMARK_PORT_80_TCP_ADDR", "10.0.0.1"),
        ] {
            assert_eq!(problem(name, value), None, "{name}");
        }
    }
}
