//! Reads options whose values are a fixed set of names.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Reads the name of one of these values.
pub fn one_of<T: Copy + Send + Sync>(
    values: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values.iter().map(|value| name(*value))).map(move |given| {
        let found = values.iter().find(|value| name(**value) == given);
        *found.expect("only these names are possible")
    })
}
