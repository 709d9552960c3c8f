//! The answer with a code that an input line asks for.

use convmark::code::CodeInfo;
use convmark::{Command, ErrorCode, Policy};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    action_status: &'static str,
    error_code: ErrorCode,
    error_info: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_display: Option<&'static str>,
}

/// The failed answer with this code, as the policy shapes it for that command.
pub fn answer(
    code: &CodeInfo,
    command: Option<Command>,
    policy: &Policy,
) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Failed {
        action_status: "FAIL",
        error_code: code.code,
        error_info: format!("{}: {}; the input line asks for this answer", code.name, code.meaning),
        error_display: policy.error_display().is_shown(command).then_some(""),
    })
}
