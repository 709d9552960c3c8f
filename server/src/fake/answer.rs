//! Answers to tests: JSON with real status codes.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};
use serde::Serialize;

use super::refused::Refused;

const JSON: &str = "application/json";

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
    allow: Option<String>,
}

impl Answer {
    /// A value, with status 200.
    pub fn json(value: &impl Serialize) -> Result<Self, Refused> {
        let body = serde_json::to_vec(value).map_err(|_| Refused::fault())?;
        Ok(Self { status: StatusCode::OK, kind: JSON, body, allow: None })
    }

    /// JSON Lines, with status 200.
    pub const fn lines(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kind: "application/jsonl", body, allow: None }
    }

    /// A refusal.
    pub fn refused(refused: &Refused) -> Self {
        Self { status: refused.status, kind: JSON, body: refused.body(), allow: None }
    }

    /// The same with the methods that are allowed.
    pub fn allowing(self, methods: String) -> Self {
        Self { allow: Some(methods), ..self }
    }

    /// The HTTP around it.
    pub fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow.and_then(|methods| HeaderValue::try_from(methods).ok()) {
            headers.insert(ALLOW, allow);
        }
        response
    }
}
