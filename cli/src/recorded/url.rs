//! URLs of recorded calls.

use std::borrow::Cow;

/// Path and query of a URL. What is not one is left as it is.
pub fn path_and_query(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |place| &rest[place..]),
        None => url,
    }
}

/// Path and query with a UserSig. It is often dropped from a recording, so that a missing one says
/// nothing about the call.
pub fn with_usersig(target: &str) -> Cow<'_, str> {
    let Some((path, query)) = target.split_once('?') else { return Cow::Borrowed(target) };
    let pairs = || form_urlencoded::parse(query.as_bytes());
    if pairs().any(|(name, value)| name == USERSIG && !value.is_empty()) {
        return Cow::Borrowed(target);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs().filter(|(name, _)| name != USERSIG));
    query.append_pair(USERSIG, DROPPED);
    Cow::Owned(format!("{path}?{}", query.finish()))
}

pub const USERSIG: &str = "usersig";

/// What stands for a UserSig.
pub const DROPPED: &str = "dropped";
