//! Answers to tests: JSON with real status codes.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::refused::Refused;

const JSON: &str = "application/json";

/// How many calls were judged and are not in a recording.
pub const LEFT_OUT: HeaderName = HeaderName::from_static("convmark-left-out");
/// How many calls were not judged, which no recording has.
pub const NOT_JUDGED: HeaderName = HeaderName::from_static("convmark-not-judged");

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
    also: Vec<(HeaderName, String)>,
}

impl Answer {
    /// A value, with status 200.
    pub fn json(value: &impl Serialize) -> Result<Self, Refused> {
        let body = serde_json::to_vec(value).map_err(|_| Refused::fault())?;
        Ok(Self { status: StatusCode::OK, kind: JSON, body, also: Vec::new() })
    }

    /// JSON Lines, with status 200.
    pub const fn lines(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kind: "application/jsonl", body, also: Vec::new() }
    }

    /// A refusal.
    pub fn refused(refused: &Refused) -> Self {
        Self { status: refused.status, kind: JSON, body: refused.body(), also: Vec::new() }
    }

    /// The same with the methods that are allowed.
    pub fn allowing(self, methods: String) -> Self {
        self.with(ALLOW, methods)
    }

    /// The same with a header.
    pub fn with(mut self, name: HeaderName, value: String) -> Self {
        self.also.push((name, value));
        self
    }

    /// The HTTP around it.
    pub fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.also {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
