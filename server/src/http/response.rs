//! The HTTP around an answer.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

use crate::request_id::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How an answer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// The connection is closed after it.
    pub closes: bool,
    /// It has no body: a browser asks whether a page may call.
    pub is_preflight: bool,
    /// It refuses `CONNECT`: with status 200 a client would take the connection for a tunnel.
    pub refuses_tunnel: bool,
    /// It is no call, but a request of a test that belongs to the control address.
    pub is_control: bool,
}

/// The HTTP around an answer: to a call with status 200, which clients of the documented service expect.
pub fn of(answer: Bytes, id: RequestId, how: How) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if how.closes || how.refuses_tunnel {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if how.refuses_tunnel {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    } else if how.is_control {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
