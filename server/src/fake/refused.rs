//! Why something that a test asked for is not done.

use hyper::StatusCode;
use serde::Serialize;

use crate::json::WrongJson;
use crate::service::WholeError;

/// Why something that a test asked for is not done, with an HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// What is wrong, where, and what is allowed. Without values of the request.
    pub error: String,
}

impl Refused {
    /// A refusal with that status.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into() }
    }

    /// Something in a request that is not allowed. `problem` goes on after its place.
    pub fn bad(place: &str, problem: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("{place} {problem}"))
    }

    /// Something that is not there now.
    pub fn unavailable(error: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    /// A fault of the server.
    pub fn fault() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; its log may say why")
    }

    /// The body of the answer.
    pub fn body(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
        }
        // Texts always serialize.
        serde_json::to_vec(&Body { error: &self.error }).unwrap_or_default()
    }
}

impl From<WrongJson> for Refused {
    fn from(wrong: WrongJson) -> Self {
        Self::new(StatusCode::BAD_REQUEST, wrong.to_string())
    }
}

impl From<WholeError> for Refused {
    fn from(error: WholeError) -> Self {
        match error {
            WholeError::Unavailable | WholeError::Timeout => Self::unavailable(&error.to_string()),
            WholeError::Damaged(damage) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!(
                    "the stored data of an account is damaged: {damage}; the subcommand verify names the account"
                ),
            ),
        }
    }
}
