//! The query of a URL.

use std::borrow::Cow;

use super::refused::Refused;

/// The values of parameters that are allowed, each at most once, in the order of `allowed`.
///
/// # Errors
///
/// A parameter is unknown, or there twice.
pub fn read<'q, const N: usize>(
    query: Option<&'q str>,
    allowed: [&str; N],
) -> Result<[Option<Cow<'q, str>>; N], Refused> {
    let mut values = [const { None }; N];
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let place = allowed.iter().position(|known| *known == name);
        let Some(slot) = place.and_then(|place| values.get_mut(place)) else {
            let known = if N == 0 { "none".to_owned() } else { allowed.join(", ") };
            return Err(Refused::bad(
                "the query",
                &format!("has an unknown parameter; allowed: {known}"),
            ));
        };
        if slot.replace(value).is_some() {
            return Err(Refused::bad("the query", "has a parameter twice; each may occur once"));
        }
    }
    Ok(values)
}
