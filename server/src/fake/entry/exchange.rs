//! A call as the line of a recording.

use convmark::ErrorCode;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Entry;

/// What the service answers when it could not serve a call. Nobody knows then whether the call took
/// effect, or will.
const NOT_SERVED: [ErrorCode; 3] =
    [ErrorCode::INTERNAL, ErrorCode::TIMEOUT, ErrorCode::TOO_MANY_REQUESTS];

/// A line of a recording.
#[derive(Debug, Serialize)]
pub struct Exchange<'a> {
    command: &'static str,
    now: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'a str>,
    answer: &'a RawValue,
}

impl Entry {
    /// The line of a recording, if the call was judged, the answer is what was found, and the bodies
    /// were kept as they were.
    pub fn exchange(&self) -> Option<Exchange<'_>> {
        self.place.filter(|_| self.is_faithful)?;
        if self.code.is_none_or(|code| NOT_SERVED.contains(&code)) {
            return None;
        }
        Some(Exchange {
            command: self.command?,
            now: self.now,
            body: self.body.as_deref(),
            raw: self.raw.as_deref(),
            answer: self.answer.as_deref()?,
        })
    }
}
