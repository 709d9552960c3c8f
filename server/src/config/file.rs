//! The configuration file: TOML whose keys are the names of the options.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::ConfigError;
use super::options::{Arity, OptionInfo, all};
use crate::similar::similar;

/// The maximum length of a configuration file, in bytes.
const FILE_MAX_BYTES: u64 = 1 << 20;

/// The values of a file, by option.
///
/// # Errors
///
/// [`ConfigError::File`] if it cannot be read, is not TOML, has a key that is not an option, or a
/// value that is not of its kind.
pub fn read(path: &Path) -> Result<HashMap<&'static str, Vec<String>>, ConfigError> {
    let error = |problem: String| ConfigError::File { path: path.to_owned(), problem };
    let length = fs::metadata(path).map_err(|problem| error(problem.to_string()))?.len();
    if length > FILE_MAX_BYTES {
        return Err(error(format!("it has {length} bytes; at most {FILE_MAX_BYTES} are allowed")));
    }
    let text = fs::read_to_string(path).map_err(|problem| error(problem.to_string()))?;
    values(&text).map_err(error)
}

fn values(text: &str) -> Result<HashMap<&'static str, Vec<String>>, String> {
    let table: Table = text.parse().map_err(|problem: toml::de::Error| problem.to_string())?;
    let mut values = HashMap::new();
    for (key, value) in table {
        let option = all().find(|option| option.name == key).ok_or_else(|| unknown(&key))?;
        values.insert(option.name, texts(option, value)?);
    }
    Ok(values)
}

fn unknown(key: &str) -> String {
    let names: Vec<_> = all().map(|option| option.name).collect();
    let meant = similar(key, names.iter().copied()).map(|name| format!("; did you mean {name}?"));
    let allowed = || format!("; allowed are the names of the options: {}", names.join(", "));
    format!("unknown key {key:?}{}", meant.unwrap_or_else(allowed))
}

fn texts(option: &OptionInfo, value: Value) -> Result<Vec<String>, String> {
    let name = option.name;
    let is_array = matches!(value, Value::Array(_));
    match (option.arity, value) {
        (Arity::Many | Arity::List, Value::Array(values)) => {
            values.into_iter().map(|value| text(name, value)).collect()
        }
        (Arity::Many | Arity::List, _) => {
            Err(format!("{name} must be an array of strings, for example {name} = [\"a\", \"b\"]"))
        }
        (_, _) if is_array => Err(format!("{name} must be one value and not an array")),
        (_, value) => Ok(vec![text(name, value)?]),
    }
}

fn text(name: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(yes) => Ok(yes.to_string()),
        other => Err(format!(
            "{name} must be a string, an integer, true or false, and not a {}",
            other.type_str()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_option_names_and_nothing_else() {
        let found = values(
            "listen = \"127.0.0.1:1\"\npage-size = 7\nadmins = [\"a,b\", \"c\"]\ncreate = true",
        );
        let found = found.unwrap();
        assert_eq!(found["listen"], ["127.0.0.1:1"]);
        assert_eq!(found["page-size"], ["7"]);
        assert_eq!(found["admins"], ["a,b", "c"]);
        assert_eq!(found["create"], ["true"]);
        for (text, expected) in [
            ("page_size = 7", "unknown key \"page_size\"; did you mean page-size?"),
            ("pagsize = 7", "unknown key \"pagsize\"; did you mean page-size?"),
            ("nothing = 7", "unknown key \"nothing\"; allowed are the names"),
            ("config = \"x\"", "unknown key \"config\""),
            ("admins = \"a\"", "admins must be an array of strings"),
            ("listen = [\"a\"]", "listen must be one value"),
            ("groups = 1.5", "groups must be a string, an integer"),
            ("[limits]\nx = 1", "unknown key \"limits\""),
            ("listen = ", "TOML parse error"),
            ("groups = 1\ngroups = 2", "duplicate key"),
        ] {
            let problem = values(text).unwrap_err();
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
