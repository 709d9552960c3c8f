//! What is wrong with HTTP that is not a call, in words for the client: which rule, what is allowed, and
//! the option that changes a limit.

use std::time::Duration;

use crate::config::{Limits, TimeOuts};

/// Why HTTP is not a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHttp {
    /// Another method than `POST`.
    Method,
    /// The body is empty.
    EmptyBody,
    /// The body is too long, or comes in too many pieces.
    LongBody,
    /// The body breaks off, or its chunks are wrong.
    BrokenBody,
    /// The body takes too long.
    SlowBody,
    /// The bytes are not a request of HTTP/1.
    NotHttp,
    /// The headers are too long or too many.
    LongHead,
    /// The headers break off.
    BrokenHead,
    /// The headers take too long.
    SlowHead,
}

impl BadHttp {
    /// `ErrorInfo`.
    pub fn info(self, limits: &Limits, times: &TimeOuts) -> String {
        let text = match self {
            Self::Method => "the method is not POST. Send the call as POST".to_owned(),
            Self::EmptyBody => {
                "the body is empty. Send the JSON object of the command as the body".to_owned()
            }
            Self::LongBody => format!(
                "the body has more than {} bytes, or comes in too many chunks. Send less, or start the server with a larger \
                 --body-max-bytes",
                limits.body_bytes
            ),
            Self::BrokenBody => "the body breaks off, or its chunks are not valid. Send as many bytes as content-length says, \
                                 or chunks to their end"
                .to_owned(),
            Self::SlowBody => slow("body", times.body, "body-timeout"),
            Self::NotHttp => "the bytes are not a valid request of HTTP/1.1. Send HTTP/1.1; HTTP/2 is not served, and TLS \
                              only with --tls-cert"
                .to_owned(),
            Self::LongHead => format!(
                "the request line and the headers have more than {} bytes, or there are more than 100 headers. Send fewer, or \
                 start the server with a larger --head-max-bytes",
                limits.head_bytes
            ),
            Self::BrokenHead => {
                "the headers break off. Send them to the empty line at their end".to_owned()
            }
            Self::SlowHead => slow("headers", times.head, "head-timeout"),
        };
        format!("bad-http: {text}.")
    }
}

fn slow(what: &str, time: Duration, option: &str) -> String {
    format!(
        "the {what} did not come within {time:?}. Send faster, or start the server with a longer --{option}"
    )
}
