//! Failed answers that are the server's and not the core's, and the code of an answer.

use bytes::Bytes;
use convmark::{Command, ErrorCode, Policy};
use serde::Serialize;

/// A failed answer of the server itself: limits, hosts, UserSigs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The command, if the call names one.
    pub command: Option<Command>,
    /// The code.
    pub code: ErrorCode,
    /// `ErrorInfo`: the rule, what is wrong and what to do; never a value of the call.
    pub info: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Members<'a> {
    action_status: &'static str,
    error_code: ErrorCode,
    error_info: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_display: Option<&'static str>,
}

impl Failure {
    /// The server is at one of its limits: 60018, which a client may try again.
    #[must_use]
    pub fn busy(command: Option<Command>, what: &str) -> Self {
        let code = ErrorCode::TOO_MANY_REQUESTS;
        let info =
            format!("server-busy: the server has {what}. Wait and send the same call again.");
        Self { command, code, info }
    }

    /// The answer, as the policy shapes it.
    #[must_use]
    pub fn answer(&self, policy: &Policy) -> Bytes {
        let error_display = policy.error_display().is_shown(self.command).then_some("");
        let members = Members {
            action_status: "FAIL",
            error_code: self.code,
            error_info: &self.info,
            error_display,
        };
        // Texts and numbers always serialize.
        serde_json::to_vec(&members).unwrap_or_default().into()
    }
}

/// The code of an answer. Failed answers begin with it; all others are 0.
#[must_use]
pub fn code_of(answer: &[u8]) -> i64 {
    const FAILED: &[u8] = br#"{"ActionStatus":"FAIL","ErrorCode":"#;
    let Some(rest) = answer.strip_prefix(FAILED) else { return 0 };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |code: i64, digit| {
        code.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use convmark::Refusal;
    use convmark::policy::ErrorDisplay;

    use super::*;

    #[test]
    fn failures_have_the_form_of_the_cores() {
        for display in ErrorDisplay::ALL {
            let policy = Policy::default().to_builder().error_display(*display).build().unwrap();
            for command in [None, Some(Command::MarkContact), Some(Command::GetContactGroup)] {
                let refusal = Refusal::bad_http(command);
                let mut expected = Vec::new();
                refusal.write_answer(&policy, &mut expected);
                let failure = Failure { command, code: refusal.code(), info: refusal.info() };
                assert_eq!(failure.answer(&policy), expected);
                assert_eq!(code_of(&expected), 60002);
            }
        }
        assert_eq!(
            code_of(br#"{"ResultItem":[],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#),
            0
        );
        assert_eq!(code_of(b""), 0);
    }
}
