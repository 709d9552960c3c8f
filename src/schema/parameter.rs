//! The parameters of the URL, as data.

use super::Shape;
use crate::call;
use crate::code::ErrorCode;

/// One documented parameter of the URL's query. Each is required and may occur once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) missing: ErrorCode,
    pub(crate) bad: ErrorCode,
    pub(crate) allowed: &'static str,
}

impl Parameter {
    /// All five, in the order in which they are checked.
    pub const ALL: &'static [Self] = call::PARAMETERS;

    /// The name in the query.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What its decoded value must be. Integers are decimal: ASCII digits only, leading zeros
    /// allowed.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The code of the answer when it is absent or empty.
    #[must_use]
    pub const fn code_if_missing(&self) -> ErrorCode {
        self.missing
    }

    /// The code of the answer when it is malformed or given twice.
    #[must_use]
    pub const fn code_if_bad(&self) -> ErrorCode {
        self.bad
    }

    /// What is allowed, in words.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.allowed
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::call::Call;

    fn parse(value: impl Fn(&Parameter) -> Option<String>) -> Result<(), (ErrorCode, String)> {
        let pairs: Vec<_> = Parameter::ALL
            .iter()
            .filter_map(|parameter| Some((parameter.name, value(parameter)?)))
            .collect();
        match Call::parse_pairs("/v4/recentcontact/mark_contact", pairs) {
            Ok(_) => Ok(()),
            Err(refusal) => Err((refusal.code(), refusal.finding().path())),
        }
    }

    fn sample(parameter: &Parameter) -> String {
        match parameter.shape {
            Shape::Integer { max, .. } => format!("{max}"),
            Shape::Literal(text) => text.into(),
            _ => "x".into(),
        }
    }

    #[test]
    fn the_table_is_what_the_call_checks() {
        assert_eq!(parse(|parameter| Some(sample(parameter))), Ok(()));
        for tried in Parameter::ALL {
            let with = |value: Option<&str>| {
                parse(|parameter| {
                    if parameter.name == tried.name {
                        value.map(String::from)
                    } else {
                        Some(sample(parameter))
                    }
                })
            };
            let place = format!("?{}", tried.name);
            assert_eq!(with(None), Err((tried.missing, place.clone())));
            assert_eq!(with(Some("")), Err((tried.missing, place.clone())));
            let (good, bad) = match tried.shape {
                Shape::Integer { min, max } => {
                    let below = min.checked_sub(1).map_or("-1".into(), |below| format!("{below}"));
                    ([format!("{min}"), format!("{max}")], [below, format!("{}", max + 1)])
                }
                Shape::UserId { max_bytes } => {
                    (["u".into(), "u".repeat(max_bytes)], ["u".repeat(max_bytes + 1), "ü".into()])
                }
                Shape::Literal(text) => {
                    ([text.into(), text.into()], [text.to_uppercase(), format!("{text} ")])
                }
                _ => {
                    assert_eq!(with(Some("anything at all: ü")), Ok(()));
                    continue;
                }
            };
            for value in good {
                assert_eq!(with(Some(&value)), Ok(()), "{place} {value}");
            }
            for value in bad {
                assert_eq!(with(Some(&value)), Err((tried.bad, place.clone())), "{place} {value}");
            }
        }
    }
}
