//! URLs: path and query.

use super::command;
use super::conversation::is_user_id;
use super::schema::{Finding, Severity};

/// A call with a valid URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its command.
    pub command: &'static str,
    /// The app's ID.
    pub sdkappid: u32,
    /// The caller's user ID.
    pub identifier: String,
    /// The caller's signature, not verified here.
    pub usersig: String,
    /// The caller's random number.
    pub random: u32,
}

/// Judges path and query. Fails with the first error, and with the command if the path was valid.
pub fn parse_url(path: &str, query: &str) -> Result<Call, (Option<&'static str>, Finding)> {
    parse_pairs(path, &decode(query))
}

/// The same for a query that is decoded already.
pub fn parse_pairs(
    path: &str,
    pairs: &[(String, String)],
) -> Result<Call, (Option<&'static str>, Finding)> {
    if ["/v4/recentcontact/get_list", "/v4/recentcontact/delete"].contains(&path) {
        return Err((None, finding("not-modeled", 60009, String::new())));
    }
    let Some(command) = path.strip_prefix("/v4/recentcontact/").and_then(command::known) else {
        return Err((None, finding("unknown-endpoint", 60009, String::new())));
    };
    call(command, pairs).map_err(|finding| (Some(command), finding))
}

fn call(command: &'static str, pairs: &[(String, String)]) -> Result<Call, Finding> {
    let sdkappid = parameter(pairs, "sdkappid", 60012, 60025, |text| {
        decimal(text).filter(|value| *value > 0)
    })?;
    let identifier = parameter(pairs, "identifier", 60025, 60025, |text| {
        is_user_id(text).then(|| text.to_string())
    })?;
    let usersig = parameter(pairs, "usersig", 60025, 60025, |text| Some(text.to_string()))?;
    let random = parameter(pairs, "random", 60002, 60002, decimal)?;
    parameter(pairs, "contenttype", 60025, 60025, |text| (text == "json").then_some(()))?;
    Ok(Call { command, sdkappid, identifier, usersig, random })
}

fn parameter<T>(
    pairs: &[(String, String)],
    name: &str,
    missing: i64,
    other: i64,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, Finding> {
    let values: Vec<&str> =
        pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
    let path = format!("?{name}");
    match values[..] {
        [] | [""] => Err(finding("missing-parameter", missing, path)),
        [value] => read(value).ok_or_else(|| finding("bad-parameter", other, path)),
        _ => Err(finding("duplicate-parameter", other, path)),
    }
}

/// ASCII digits only, leading zeros allowed, up to the largest `u32`.
fn decimal(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

fn finding(rule: &'static str, code: i64, path: String) -> Finding {
    Finding { severity: Severity::Error, rule, code: Some(code), path }
}

/// Decodes a query in the encoding of HTML forms: in order, with duplicates.
pub fn decode(query: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for piece in query.split('&') {
        if piece.is_empty() {
            continue;
        }
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        pairs.push((decode_part(name), decode_part(value)));
    }
    pairs
}

fn decode_part(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => match (hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
                (Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    at += 2;
                }
                _ => out.push(b'%'),
            },
            byte => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    match byte? {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
        byte @ b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
