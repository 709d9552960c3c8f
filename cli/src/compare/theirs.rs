//! A recorded answer.

use convmark::ErrorCode;
use convmark::answer::Answer;
use serde_json::Value;

use crate::recorded::Exchange;

pub struct Theirs {
    pub value: Value,
    /// The answer, if its documented members have the documented types.
    pub answer: Option<Answer>,
    /// `ErrorCode`; 0 if there is none.
    pub code: ErrorCode,
    /// Whether the request as a whole succeeded.
    pub is_ok: bool,
}

/// Why an exchange is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// The answer is not a JSON object.
    NoAnswer,
    /// The service refused the call before it judged it, for what is not in the recording.
    Refused,
    /// The service failed, perhaps after it had made a change.
    Failed,
    /// The command is one that the core does not have.
    NotModeled,
}

impl Skipped {
    /// Whether the request can have changed something.
    pub fn may_have_had_effect(self) -> bool {
        matches!(self, Self::NoAnswer | Self::Failed)
    }
}

impl Theirs {
    /// Reads the answer.
    pub fn read(exchange: &Exchange<'_>) -> Result<Self, Skipped> {
        let text = exchange.answer.as_deref().ok_or(Skipped::NoAnswer)?;
        let mut value: Value = serde_json::from_str(text).map_err(|_| Skipped::NoAnswer)?;
        value.sort_all_objects();
        let code = ErrorCode::new(value.get("ErrorCode").and_then(Value::as_i64).unwrap_or(0));
        if exchange.request.answer_with.is_some() || is_refused_unjudged(code) {
            return Err(Skipped::Refused);
        }
        if is_failure(code) {
            return Err(Skipped::Failed);
        }
        let is_ok = code.is_ok() && status(&value) == Some("OK");
        Ok(Self { answer: Answer::read(text.as_bytes()).ok(), value, code, is_ok })
    }

    /// Whether the answer says without doubt that the request as a whole was refused.
    pub fn is_refusal(&self) -> bool {
        !self.code.is_ok() && status(&self.value) == Some("FAIL")
    }

    /// Whether the answer says without doubt what became of the request as a whole.
    pub fn is_clear(&self) -> bool {
        self.is_ok || self.is_refusal()
    }

    /// The code of an item of create, update or mark, 0-based.
    pub fn item_code(&self, item: usize) -> ErrorCode {
        let item = self.answer.as_ref().and_then(|answer| answer.items.get(item));
        item.map_or(ErrorCode::OK, |item| item.code)
    }

    /// Whether any item has that code.
    pub fn any_item(&self, code: ErrorCode) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.items.iter().any(|item| item.code == code))
    }
}

fn status(answer: &Value) -> Option<&str> {
    answer.get("ActionStatus").and_then(Value::as_str)
}

/// Whether the call was refused before the body was judged, for a reason other than who calls.
fn is_refused_unjudged(code: ErrorCode) -> bool {
    const REASONS: [ErrorCode; 11] = [
        ErrorCode::HTTP,
        ErrorCode::TOO_FREQUENT,
        ErrorCode::NO_RESOURCE,
        ErrorCode::SDKAPPID_MISSING,
        ErrorCode::TOO_MANY_REQUESTS,
        ErrorCode::URL_PARAMETER,
        ErrorCode::USERSIG_EXPIRED,
        ErrorCode::USERSIG_ILLEGAL,
        ErrorCode::USERSIG_UNVERIFIED,
        ErrorCode::USERSIG_IDENTIFIER_MISMATCH,
        ErrorCode::USERSIG_SDKAPPID_MISMATCH,
    ];
    REASONS.contains(&code)
}

/// Whether the service failed: it could not do what was asked, or not in time.
///
/// From 60000 to 79999 are the public codes of the gateway in front of the service.
fn is_failure(code: ErrorCode) -> bool {
    const JUDGED: [ErrorCode; 5] = [
        ErrorCode::INVALID_JSON,
        ErrorCode::NOT_ADMIN_GATEWAY,
        ErrorCode::ACCOUNT_NOT_STRING,
        ErrorCode::ACCOUNT_UNKNOWN_PUBLIC,
        ErrorCode::PARAMETER_WRONG_PUBLIC,
    ];
    let is_public = (60_000..80_000).contains(&code.get());
    code == ErrorCode::INTERNAL
        || code == ErrorCode::TIMEOUT
        || (is_public && !JUDGED.contains(&code))
}
