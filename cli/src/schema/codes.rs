//! The two lists of codes: of whole answers, and of items.

use convmark::code::{CodeInfo, Retry};
use convmark::{ErrorCode, Revision};

use crate::codes;
use crate::json::{Json, object};

/// The components of both lists.
pub fn components(revision: Revision) -> Vec<(String, Json)> {
    let failed = "Why the call or the request as a whole failed.";
    let item = "How one item ended; items fail one by one.";
    vec![
        ("ErrorCode".into(), list(failed, revision, codes::of_failed_answers())),
        ("ResultCode".into(), list(item, revision, codes::of_items())),
    ]
}

/// Any integer: codes are open. The listed ones are in an extension, because generators make a
/// closed type of anything else.
fn list(about: &str, revision: Revision, listed: impl Iterator<Item = &'static CodeInfo>) -> Json {
    let listed: Vec<_> = listed.collect();
    let names: Vec<_> =
        listed.iter().map(|info| format!("{} {}", info.code.get(), info.name)).collect();
    let known: Vec<_> = listed.iter().map(|info| known(info, revision)).collect();
    object! {
        "type": "integer",
        "description": format!("{about} Other codes may come: {}.", names.join(", ")),
        "x-known-codes": known,
    }
}

fn known(info: &CodeInfo, revision: Revision) -> Json {
    object! {
        "code": number(info.code),
        "name": info.name,
        "meaning": info.code.meaning(revision).unwrap_or(info.meaning),
        "advice": info.advice,
        "source": info.source.to_string(),
        "retry": retry(info.retry),
    }
}

/// A documented code; none is negative.
pub fn number(code: ErrorCode) -> u64 {
    u64::try_from(code.get()).unwrap_or_default()
}

/// Whether the same call may succeed later.
const fn retry(retry: Option<Retry>) -> &'static str {
    match retry {
        None => "nothing to repeat",
        Some(Retry::No) => "no",
        Some(Retry::Yes) => "yes",
        Some(_) => "unknown",
    }
}
